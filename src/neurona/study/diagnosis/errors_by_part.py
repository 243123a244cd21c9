"""Errors in one unit for every task: that of an answer which is always the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.messages import _
from neurona.network import Network
from neurona.nn.losses import Loss, ends_in
from neurona.study.evaluate import evaluate_nodes, read_inputs
from neurona.study.rows import Part, flat_numbers

__all__ = [
    "PartError",
    "answers_of",
    "as_classes",
    "error_of_part",
    "least_error",
    "simple_error",
]

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
        Of it, from the spread over the rows; infinite for a single row.
    rows : int
    """

    error: float
    standard_error: float
    rows: int


def error_of_part(
    network: Network, loss: Loss, part: Part, train: Part, classifies: bool
) -> PartError:
    """Error on rows, in units of what a constant does on the training rows."""
    X, y = part.sample(MOST_ROWS)
    scale = ErrorScale.of(train.sample(MOST_ROWS)[1], classifies)
    answers = answers_of(network, X) if classifies else means_of(network, loss, X)
    errors = scale.errors(y, answers)
    rows, spread = len(errors), float(errors.std())
    if classifies and not spread:
        # One error more and one fewer than seen: a few faultless rows prove little.
        spread = float(1 / np.sqrt(rows + 2) / scale.unit)
    error = spread / rows**0.5 if rows > 1 or classifies else math.inf
    return PartError(float(errors.mean()), error, rows)


@dataclass(frozen=True, eq=False)
class ErrorScale:
    """How wrong answers are, in units of what a constant answer is.

    Parameters
    ----------
    classifies : bool
    unit : array
        Share of rows that the commonest class misses, over all columns; or the variance
        of each.
    """

    classifies: bool
    unit: Array

    @classmethod
    def of(cls, truth: Any, classifies: bool) -> ErrorScale:
        """Scale of a constant answer to these rows."""
        y = np.asarray(truth, np.float64)
        rows = len(y)
        if classifies:
            columns = as_classes(y).reshape(rows, -1).T
            found = [np.unique(c, return_counts=True)[1].max() / rows for c in columns]
            return cls(True, np.asarray(1 - np.mean(found) or 1.0))
        variance = y.reshape(rows, -1).var(axis=0)
        return cls(False, np.where(variance > 0, variance, 1.0))

    def errors(self, y: Any, answers: Array) -> Array:
        """How wrong each row is."""
        truth = np.asarray(y, np.float64)
        truth = (as_classes(truth) if self.classifies else truth).reshape(len(y), -1)
        if self.classifies and answers.size > truth.size:
            # Separate questions about exclusive classes: the one that alone has a yes.
            single = answers.sum(axis=1) == 1
            answers = np.where(single, answers.argmax(axis=1), -1)
        answers = answers.reshape(truth.shape)
        apart = truth != answers if self.classifies else (truth - answers) ** 2
        return np.asarray((apart / self.unit).mean(axis=1))


def means_of(network: Network, loss: Loss, X: Any) -> Array:
    """The numbers that a network answers, as a loss reads its output."""
    if network.losses is not None:
        return np.asarray(network.predict_mean(X), np.float64)
    (output,) = network.architecture.evaluation.outputs.values()
    nodes = {"mean": loss.link(output)}
    return evaluate_nodes(network, nodes, read_inputs(network, X))["mean"]


def answers_of(network: Network, X: Any) -> Array:
    """The classes that a network answers."""
    outputs = network.architecture.evaluation.outputs.values()
    if network.losses is not None or all(ends_in(node) for node in outputs):
        return np.asarray(network.predict_class(X))
    return as_classes(np.asarray(network.predict(X)))


def as_classes(y: Array) -> Array:
    """Class numbers, from class numbers or from rows that give one number a class."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 1:
        return np.asarray(np.round(y)).astype(np.int64)
    one_hot = bool(np.allclose(y.sum(axis=1), 1.0))
    return np.asarray(y.argmax(axis=1) if one_hot else y >= 0.5).astype(np.int64)


def least_error(train: Part, classifies: bool) -> float:
    """Error of the best that any function of the inputs can answer to these rows.

    Rows with the same inputs get one answer: their commonest class, or their mean.
    """
    X, y = train.sample(MOST_ROWS)
    scale = ErrorScale.of(y, classifies)
    targets, decide = target_numbers(np.asarray(y, np.float64), classifies)
    case = np.unique(flat_numbers(X), axis=0, return_inverse=True)[1].reshape(-1)
    totals = np.zeros((case.max() + 1, targets.shape[1]))
    np.add.at(totals, case, targets)
    means = totals / np.bincount(case)[:, None]
    return float(scale.errors(y, decide(means[case])).mean())


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
    scale = ErrorScale.of(y, classifies)
    targets, decide = target_numbers(np.asarray(y, np.float64), classifies)
    found = [
        (name, float(scale.errors(y, decide(guess)).mean()))
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
