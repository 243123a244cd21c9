"""Tables in text files with separated columns."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from neurona.data.records import (
    CHUNK_BYTES,
    count_fields,
    read_blocks,
    read_chunks,
    record_ends,
    utf8_chunks,
)
from neurona.data.sniff import TextFormat, encodings_to_try, sniff_format
from neurona.data.table import DataTable, FrameTable
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
class TextTable(DataTable):
    """A text file whose rows are read anew each time they are asked for."""

    path: Path = Path()
    encoding: str = "utf-8"
    mac_lines: bool = False
    blank_lines: bool = False
    style: TextFormat | None = None

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of consecutive rows, every column as text."""
        assert self.style is not None
        chunks = utf8_chunks(self.path, self.encoding, self.mac_lines)
        rows = 0
        for block in _data_blocks(chunks, self.style, self.blank_lines):
            try:
                frame = pl.read_csv(
                    block,
                    has_header=False,
                    new_columns=list(self.style.names),
                    separator=self.style.separator,
                    quote_char=self.style.quote,
                    infer_schema=False,
                )
            except pl.exceptions.PolarsError as error:
                raise DataError(
                    _(
                        "the quotes of {name} are out of order somewhere after row "
                        "{row}: a quote must open and close a whole cell"
                    ).format(name=self.name, row=rows)
                ) from error
            rows += frame.height
            yield frame.select(list(columns or self.columns))


def _data_blocks(
    chunks: Iterator[bytes], style: TextFormat, blank_lines: bool
) -> Iterator[bytes]:
    names_ahead = style.header
    for whole in read_blocks(chunks, style.quote):
        block = _without_blank_lines(whole, style) if blank_lines else whole
        if names_ahead and block:
            block = block[int(record_ends(block, style.quote)[0]) + 1 :]
            names_ahead = False
        if block:
            yield block


def _without_blank_lines(block: bytes, style: TextFormat) -> bytes:
    ends = record_ends(block, style.quote)
    starts = np.concatenate([[0], ends[:-1] + 1])
    records = [block[a : b + 1] for a, b in zip(starts, ends, strict=True)]
    return b"".join(record for record in records if record.strip(b" \r\n"))


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
    text = text.replace("\r", "\n") if mac_lines else text
    if not text.strip():
        raise DataError(_("{name} is empty; give a file with data").format(name=name))
    if not whole:
        text = text[: text.rfind("\n") + 1] or text
    style = sniff_format(text, name, usual_separator)
    rows, size, blank_lines = _check_rows(path, encoding, mac_lines, style)
    notes = style.notes
    if encoding in ENCODING_NOTES:
        note = _("read as {encoding}").format(encoding=ENCODING_NOTES[encoding])
        notes = (note, *notes)
    table = TextTable(
        name,
        style.names,
        rows,
        notes,
        style.separator,
        1 + style.header,
        path=path,
        encoding=encoding,
        mac_lines=mac_lines,
        blank_lines=blank_lines,
        style=style,
    )
    if size > HELD_BYTES:
        return table
    frame = pl.concat(list(table.batches()))
    return FrameTable.of(frame, name, notes, style.separator, 1 + style.header)


def _check_rows(
    path: Path, encoding: str, mac_lines: bool, style: TextFormat
) -> tuple[int, int, bool]:
    """Count rows and bytes, look for blank lines; raise for rows of unequal length.

    In a single column an empty line is a missing value, elsewhere it is nothing.
    """
    name = repr(path.name)
    rows, size, line, blank_lines = 0, 0, 1, False
    chunks = utf8_chunks(path, encoding, mac_lines)
    for block in read_blocks(chunks, style.quote):
        if b"\0" in block:
            raise DataError(
                _(
                    "{name} is not a text file: it holds bytes that no text holds; "
                    "save it as CSV, or give it the ending of what it is"
                ).format(name=name)
            )
        ends = record_ends(block, style.quote)
        if not len(ends):
            raise DataError(
                _(
                    "a quote opened in line {line} of {name} is never closed; "
                    "close it or remove it"
                ).format(line=line, name=name)
            )
        counts = count_fields(block, ends, style.separator, style.quote)
        starts = np.concatenate([[0], ends[:-1] + 1])
        rows += len(ends)
        for index in np.flatnonzero(counts != len(style.names)):
            if not block[starts[index] : ends[index]].strip(b" \r\n"):
                rows -= 1
                blank_lines = True
                continue
            raise DataError(
                ngettext(
                    "line {line} of {name} has {found} column where the first line "
                    "has {expected}; correct that line",
                    "line {line} of {name} has {found} columns where the first line "
                    "has {expected}; correct that line",
                    int(counts[index]),
                ).format(
                    line=line + block.count(b"\n", 0, int(starts[index])),
                    name=name,
                    found=int(counts[index]),
                    expected=len(style.names),
                )
            )
        size += len(block)
        line += block.count(b"\n")
    rows -= style.header
    if not rows:
        raise DataError(
            _(
                "{name} holds a line of column names and no rows; give a file with data"
            ).format(name=name)
        )
    return rows, size, blank_lines
