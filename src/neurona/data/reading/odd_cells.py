"""Cells that are not as the rest of their column: how many, and the first of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from neurona.data.reading.plain_days import plain_days
from neurona.data.reading.read_numbers import number_word
from neurona.data.reading.read_words import as_texts
from neurona.data.reading.reading import Cells
from neurona.data.sources.table import DataTable
from neurona.messages import _, ngettext

__all__ = ["OddCells"]

SHOWN = 3
"""Cells that a note shows."""


@dataclass
class OddCells:
    """Cells that are not as the rest of their column, and the first few of them.

    Parameters
    ----------
    count : int
    shown : list of (int, str, value)
        Place in the table from 0, what stands there, and what it is read as: ``None``
        where it is missing.
    """

    count: int = 0
    shown: list[tuple[int, str, object]] = field(default_factory=list)

    def update(
        self, places: tuple[int, ...], cells: pl.Series, found: Cells, first: int
    ) -> None:
        """Take in the odd ones among the next cells."""
        self.count += len(places)
        values = plain_days(found.values)
        for place in places[: SHOWN - len(self.shown)]:
            (text,) = as_texts(cells[place : place + 1])
            value = values[place]
            self.shown.append((first + place, text, None if value != value else value))

    def detail(self, table: DataTable, most: int = SHOWN) -> str:
        """What stands where, and what is read there, as a note shows it."""
        shown = []
        for place, text, value in self.shown[:most]:
            row = table.row_number(place)
            if value is None:
                shown.append(_("{text!r} in row {row}").format(text=text, row=row))
                continue
            word = number_word(value) if isinstance(value, float) else str(value)
            shown.append(
                _("{text!r} in row {row} as {value}").format(
                    text=text, row=row, value=word
                )
            )
        more = self.count - len(shown)
        if more > 0:
            shown.append(
                ngettext("{count} cell more", "{count} cells more", more).format(
                    count=more
                )
            )
        return "; ".join(shown)
