"""What suits data, with the reason: the end of a network, and the kind of model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.messages import _, defer
from neurona.settings import Count, checked
from neurona.table.head import Head, head_for
from neurona.table.recipe import FEW_ROWS, WIDE_TABLE

__all__ = ["ModelSuggestion", "suggest_head", "suggest_model"]

MOST_CLASSES: Final = 20
"""Whole numbers of more values are counts."""


@dataclass(frozen=True)
class ModelSuggestion:
    """Kind of model that suits a table's size.

    Parameters
    ----------
    model : {"statistics", "regularized linear", "classical learning", "network"}
    reason : str
    """

    model: str
    reason: str

    def __str__(self) -> str:
        return f"{_(self.model)}: {self.reason}"


QUADRANT: Final = {
    (False, False): (
        defer("statistics"),
        defer("few rows of few features: count and compare, a model would guess"),
    ),
    (False, True): (
        defer("regularized linear"),
        defer("few rows of many features: only a penalty keeps the weights in check"),
    ),
    (True, False): (
        defer("classical learning"),
        defer("many rows of few features: trees and their like learn them at once"),
    ),
    (True, True): (
        defer("network"),
        defer("many rows of many features: a network learns features of its own"),
    ),
}
"""By (many rows, many features): the quadrant of the notes (S0:165)."""


def suggest_model(n_rows: int, n_features: int) -> ModelSuggestion:
    """Kind of model by the size of a table: the quadrant of the notes.

    Parameters
    ----------
    n_rows : int
        Few below 1,000.
    n_features : int
        Many above 32.

    Examples
    --------
    >>> print(suggest_model(150, 4))
    statistics: few rows of few features: count and compare, a model would guess
    >>> suggest_model(50_000, 784).model
    'network'
    """
    many = checked("n_rows", n_rows, Count) >= FEW_ROWS
    wide = checked("n_features", n_features, Count) > WIDE_TABLE
    model, reason = QUADRANT[many, wide]
    return ModelSuggestion(model, _(reason))


def suggest_head(y: Any) -> Head:
    """Task, units, activation and loss that suit targets, with the reason.

    Parameters
    ----------
    y : array (N,) or (N, K)
        Numbers, or classes of any kind.

    Returns
    -------
    Head
        For ``Dense(head.units, head.activation)`` and ``loss=head.loss``; it prints as
        a sentence.

    Raises
    ------
    DataError
        It is empty, holds NaN or a missing value, a single value, or columns of more
        than two classes each.

    Notes
    -----
    Whole numbers 0, 1, … (or from 1 on) without a gap, each seen twice and at most 20
    of them, are classes; other whole numbers from 0 on are counts.

    Examples
    --------
    >>> print(suggest_head(["cat", "dog", "cat"]))
    binary: 1 unit, sigmoid, binary_cross_entropy; two classes: one output, its \
sigmoid is the probability of 'dog'
    >>> suggest_head([0.5, -2.0, 7.25]).task, suggest_head([3, 0, 12, 7]).task
    ('regression', 'counts')
    """
    values = np.asarray(y)
    if values.ndim not in (1, 2) or not values.size:
        raise DataError(
            _("y must be values of rows, (N,) or (N, K), not of shape {shape}").format(
                shape=values.shape
            )
        )
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DataError(_("y holds a value that is no finite number"))
    if values.ndim == 2 and values.shape[1] == 1:
        values = values.ravel()
    columns = 1 if values.ndim == 1 else values.shape[1]
    if values.dtype.kind == "O":
        if any(value is None or value != value for value in values.flat):
            raise DataError(_("y holds a missing value"))
        if len({isinstance(value, str) for value in values.flat}) > 1:
            raise DataError(_("y mixes text with other values: give one kind"))
    found = np.unique(values)
    if len(found) < 2:
        raise DataError(_("y holds a single value, which leaves nothing to learn"))
    if values.dtype.kind not in "iuf":
        return head_of_classes(found, values)
    whole = bool((values == np.round(values)).all())
    if whole and columns == 1 and are_classes(values):
        return head_of_classes(found, values)
    if whole and columns > 1 and np.isin(found, (0, 1)).all():
        if (values.sum(axis=1) == 1).all():
            return head_for("multi-class", columns, count=columns)
        return head_for("multi-label", columns, count=columns)
    if whole and found[0] >= 0:
        return head_for("counts", columns)
    bounded = found[0] >= 0 and found[-1] <= 1
    return head_for("bounded regression" if bounded else "regression", columns)


def are_classes(values: Array) -> bool:
    """Whether whole numbers name classes: few, without a gap, each seen twice."""
    found, counts = np.unique(values, return_counts=True)
    if found.tolist() in ([0, 1], [-1, 1], [1, 2]):
        return True
    numbered = found[0] in (0, 1) and found[-1] - found[0] == len(found) - 1
    return bool(numbered and len(found) <= MOST_CLASSES and counts.min() > 1)


def head_of_classes(classes: Array, values: Array) -> Head:
    """Head for classes; columns of flags are questions."""
    if values.ndim == 2:
        if max(len(np.unique(column)) for column in values.T) > 2:
            raise DataError(
                _(
                    "y has columns of more than two classes each: ask of one column at "
                    "a time"
                )
            )
        return head_for("multi-label", values.shape[1], count=values.shape[1])
    if len(classes) == 2:
        return head_for("binary", 1, name=classes[1].item())
    return head_for("multi-class", len(classes), count=len(classes))
