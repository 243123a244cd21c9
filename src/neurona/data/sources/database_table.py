"""Tables and views of SQLite databases."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from neurona.data.sources.table import BATCH_ROWS, DataTable, plain_column
from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _

__all__ = ["DatabaseTable", "open_database"]

ROWS_AT_ONCE = BATCH_ROWS // 8
"""Rows taken at a time: Python objects are larger than the columns they become."""


@dataclass(frozen=True)
class DatabaseTable(DataTable):
    """A table or view of a database, read anew each time its rows are asked for."""

    path: Path = Path()
    table: str = ""

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of consecutive rows, in the order in which the database gives them."""
        names = list(columns or self.columns)
        chosen = ", ".join(map(_quoted, names))
        try:
            with closing(_connect(self.path)) as database:
                cursor = database.execute(f"SELECT {chosen} FROM {_quoted(self.table)}")
                while rows := cursor.fetchmany(ROWS_AT_ONCE):
                    cells = zip(*rows, strict=True)
                    yield pl.DataFrame(
                        [
                            plain_column(name, values, self.name)
                            for name, values in zip(names, cells, strict=True)
                        ]
                    )
        except sqlite3.Error as error:
            raise _unreadable(self.path, error) from error


def open_database(path: Path, table: str | None) -> DataTable:
    """Table or view of a SQLite file.

    Parameters
    ----------
    path : Path
    table : str or None
        ``None`` where there is only one.

    Raises
    ------
    OptionError
        There is no such table, or none was chosen of several.
    DataError
        The file is no database, or the table has no rows.
    """
    try:
        with closing(_connect(path)) as database:
            found = database.execute(
                "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') "
                "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
            ).fetchall()
            table = _chosen(path, table, found)
            names = database.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0")
            columns = tuple(column[0] for column in names.description)
            count = database.execute(f"SELECT COUNT(*) FROM {_quoted(table)}")
            rows = int(count.fetchone()[0])
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error
    name = repr(f"{path.name}::{table}")
    if not rows:
        raise DataError(_("{name} has no rows").format(name=name))
    return DatabaseTable(name, columns, rows, path=path, table=table)


def _chosen(path: Path, table: str | None, found: list[tuple[str, str]]) -> str:
    names = [name for name, _kind in found]
    if table is not None:
        if table not in names:
            raise OptionError(unknown_name(_("table"), table, names))
        return table
    tables = [name for name, kind in found if kind == "table"] or names
    if not tables:
        raise DataError(_("{name} holds no tables").format(name=repr(path.name)))
    if len(tables) > 1:
        raise OptionError(
            _(
                "{name} holds several tables: {tables}; choose one, such as {example}"
            ).format(
                name=repr(path.name),
                tables=", ".join(names),
                example=shlex.quote(f"{path.name}::{tables[0]}"),
            )
        )
    return tables[0]


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _unreadable(path: Path, error: sqlite3.Error) -> DataError:
    return DataError(
        _("{name} cannot be read as a SQLite database: {reason}").format(
            name=repr(path.name), reason=error
        )
    )
