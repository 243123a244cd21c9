"""How each column of a table would be read, before anything is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.data.columns.asked_kinds import word_of
from neurona.data.columns.column import Column
from neurona.data.columns.schema import Schema, find_columns, find_schema
from neurona.data.columns.schema_file import write_schema_file
from neurona.data.reading.plain_days import plain_days
from neurona.data.reading.read_numbers import number_word
from neurona.data.reading.read_words import as_texts
from neurona.data.reading.reading import MARKS, CellReading
from neurona.data.reading.ways import WAYS, read_cells
from neurona.data.sources.ragged import in_short
from neurona.data.sources.table import DataTable
from neurona.errors import DataError
from neurona.messages import _
from neurona.table.options import TrainOptions
from neurona.table.source import open_source

__all__ = ["ColumnsRead", "read_columns_of"]

EXAMPLE = 30
"""Letters of an example that are shown."""


@dataclass(frozen=True)
class ColumnsRead:
    """The columns of a table as they would be read.

    Parameters
    ----------
    columns : tuple of Column
    examples : mapping of str to (str, str)
        The first cell of a column that holds a value, and what it is read as.
    schema : Schema or None
        ``None`` where nothing can be learned from the table.
    notes : tuple of str
    """

    columns: tuple[Column, ...]
    examples: Mapping[str, tuple[str, str]]
    schema: Schema | None
    notes: tuple[str, ...]

    def expected(self, column: Column) -> str:
        """What the cells of a column are taken for."""
        return WAYS[column.reading.kind].expected(column.reading)

    def shown_example(self, column: Column) -> str:
        """A cell, and what it is read as where that is something else."""
        text, value = self.examples.get(column.name, ("", ""))
        shown = in_short(text, EXAMPLE)
        return (
            shown if text.strip() == value else f"{shown} → {in_short(value, EXAMPLE)}"
        )

    def choices(self) -> list[str]:
        """The target and the task, with their reasons."""
        if self.schema is None:
            return []
        schema = self.schema
        tasks = {"classification": _("classification"), "regression": _("regression")}
        return [
            _("target: {names} ({reason})").format(
                names=", ".join(schema.targets), reason=schema.target_reason
            ),
            _("task: {task} ({reason})").format(
                task=tasks[schema.task], reason=schema.task_reason
            ),
        ]

    def schema_file(self) -> str:
        """Text of a schema file that says the same."""
        examples = {
            name: in_short(text, EXAMPLE)
            for name, (text, _value) in self.examples.items()
        }
        targets = self.schema.targets if self.schema else ()
        task = self.schema.task if self.schema else None
        return write_schema_file(self.columns, targets, task, examples)

    def to_json(self) -> dict[str, Any]:
        """Record of plain values."""
        return {
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind,
                    "ask": word_of(column),
                    "role": column.role,
                    "read_as": self.expected(column),
                    "example": list(self.examples.get(column.name, ())),
                    "missing": column.missing,
                    "distinct": column.distinct,
                    "reason": column.reason,
                }
                for column in self.columns
            ],
            "target": list(self.schema.targets) if self.schema else [],
            "task": self.schema.task if self.schema else None,
            "notes": list(self.notes),
        }


def read_columns_of(data: Any, options: TrainOptions) -> ColumnsRead:
    """Columns of a table as a training run with these options would read them.

    Parameters
    ----------
    data : path, name of a bundled set, or table in memory
    options : TrainOptions
        Its target, task, columns, schema and missing count.

    Raises
    ------
    DataError
        The table cannot be read, or a column is not of the kind that was asked for.
    OptionError
        A column, kind or target that was asked for does not exist.

    Examples
    --------
    >>> data = {"price": ["1,5 €", "2,25 €", "3 €"], "kind": list("aba")}
    >>> found = read_columns_of(data, TrainOptions())
    >>> [found.shown_example(column) for column in found.columns]
    ['1,5 € → 1.5', 'a']
    """
    source = open_source(data, seed=options.seed)
    table, told = source.table, options.told()
    target: Any = list(told.target) or source.target
    if isinstance(target, list) and len(target) == 1:
        target = target[0]
    task = told.task or "auto"
    if target == source.target and task == "auto":
        task = source.task or "auto"
    try:
        schema = find_schema(
            table,
            target,
            task,
            dtype=options.dtype,
            missing=told.missing,
            columns=told.columns,
        )
        columns, notes = schema.columns, schema.notes
    except DataError as error:
        marks = MARKS if told.missing is None else told.missing
        _profiles, found = find_columns(table, tuple(marks), told.columns)
        schema, columns = None, tuple(found.values())
        notes = (*table.notes, str(error))
    readings = {column.name: column.reading for column in columns}
    return ColumnsRead(columns, _examples(table, readings), schema, notes)


def _examples(
    table: DataTable, readings: Mapping[str, CellReading]
) -> dict[str, tuple[str, str]]:
    """First cell of each column that holds a value, and what it is read as."""
    found: dict[str, tuple[str, str]] = {}
    for batch in table.batches():
        for name in readings.keys() - found.keys():
            values = plain_days(read_cells(batch[name], readings[name]).values)
            present = (
                ~np.isnan(values)
                if isinstance(values, np.ndarray)
                else values.is_not_null().to_numpy()
            )
            if present.any():
                place = int(np.argmax(present))
                (text,) = as_texts(batch[name][place : place + 1])
                found[name] = (text, _shown(values[place]))
        if len(found) == len(readings):
            break
    return found


def _shown(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return number_word(float(value))
    return str(value)
