"""Tables in text files with separated columns."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.selectors import by_name

from neurona.data.sources.foot import ColumnSums, add_up, find_foot
from neurona.data.sources.layout import comment_note
from neurona.data.sources.records import (
    CHUNK_BYTES,
    CONTROLS,
    read_blocks,
    read_chunks,
    skip_lines,
    utf8_chunks,
    without_controls,
    without_odd_quotes,
)
from neurona.data.sources.scan import Scan, joined_note, scan_rows, unequal_rows
from neurona.data.sources.sniff import (
    MOST_CONTROLS,
    TextFormat,
    encodings_to_try,
    no_text,
    sniff_format,
)
from neurona.data.sources.table import DataTable, FrameTable
from neurona.errors import DataError
from neurona.messages import _, ngettext

__all__ = ["TextTable", "open_text"]

HELD_BYTES = 16 << 20
"""Files up to this size are read once and held; larger ones are read as needed."""

ENCODING_NOTES = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "latin-1 (Windows-1252)",
    "latin-1": "latin-1",
}


@dataclass(frozen=True)
class TextBytes:
    """A text file as UTF-8, without what stands above its names or rows.

    Parameters
    ----------
    path : Path
    encoding : str
    mac_lines : bool
        Whether lines end in a carriage return alone.
    controls : bool
        Whether control characters are left out.
    above : int
        Lines that are left out at the beginning.
    comments : tuple of str
        Marks of comments whose odd quotes are no quotes.
    quote, separator : str
    width : int
        Of a row, whose quotes stay.
    """

    path: Path
    encoding: str
    mac_lines: bool = False
    controls: bool = False
    above: int = 0
    comments: tuple[str, ...] = ()
    quote: str = '"'
    separator: str = ""
    width: int = 1

    def chunks(self) -> Iterator[bytes]:
        """Contents, a few megabytes at a time."""
        chunks = utf8_chunks(self.path, self.encoding, self.mac_lines)
        if self.controls:
            chunks = without_controls(chunks)
        if self.comments:
            chunks = without_odd_quotes(
                chunks, self.comments, self.quote, self.separator, self.width
            )
        return skip_lines(chunks, self.above) if self.above else chunks


@dataclass(frozen=True)
class TextTable(DataTable):
    """A text file whose rows are read anew each time they are asked for."""

    source: TextBytes | None = None
    style: TextFormat | None = None
    skipped: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    numbers: Collection[str] = ()

    def with_numbers(self, columns: Collection[str]) -> TextTable:
        """The table, some of whose columns are parsed as numbers at once."""
        return replace(self, numbers=frozenset(columns) & frozenset(self.columns))

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of consecutive rows, every column as text but for plain numbers."""
        wanted = list(columns or self.columns)
        rows = 0
        for block in self._row_blocks():
            frame = self._numbers_of(block, wanted) if self.numbers else None
            if frame is None:
                frame = self._texts_of(block, rows)
            rows += frame.height
            yield frame.select(by_name(*wanted))

    def _texts_of(self, block: bytes, first: int) -> pl.DataFrame:
        try:
            return self._parse(block)
        except pl.exceptions.PolarsError as error:
            raise DataError(
                _(
                    "the quotes of {name} are out of order somewhere after row "
                    "{row}: a quote must open and close a whole cell"
                ).format(name=self.name, row=first)
            ) from error

    def _numbers_of(self, block: bytes, wanted: Sequence[str]) -> pl.DataFrame | None:
        """Rows with the columns of numbers parsed; None where a cell is no number."""
        numbers = [name for name in wanted if name in self.numbers]
        try:
            frame = self._parse(block, dict.fromkeys(numbers, pl.Float64()))
        except pl.exceptions.PolarsError:
            return None
        finite = frame.select(by_name(*numbers).is_finite().all()).row(0)
        return frame if all(finite) else None

    def _parse(
        self, block: bytes, kinds: Mapping[str, pl.DataType] = MappingProxyType({})
    ) -> pl.DataFrame:
        assert self.style is not None
        return pl.read_csv(
            block,
            has_header=False,
            new_columns=list(self.style.names),
            separator=self.style.separator,
            quote_char=self.style.quote,
            infer_schema=False,
            schema_overrides=dict(kinds),
        )

    def without(self, numbers: Iterable[int]) -> TextTable:
        """The table without the records of these numbers, which are no rows."""
        return replace(self, skipped=np.array(sorted(numbers), np.int64))

    def _row_blocks(self) -> Iterator[bytes]:
        """Bytes of whole rows, without the records that are none."""
        assert self.style is not None
        assert self.source is not None
        first = 0
        for block in read_blocks(self.source.chunks(), self.style.quote):
            end = first + len(block.ends)
            begin, stop = np.searchsorted(self.skipped, [first, end])
            rows = block.without(self.skipped[begin:stop] - first)
            first = end
            if rows:
                yield rows


