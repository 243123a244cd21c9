"""The formats of files that can be read, and what opens each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from neurona.data.sources.columnar_table import open_columnar
from neurona.data.sources.json_table import open_json
from neurona.data.sources.lines_table import open_lines
from neurona.data.sources.table import DataTable
from neurona.data.sources.text_table import open_text
from neurona.data.sources.unpack import unpack_member
from neurona.data.sources.workbook_table import open_workbook
from neurona.errors import DataError, OptionError
from neurona.messages import _

__all__ = ["FILE_ENDINGS", "FORMATS", "Format", "open_file"]


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Parameters
    ----------
    endings : tuple of str
    open : callable
        From the path, and the part that was asked for after ``::``, to a table.
    has_parts : bool
        Whether such a file may hold several tables, of which ``::`` chooses one.
    packed : bool
        Whether ``.gz`` may follow the ending.
    """

    endings: tuple[str, ...]
    open: Callable[[Path, str | None], DataTable]
    has_parts: bool = False
    packed: bool = False


def _open_text(path: Path, _part: str | None, separator: str) -> DataTable:
    return open_text(path, separator)


def _open_database(path: Path, part: str | None) -> DataTable:
    # SQLite is loaded by who reads a database.
    from neurona.data.sources.database_table import open_database

    return open_database(path, part)


def _open_archive(path: Path, part: str | None) -> DataTable:
    member, _mark, rest = (part or "").partition("::")
    inside, notes = unpack_member(path, member or None, UNPACKED)
    table = open_file(inside, rest or None)
    return replace(table, notes=(*notes, *table.notes))


FORMATS = (
    Format((".csv", ".txt"), partial(_open_text, separator=","), packed=True),
    Format((".tsv", ".tab"), partial(_open_text, separator="\t"), packed=True),
    Format((".jsonl", ".ndjson"), lambda path, _part: open_lines(path), packed=True),
    Format((".json",), lambda path, _part: open_json(path), packed=True),
    Format((".parquet", ".arrow", ".feather"), lambda path, _part: open_columnar(path)),
    Format((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), open_workbook, has_parts=True),
    Format((".db", ".sqlite", ".sqlite3"), _open_database, has_parts=True),
    Format((".zip",), _open_archive, has_parts=True),
)

FILE_ENDINGS = tuple(ending for known in FORMATS for ending in known.endings)
"""Endings of the files that can be read; ``.gz`` may follow those of text files."""

UNPACKED = (*(ending for ending in FILE_ENDINGS if ending != ".zip"), ".gz")


def open_file(path: Path, part: str | None = None) -> DataTable:
    """Table of a file, recognized by its ending.

    Parameters
    ----------
    path : Path
    part : str or None
        Which of its tables: a sheet, a table of a database, a file of an archive.

    Raises
    ------
    OptionError
        There is no such part.
    DataError
        The ending is not known, or the file cannot be read.
    """
    endings = [suffix.lower() for suffix in path.suffixes[-2:]]
    packed = endings[-1:] == [".gz"]
    ending = endings[-2] if packed and len(endings) > 1 else (endings or [""])[-1]
    for known in FORMATS:
        if ending in known.endings and known.packed >= packed:
            if part is not None and not known.has_parts:
                raise OptionError(
                    _("{name} holds a single table: leave ::{part} out").format(
                        name=repr(path.name), part=part
                    )
                )
            return known.open(path, part)
    raise DataError(
        _(
            "{name} has an ending that is not known; the known ones are {endings}, "
            "and .gz after those of text files"
        ).format(name=repr(path.name), endings=", ".join(FILE_ENDINGS))
    )
