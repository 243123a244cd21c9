"""Tables in Parquet and Arrow files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from neurona.data.table import BATCH_ROWS, DataTable, check_dtypes, plain_frame
from neurona.errors import DataError
from neurona.messages import _

__all__ = ["ColumnarTable", "open_columnar"]

BROKEN_FILE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What polars raises on damaged bytes; a panic is no ordinary exception."""

ROWS_AT_ONCE = 4 * BATCH_ROWS
"""Rows taken from the file at a time: about one row group of a Parquet file."""


@dataclass(frozen=True)
class ColumnarTable(DataTable):
    """A Parquet or Arrow file, read in slices."""

    path: Path = Path()
    scan: Callable[[Path], pl.LazyFrame] = pl.scan_parquet

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of consecutive rows, in file order."""
        chosen = list(columns or self.columns)
        for first in range(0, self.rows, ROWS_AT_ONCE):
            try:
                frame = (
                    self.scan(self.path)
                    .select(chosen)
                    .slice(first, ROWS_AT_ONCE)
                    .collect()
                )
            except BROKEN_FILE as error:
                raise _broken(self.path) from error
            for batch in frame.iter_slices(BATCH_ROWS):
                yield plain_frame(batch)


def _broken(path: Path) -> DataError:
    return DataError(
        _(
            "{name} is not a whole {kind} file; "
            "it may have been cut short: copy or download it again"
        ).format(
            name=repr(path.name),
            kind="Parquet" if path.suffix.lower() == ".parquet" else "Arrow",
        )
    )


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
    parquet = path.suffix.lower() == ".parquet"
    scan: Callable[[Path], pl.LazyFrame] = pl.scan_parquet if parquet else pl.scan_ipc
    try:
        lazy = scan(path)
        schema = lazy.collect_schema()
        rows = int(lazy.select(pl.len()).collect().item())
    except BROKEN_FILE as error:
        raise _broken(path) from error
    check_dtypes(schema, name)
    if not rows or not schema:
        raise DataError(_("{name} has no rows").format(name=name))
    return ColumnarTable(name, tuple(schema), rows, path=path, scan=scan)
