"""Long equations: boxes of characters cut into parts that fit into a line."""

from __future__ import annotations

from typing import Final

from neurona.show.notation.box import Box, Row, Run, text_width

__all__ = ["break_box"]

_OPENING: Final = frozenset("([{⎡⎢⎣⎛⎜⎝⎧⎨⎩⎪")
_CLOSING: Final = frozenset(")]}⎤⎥⎦⎞⎟⎠")
_SIGNS: Final = frozenset("·+−=/←⊙×≈<>≤≥≠→")
_EARLIEST: Final = 0.3
"""Share of a line before which it is broken only if there is no later place."""


def break_box(box: Box, room: int) -> list[Box]:
    """Cut a box where spaces are, before its signs, outside parentheses if possible.

    A matrix that is too wide by itself is cut between its columns. What has no space
    stays whole.

    Parameters
    ----------
    box : Box
    room : int
        Columns of a line.

    Examples
    --------
    >>> from neurona.show.notation.box import box_of
    >>> parts = break_box(box_of("= (0.5 + 0.25) · 3.1 / (2 + 10)"), 20)
    >>> [part.lines[0] for part in parts]
    ['= (0.5 + 0.25) · 3.1', '/ (2 + 10)']
    """
    parts = []
    while box.width > room:
        found = break_place(box, room)
        if found is None:
            break
        start, end = found
        parts.append(cut(box, 0, start))
        box = cut(box, end, box.width)
    return [*parts, box]


def break_place(box: Box, room: int) -> tuple[int, int] | None:
    """Begin and end of the gap at which the first line ends best."""
    found = [gap for gap in gaps(box) if gap[0] > 0]
    fitting = [gap for gap in found if gap[0] <= room]
    late = [gap for gap in fitting if gap[0] >= room * _EARLIEST] or fitting
    if late:
        start, end, _depth = min(late, key=lambda gap: (gap[2], -gap[0]))
        return start, end
    return found[0][:2] if found else None


def gaps(box: Box) -> list[tuple[int, int, int]]:
    """Begin, end and depth in parentheses of every gap a line may be broken at."""
    width = box.width
    rows = [filled(cells(row), width) for row in box.rows]
    blank = [all(row[i] == " " for row in rows) for i in range(width)]
    base = rows[box.baseline]
    found = []
    depth = i = 0
    while i < width:
        if not blank[i]:
            depth += (base[i] in _OPENING) - (base[i] in _CLOSING)
            i += 1
            continue
        end = next((j for j in range(i, width) if not blank[j]), width)
        if end < width and not is_bound(word_before(base, i)):
            found.append((i, end, depth))
        i = end
    return found


def filled(row: list[str], width: int) -> list[str]:
    return row + [" "] * (width - len(row))


def word_before(base: list[str], i: int) -> str:
    """The word of a row that ends before a column."""
    start = i
    while start > 0 and base[start - 1] != " ":
        start -= 1
    return "".join(base[start:i])


def is_bound(word: str) -> bool:
    """Whether a word belongs to what stands behind it: a sign, or a sum's Σ."""
    return word in _SIGNS or word.startswith("Σ")


def cells(row: Row) -> list[str]:
    """Characters by column; the second column of a wide one is empty."""
    found: list[str] = []
    for run in row:
        for character in run.text:
            size = text_width(character)
            if size == 0 and found:
                found[-1] += character
            else:
                found += [character] + [""] * (size - 1)
    return found


def cut(box: Box, start: int, end: int) -> Box:
    """The columns of a box from one to before another."""
    return Box(tuple(cut_row(row, start, end) for row in box.rows), box.baseline)


def cut_row(row: Row, start: int, end: int) -> Row:
    runs: list[Run] = []
    column = 0
    for run in row:
        kept = ""
        for character in run.text:
            size = text_width(character)
            place = column if size else column - 1
            kept += character if start <= place < end else ""
            column += size
        if kept:
            runs.append(Run(kept, run.look))
    return tuple(runs)
