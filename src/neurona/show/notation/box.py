"""Boxes of characters: mathematics of several lines, set side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "Align",
    "Box",
    "Look",
    "Row",
    "Run",
    "beside",
    "box_of",
    "stack",
    "text_width",
]

Look: TypeAlias = Literal["", "bold", "reused", "new", "warning", "blank"]
Align: TypeAlias = Literal["left", "right", "centre"]


@dataclass(frozen=True)
class Run:
    """Characters that look alike.

    Parameters
    ----------
    text : str
    look : {"", "bold", "reused", "new", "warning", "blank"}
    """

    text: str
    look: Look = ""


Row: TypeAlias = tuple[Run, ...]


def text_width(text: str) -> int:
    """Columns that a text takes in a terminal.

    Examples
    --------
    >>> text_width("z̄ = 温"), text_width("ŷ")
    (6, 1)
    """
    if text.isascii():
        return len(text)
    width = 0
    for character in text:
        if not unicodedata.combining(character):
            width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


@dataclass(frozen=True)
class Box:
    """Rows of characters of equal width.

    Parameters
    ----------
    rows : tuple of Row
    baseline : int
        The row that stands on the line of its neighbours.
    """

    rows: tuple[Row, ...]
    baseline: int = 0

    @property
    def lines(self) -> tuple[str, ...]:
        """The rows as plain text."""
        return tuple("".join(run.text for run in row) for row in self.rows)

    @property
    def width(self) -> int:
        """Columns of the widest row."""
        return max((text_width(line) for line in self.lines), default=0)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def marked(self, look: Look) -> Box:
        """The same characters in another look."""
        rows = [tuple(Run(run.text, look) for run in row) for row in self.rows]
        return Box(tuple(rows), self.baseline)


def box_of(text: str, look: Look = "") -> Box:
    """Box of one row."""
    return Box(((Run(text, look),),))


def beside(boxes: Iterable[Box]) -> Box:
    r"""Boxes side by side, their baselines on one line.

    Examples
    --------
    >>> tall = stack([box_of("⎡1⎤"), box_of("⎣2⎦")], baseline=0)
    >>> print("\n".join(beside([box_of("x = "), tall]).lines))
    x = ⎡1⎤
        ⎣2⎦
    """
    parts = [box for box in boxes if box.rows]
    if len(parts) == 1:
        return parts[0]
    above = max((box.baseline for box in parts), default=0)
    below = max((box.height - box.baseline for box in parts), default=1)
    rows: list[list[Run]] = [[] for _row in range(above + below)]
    for box in parts:
        start, width = above - box.baseline, box.width
        for i, row in enumerate(rows):
            inside = 0 <= i - start < box.height
            row.extend(pad(box.rows[i - start] if inside else (), width))
    return Box(tuple(tuple(row) for row in rows), above)


def pad(row: Row, width: int, align: Align = "left") -> Row:
    """Row filled with spaces up to a width."""
    missing = width - sum(text_width(run.text) for run in row)
    if missing <= 0:
        return row
    before = {"left": 0, "right": missing, "centre": missing // 2}[align]
    left = (Run(" " * before),) if before else ()
    right = (Run(" " * (missing - before)),) if missing > before else ()
    return (*left, *row, *right)


def stack(
    boxes: Sequence[Box],
    baseline: int,
    align: Align = "left",
) -> Box:
    """Boxes one below the other."""
    width = max((box.width for box in boxes), default=0)
    rows = [pad(row, width, align) for box in boxes for row in box.rows]
    return Box(tuple(rows), baseline)
