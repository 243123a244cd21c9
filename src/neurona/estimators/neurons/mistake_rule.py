"""The old rule of the perceptron: weights change where a row is answered wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.arrays import Array

__all__ = ["MistakeRun", "UpdateCycle", "correct_mistakes", "fires"]

FEWEST: Final = 8
MOST: Final = 1024
"""Rows looked at together for the next mistake: twice as many after each block that is
free of them, since those after a mistake are looked at again."""

DIGITS: Final = 9
"""To so many, in units of a step, weights that come again are the same: those of
separable rows move on by α γ with every update."""


@dataclass(frozen=True)
class UpdateCycle:
    """Weights that came again at the end of an epoch, so that the rule never ends.

    Parameters
    ----------
    start : int
        Updates before it.
    length : int
        Updates that come again and again.
    epochs : int
        In so many epochs.
    """

    start: int
    length: int
    epochs: int

    def of_output(self, errors: Array) -> UpdateCycle | None:
        """The same for the updates of one output alone, given its errors (U,)."""
        before = np.count_nonzero(errors[: self.start])
        length = np.count_nonzero(errors[self.start : self.start + self.length])
        return UpdateCycle(int(before), int(length), self.epochs) if length else None


@dataclass(frozen=True, eq=False)
class MistakeRun:
    """What the rule did, mistake by mistake.

    Parameters
    ----------
    weights : array (D, K)
        At the end.
    rows, epochs : int array (U,)
        Row of each update, from 0, and the epoch, from 1.
    errors : int array (U, K)
        y − ŷ of each output: −1, 0 or 1, not all of them 0.
    n_iter : int
        Epochs, the last of which was free of mistakes if it converged.
    converged : bool
    cycle : UpdateCycle or None
    """

    weights: Array
    rows: Array
    epochs: Array
    errors: Array
    n_iter: int
    converged: bool
    cycle: UpdateCycle | None


def fires(z: Array, strict: bool) -> Array:
    """Whether units fire: at z ≥ 0, or at z > 0 if they are strict."""
    return z > 0 if strict else z >= 0


def correct_mistakes(
    X: Array,
    targets: Array,
    weights: Array,
    *,
    alpha: float = 1.0,
    strict: bool = False,
    max_iter: int = 1000,
    draw_order: Callable[[], Array] | None = None,
) -> MistakeRun:
    """Visit the rows epoch by epoch, and learn from each that is answered wrongly.

    Math:     w ← w + α (y − ŷ) x,   ŷ = 1 where xᵀw ≥ 0, else 0
    Shapes:   X (N, D), targets (N, K), weights (D, K)

    Parameters
    ----------
    X : array (N, D)
        With a column of ones where there is a bias.
    targets : int array (N, K)
        0 or 1.
    weights : array (D, K)
        To start from; left as they are.
    alpha : float
    strict : bool
        Whether a sum of 0 counts as 0.
    max_iter : int
        Epochs at most.
    draw_order : callable, optional
        Gives the order of the rows of each epoch; by default as they come, and then
        weights that come again at the end of an epoch are noticed and end the run.

    Notes
    -----
    Source: F. Rosenblatt, 1958; notes S1:214-233.

    Examples
    --------
    >>> X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    >>> run = correct_mistakes(X, np.array([[0], [1], [1], [1]]), np.zeros((3, 1)))
    >>> run.weights.ravel().tolist(), len(run.rows)
    ([1.0, 1.0, -1.0], 5)
    """
    weights = np.array(weights, np.float64)
    # A column of its own scale each, so that a large one does not hide a small one.
    unit = alpha * np.abs(X).max(axis=0, initial=0.0)[:, None]
    unit[unit == 0] = 1.0
    rows: list[int] = []
    epochs: list[int] = []
    errors: list[Array] = []
    seen = {state_of(weights, unit): (0, 0)}
    cycle = None
    epoch = 0
    converged = False
    while epoch < max_iter and not converged and cycle is None:
        epoch += 1
        before = len(rows)
        order = np.arange(len(X)) if draw_order is None else draw_order()
        visited, wanted = X[order], targets[order] == 1
        place, size = 0, FEWEST
        while place < len(order):
            answers = fires(visited[place : place + size] @ weights, strict)
            wrong = (answers != wanted[place : place + size]).any(axis=1)
            first = int(wrong.argmax())
            if not wrong[first]:
                place += size
                size = min(2 * size, MOST)
                continue
            place, size = place + first + 1, FEWEST
            row = int(order[place - 1])
            error = targets[row] - answers[first]
            # Adding 0 makes of −0 the 0 that it equals.
            weights = weights + alpha * X[row][:, None] * error + 0.0
            rows.append(row)
            epochs.append(epoch)
            errors.append(error)
        converged = len(rows) == before
        if draw_order is None and not converged:
            state = state_of(weights, unit)
            if state in seen:
                start, came = seen[state]
                cycle = UpdateCycle(start, len(rows) - start, epoch - came)
            seen[state] = (len(rows), epoch)
    return MistakeRun(
        weights,
        np.array(rows, np.int64),
        np.array(epochs, np.int64),
        np.array(errors, np.int64).reshape(len(rows), targets.shape[1]),
        epoch,
        converged,
        cycle,
    )


def state_of(weights: Array, unit: Array) -> bytes:
    return (np.round(weights / unit, DIGITS) + 0.0).tobytes()
