"""Open a table: a file by its ending, or what is already in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from neurona.data.sources.columnar_table import open_folder
from neurona.data.sources.formats import open_file
from neurona.data.sources.in_memory import table_in_memory
from neurona.data.sources.place import split_place
from neurona.data.sources.table import DataTable
from neurona.data.sources.unpack import take_standard_input
from neurona.errors import OptionError, nearest_names
from neurona.messages import _

__all__ = ["STANDARD_INPUT", "as_source", "read_table"]

STANDARD_INPUT = "-"
"""How a person names what is piped in."""


def read_table(path: str | Path, *, columns: Sequence[str] | None = None) -> DataTable:
    r"""Table of a file, recognized by its ending.

    Parameters
    ----------
    path : str or Path
        Text with separated columns (``.csv``, ``.tsv``, ``.txt``), records (``.jsonl``,
        ``.json``), each also packed as ``.gz``; ``.parquet``, ``.arrow`` or
        ``.feather``, or a folder of ``.parquet`` files; a sheet of a workbook
        (``book.xlsx::Sheet``, also ``.xls`` and ``.ods``), a table or view of a SQLite
        database (``file.db::table``), a file of an archive (``file.zip::inner.csv``);
        or ``-`` for standard input.
    columns : sequence of str, optional
        The columns wanted; all of them when not given.

    Returns
    -------
    DataTable
        Its ``notes`` say what was noticed: encoding, separator, lines that are no rows.

    Raises
    ------
    OptionError
        There is no such file, part of it or column.
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
    table = _open(path)
    if columns is None:
        return table
    table.check_names(columns)
    return replace(table, columns=tuple(columns))


def _open(place: str | Path) -> DataTable:
    if str(place) == STANDARD_INPUT:
        return open_file(take_standard_input())
    path, part = split_place(place)
    if path.is_dir():
        return open_folder(path)
    if not path.exists():
        raise OptionError(_missing_file(path))
    return open_file(path, part)


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
    data : DataTable, path, or table in memory
        In memory: a polars, pandas or Arrow table, a mapping of names to arrays, a
        structured array, or a list of records.
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
    if isinstance(data, DataTable):
        return data
    if isinstance(data, str | Path):
        return read_table(data)
    return table_in_memory(data, name or _("the data"))
