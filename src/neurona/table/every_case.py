"""Tables that hold every case there can be, such as those of AND, OR and XOR."""

from __future__ import annotations

import polars as pl

from neurona.data.columns.column import Column
from neurona.data.columns.schema import Schema
from neurona.data.sources.table import DataTable

__all__ = ["holds_every_case"]


def holds_every_case(schema: Schema, table: DataTable) -> bool:
    """Whether a table is a full truth table: each case once, each column of two values.

    What is held out of such a table is no sample of others to come, and what is left
    does not say what it was.

    Examples
    --------
    >>> from neurona.data.sources.read import as_source
    >>> from neurona.data.columns.schema import find_schema
    >>> table = as_source({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "y": [0, 0, 0, 1]})
    >>> holds_every_case(find_schema(table), table)
    True
    """
    inputs = [column.name for column in schema.inputs]
    known = [*schema.inputs, *map(schema.column, schema.targets)]
    if schema.rows != 2 ** len(inputs) or not all(map(has_two_values, known)):
        return False
    rows = pl.concat([batch.select(inputs) for batch in table.batches(inputs)])
    return not rows.is_duplicated().any()


def has_two_values(column: Column) -> bool:
    return column.distinct == 2 and not column.missing
