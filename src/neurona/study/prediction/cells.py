"""Cells of a table as a person reads them, and as values to sort."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from neurona.arrays import Array
from neurona.data.columns.schema import settle_marks
from neurona.data.encoding.encoded import batch_values, select_values
from neurona.data.encoding.encoder import Values
from neurona.data.sources.table import DataTable
from neurona.messages import _
from neurona.table.model import TableModel

__all__ = ["cells_of_row", "show_cell", "values_of_rows"]


def cells_of_row(model: TableModel, table: DataTable, row: int) -> dict[str, str]:
    """Cells of one row, by the columns that the model reads."""
    names = [column.name for column in model.encoders.schema.inputs]
    first = 0
    for batch in table.batches(names):
        if row < first + batch.height:
            return {name: show_cell(batch[name][row - first]) for name in names}
        first += batch.height
    raise IndexError(row)


def values_of_rows(
    model: TableModel, table: DataTable, rows: Array
) -> dict[str, Values]:
    """Values of some rows, by the columns that the model reads, as it reads them.

    Parameters
    ----------
    rows : int array
        Of the table, ascending.
    """
    schema = settle_marks(model.encoders.schema, table)
    names = [column.name for column in schema.inputs]
    found: dict[str, list[Values]] = {name: [] for name in names}
    first = 0
    for batch in table.batches(names):
        chosen = np.zeros(batch.height, bool)
        chosen[rows[(rows >= first) & (rows < first + batch.height)] - first] = True
        for column in schema.inputs:
            values = batch_values(schema, column, batch, table, first)
            found[column.name].append(select_values(values, chosen))
        first += batch.height
    return {name: joined(parts) for name, parts in found.items()}


def joined(parts: list[Values]) -> Values:
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return pl.concat([p for p in parts if isinstance(p, pl.Series)])


def show_cell(cell: Any) -> str:
    """Cell in a few words.

    Examples
    --------
    >>> show_cell(5.0), show_cell("Rome"), show_cell(0.1 + 0.2)
    ('5', 'Rome', '0.3')
    """
    if cell is None or cell != cell:
        return _("missing")
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return str(cell).removesuffix(" 00:00:00")
