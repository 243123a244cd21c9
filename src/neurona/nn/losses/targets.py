"""Checks of targets before they enter a graph."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.messages import _

__all__ = ["class_targets", "real_targets", "refuse"]


SUM_TOLERANCE: Final = 1e-6
"""How far from 1 the probabilities of a target may sum: what float32 can hold."""


def as_numbers(y: Any) -> Array:
    """Array of real numbers, whole numbers or truth values."""
    array = np.asarray(y)
    if array.dtype.kind not in "biuf":
        raise DataError(
            _(
                "targets must be numbers, not {kind}: give class numbers from 0, or "
                "train from a table, which keeps the names of classes"
            ).format(kind=array.dtype)
        )
    return array


def refuse(y: Array, bad: Array, wanted: str) -> None:
    """Raise an error that names the first bad value of y and its row, if there is one.

    Parameters
    ----------
    y, bad : array
        Values, and where they are wrong.
    wanted : str
        What every target must be.
    """
    if bad.any():
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        raise DataError(
            _(
                "target {value} in row {row} (counted from 0) cannot be used: it must "
                "be {wanted}"
            ).format(value=y[place].item(), row=place[0], wanted=wanted)
        )


def real_targets(y: Any, outputs: int) -> Array:
    """Targets (N, outputs) of finite numbers; (N,) is accepted for one output.

    Raises
    ------
    DataError
        The shape does not fit, or a value is NaN or infinite.

    Examples
    --------
    >>> real_targets([1, 2, 3], 1).shape
    (3, 1)
    """
    array = as_numbers(y)
    if array.ndim == 1 and outputs == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] != outputs:
        raise DataError(
            _(
                "targets of shape {shape} do not fit a network with {outputs} outputs: "
                "give shape (rows, {outputs})"
            ).format(shape=array.shape, outputs=outputs)
        )
    if array.dtype.kind != "f":
        return array.astype(np.float64)
    refuse(array, ~np.isfinite(array), _("a finite number"))
    return array


def class_targets(y: Any, classes: int) -> Array:
    """Class numbers (N,) from 0, or a distribution over the classes for each row.

    Raises
    ------
    DataError
        A number is not whole or not a class, or a row does not sum to 1.

    Examples
    --------
    >>> class_targets([2.0, 0.0], 3)
    array([2, 0])
    """
    array = as_numbers(y)
    if array.ndim == 2 and array.shape[1] == classes:
        return distributions(array.astype(np.float64))
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise DataError(
            _(
                "targets of shape {shape} do not fit {classes} classes: give one class "
                "number per row, or a matrix of {classes} probabilities per row"
            ).format(shape=array.shape, classes=classes)
        )
    wanted = _("a class number, a whole number from 0 to {last}").format(
        last=classes - 1
    )
    if array.dtype.kind == "f":
        refuse(array, ~np.isfinite(array) | (array != np.floor(array)), wanted)
    if array.dtype.kind != "b":
        refuse(array, (array < 0) | (array >= classes), wanted)
    return array.astype(np.int64)


def distributions(y: Array) -> Array:
    wanted = _("a probability, in [0, 1]")
    refuse(y, ~((y >= 0) & (y <= 1)), wanted)
    sums = y.sum(axis=1)
    wrong = np.abs(sums - 1.0) > SUM_TOLERANCE
    if wrong.any():
        row = int(np.argmax(wrong))
        raise DataError(
            _(
                "the probabilities of row {row} (counted from 0) sum to {sum:.6g}, "
                "not to 1"
            ).format(row=row, sum=float(sums[row]))
        )
    return y
