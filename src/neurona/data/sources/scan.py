"""One pass over a text file: how many rows it has, and which lines are none."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurona.data.sources.layout import COMMENT_MARKS, Record
from neurona.data.sources.ragged import in_short, unequal_row
from neurona.data.sources.records import (
    Block,
    count_controls,
    count_fields,
    read_blocks,
)
from neurona.data.sources.sniff import TextFormat
from neurona.errors import DataError
from neurona.messages import _, ngettext

__all__ = ["Odd", "Scan", "joined_note", "scan_rows"]

TAIL_RECORDS = 16
"""Records at the end of a file that are looked at for totals and remarks."""

MOST_ODD = 100_000
"""Lines of another width that are kept in mind; with more, the file is no table."""


@dataclass(frozen=True)
class Odd:
    """A record that has another number of cells than the rows have."""

    number: int
    line: int
    found: int
    text: str


@dataclass(frozen=True)
class Scan:
    """What a pass over the records of a text file found.

    Parameters
    ----------
    records, size, controls : int
        Records, bytes and control characters.
    control_line : int
        The line with the first control character.
    blank : tuple of int
        Numbers of the blank records, from 0. In a single column a blank line is a
        missing value instead.
    odd : tuple of Odd
        Records of another width that are not blank.
    tail : tuple of (int, Record)
        The last records and their numbers.
    firsts : ndarray, int64 (256,)
        Records by their first byte, the names left aside.
    tangled : frozenset of str
        Marks of comments with a quote that is closed lines below or never: what
        follows them is not known.
    joined : tuple of Odd
        Records of which every line could be a row, but for the quotes around their
        ends.
    """

    records: int
    size: int
    controls: int
    control_line: int
    blank: tuple[int, ...]
    odd: tuple[Odd, ...]
    tail: tuple[tuple[int, Record], ...]
    firsts: NDArray[np.int64]
    tangled: frozenset[str] = frozenset()
    joined: tuple[Odd, ...] = ()

    def comments(self, separator: str) -> list[Odd]:
        """Records that start with a mark with which no row of the table starts."""
        found = []
        for mark in COMMENT_MARKS:
            alike = sum(odd.text.startswith(mark[0]) for odd in self.odd)
            if mark != separator and self.firsts[ord(mark[0])] == alike:
                found += [odd for odd in self.odd if odd.text.startswith(mark)]
        return found


def scan_rows(chunks: Iterable[bytes], style: TextFormat, name: str) -> Scan:
    """Look at every record once.

    Parameters
    ----------
    chunks : iterable of bytes
        In UTF-8, from the first line of names or rows on.
    style : TextFormat
    name : str
        What an error calls the file.

    Raises
    ------
    DataError
        A quote outside comments is never closed, or too many lines have another width
        than the rows.
    """
    records = size = controls = control_line = 0
    line = style.above + 1
    blank: list[int] = []
    odd: list[Odd] = []
    joined: list[Odd] = []
    marks = [mark for mark in COMMENT_MARKS if mark != style.separator]
    tangled: set[str] = set()
    firsts = np.zeros(256, np.int64)
    last_blocks: deque[tuple[int, int, Block]] = deque(maxlen=2)
    for block in read_blocks(chunks, style.quote):
        data, ends = block
        found = count_controls(data)
        if found and not controls:
            control_line = line + _line_of_control(data)
        controls += found
        if not len(ends):
            if not _could_be_rows(data.split(b"\n", 1)[:1], style):
                tangled.update(mark for mark in marks if data.startswith(mark.encode()))
            if tangled:
                break
            raise DataError(
                _(
                    "a quote opened in line {line} of {name} is never closed; "
                    "close it or remove it"
                ).format(line=line, name=name)
            )
        starts = block.starts
        counts = count_fields(data, ends, style.separator, style.quote)
        names_here = max(style.name_lines - records, 0)
        firsts += np.bincount(
            np.frombuffer(data, np.uint8)[starts[names_here:]], minlength=256
        )
        for index in np.flatnonzero(counts != style.width).tolist():
            text = data[starts[index] : ends[index]]
            if not text.strip(b" \r\n"):
                blank.append(records + index)
            elif index >= names_here:
                place = line + data.count(b"\n", 0, int(starts[index]))
                shown = text.rstrip(b"\r").decode("utf-8", "replace")
                odd.append(Odd(records + index, place, int(counts[index]), shown))
        for index in block.spans().tolist():
            lines = data[starts[index] : ends[index]].split(b"\n")
            if counts[index] != style.width:
                # What has the cells of a row is no comment, whatever it starts with.
                if not _could_be_rows(lines[:1], style):
                    started = [m for m in marks if lines[0].startswith(m.encode())]
                    tangled.update(started)
            elif _could_be_rows(lines, style):
                place = line + data.count(b"\n", 0, int(starts[index]))
                shown = lines[0].rstrip(b"\r").decode("utf-8", "replace")
                joined.append(Odd(records + index, place, len(lines), shown))
        if len(odd) > MOST_ODD:
            raise unequal_rows(odd, style, name)
        last_blocks.append((records, line, block))
        records += len(ends)
        size += len(data)
        line += data.count(b"\n")
    return Scan(
        records,
        size,
        controls,
        control_line,
        tuple(blank),
        tuple(odd),
        tuple(_read_tail(last_blocks, style)),
        firsts,
        frozenset(tangled),
        tuple(joined),
    )


def _could_be_rows(lines: list[bytes], style: TextFormat) -> bool:
    """Whether each line has the cells of a row, its quotes aside."""
    separator = style.separator.encode()
    return style.width > 1 and all(
        text.count(separator) == style.width - 1 for text in lines
    )


def joined_note(joined: tuple[Odd, ...]) -> list[str]:
    """Say which records hold lines that could each be a row, if any do."""
    if not joined:
        return []
    first = joined[0]
    return [
        ngettext(
            "lines {first} to {last} are one row, for quotes open and close in them: "
            "{text!r}; remove the quotes if each line is a row",
            "lines {first} to {last} are one row, for quotes open and close in them: "
            "{text!r}; remove the quotes if each line is a row ({count} such rows)",
            len(joined),
        ).format(
            first=first.line,
            last=first.line + first.found - 1,
            text=in_short(first.text),
            count=len(joined),
        )
    ]


def unequal_rows(odd: list[Odd], style: TextFormat, name: str) -> DataError:
    """Error for lines of another width than the rows."""
    first = odd[0]
    return unequal_row(
        first.line, first.text, first.found, style.width, name, len(odd) - 1
    )


def _line_of_control(data: bytes) -> int:
    for count, text in enumerate(data.split(b"\n")):
        if count_controls(text):
            return count
    return 0


def _read_tail(
    blocks: Iterable[tuple[int, int, Block]], style: TextFormat
) -> list[tuple[int, Record]]:
    """The last records of the last blocks, with their numbers and lines."""
    tail = []
    for number, line, (data, ends) in blocks:
        first = max(len(ends) - TAIL_RECORDS, 0)
        begin = int(ends[first - 1]) + 1 if first else 0
        line += data.count(b"\n", 0, begin)
        for index in range(first, len(ends)):
            text = data[begin : ends[index]].decode("utf-8", "replace")
            tail.append((number + index, Record(line, _cells(text, style))))
            line += text.count("\n") + 1
            begin = int(ends[index]) + 1
    return tail[-TAIL_RECORDS:]


def _cells(text: str, style: TextFormat) -> tuple[str, ...]:
    rows = csv.reader(
        [f"{line}\n" for line in text.rstrip("\r").split("\n")],
        delimiter=style.separator,
        quotechar=style.quote or '"',
        quoting=csv.QUOTE_NONE if style.quote is None else csv.QUOTE_MINIMAL,
    )
    try:
        return tuple(next(rows, ()))
    except csv.Error:
        return tuple(text.split(style.separator))
