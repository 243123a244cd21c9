"""Blocks of a page from sentences, terms and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from neurona.show.notation.compose import exactly, measured
from neurona.show.page import Inline, Note, Paragraph, Table
from neurona.show.wording import Part, fill

__all__ = ["Cell", "note", "say", "tabulate", "written"]

Cell: TypeAlias = "Part | int | float | None"
"""What a cell or a sentence may hold: an integer is exact, a float was measured."""


def written(cell: Cell) -> Inline:
    """A value as a page has it; a dash where there is none.

    Examples
    --------
    >>> written("n"), written(None), written(0.5)
    (('n',), ('–',), (Number(value=0.5, exact=False),))
    """
    if isinstance(cell, tuple):
        return cell
    if isinstance(cell, int):
        return (exactly(cell),)
    if isinstance(cell, float):
        return (measured(cell),)
    return ("–" if cell is None else cell,)


def say(message: str, **parts: Cell) -> Paragraph:
    """Write a translated sentence with values in its places."""
    return Paragraph(fill(message, **{k: written(part) for k, part in parts.items()}))


def note(
    message: str,
    kind: Literal["note", "warning", "good"] = "note",
    **parts: Cell,
) -> Note:
    """Write the same as a remark set apart."""
    return Note(say(message, **parts).content, kind)


def tabulate(
    headings: Sequence[Part], rows: Iterable[Sequence[Cell]], caption: str = ""
) -> Table:
    """Write values under headings.

    Examples
    --------
    >>> tabulate(["d", "terms"], [[1, 4]]).rows
    (((Number(value=1.0, exact=True),), (Number(value=4.0, exact=True),)),)
    """
    return Table(
        tuple(written(heading) for heading in headings),
        tuple(tuple(written(cell) for cell in row) for row in rows),
        caption,
    )
