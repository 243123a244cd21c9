"""Tables in JSON files: records, columns, or columns and rows apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from neurona.data.sources.in_memory import table_in_memory
from neurona.data.sources.lines_table import open_lines
from neurona.data.sources.nested import FlatNames, nested_note, plain_cell
from neurona.data.sources.records import read_chunks
from neurona.data.sources.table import DataTable, list_cell
from neurona.errors import DataError
from neurona.messages import _

__all__ = ["open_json"]


def open_json(path: Path) -> DataTable:
    """Table of a ``.json`` file.

    Parameters
    ----------
    path : Path
        Of a list of records, or an object that holds one such list; an object of
        columns (lists, or objects by row); or ``columns`` and ``data`` apart, as pandas
        writes them. A file with one record on each line is read as ``.jsonl``. A record
        within a record gives a column for each of its parts, ``address.city``; what
        lies deeper is read as its JSON text, with a note.

    Raises
    ------
    DataError
        The file is empty, broken, or holds no table.
    """
    name = repr(path.name)
    content = b"".join(read_chunks(path))
    if not content.strip():
        raise DataError(_("{name} is empty; give a file with data").format(name=name))
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        first = content.lstrip().partition(b"\n")[0]
        if first.startswith(b"{") and first.rstrip().endswith(b"}"):
            return open_lines(path)
        raise DataError(
            _("{name} is no JSON: {reason}; it may have been cut short").format(
                name=name, reason=error
            )
        ) from error
    columns = _columns(found)
    if columns is None:
        raise DataError(
            _(
                "{name} holds no table that is understood: give a list of records, "
                'such as [{{"x": 1, "y": 2}}, …], or columns, such as '
                '{{"x": [1, …], "y": [2, …]}}'
            ).format(name=name)
        )
    if isinstance(columns, list):
        names = FlatNames()
        records = [names.add(record, name) for record in columns]
        nested = names.nested
        columns = {
            column: [record.get(column) for record in records]
            for column in names.columns
        }
    else:
        nested = tuple(
            str(column)
            for column, cells in columns.items()
            if any(isinstance(list_cell(cell), list | Mapping) for cell in cells)
        )
    for column in nested:
        columns[column] = [plain_cell(cell) for cell in columns[column]]
    table = table_in_memory(columns, name)
    return replace(table, notes=(*table.notes, *nested_note(nested)))


def _columns(found: Any) -> Any:
    """Records or columns, as a table in memory is given; ``None`` for neither."""
    if _is_records(found):
        return found
    if not isinstance(found, Mapping) or not found:
        return None
    names, rows = found.get("columns"), found.get("data")
    if isinstance(names, list) and isinstance(rows, list) and _are_rows(rows, names):
        return {
            str(key): list(cells)
            for key, cells in zip(names, zip(*rows, strict=True), strict=True)
        }
    inner = [value for value in found.values() if _is_records(value)]
    if inner:
        return inner[0] if len(inner) == 1 else None
    values = list(found.values())
    if all(isinstance(value, list) for value in values):
        return found
    if all(isinstance(value, Mapping) for value in values):
        rows = dict.fromkeys(key for value in values for key in value)
        return {name: [value.get(row) for row in rows] for name, value in found.items()}
    return None


def _is_records(found: Any) -> bool:
    return (
        isinstance(found, list)
        and bool(found)
        and all(isinstance(record, dict) for record in found)
    )


def _are_rows(rows: list[Any], names: list[Any]) -> bool:
    return bool(rows) and all(
        isinstance(row, list) and len(row) == len(names) for row in rows
    )
