"""Rows of a table as arrays of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.columns.column import Column
from neurona.data.columns.schema import Schema
from neurona.data.encoding.encoder import Surprises, Values, read_values
from neurona.data.sources.table import DataTable

__all__ = ["Encoded", "EncodedPiece", "Feature", "batch_values", "select_values"]


@dataclass(frozen=True)
class Feature:
    """One column of X: its name, and the column of the table it comes from."""

    name: str
    column: str


@dataclass(frozen=True)
class Encoded:
    """A table as arrays.

    Parameters
    ----------
    X : ndarray, float32 or float64 (N, d)
    y : ndarray or None
        Class numbers, int64 (N,); standardized numbers (N,), (N, k) for k targets;
        ``None`` when the target was not asked for.
    indices : ndarray, int64 (N, e)
        Category numbers of the e columns meant for embeddings.
    rows : ndarray, int64 (N,)
        Rows of the table, counted from 0, that these are.
    features : tuple of Feature
        Columns of X.
    notes : tuple of str
        What was noticed, in sentences.
    reading_notes : tuple of str
        Those of cells that are not written as the rest: what a schema says of them too.
    """

    X: NDArray[Any]
    y: NDArray[Any] | None
    indices: NDArray[np.int64]
    rows: NDArray[np.int64]
    features: tuple[Feature, ...]
    notes: tuple[str, ...]
    reading_notes: tuple[str, ...] = ()

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns of X."""
        return tuple(feature.name for feature in self.features)


@dataclass(frozen=True)
class EncodedPiece:
    """Rows of a table that follow each other, as arrays.

    Parameters
    ----------
    X, y, indices, rows
        As in :class:`Encoded`, of these rows alone.
    """

    X: NDArray[Any]
    y: NDArray[Any] | None
    indices: NDArray[np.int64]
    rows: NDArray[np.int64]


def batch_values(
    schema: Schema,
    column: Column,
    batch: pl.DataFrame,
    table: DataTable,
    first_row: int,
    surprises: Surprises | None = None,
) -> Values:
    """Values of one column in a batch of a table, read as the schema says."""
    return read_values(
        column,
        batch[column.name],
        table=table,
        first_row=first_row,
        dtype=schema.dtype,
        surprises=surprises,
    )


def select_values(values: Values, chosen: NDArray[np.bool_]) -> Values:
    """Values of the chosen rows."""
    if isinstance(values, np.ndarray):
        return values[chosen]
    return values.filter(chosen)