def open_text(path: Path, usual_separator: str) -> DataTable:
    """Table of a text file, checked from its first to its last row.

    Parameters
    ----------
    path : Path
    usual_separator : str
        The separator that the file's ending promises.

    Raises
    ------
    DataError
        The file is empty, binary, cut short, has rows of unequal length, two columns
        of one name, or no rows.
    """
    name = repr(path.name)
    sample = next(read_chunks(path), b"")
    if not sample.strip(codecs.BOM_UTF8 + b" \r\n\t"):
        raise DataError(_("{name} is empty; give a file with data").format(name=name))
    for encoding in encodings_to_try(sample, name):
        try:
            return _open_as(path, encoding, len(sample) < CHUNK_BYTES, usual_separator)
        except UnicodeError:
            continue
    raise DataError(
        _("{name} cannot be read as text; save it as UTF-8").format(name=name)
    )


def _open_as(path: Path, encoding: str, whole: bool, usual_separator: str) -> DataTable:
    name = repr(path.name)
    text = next(utf8_chunks(path, encoding), b"").decode("utf-8", "ignore")
    mac_lines = "\r" in text and "\n" not in text
    source = TextBytes(path, encoding, mac_lines)
    text = text.replace("\r", "\n") if mac_lines else text
    if not text.strip():
        raise DataError(_("{name} is empty; give a file with data").format(name=name))
    if not whole:
        text = text[: text.rfind("\n") + 1] or text
    style = sniff_format(text, name, usual_separator)
    source = replace(source, above=style.above)
    scan = scan_rows(source.chunks(), style, name)
    notes = []
    if encoding in ENCODING_NOTES:
        notes.append(_("read as {encoding}").format(encoding=ENCODING_NOTES[encoding]))
    if scan.tangled and style.quote:
        comments, quote = sorted(scan.tangled), style.quote
        separator, width = style.separator, style.width
        plain = without_odd_quotes([text.encode()], comments, quote, separator, width)
        text = b"".join(plain).decode()
        style = sniff_format(text, name, usual_separator)
        source = replace(
            source,
            above=style.above,
            comments=tuple(comments),
            quote=quote,
            separator=separator,
            width=width,
        )
        scan = scan_rows(source.chunks(), style, name)
    if scan.controls:
        notes.append(_control_note(scan, name))
        # Lines that hold nothing else are blank now, and names are clean.
        text = text.translate(dict.fromkeys(CONTROLS))
        style = sniff_format(text, name, usual_separator)
        source = replace(source, above=style.above, controls=True)
        scan = scan_rows(source.chunks(), style, name)
    return _open_scanned(name, source, style, scan, [*notes, *style.notes])


def _open_scanned(
    name: str, source: TextBytes, style: TextFormat, scan: Scan, notes: list[str]
) -> DataTable:
    comments = scan.comments(style.separator)
    unread = {*scan.blank, *(odd.number for odd in comments)}
    tail = [(n, r) for n, r in scan.tail if n >= style.name_lines]
    rowless = {*range(style.name_lines), *unread}
    odd = {odd.number for odd in scan.odd}
    table = TextTable(name, style.names, 0, source=source, style=style)

    def add(numbers: Sequence[int]) -> list[list[ColumnSums]]:
        return add_up(table.without({*rowless, *odd, *numbers}).batches())

    foot = find_foot(
        [(n, r) for n, r in tail if n not in unread or not r.filled],
        style.names,
        add,
    )
    left_out = rowless.union(foot.numbers)
    unequal = [odd for odd in scan.odd if odd.number not in left_out]
    if unequal:
        raise unequal_rows(unequal, style, name)
    rows = scan.records - len(left_out)
    if rows < 1:
        raise DataError(
            _(
                "{name} holds a line of column names and no rows; give a file with data"
            ).format(name=name)
        )
    last = max((n for n, r in tail if r.filled and n not in left_out), default=0)
    blank = sum(number < last for number in scan.blank)
    if comments:
        texts = [comments[0].text]
        notes.append(comment_note(len(comments), texts, style.separator))
    notes += joined_note(scan.joined)
    if blank:
        notes.append(
            ngettext(
                "{count} blank line is left out",
                "{count} blank lines are left out",
                blank,
            ).format(count=blank)
        )
    table = replace(
        table.without(left_out),
        rows=rows,
        notes=(*notes, *foot.notes),
        separator=style.separator,
        first_row=source.above + style.name_lines + 1,
        left_out=np.array(sorted(left_out), np.int64)[style.name_lines :]
        - style.name_lines,
    )
    if scan.size > HELD_BYTES:
        return table
    frame = pl.concat(list(table.batches()))
    return replace(FrameTable.of(frame, name), **table.about())


def _control_note(scan: Scan, name: str) -> str:
    if scan.controls > scan.size * MOST_CONTROLS:
        raise no_text(name)
    return ngettext(
        "{count} control character is left out, in line {line}",
        "{count} control characters are left out, the first in line {line}",
        scan.controls,
    ).format(count=scan.controls, line=scan.control_line)
