"""The best line through encoded rows: what stands beside bent answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.train.quiet import quiet

__all__ = ["Line", "fit_line", "mean_line"]

STRENGTHS: Final = np.logspace(-4, 4, 17)
"""Of a ridge, the one that answers left-out rows best is taken."""

UNSEEN: Final = -5.0
"""Logit of a class that none of the rows has."""


@dataclass(frozen=True, eq=False)
class Line:
    """x W + b.

    Parameters
    ----------
    weight : array (I, O)
    bias : array (O,)
    """

    weight: Array
    bias: Array

    def __call__(self, X: Array) -> Array:
        """Answers (N, O)."""
        return X @ self.weight + self.bias

    def parameters(self) -> dict[str, Array]:
        """Both under the names that a dense layer has for them."""
        return {"weight": self.weight, "bias": self.bias}


def fit_line(
    X: Array, y: Array, head: str, units: int, weights: Array | None = None
) -> Line:
    """Logistic regression of classes, or ridge regression of numbers.

    Parameters
    ----------
    X : array (N, I)
    y : array (N,) of class numbers, or (N, O) of numbers
    head : {"classes", "binary", "real"}
        What the O outputs stand for, as :class:`neurona.nn.losses.Loss` says.
    units : int
        O.
    weights : array (N,), optional
        How much each row counts.
    """
    from sklearn.linear_model import LogisticRegression, RidgeCV

    X = np.asarray(X, np.float64)
    if head == "real":
        ridge = RidgeCV(alphas=STRENGTHS).fit(X, y.reshape(len(y), -1), weights)
        weight = np.asarray(ridge.coef_, np.float64).reshape(units, -1).T
        return Line(weight, np.asarray(ridge.intercept_, np.float64).reshape(units))
    labels = y.reshape(len(y)).astype(np.int64)
    model: Any = LogisticRegression(max_iter=500)
    # A line that has not quite converged is a line all the same.
    with quiet():
        model.fit(X, labels, weights)
    weight, bias = model.coef_.T, model.intercept_
    if units == 1:
        return Line(weight, bias)
    if weight.shape[1] == 1:
        weight, bias = np.hstack([-weight, weight]) / 2, np.hstack([-bias, bias]) / 2
    whole = Line(np.zeros((X.shape[1], units)), np.full(units, UNSEEN))
    whole.weight[:, model.classes_] = weight
    whole.bias[model.classes_] = bias
    return whole


def mean_line(lines: list[Line]) -> Line:
    """The line whose answers are the mean of several lines' answers."""
    return Line(
        np.mean([line.weight for line in lines], axis=0),
        np.mean([line.bias for line in lines], axis=0),
    )
