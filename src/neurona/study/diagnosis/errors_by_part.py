"""Errors in one unit for every task: that of an answer which is always the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.messages import _
from neurona.network import Network
from neurona.nn.losses import ends_in
from neurona.study.rows import Part, flat_numbers

__all__ = ["PartError", "error_of_part", "simple_error"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

MOST_ROWS: Final = 4_000
"""Rows of a part that are predicted, at most."""

SIMPLE_ROWS: Final = 800
"""Rows that simple models are tried on: each is compared with every other."""

NEIGHBOURS: Final = 5

RIDGE: Final = 1e-3
"""Penalty of the linear model, as a share of its columns' variance: just enough for
columns that depend on each other."""


@dataclass(frozen=True)
class PartError:
    """Error of a network on some rows.

    Parameters
    ----------
    error : float
        0 for no error, 1 for that of the best constant answer: the share of wrong
        classes over that of the commonest class, or the mean squared error over the
        variance, which is 1 − R².
    standard_error : float
        Of it, from the spread over the rows.
    rows : int
    """

    error: float
    standard_error: float
    rows: int


def error_of_part(
    network: Network, part: Part, train: Part, classifies: bool
) -> PartError:
    """Error on rows, in units of what a constant does on the training rows."""
    X, y = part.sample(MOST_ROWS)
    _X, truth = train.sample(MOST_ROWS)
    scale = Answers.of(truth, classifies)
    wrong = scale.wrong(y, scale.answers(network, X))
    # One error more and one fewer than seen: a few faultless rows prove little.
    spread = (
        wrong.std()
        if wrong.std() > 0 or not classifies
        else 1 / np.sqrt(len(wrong) + 2)
    )
    return PartError(
        error=float(wrong.mean()) / scale.constant,
        standard_error=float(spread / np.sqrt(len(wrong)) / scale.constant),
        rows=len(wrong),
    )


@dataclass(frozen=True, eq=False)
class Answers:
    """How answers are compared with the truth, and what a constant reaches."""

    classifies: bool
    mean: Array
    variance: Array
    constant: float

    @classmethod
    def of(cls, truth: Any, classifies: bool) -> Answers:
        y = np.asarray(truth, np.float64)
        if classifies:
            classes = as_classes(y)
            columns = classes.reshape(len(classes), -1)
            missed = [
                1 - np.unique(c, return_counts=True)[1].max() / len(c)
                for c in columns.T
            ]
            none = np.zeros(0)
            return cls(True, none, none, float(np.mean(missed)) or 1.0)
        y = y.reshape(len(y), -1)
        variance = y.var(axis=0)
        return cls(False, y.mean(axis=0), np.where(variance > 0, variance, 1.0), 1.0)

    def answers(self, network: Network, X: Any) -> Array:
        """What a network answers."""
        if not self.classifies:
            return np.asarray(network.predict_mean(X), np.float64)
        if network.losses is not None or proba_known(network):
            found = network.predict_class(X)
        else:
            found = as_classes(np.asarray(network.predict(X)))
        return np.asarray(found)

    def wrong(self, y: Any, answers: Array) -> Array:
        """How wrong each row is."""
        truth = np.asarray(y, np.float64)
        if self.classifies:
            classes = as_classes(truth)
            differ = classes.reshape(len(truth), -1) != answers.reshape(len(truth), -1)
            return np.asarray(differ.mean(axis=1))
        truth = truth.reshape(len(truth), -1)
        squares = (truth - answers.reshape(truth.shape)) ** 2 / self.variance
        return np.asarray(squares.mean(axis=1))


def proba_known(network: Network) -> bool:
    outputs = network.architecture.evaluation.outputs.values()
    return all(ends_in(node) is not None for node in outputs)


def as_classes(y: Array) -> Array:
    """Class numbers, from class numbers or from rows that give one number a class."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 1:
        return np.asarray(np.round(y)).astype(np.int64)
    one_hot = bool(np.allclose(y.sum(axis=1), 1.0))
    return np.asarray(y.argmax(axis=1) if one_hot else y >= 0.5).astype(np.int64)


def simple_error(
    network: Network, train: Part, classifies: bool
) -> tuple[str, float] | None:
    """Error of nearest neighbours or of a linear model, whichever is less.

    Each row is predicted from the others, so that the error is one on rows that the
    model did not see.

    Returns
    -------
    name, error : str, float
        As a person would say, and in units of a constant's error; ``None`` where
        there are too few rows, or inputs that are not numbers.
    """
    X, y = train.sample(SIMPLE_ROWS)
    if any(entry.dtype != "float" for entry in network.architecture.inputs):
        return None
    rows = flat_numbers(X)
    if len(rows) < 4 * NEIGHBOURS:
        return None
    deviation = rows.std(axis=0)
    rows = (rows - rows.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    scale = Answers.of(y, classifies)
    targets, decide = target_numbers(np.asarray(y, np.float64), classifies)
    found = [
        (name, float(scale.wrong(y, decide(guess)).mean()) / scale.constant)
        for name, guess in (
            (_("nearest neighbours"), from_neighbours(rows, targets)),
            (_("a linear model"), from_lines(rows, targets)),
        )
    ]
    return min(found, key=lambda entry: entry[1])


def target_numbers(
    y: Array, classifies: bool
) -> tuple[Array, Callable[[Array], Array]]:
    """Numbers that means can be taken of, and how a mean becomes an answer."""
    if not classifies:
        return y.reshape(len(y), -1), lambda guess: guess
    classes = as_classes(y)
    if classes.ndim == 2:
        return classes.astype(np.float64), lambda guess: (guess >= 0.5).astype(int)
    known = np.unique(classes)
    hot = (classes[:, None] == known).astype(np.float64)
    return hot, lambda guess: known[guess.argmax(axis=1)]


def from_neighbours(rows: Array, targets: Array) -> Array:
    """Mean of the targets of each row's nearest neighbours, itself apart."""
    squares = np.sum(rows * rows, axis=1)
    distance = squares[:, None] + squares - 2 * rows @ rows.T
    np.fill_diagonal(distance, np.inf)
    near = np.argpartition(distance, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    return np.asarray(targets[near].mean(axis=1))


def from_lines(rows: Array, targets: Array) -> Array:
    """What a linear model fitted to all other rows gives for each.

    Notes
    -----
    Math: ŷ₋ᵢ = (ŷᵢ − hᵢᵢ yᵢ)/(1 − hᵢᵢ) with ŷ = H y and H = X(XᵀX + λ1)⁻¹Xᵀ, which
    equals XXᵀ(XXᵀ + λ1)⁻¹: of the two the one with the smaller matrix is solved.
    """
    wide = np.concatenate([np.ones((len(rows), 1)), rows], axis=1)
    penalty = RIDGE * len(rows)
    if wide.shape[1] < len(wide):
        gram = wide.T @ wide + penalty * np.eye(wide.shape[1])
        hat = wide @ np.linalg.solve(gram, wide.T)
    else:
        kernel = wide @ wide.T
        hat = np.linalg.solve(kernel + penalty * np.eye(len(wide)), kernel)
    leverage = np.minimum(np.diagonal(hat), 1 - 1e-9)[:, None]
    return np.asarray((hat @ targets - leverage * targets) / (1 - leverage))
