"""Tables of what is already in memory: frames, Arrow tables, arrays by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from neurona.data.sources.nested import FlatNames
from neurona.data.sources.table import DataTable, FrameTable, plain_column
from neurona.errors import DataError, OptionError
from neurona.messages import _

__all__ = ["is_table", "table_in_memory"]


def table_in_memory(data: Any, name: str) -> DataTable:
    """Table of an object that holds named columns.

    Parameters
    ----------
    data : polars, pandas or Arrow table, mapping of names to arrays, structured array
        Or whatever else has ``__arrow_c_stream__``, or is a list of records.
    name : str
        What messages call it.

    Raises
    ------
    DataError
        It has no rows, two columns of one name, columns of unequal length, or values
        that are no data.
    OptionError
        It is nothing of the kinds above.
    """
    for is_kind, open_kind in KINDS:
        if is_kind(data):
            return open_kind(data, name)
    raise OptionError(
        _(
            "{kind} is no table; give a file, a frame, or a mapping of names to arrays"
        ).format(kind=type(data).__name__)
    )


def is_table(data: Any) -> bool:
    """Whether an object holds named columns.

    Examples
    --------
    >>> is_table({"x": [1, 2]}), is_table([[1, 2]])
    (True, False)
    """
    return any(is_kind(data) for is_kind, _open_kind in KINDS)


def _open_polars(data: pl.DataFrame, name: str) -> DataTable:
    return FrameTable.of(data, name)


def _open_lazy(data: pl.LazyFrame, name: str) -> DataTable:
    return FrameTable.of(data.collect(), name)


def _open_pandas(data: Any, name: str) -> DataTable:
    names = [_flat_name(key) for key in data.columns]
    columns = [
        _pandas_column(data.iloc[:, i], names[i], name) for i in range(len(names))
    ]
    notes: tuple[str, ...] = ()
    index = [str(level) for level in data.index.names if level is not None]
    if index:
        note = _("the index {names} is left out; reset_index() makes it a column")
        notes = (note.format(names=", ".join(map(repr, index))),)
    return _open_columns(names, columns, name, notes)


def _open_arrow(data: Any, name: str) -> DataTable:
    try:
        frame = pl.DataFrame(data)
    except (pl.exceptions.PolarsError, ValueError, TypeError) as error:
        raise DataError(
            _("{name} cannot be read as an Arrow table: {reason}").format(
                name=name, reason=error
            )
        ) from error
    return FrameTable.of(frame, name)


def _open_mapping(data: Mapping[Any, Any], name: str) -> DataTable:
    names = [_flat_name(key) for key in data]
    values = [_flat(values) for values in data.values()]
    if any(array.ndim != 1 for array in values):
        raise DataError(_("each column of {name} must be flat").format(name=name))
    if len({len(array) for array in values}) > 1:
        raise DataError(_("the columns of {name} differ in length").format(name=name))
    columns = [_series(*pair, name) for pair in zip(names, values, strict=True)]
    return _open_columns(names, columns, name)


def _open_structured(data: Any, name: str) -> DataTable:
    return _open_mapping({field: data[field] for field in data.dtype.names}, name)


def _open_records(data: Sequence[Mapping[Any, Any]], name: str) -> DataTable:
    names = FlatNames()
    records = [names.add(record, name) for record in data]
    return _open_mapping(
        {key: [record.get(key) for record in records] for key in names.columns}, name
    )


def _is_pandas(data: Any) -> bool:
    return hasattr(data, "columns") and hasattr(data, "isna")


def _is_structured(data: Any) -> bool:
    return isinstance(data, np.ndarray) and data.dtype.names is not None


def _is_records(data: Any) -> bool:
    return (
        isinstance(data, list | tuple)
        and bool(data)
        and all(isinstance(record, Mapping) for record in data)
    )


KINDS: tuple[tuple[Callable[[Any], bool], Callable[[Any, str], DataTable]], ...] = (
    (lambda data: isinstance(data, pl.DataFrame), _open_polars),
    (lambda data: isinstance(data, pl.LazyFrame), _open_lazy),
    (_is_pandas, _open_pandas),
    (lambda data: isinstance(data, Mapping), _open_mapping),
    (lambda data: hasattr(data, "__arrow_c_stream__"), _open_arrow),
    (_is_structured, _open_structured),
    (_is_records, _open_records),
)
"""How an object is recognized, and how it is opened; the first that fits is taken."""


def _open_columns(
    names: Sequence[str],
    columns: Iterable[pl.Series],
    where: str,
    notes: tuple[str, ...] = (),
) -> DataTable:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            _(
                "two columns of {name} are called {column!r}; give each its own name"
            ).format(name=where, column=twice[0])
        )
    return FrameTable.of(pl.DataFrame(list(columns)), where, notes)


SPANS = ("interval", "period")
"""Kinds of a pandas column whose cells are read as they are printed."""


def _flat_name(key: Any) -> str:
    """Name of a column; the levels of several are joined."""
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _flat(values: Any) -> np.ndarray[Any, Any]:
    if isinstance(values, np.ndarray):
        return values
    # One element at a time: NumPy would turn a mixed list into texts, None included.
    return np.fromiter(values, dtype=object)


def _pandas_column(column: Any, name: str, where: str) -> pl.Series:
    kind = str(getattr(column.dtype, "categories", column).dtype).split("[")[0]
    if hasattr(column, "cat"):
        categories = column.cat.categories
        found = (categories.astype(str) if kind in SPANS else categories).tolist()
        words = _series(name, _flat(found), where)
        codes = column.cat.codes.to_numpy().astype(np.int64)
        places = pl.Series(np.where(codes < 0, len(words), codes).astype(np.uint32))
        return words.extend_constant(None, 1).gather(places)
    missing = column.isna().to_numpy()
    if kind in SPANS:
        column = column.astype(str).astype(object)
    if missing.any() and getattr(column.dtype, "kind", "") in "iu":
        # As floats, long ones would lose digits.
        column = column.astype(object)
    values: np.ndarray[Any, Any] = column.to_numpy()
    if values.dtype == object:
        values = values.copy()
        values[missing] = None
    return _series(name, values, where)


def _series(name: str, values: np.ndarray[Any, Any], where: str) -> pl.Series:
    if values.dtype.kind in "biufmM":
        return pl.Series(name, values)
    return plain_column(name, values.tolist(), where)
