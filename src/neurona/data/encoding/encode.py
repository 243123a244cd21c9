"""Fit the encoders of a table on its training rows alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from neurona.data.columns.column import Column
from neurona.data.columns.schema import Schema
from neurona.data.encoding.categories import CategoryFitter
from neurona.data.encoding.cycles import CycleFitter
from neurona.data.encoding.dates import DateFitter
from neurona.data.encoding.encoded import Encoded, batch_values, select_values
from neurona.data.encoding.encoder import Fitter
from neurona.data.encoding.encoders import Encoders
from neurona.data.encoding.flags import FlagFitter
from neurona.data.encoding.lists import ListFitter
from neurona.data.encoding.numbers import NumberFitter
from neurona.data.encoding.target import batch_target
from neurona.data.encoding.text import TextFitter
from neurona.data.moments import Moments
from neurona.data.sources.read import as_source
from neurona.errors import DataError, OptionError
from neurona.messages import _

__all__ = ["Encoded", "Encoders", "fit_encoders"]

FITTERS: Mapping[str, Callable[[Column], Fitter]] = MappingProxyType(
    {
        "boolean": FlagFitter,
        "date": DateFitter,
        "cycle": CycleFitter,
        "flags": ListFitter,
        "text": TextFitter,
    }
)
"""What is gathered of a column, by its kind; numbers and categories apart."""


def fit_encoders(
    schema: Schema,
    source: Any,
    train_rows: NDArray[Any] | None = None,
    *,
    categories: Literal["one_hot", "embedding"] = "one_hot",
) -> Encoders:
    """Encoders for the inputs and the target, fitted on the training rows alone.

    Parameters
    ----------
    schema : Schema
    source : DataTable, path, frame, or mapping of names to arrays
        The table of the schema.
    train_rows : ndarray, optional
        Rows of the table in file order: a boolean for each, or their numbers from 0;
        all of them when not given. Rows without a target teach nothing.
    categories : {"one_hot", "embedding"}
        Whether a category becomes features or the index of an embedding.

    Raises
    ------
    DataError
        There are no training rows, or a cell is not what its column holds.
    OptionError
        ``train_rows`` does not fit the table, or ``categories`` is unknown.

    Examples
    --------
    >>> from neurona.data.columns.schema import find_schema
    >>> data = {"size": [1, 3, 5.5, 1.5], "ripe": list("nyny"), "kind": list("abab")}
    >>> encoders = fit_encoders(find_schema(data), data, np.array([0, 1]))
    >>> encoded = encoders.transform(data)
    >>> encoded.feature_names
    ('size', 'ripe')
    >>> encoded.X.tolist(), encoded.y.tolist()
    ([[-1.0, 0.0], [1.0, 1.0], [3.5, 0.0], [-0.5, 1.0]], [0, 1, 0, 1])
    """
    if categories not in ("one_hot", "embedding"):
        raise OptionError(
            _("categories are encoded as one_hot or embedding, not {name!r}").format(
                name=categories
            )
        )
    table = as_source(source)
    chosen = _row_mask(train_rows, table.rows)
    fitters: list[Fitter] = [
        CategoryFitter(column, categories == "embedding")
        if column.kind == "categorical"
        else FITTERS.get(column.kind, NumberFitter)(column)
        for column in schema.inputs
    ]
    moments = [
        Moments.for_range(column.low or 0.0, column.high or 0.0)
        for column in map(schema.column, schema.targets)
        if schema.task == "regression"
    ]
    names = [column.name for column in schema.inputs]
    first = trained = 0
    parsed = table.with_numbers(schema.bare_numbers)
    for batch in parsed.batches([*names, *schema.targets]):
        kept, y = batch_target(schema, batch, table, first)
        kept &= chosen[first : first + batch.height]
        trained += int(kept.sum())
        for column, fitter in zip(schema.inputs, fitters, strict=True):
            fitter.update(
                select_values(batch_values(schema, column, batch, table, first), kept)
            )
        for i, moment in enumerate(moments):
            moment.update(y[kept] if y.ndim == 1 else y[kept, i])
        first += batch.height
    if not trained:
        raise DataError(
            _("no rows are left to train on; make validation and test smaller")
        )
    return Encoders(
        schema,
        tuple(fitter.finish() for fitter in fitters),
        tuple(moment.mean for moment in moments),
        # A target that is constant in training keeps its unit.
        tuple(moment.std or 1.0 for moment in moments),
    )


def _row_mask(rows: NDArray[Any] | None, count: int) -> NDArray[np.bool_]:
    if rows is None:
        return np.ones(count, dtype=bool)
    rows = np.asarray(rows)
    if rows.dtype == bool and rows.shape == (count,):
        return rows
    if rows.dtype.kind not in "iu" or rows.ndim != 1:
        raise OptionError(
            _("training rows are {count} booleans or row numbers").format(count=count)
        )
    if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < count:
        raise OptionError(
            _("a training row lies outside the {count} rows of the table").format(
                count=count
            )
        )
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return mask
