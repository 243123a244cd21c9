"""Arrays that a person passes, checked and laid out for a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.errors import DataError
from neurona.messages import _
from neurona.nn.layers.layer import Input

__all__ = ["check_finite", "prepare_inputs", "prepare_weights"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

CHUNK_ROWS: Final = 65_536
"""Rows looked at in one go, so that a check needs little memory of its own."""


def prepare_inputs(
    X: Any, inputs: Sequence[Input], dtype: np.dtype[Any]
) -> dict[str, Array]:
    """One array (N, size) per input of the network, by the input's name.

    Parameters
    ----------
    X : array (N, d) or mapping of str to array
        A mapping where the network has several inputs.
    inputs : sequence of Input
    dtype : dtype
        float32 or float64, for the float inputs.

    Raises
    ------
    DataError
        A missing or unknown input, a wrong width, different numbers of rows, or a
        value that is not finite; the message says which row and column.
    """
    if isinstance(X, Mapping):
        given = dict(X)
    elif len(inputs) == 1:
        given = {inputs[0].name: X}
    else:
        names = ", ".join(entry.name for entry in inputs)
        raise DataError(
            _("this network has several inputs: pass a dict with {names}").format(
                names=names
            )
        )
    wanted = {entry.name for entry in inputs}
    if set(given) != wanted:
        raise DataError(
            _("the inputs are {wanted}, but {found} were given").format(
                wanted=sorted(wanted), found=sorted(map(str, given))
            )
        )
    made = {
        entry.name: prepare_input(given[entry.name], entry, dtype) for entry in inputs
    }
    lengths = {name: len(array) for name, array in made.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(
            _("the inputs have different numbers of rows: {rows}").format(rows=lengths)
        )
    return made


def as_numbers(value: Any, name: str) -> Array:
    """Array of numbers, or a sentence that says why it is none."""
    array = np.asarray(value)
    if array.dtype.kind == "O":
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            pass
    if array.dtype.kind not in "biuf":
        raise DataError(
            _("{name} must hold numbers, not {dtype}: encode text first").format(
                name=name, dtype=array.dtype
            )
        )
    return array


def prepare_input(value: Any, entry: Input, dtype: np.dtype[Any]) -> Array:
    array = as_numbers(value, entry.name)
    if array.ndim == 1 and entry.size == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise DataError(
            _(
                "{name} must be a table of shape (rows, {size}), not {shape}: for one "
                "row write {name}[None, :]"
            ).format(name=entry.name, size=entry.size, shape=array.shape)
        )
    if array.shape[1] != entry.size:
        raise DataError(
            _("{name} has {found} columns; this network reads {size}").format(
                name=entry.name, found=array.shape[1], size=entry.size
            )
        )
    if entry.dtype == "integer":
        if array.dtype.kind == "f" and not np.array_equal(array, np.floor(array)):
            raise DataError(
                _("{name} is looked up in a table, so it must be whole").format(
                    name=entry.name
                )
            )
        return np.ascontiguousarray(array, dtype=np.int64)
    check_finite(array, entry.name, dtype)
    return np.ascontiguousarray(array, dtype=dtype)


def check_finite(array: Array, name: str, dtype: np.dtype[Any]) -> None:
    """Refuse NaN, infinity and values beyond the precision, naming the first.

    Raises
    ------
    DataError
    """
    if array.dtype.kind != "f":
        return
    limit = np.finfo(dtype).max
    for start in range(0, len(array), CHUNK_ROWS):
        part = array[start : start + CHUNK_ROWS]
        # One comparison finds all three: NaN fails it too.
        good = np.abs(part) <= limit
        if not good.all():
            where = np.argwhere(~good)[0]
            value = float(part[tuple(where)])
            raise DataError(
                bad_number(value, name, int(where[0]) + start, where[1:], dtype)
            )


def bad_number(
    value: float, name: str, row: int, column: Any, dtype: np.dtype[Any]
) -> str:
    place = _("row {row}").format(row=row)
    if len(column):
        place = _("row {row}, column {column}").format(row=row, column=int(column[0]))
    if np.isnan(value):
        text = _(
            "{name} has a missing value (NaN) at {place}: fill it in or leave the row "
            "out"
        )
    elif np.isinf(value):
        text = _("{name} is infinite at {place}: replace it or leave the row out")
    else:
        text = _(
            "{name} is {value} at {place}, beyond {dtype}: scale it or use "
            "dtype='float64'"
        )
    return text.format(name=name, place=place, value=value, dtype=dtype)


def prepare_weights(weights: Any, rows: int, dtype: np.dtype[Any]) -> Array:
    """Sample weights, one finite number of at least 0 per row.

    Raises
    ------
    DataError
    """
    array = as_numbers(weights, "sample_weight").astype(np.float64, copy=False)
    if array.shape != (rows,):
        raise DataError(
            _("sample_weight must have shape ({rows},), not {shape}").format(
                rows=rows, shape=array.shape
            )
        )
    check_finite(array, "sample_weight", dtype)
    if array.size and array.min() < 0:
        row = int(np.argmin(array))
        raise DataError(
            _("sample_weight is negative at row {row}: {value}").format(
                row=row, value=float(array[row])
            )
        )
    return array.astype(dtype)
