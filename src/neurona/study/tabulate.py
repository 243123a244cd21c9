"""Tables from plain values: numbers aligned, what is not there left blank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from neurona.show.notation.terms import Number
from neurona.show.page import Inline, Table

__all__ = ["Cell", "tabulate"]

Cell: TypeAlias = str | int | float | None
"""A text, a whole number that is exact, a measured number, or nothing."""


def tabulate(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]], caption: str = ""
) -> Table:
    """Table of values under headings.

    Examples
    --------
    >>> tabulate(["layer", "mean"], [["dense_1", 0.5], ["dense_2", None]]).rows
    ((('dense_1',), (Number(value=0.5, exact=False),)), (('dense_2',), ('',)))
    """
    return Table(
        tuple((heading,) for heading in headings),
        tuple(tuple(inline(cell) for cell in row) for row in rows),
        caption,
    )


def inline(cell: Cell) -> Inline:
    if cell is None or isinstance(cell, str):
        return (cell or "",)
    return (Number(cell, exact=isinstance(cell, int)),)
