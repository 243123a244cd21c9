"""Arrays that a person passes, checked and laid out for a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.mapped_arrays import Pages
from neurona.messages import _, ngettext
from neurona.nn.layers.layer import Input
from neurona.settings import shortened

__all__ = ["as_numbers", "check_finite", "prepare_inputs", "prepare_weights"]


CHUNK_ROWS: Final = 65_536
"""Rows looked at in one go, so that a check needs little memory of its own."""


def prepare_inputs(
    X: Any,
    inputs: Sequence[Input],
    dtype: np.dtype[Any],
    categories: Mapping[str, int] | None = None,
) -> dict[str, Array]:
    """One array (N, size) per input of the network, by the input's name.

    Parameters
    ----------
    X : array (N, d) or mapping of str to array
        A mapping where the network has several inputs.
    inputs : sequence of Input
    dtype : dtype
        float32 or float64, for the float inputs.
    categories : mapping of str to int
        How many categories a whole-number input may take, where it is limited.

    Raises
    ------
    DataError
        A missing or unknown input, a wrong width, different numbers of rows, or a
        value that cannot be used; the message says which row and column, counted
        from 0.
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
        entry.name: prepare_input(
            given[entry.name], entry, dtype, (categories or {}).get(entry.name)
        )
        for entry in inputs
    }
    lengths = {name: len(array) for name, array in made.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(
            _("the inputs have different numbers of rows: {rows}").format(rows=lengths)
        )
    return made


def as_numbers(value: Any, name: str) -> Array:
    """Array of numbers, or a sentence that says where it holds something else.

    Raises
    ------
    DataError
        Rows of different lengths, something that is no number, such as a text that
        looks like one, or a masked value; the message names the row and the column,
        counted from 0.

    Examples
    --------
    >>> as_numbers([[1, 2], [3, "four"]], "x")
    Traceback (most recent call last):
    ...
    neurona.errors.DataError: x holds 'four' at row 1, column 1, which is no number: \
encode text first
    """
    if isinstance(value, np.ma.MaskedArray):
        refuse_masked(value, name)
    try:
        array = np.asarray(value)
    except ValueError:
        raise DataError(ragged(value, name)) from None
    if array.ndim == 0:
        raise DataError(
            _("{name} must hold rows of numbers, not {found}").format(
                name=name, found=shortened(value)
            )
        )
    if array.dtype.kind in "biuf":
        return array
    if array.dtype.kind in "OUS":
        # Text mixed with numbers turns them into text, so look at what was given.
        cells = np.asarray(value, dtype=object)
        for index in np.ndindex(cells.shape):
            if not is_number(cells[index]):
                raise DataError(
                    _(
                        "{name} holds {found} at {place}, which is no number: encode "
                        "text first"
                    ).format(
                        name=name,
                        found=shortened(cells[index]),
                        place=show_place(index),
                    )
                )
        if array.dtype.kind == "O":
            return array.astype(np.float64)
    raise DataError(
        _("{name} must hold real numbers, not {dtype}").format(
            name=name, dtype=array.dtype
        )
    )


def refuse_masked(array: np.ma.MaskedArray[Any, Any], name: str) -> None:
    """Refuse masked values: an array of plain numbers would show what was hidden."""
    masked = np.ma.getmaskarray(array)
    if masked.any():
        first = tuple(int(i) for i in np.argwhere(masked)[0])
        raise DataError(
            _("{name} is masked at {place}: fill it in or leave the row out").format(
                name=name, place=show_place(first)
            )
        )


def is_number(value: Any) -> bool:
    if isinstance(value, str | bytes):
        return False
    try:
        float(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def ragged(value: Any, name: str) -> str:
    """Sentence that names the first row that is not as long as the first."""
    lengths = [length_of(row) for row in value] if isinstance(value, Iterable) else []
    for row, length in enumerate(lengths):
        if length != lengths[0]:
            return _(
                "the rows of {name} differ in length: row {row} has {found} values "
                "where row 0 has {wanted}"
            ).format(name=name, row=row, found=length, wanted=lengths[0])
    return _("{name} is no table of numbers").format(name=name)


def length_of(row: Any) -> int:
    return len(row) if hasattr(row, "__len__") else 1


def prepare_input(
    value: Any, entry: Input, dtype: np.dtype[Any], categories: int | None
) -> Array:
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
            ngettext(
                "{name} has {found} column; this network reads {size}",
                "{name} has {found} columns; this network reads {size}",
                array.shape[1],
            ).format(name=entry.name, found=array.shape[1], size=entry.size)
        )
    if entry.dtype == "integer":
        return whole_numbers(array, entry.name, categories)
    check_finite(array, entry.name, dtype)
    return np.ascontiguousarray(array, dtype=dtype)


def whole_numbers(array: Array, name: str, categories: int | None) -> Array:
    """Category numbers as int64, each one that the network knows."""
    last = np.iinfo(np.int64).max if categories is None else categories - 1
    # NaN fails every comparison.
    good = (array >= 0) & (array <= last)
    if array.dtype.kind == "f":
        good &= np.floor(array) == array
    if not good.all():
        index = tuple(int(i) for i in np.argwhere(~good)[0])
        raise DataError(
            _(
                "{name} holds {value} at {place}, but it is looked up in a table: it "
                "must be a whole number from 0 to {last}"
            ).format(
                name=name, value=array[index].item(), place=show_place(index), last=last
            )
        )
    return np.ascontiguousarray(array, dtype=np.int64)


def check_finite(array: Array, name: str, dtype: np.dtype[Any]) -> None:
    """Refuse NaN, infinity and values beyond the precision, naming the first.

    Raises
    ------
    DataError
    """
    if array.dtype.kind != "f":
        return
    limit, pages = np.finfo(dtype).max, Pages([array])
    for start in range(0, len(array), CHUNK_ROWS):
        part = array[start : start + CHUNK_ROWS]
        pages.touch(len(part) * pages.row_bytes)
        # One comparison finds all three: NaN fails it too.
        good = np.abs(part) <= limit
        if not good.all():
            first = tuple(int(i) for i in np.argwhere(~good)[0])
            value = float(part[first])
            place = show_place((first[0] + start, *first[1:]))
            raise DataError(bad_number(value, name, place, dtype))


def show_place(index: tuple[int, ...]) -> str:
    """Row and column in words."""
    if len(index) > 1:
        return _("row {row}, column {column}").format(row=index[0], column=index[1])
    return _("row {row}").format(row=index[0] if index else 0)


def bad_number(value: float, name: str, place: str, dtype: np.dtype[Any]) -> str:
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


def prepare_weights(weights: Any, rows: int) -> Array:
    """Sample weights in float64, one finite number of at least 0 per row.

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
    check_finite(array, "sample_weight", np.dtype(np.float64))
    if array.size and array.min() < 0:
        row = int(np.argmin(array))
        raise DataError(
            _("sample_weight is negative at row {row}: {value}").format(
                row=row, value=float(array[row])
            )
        )
    return array
