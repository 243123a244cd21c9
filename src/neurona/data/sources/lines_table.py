"""Tables in files with one JSON record on each line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from neurona.data.sources.nested import (
    FlatNames,
    flat_record,
    nested_note,
    plain_cell,
)
from neurona.data.sources.records import read_blocks, read_chunks, utf8_chunks
from neurona.data.sources.renamed_table import RenamedTable
from neurona.data.sources.table import BATCH_ROWS, DataTable, plain_column
from neurona.errors import DataError
from neurona.messages import _

__all__ = ["LinesTable", "open_lines"]

LINES_AT_ONCE = BATCH_ROWS // 8
"""Records parsed at a time: Python objects are larger than the columns they become."""


@dataclass(frozen=True)
class LinesTable(DataTable):
    """A file of JSON records, read anew each time its rows are asked for."""

    path: Path = Path()
    encoding: str = "utf-8"
    nested: tuple[str, ...] = ()

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of consecutive rows; a key that a record lacks is missing there."""
        records = _records(self.path, self.encoding)
        while part := [
            flat_record(record, self.name) for record in islice(records, LINES_AT_ONCE)
        ]:
            yield pl.DataFrame(
                [
                    plain_column(name, self._cells(name, part), self.name)
                    for name in columns or self.columns
                ]
            )

    def _cells(self, name: str, records: Sequence[dict[str, Any]]) -> list[Any]:
        cells = [record.get(name) for record in records]
        return [*map(plain_cell, cells)] if name in self.nested else cells


def _records(path: Path, encoding: str) -> Iterator[dict[str, Any]]:
    line = 0
    for block in read_blocks(utf8_chunks(path, encoding), None):
        for text in block.data.split(b"\n")[:-1]:
            line += 1
            if not text.strip():
                continue
            try:
                record = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise _bad_line(path, line) from error
            if not isinstance(record, dict):
                raise _bad_line(path, line)
            yield record


def _bad_line(path: Path, line: int) -> DataError:
    return DataError(
        _(
            "line {line} of {name} is not one JSON record; "
            'write each row as {{"column": value, …}} on its own line'
        ).format(line=line, name=repr(path.name))
    )


def open_lines(path: Path) -> DataTable:
    """Table of a ``.jsonl`` file, checked from its first to its last line.

    Raises
    ------
    DataError
        The file is empty, or a line is not one record.
    """
    name = repr(path.name)
    start = next(read_chunks(path), b"")
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if wide else "utf-8-sig"
    names = FlatNames()
    rows = 0
    try:
        for record in _records(path, encoding):
            names.add(record, name)
            rows += 1
    except UnicodeError as error:
        raise DataError(
            _("{name} is not a text file in UTF-8; save it as UTF-8").format(name=name)
        ) from error
    if not rows or not names.columns:
        raise DataError(_("{name} is empty; give a file with data").format(name=name))
    table = LinesTable(
        name,
        names.columns,
        rows,
        tuple(nested_note(names.nested)),
        path=path,
        encoding=encoding,
        nested=names.nested,
    )
    if "" not in table.columns:
        return table
    numbered = (column or f"column {i}" for i, column in enumerate(table.columns, 1))
    return RenamedTable(name, tuple(numbered), rows, **table.about(), inner=table)
