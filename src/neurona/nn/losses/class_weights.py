"""Weights of rows from weights of classes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.settings import shortened

__all__ = ["ClassWeights", "class_weights"]

ClassWeights: TypeAlias = Literal["balanced"] | Mapping[int, float]


def class_weights(y: Array, weights: ClassWeights | None, n_classes: int) -> Array:
    """Weight of each row, from those of the classes.

    Parameters
    ----------
    y : array
        Targets as a classification loss prepared them: class numbers (N,), or
        distributions (N, C), or the probability of class 1, (N, 1) or (N,).
    weights : "balanced", mapping of class number to weight, or None
        "balanced" is N/(C·n_c) for a class of n_c rows, C counting the classes that
        occur; a class that the mapping leaves out has weight 1.
    n_classes : int

    Returns
    -------
    float64 array (N,)
        A row that belongs to several classes in part has the mean of their weights.

    Raises
    ------
    OptionError
        A weight is negative or not finite, or a class unknown.

    Notes
    -----
    Variant: a class weight is a weight of the row, which multiplies the row's whole
    loss, label smoothing included; the loss of a batch is Σwᵢlᵢ/Σwᵢ. PyTorch's
    ``cross_entropy(weight=…)`` is the same for class numbers without smoothing; with
    smoothing it gives each class's share of the smoothed target that class's weight.

    Examples
    --------
    >>> class_weights(np.array([0, 0, 0, 1]), "balanced", 2).round(4).tolist()
    [0.6667, 0.6667, 0.6667, 2.0]
    """
    y = np.asarray(y)
    if weights is None:
        return np.ones(len(y))
    if y.dtype.kind in "iu" and y.ndim == 1:
        table = weights_of_classes(weights, np.bincount(y, minlength=n_classes))
        return np.asarray(table[y])
    y = y.reshape(len(y), -1)
    if y.shape[1] == 1 and n_classes == 2:
        y = np.concatenate([1.0 - y, y], axis=1)
    if y.shape[1] != n_classes:
        raise OptionError(
            _("class weights need one class per row, not {columns} questions").format(
                columns=y.shape[1]
            )
        )
    return np.asarray(y @ weights_of_classes(weights, y.sum(axis=0)))


def weights_of_classes(weights: ClassWeights, counts: Array) -> Array:
    """Weight of each class, from how many rows it has."""
    table = np.ones(len(counts))
    if isinstance(weights, str):
        if weights != "balanced":
            raise OptionError(unknown_name(_("class weight"), weights, ["balanced"]))
        present = counts > 0
        table[present] = counts.sum() / (present.sum() * counts[present])
        return table
    if not isinstance(weights, Mapping):
        raise OptionError(
            _(
                "class weights are 'balanced' or a mapping of class number to weight, "
                "not {found}"
            ).format(found=shortened(weights))
        )
    for label, weight in weights.items():
        if label not in range(len(counts)):
            raise OptionError(
                _("there is no class {label!r}: they are 0 to {last}").format(
                    label=label, last=len(counts) - 1
                )
            )
        if not (math.isfinite(weight) and weight >= 0):
            raise OptionError(
                _(
                    "the weight of class {label} must be at least 0, not {weight}"
                ).format(label=label, weight=weight)
            )
        table[int(label)] = weight
    return table
