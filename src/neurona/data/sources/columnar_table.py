"""Tables in Parquet and Arrow files, and in folders of Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl
from polars.selectors import by_name

from neurona.data.sources.table import BATCH_ROWS, DataTable, check_dtypes, plain_frame
from neurona.errors import DataError
from neurona.messages import _, ngettext

__all__ = ["ColumnarTable", "open_columnar", "open_folder"]

BROKEN_FILE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What polars raises on damaged bytes; a panic is no ordinary exception."""

ROWS_AT_ONCE = 4 * BATCH_ROWS
"""Rows taken from the file at a time: about one row group of a Parquet file."""


@dataclass(frozen=True)
class ColumnarTable(DataTable):
    """A Parquet or Arrow file, or a folder of Parquet files, read in slices."""

    scan: Callable[[], pl.LazyFrame] | None = None
    kind: str = "Parquet"

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of consecutive rows, in file order."""
        assert self.scan is not None
        # By name alone: "*" and "^…$" would stand for other columns.
        chosen = by_name(*(columns or self.columns))
        for first in range(0, self.rows, ROWS_AT_ONCE):
            try:
                frame = self.scan().select(chosen).slice(first, ROWS_AT_ONCE).collect()
            except BROKEN_FILE as error:
                raise _broken(self.name, self.kind) from error
            for batch in frame.iter_slices(BATCH_ROWS):
                yield plain_frame(batch)


def open_columnar(path: Path) -> DataTable:
    """Table of a ``.parquet``, ``.arrow`` or ``.feather`` file.

    Raises
    ------
    DataError
        The file is broken, has no rows, or a column holds lists, records or bytes.
    """
    name = repr(path.name)
    if not path.stat().st_size:
        raise DataError(_("{name} is empty; give a file with data").format(name=name))
    if path.suffix.lower() == ".parquet":
        return _open(name, partial(pl.scan_parquet, path), "Parquet")
    return _open(name, partial(pl.scan_ipc, path), "Arrow")


def open_folder(folder: Path) -> DataTable:
    """Table of the ``.parquet`` files in a folder and the folders inside it, by name.

    Folders called such as ``year=2024`` make a column ``year``, as other programs
    write it.

    Raises
    ------
    DataError
        There is no such file, one of them is broken, or their columns differ.
    """
    name = repr(folder.name or str(folder))
    files = sorted(path for path in folder.rglob("*.parquet") if path.is_file())
    if not files:
        raise DataError(
            _(
                "{name} is a folder without .parquet files; give a file, or a folder "
                "of .parquet files"
            ).format(name=name)
        )
    parts = [{*path.relative_to(folder).parent.parts} for path in files]
    partitioned = all(any("=" in part for part in inner) for inner in parts)
    first = _columns(files[0])
    for path in files[1:]:
        if (columns := _columns(path)) != first:
            differing = sorted({*columns} ^ {*first})
            raise DataError(
                _(
                    "the files of {name} have different columns: {path} and {first} "
                    "differ in {columns}"
                ).format(
                    name=name,
                    path=repr(path.name),
                    first=repr(files[0].name),
                    columns=", ".join(map(repr, differing)) or _("their order"),
                )
            )
    scan = partial(pl.scan_parquet, files, hive_partitioning=partitioned)
    table = _open(name, scan, "Parquet")
    note = ngettext(
        "{count} Parquet file is read", "{count} Parquet files are read", len(files)
    )
    return replace(table, notes=(note.format(count=len(files)),))


def _columns(path: Path) -> list[str]:
    try:
        return list(pl.read_parquet_schema(path))
    except BROKEN_FILE as error:
        raise _broken(repr(path.name), "Parquet") from error


def _open(name: str, scan: Callable[[], pl.LazyFrame], kind: str) -> DataTable:
    try:
        lazy = scan()
        schema = lazy.collect_schema()
        rows = int(lazy.select(pl.len()).collect().item())
    except BROKEN_FILE as error:
        raise _broken(name, kind) from error
    check_dtypes(schema, name)
    if not rows or not schema:
        raise DataError(_("{name} has no rows").format(name=name))
    return ColumnarTable(name, tuple(schema), rows, scan=scan, kind=kind)


def _broken(name: str, kind: str) -> DataError:
    return DataError(
        _(
            "{name} is not a whole {kind} file; "
            "it may have been cut short: copy or download it again"
        ).format(name=name, kind=kind)
    )
