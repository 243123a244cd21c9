"""Heat maps: tables of numbers as colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from neurona.errors import OptionError
from neurona.messages import _
from neurona.show.notation.numbers import format_number
from neurona.show.page.blocks import Picture
from neurona.show.pictures.characters import beside_names, shade
from neurona.show.pictures.chart_frame import WIDTH, draw_title, shortened
from neurona.show.pictures.svg import (
    GRID,
    MINUS_COLOUR,
    MUTED,
    PLUS_COLOUR,
    Drawing,
    text_length,
)

__all__ = ["heat_map"]

MOST_CHARACTERS: Final = 32
"""Columns above which a heat map has no form with characters."""


def heat_map(
    values: ArrayLike,
    *,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    title: str = "",
    description: str = "",
    digits: int = 3,
) -> Picture:
    """Draw a table of numbers as colours: blue above 0, orange below.

    Parameters
    ----------
    values : array (R, C)
    rows, columns : sequence of str
        Labels, empty for none.
    title, description : str
    digits : int
        Significant digits of the numbers written into the cells while there are at
        most 10 columns.

    Examples
    --------
    >>> print(heat_map([[1.0, -0.5], [0.0, 0.25]], rows=["a", "b"]).text)
    a  ██▒▒
    b    ░░
    """
    table = np.asarray(values, float)
    if table.ndim != 2 or not table.size:
        raise OptionError(
            _("a heat map needs a table of numbers, not {shape}").format(
                shape=table.shape
            )
        )
    height, width = table.shape
    finite = table[np.isfinite(table)]
    largest = float(np.abs(finite).max(initial=0.0)) or 1.0
    left = min(max((text_length(r, 11.5) for r in rows), default=0) + 12, WIDTH / 3)
    top = (30 if title else 8) + (20 if columns else 0)
    cell_width = min((WIDTH - left - 16) / width, 64.0)
    cell_height = min(max(cell_width, 4.0), 30.0)
    drawing = Drawing(WIDTH, top + cell_height * height + 34)
    draw_title(drawing, title)
    if cell_width >= 16:
        draw_column_names(drawing, columns, left, top - 7, cell_width)
    if cell_height >= 11:
        draw_row_names(drawing, rows[:height], left, top, cell_height)
    cell = Cell(cell_width, cell_height, largest, digits if width <= 10 else 0)
    for (i, j), value in np.ndenumerate(table):
        cell.draw(drawing, left + j * cell_width, top + i * cell_height, float(value))
    draw_colour_key(drawing, left, top + cell_height * height + 12, largest, table)
    text = description or _(
        "{rows} rows and {columns} columns, from {lowest} to {highest}."
    ).format(
        rows=height,
        columns=width,
        lowest=format_number(float(finite.min()) if finite.size else math.nan, 4),
        highest=format_number(float(finite.max()) if finite.size else math.nan, 4),
    )
    characters = heat_text(table / largest, rows) if width <= MOST_CHARACTERS else ""
    return Picture(
        drawing.to_svg(text),
        text,
        characters,
        lambda _columns: heat_text(table / largest, rows, 1),
    )


def draw_column_names(
    drawing: Drawing, names: Sequence[str], left: float, y: float, width: float
) -> None:
    for j, name in enumerate(names):
        shown = shortened(name, width, 11)
        drawing.text(left + (j + 0.5) * width, y, shown, size=11, anchor="middle")


def draw_row_names(
    drawing: Drawing, names: Sequence[str], left: float, top: float, height: float
) -> None:
    for i, name in enumerate(names):
        shown, y = shortened(name, left - 10, 11.5), top + (i + 0.5) * height + 4
        drawing.text(left - 8, y, shown, size=11.5, anchor="end")


@dataclass(frozen=True)
class Cell:
    """How a number is shown: by a colour and, with digits, in figures as well."""

    width: float
    height: float
    largest: float
    digits: int

    def draw(self, drawing: Drawing, x: float, y: float, value: float) -> None:
        """Draw one number with its upper left corner at a place."""
        gap, finite = 0.5 if self.width > 6 else 0, math.isfinite(value)
        share = abs(value) / self.largest if finite else 0.0
        drawing.rect(
            x + gap,
            y + gap,
            self.width - 2 * gap,
            self.height - 2 * gap,
            fill=MINUS_COLOUR if value < 0 else PLUS_COLOUR,
            stroke=GRID if gap else "",
            # What is written in the cell is read on any of these tints.
            opacity=share * (0.6 if self.digits else 1.0),
            title="" if self.digits else format_number(value, 4),
        )
        if self.digits and self.width >= 30:
            # Words would not fit into the cell.
            shown = "×" if math.isnan(value) else format_number(value, self.digits)
            middle = x + self.width / 2, y + self.height / 2 + 4
            drawing.text(*middle, shown, size=11, anchor="middle")


def draw_colour_key(
    drawing: Drawing, x: float, y: float, largest: float, table: Any
) -> None:
    """Draw what the colours mean."""
    shares = [i / 8 for i in range(-8 if (table < 0).any() else 0, 9)]
    low = format_number(shares[0] * largest, 3)
    drawing.text(x, y + 10, low, size=11, colour=MUTED)
    start = x + text_length(low, 11) + 8
    for i, share in enumerate(shares):
        colour = MINUS_COLOUR if share < 0 else PLUS_COLOUR
        drawing.rect(start + i * 9, y, 9, 11, fill=colour, opacity=abs(share))
    end = start + 9 * len(shares) + 8
    drawing.text(end, y + 10, format_number(largest, 3), size=11, colour=MUTED)


def heat_text(shares: Any, rows: Sequence[str], each: int = 2) -> str:
    """Some characters for each cell, the darker the larger."""
    starts = beside_names([*rows, *[""] * (len(shares) - len(rows))])
    return "\n".join(
        f"{start}{''.join(shade(abs(v)) * each for v in row)}".rstrip()
        for start, row in zip(starts, shares, strict=True)
    )
