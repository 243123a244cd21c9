"""Wide tables: in how many tables, and how wide each column, so that nothing is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from neurona.show.notation import layout
from neurona.show.notation.box import text_width
from neurona.show.notation.clean import printable
from neurona.show.notation.writing import Writing
from neurona.show.page.blocks import Inline
from neurona.show.page.columns import aligned_numerals, has_numbers

__all__ = ["ColumnSize", "fit_columns", "measure_column"]

NARROWEST_PROSE: Final = 24
"""Columns below which prose is not squeezed, unless it is shorter."""

_PROSE: Final = re.compile(r"[^\W\d_]{2,}\s+\S*[^\W\d_]{2,}")


@dataclass(frozen=True)
class ColumnSize:
    """How wide a column is, in characters.

    Parameters
    ----------
    natural : int
        With every cell in one line.
    least : int
        With prose wrapped between words; numbers and labels stay whole.
    loosest : int
        With everything wrapped where there is a space.
    """

    natural: int
    least: int
    loosest: int


def measure_column(
    heading: Inline, cells: Sequence[Inline], writing: Writing, *, flat: bool = True
) -> ColumnSize:
    """Measure a column of a table.

    Parameters
    ----------
    heading : Inline
    cells : sequence of Inline
    writing : Writing
    flat : bool
        Whether matrices in cells are written in one line.

    Examples
    --------
    >>> column = [("it is not seen that long sentences are cut",), ("no",)]
    >>> measure_column(("why",), column, Writing())
    ColumnSize(natural=42, least=24, loosest=9)
    """
    tails = [tail for _numeral, tail in aligned_numerals(cells, writing.digits)]
    texts = [flat_text(cell, writing, flat) for cell in cells]
    sizes = [text_width(t) + len(u) for t, u in zip(texts, tails, strict=True)]
    head = flat_text(heading, writing, flat)
    natural = max([text_width(head), *sizes])
    # Numbers do not wrap, but the words above them do.
    head_least = (
        longest_word(head) if _PROSE.search(words(heading)) else natural_of(head)
    )
    loosest = max([longest_word(head), *map(longest_word, texts)])
    if has_numbers(cells):
        least = max([head_least, *sizes])
        return ColumnSize(natural, least, least)
    whole = [
        t for t, c in zip(texts, cells, strict=True) if not _PROSE.search(words(c))
    ]
    least = max([head_least, loosest, *map(natural_of, whole)])
    if len(whole) < len(cells):
        least = max(least, min(natural, NARROWEST_PROSE))
    return ColumnSize(natural, least, loosest)


def natural_of(text: str) -> int:
    return max(map(text_width, text.split("\n")), default=0)


def longest_word(text: str) -> int:
    return max(map(text_width, text.split()), default=0)


def words(content: Inline) -> str:
    """The text of a cell without its mathematics."""
    return "".join(part if isinstance(part, str) else " " for part in content)


def flat_text(content: Inline, writing: Writing, flat: bool) -> str:
    """A cell as text; of what stands upright, the widest line."""
    parts = []
    for part in content:
        if isinstance(part, str):
            parts.append(printable(part))
        else:
            box = layout(part, writing.digits, writing.answers, flat=flat)
            parts.append(max(box.lines, key=text_width))
    return "".join(parts)


def fit_columns(
    sizes: Sequence[ColumnSize], room: int, gap: int
) -> list[dict[int, int]]:
    """Share columns among as many tables as are needed, the first column in each.

    Parameters
    ----------
    sizes : sequence of ColumnSize
    room : int
        Characters of a line.
    gap : int
        Characters between two columns.

    Returns
    -------
    list of dict from int to int
        For each table the width of each of its columns, by number; empty if even two
        columns do not fit beside each other.

    Examples
    --------
    >>> fit_columns([ColumnSize(3, 3, 3)] + [ColumnSize(9, 9, 9)] * 3, 30, 3)
    [{0: 3, 1: 9, 2: 9}, {0: 3, 3: 9}]
    """
    if not sizes:
        return []
    least = [size.least for size in sizes]
    for i in range(1, len(sizes)):
        if least[0] + gap + least[i] > room:
            least[i] = sizes[i].loosest
    if any(least[0] + gap + width > room for width in least[1:]) or least[0] > room:
        return []
    groups: list[list[int]] = [[0]]
    used = least[0]
    for i, width in enumerate(least[1:], start=1):
        if used + gap + width > room:
            groups.append([0])
            used = least[0]
        groups[-1].append(i)
        used += gap + width
    return [
        dict(zip(group, widened(sizes, least, group, room, gap), strict=True))
        for group in groups
    ]


def widened(
    sizes: Sequence[ColumnSize],
    least: Sequence[int],
    group: Sequence[int],
    room: int,
    gap: int,
) -> list[int]:
    """Widths of a table's columns once the room that is left is shared out."""
    widths = [least[i] for i in group]
    spare = room - gap * (len(group) - 1) - sum(widths)
    while spare > 0:
        short = [k for k, i in enumerate(group) if widths[k] < sizes[i].natural]
        if not short:
            break
        widths[min(short, key=lambda k: widths[k])] += 1
        spare -= 1
    return widths
