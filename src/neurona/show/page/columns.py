"""Columns of a table: which cells are numbers, and how their points come in line."""

from __future__ import annotations

from collections.abc import Sequence

from neurona.show.notation import Number
from neurona.show.notation.numbers import Numeral, as_numeral, decimal_padding
from neurona.show.page.blocks import Inline, Table

__all__ = ["aligned_numerals", "has_numbers", "table_columns"]


def table_columns(table: Table) -> list[tuple[Inline, ...]]:
    """Cells of every column; empty columns for a table without rows."""
    if not table.rows:
        return [()] * len(table.headings)
    return list(zip(*table.rows, strict=True))


def only_number(cell: Inline) -> Number | None:
    return cell[0] if len(cell) == 1 and isinstance(cell[0], Number) else None


def has_numbers(column: Sequence[Inline]) -> bool:
    """Whether any cell consists of a number."""
    return any(only_number(cell) for cell in column)


def aligned_numerals(
    column: Sequence[Inline], digits: int
) -> list[tuple[Numeral | None, str]]:
    """For each cell its number, if it is one, and what to add after it unseen.

    Examples
    --------
    >>> aligned_numerals([(Number(0.5),), ("none",), (Number(2.0),)], 5)[2]
    (Numeral(digits='2', negative=False, exponent=None), '.0')
    """
    numbers = [only_number(cell) for cell in column]
    numerals = [as_numeral(n, digits) if n else None for n in numbers]
    return list(zip(numerals, decimal_padding(numerals), strict=True))
