"""Open a table: a file by its ending, or a frame already in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from neurona.data.columnar_table import open_columnar
from neurona.data.lines_table import open_lines
from neurona.data.table import DataTable, FrameTable, plain_column
from neurona.data.text_table import open_text
from neurona.errors import DataError, OptionError, nearest_names
from neurona.messages import _

__all__ = ["FILE_ENDINGS", "as_source", "read_table"]

SEPARATOR_OF = {".csv": ",", ".txt": ",", ".tsv": "\t"}
COLUMNAR = (".parquet", ".arrow", ".feather")
FILE_ENDINGS = (*SEPARATOR_OF, ".jsonl", *COLUMNAR)
"""Endings of the files that can be read; ``.gz`` may follow those of text files."""


def read_table(path: str | Path, *, columns: Sequence[str] | None = None) -> DataTable:
    r"""Table of a file, recognized by its ending.

    Parameters
    ----------
    path : str or Path
        A ``.csv``, ``.tsv``, ``.txt`` or ``.jsonl`` file, also packed as ``.gz``, or
        a ``.parquet``, ``.arrow`` or ``.feather`` file.
    columns : sequence of str, optional
        The columns wanted; all of them when not given.

    Returns
    -------
    DataTable
        Its ``notes`` say what was noticed: encoding, separator.

    Raises
    ------
    OptionError
        There is no such file or column.
    DataError
        The file cannot be read, or holds no table.

    Notes
    -----
    A text file is read once from end to end to be checked, and then as often as its
    rows are asked for, two megabytes at a time, unless it is small enough to be held.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "points.csv"
    ...     size = path.write_text("x;y\n1,5;2\n2,5;3\n")
    ...     table = read_table(path)
    >>> table.columns, table.rows
    (('x', 'y'), 2)
    >>> table.notes
    ("columns separated by ';'",)
    """
    path = Path(path)
    name = repr(path.name)
    if path.is_dir():
        raise DataError(_("{name} is a folder; give a file").format(name=name))
    if not path.exists():
        raise OptionError(_missing_file(path))
    table = _open(path, name)
    if columns is None:
        return table
    table.check_names(columns)
    return replace(table, columns=tuple(columns))


def _open(path: Path, name: str) -> DataTable:
    endings = [suffix.lower() for suffix in path.suffixes[-2:]]
    packed = endings[-1:] == [".gz"]
    ending = endings[-2] if packed and len(endings) > 1 else (endings or [""])[-1]
    if ending in SEPARATOR_OF:
        return open_text(path, SEPARATOR_OF[ending])
    if ending == ".jsonl":
        return open_lines(path)
    if ending in COLUMNAR and not packed:
        return open_columnar(path)
    raise DataError(
        _(
            "{name} has an ending that is not known; the known ones are {endings}, "
            "and .gz after those of text files"
        ).format(name=name, endings=", ".join(FILE_ENDINGS))
    )


def _missing_file(path: Path) -> str:
    siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    near = nearest_names(path.name, siblings, most=1)
    if near:
        return _("there is no file {path!r}; did you mean {near!r}?").format(
            path=str(path), near=near[0]
        )
    return _("there is no file {path!r}; check the name").format(path=str(path))


def as_source(data: Any, name: str | None = None) -> DataTable:
    """Table of anything that holds named columns.

    Parameters
    ----------
    data : DataTable, path, polars or pandas frame, or mapping of names to arrays
    name : str, optional
        What messages call it; "the data" when not given.

    Raises
    ------
    DataError
        It has no rows, columns of unequal length, or values that are no data.
    OptionError
        It is nothing of the kinds above.

    Examples
    --------
    >>> as_source({"x": [1.0, 2.0], "y": ["a", "b"]}).columns
    ('x', 'y')
    """
    name = name or _("the data")
    if isinstance(data, DataTable):
        return data
    if isinstance(data, str | Path):
        return read_table(data)
    if isinstance(data, pl.LazyFrame):
        data = data.collect()
    if isinstance(data, pl.DataFrame):
        return FrameTable.of(data, name)
    if isinstance(data, Mapping):
        named = {str(key): _flat(values) for key, values in data.items()}
    elif hasattr(data, "columns") and hasattr(data, "isna"):
        if not data.columns.is_unique:
            raise DataError(_("two columns of {name} bear one name").format(name=name))
        named = {str(key): _pandas_column(data[key]) for key in data.columns}
    else:
        raise OptionError(
            _(
                "{kind} is no table; give a file, a frame, "
                "or a mapping of names to arrays"
            ).format(kind=type(data).__name__)
        )
    if any(values.ndim != 1 for values in named.values()):
        raise DataError(_("each column of {name} must be flat").format(name=name))
    if len({len(values) for values in named.values()}) > 1:
        raise DataError(_("the columns of {name} differ in length").format(name=name))
    series = [_series(key, values, name) for key, values in named.items()]
    return FrameTable.of(pl.DataFrame(series), name)


def _flat(values: Any) -> np.ndarray[Any, Any]:
    if isinstance(values, np.ndarray):
        return values
    # One element at a time: NumPy would turn a mixed list into texts, None included.
    values = list(values)
    flat = np.empty(len(values), dtype=object)
    flat[:] = values
    return flat


def _pandas_column(column: Any) -> np.ndarray[Any, Any]:
    missing = column.isna().to_numpy()
    values: np.ndarray[Any, Any] = column.to_numpy()
    if values.dtype != object:
        return values
    values = values.copy()
    values[missing] = None
    return values


def _series(name: str, values: np.ndarray[Any, Any], where: str) -> pl.Series:
    if values.dtype.kind in "biufM":
        return pl.Series(name, values)
    return plain_column(name, values.tolist(), where)
