"""Records within records: their parts as columns, what lies deeper as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from neurona.data.sources.table import list_cell
from neurona.errors import DataError
from neurona.messages import _, ngettext

__all__ = ["FlatNames", "flat_record", "nested_note", "plain_cell"]


def flat_record(record: Mapping[Any, Any], where: str) -> dict[str, Any]:
    """Record whose inner records are columns of their own, one level deep.

    Raises
    ------
    DataError
        Two values come under one name.

    Examples
    --------
    >>> flat_record({"x": 1, "at": {"city": "Lima", "zip": [1, 2]}}, "'a.json'")
    {'x': 1, 'at.city': 'Lima', 'at.zip': [1, 2]}
    """
    flat: dict[str, Any] = {}
    for key, value in record.items():
        inner = value if isinstance(value, Mapping) else {None: value}
        for part, cell in inner.items():
            name = str(key) if part is None else f"{key}.{part}"
            if name in flat:
                raise DataError(
                    _(
                        "two columns of {name} are called {column!r}; give each its "
                        "own name"
                    ).format(name=where, column=name)
                )
            flat[name] = cell
    return flat


class FlatNames:
    """Names of the columns of records, and which hold lists or records still.

    Examples
    --------
    >>> names = FlatNames()
    >>> for record in ({"x": None, "z": [[1]]}, {"x": {"y": 2}}):
    ...     _flat = names.add(record, "'a.json'")
    >>> names.columns, names.nested
    (('z', 'x.y'), ('z',))
    """

    def __init__(self) -> None:
        self.filled: dict[str, bool] = {}
        self.deep: dict[str, None] = {}
        self.inner: set[str] = set()

    def add(self, record: Mapping[Any, Any], where: str) -> dict[str, Any]:
        """Take in a record, and return it flat."""
        flat = flat_record(record, where)
        self.inner.update(str(k) for k, v in record.items() if isinstance(v, Mapping))
        for name, value in flat.items():
            self.filled[name] = self.filled.get(name, False) or value is not None
            if isinstance(list_cell(value), list | Mapping):
                self.deep[name] = None
        return flat

    @property
    def columns(self) -> tuple[str, ...]:
        """Every name; of a record that is missing in some rows, its parts alone."""
        return tuple(
            name
            for name, filled in self.filled.items()
            if filled or name not in self.inner
        )

    @property
    def nested(self) -> tuple[str, ...]:
        """Names of columns whose cells are read as their JSON text."""
        return tuple(self.deep)


def plain_cell(value: object) -> object:
    """Lists and records as JSON texts, other values as they are.

    Examples
    --------
    >>> plain_cell([1, {"é": None}]), plain_cell(["a", "b"]), plain_cell(3)
    ('[1, {"é": null}]', 'a|b', 3)
    """
    value = list_cell(value)
    if isinstance(value, list | Mapping):
        return json.dumps(value, ensure_ascii=False)
    return value


def nested_note(columns: Iterable[str]) -> list[str]:
    """Say which columns hold lists or records, if any do."""
    names = [repr(name) for name in columns]
    if not names:
        return []
    return [
        ngettext(
            "column {columns} holds lists or records, which are read as their JSON "
            "text; give their parts as columns, or leave it out with --columns",
            "columns {columns} hold lists or records, which are read as their JSON "
            "text; give their parts as columns, or leave them out with --columns",
            len(names),
        ).format(columns=", ".join(names))
    ]
