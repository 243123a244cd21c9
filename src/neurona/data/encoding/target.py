"""The target column: class numbers or numbers, and the rows that have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.columns.schema import Schema, settle_marks
from neurona.data.encoding.categories import category_numbers
from neurona.data.encoding.encoder import Surprises, read_values
from neurona.data.reading.read_words import as_texts
from neurona.data.sources.read import as_source
from neurona.data.sources.table import DataTable
from neurona.errors import DataError, unknown_name
from neurona.messages import _

__all__ = ["Target", "batch_target", "check_target", "read_target"]


@dataclass(frozen=True)
class Target:
    """What is to be predicted, in its own unit.

    Parameters
    ----------
    rows : ndarray, int64 (N,)
        Rows of the table, counted from 0, that have a target.
    y : ndarray
        Class numbers, int64 (N,); or numbers, float64 (N,), (N, k) for k targets.
    """

    rows: NDArray[np.int64]
    y: NDArray[Any]


def read_target(schema: Schema, source: Any) -> Target:
    """Target of every row that has one, in one pass over the target columns alone.

    Parameters
    ----------
    schema : Schema
    source : DataTable, path, frame, or mapping of names to arrays

    Raises
    ------
    DataError
        A target column is missing, a cell cannot be read, or a class is unknown.

    Notes
    -----
    This is what a split needs: ``target.rows[part]`` are rows in file order.

    Examples
    --------
    >>> from neurona.data.columns.schema import find_schema
    >>> data = {"size": [1.0, 2.5, 3.0, 4.5], "kind": ["b", None, "a", "b"]}
    >>> target = read_target(find_schema(data), data)
    >>> target.rows.tolist(), target.y.tolist()
    ([0, 2, 3], [1, 0, 1])
    """
    table = as_source(source)
    check_target(schema, table)
    schema = settle_marks(schema, table)
    rows, parts, first = [], [], 0
    numbers = schema.bare_numbers & set(schema.targets)
    for batch in table.with_numbers(numbers).batches(schema.targets):
        kept, y = batch_target(schema, batch, table, first)
        rows.append(first + np.flatnonzero(kept))
        parts.append(y[kept])
        first += batch.height
    return Target(np.concatenate(rows).astype(np.int64), np.concatenate(parts))


def check_target(schema: Schema, table: DataTable) -> None:
    """Raise a DataError when the table lacks a target column."""
    for name in schema.targets:
        if name not in table.columns:
            raise DataError(
                _("{table} lacks what was predicted: {reason}").format(
                    table=table.name,
                    reason=unknown_name(_("target column"), name, table.columns),
                )
            )


def batch_target(
    schema: Schema,
    batch: pl.DataFrame,
    table: DataTable,
    first_row: int,
    surprises: Surprises | None = None,
) -> tuple[NDArray[np.bool_], NDArray[Any]]:
    """Target of some rows, and which of them have one.

    Returns
    -------
    kept : ndarray, bool (N,)
    y : ndarray (N,) or (N, k)
        Class numbers, or numbers in their own unit; meaningless where not kept.
    """
    read = [
        read_values(
            schema.column(name),
            batch[name],
            table=table,
            first_row=first_row,
            dtype=schema.dtype,
            surprises=surprises,
        )
        for name in schema.targets
    ]
    if schema.task == "regression":
        y = np.column_stack([np.asarray(values) for values in read])
        kept = ~np.isnan(y).any(axis=1)
        return kept, y if len(read) > 1 else y[:, 0]
    values = read[0]
    if isinstance(values, pl.Series):
        found = category_numbers(values, schema.classes)
        numbers, missing = found.numbers, found.missing
        strange = (numbers < 0) & ~missing
        if surprises is not None:
            surprises.respelled[schema.targets[0]].update(found.respelled)
    else:
        known = np.asarray(schema.class_values)
        missing = np.isnan(values)
        numbers = np.searchsorted(known, values).clip(max=len(known) - 1)
        strange = ~missing & (known[numbers] != values)
    if strange.any():
        place = int(np.flatnonzero(strange)[0])
        (word,) = as_texts(batch[schema.targets[0]][place : place + 1])
        raise DataError(
            _(
                "{name} holds a class not seen in training in row {row}: {reason} "
                "({counting})"
            ).format(
                name=table.name,
                row=table.row_number(first_row + place),
                reason=unknown_name(_("class"), word, schema.classes),
                counting=table.counting,
            )
        )
    return ~missing, numbers
