"""A score of answers, row by row, so that two of them can be compared in pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neurona.arrays import Array
from neurona.train.metrics import r2

__all__ = ["SURE", "RowScores", "Task", "balanced_hits", "lead_of", "score_rows"]

SURE: Final = 2.0
"""Standard errors from which a lead is more than chance."""

Task: TypeAlias = Literal["classification", "regression"]


@dataclass(frozen=True, eq=False)
class RowScores:
    """Score of one model's answers to some rows.

    Parameters
    ----------
    score : float
        Accuracy, or R² as mean over the targets.
    error : float
        One standard error of the score.
    influence : float array (N,)
        What each row adds to N times the score, up to a constant.
    is_share : bool
        Whether each row is either right, 1, or wrong, 0.
    """

    score: float
    error: float
    influence: NDArray[np.float64]
    is_share: bool = False


def score_rows(truth: Array, predicted: Array, task: Task) -> RowScores:
    """Accuracy or R², one standard error of it, and each row's part in it.

    Parameters
    ----------
    truth, predicted : array (N,) or (N, K)
        Class numbers, or real numbers in one unit.
    task : {"classification", "regression"}

    Notes
    -----
    Standard errors, with n rows: of an accuracy with h hits, √(p(1−p)/(n+3)) at
    p = (h+1)/(n+2), the deviation that n rows leave of an unknown accuracy: unlike
    √(p(1−p)/n) it is not 0 where few rows happen to be all right; of
    R² = 1 − mean(e²)/mean(d²), by the delta method over rows,
    √(Var(e² − (1−R²) d²)/n) / mean(d²), where e = y − ŷ and d = y − ȳ; with several
    targets the rows' terms are averaged over the targets first.
    """
    n = len(truth)
    if task == "classification":
        hits = (truth.reshape(n) == predicted.reshape(n)).astype(np.float64)
        expected = (hits.sum() + 1) / (n + 2)
        error = math.sqrt(expected * (1 - expected) / (n + 3))
        return RowScores(float(hits.mean()), error, hits, is_share=True)
    own = np.asarray(truth, np.float64).reshape(n, -1)
    rest = (own - np.asarray(predicted, np.float64).reshape(own.shape)) ** 2
    spread = (own - own.mean(axis=0)) ** 2
    whole = spread.mean(axis=0)
    varied, score = whole > 0, r2(truth, predicted)
    if not varied.any():
        return RowScores(score, 0.0, np.zeros(n))
    ratio = rest.mean(axis=0)[varied] / whole[varied]
    terms = (rest[:, varied] - ratio * spread[:, varied]) / whole[varied]
    influence = -terms.sum(axis=1) / own.shape[1]
    return RowScores(score, math.sqrt(np.var(influence) / n), influence)


def balanced_hits(truth: Array, predicted: Array) -> RowScores:
    """Mean over the classes of the share that is found, and each row's part in it.

    Examples
    --------
    >>> round(balanced_hits(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0])).score, 6)
    0.5
    """
    n = len(truth)
    classes, number, counts = np.unique(
        truth.reshape(n), return_inverse=True, return_counts=True
    )
    hits = (truth.reshape(n) == predicted.reshape(n)).astype(np.float64)
    of_class = np.bincount(number, hits) / counts
    influence = (hits - of_class[number]) * n / (counts[number] * len(classes))
    # With its class's mean taken out, a row's spread is that of its class alone.
    error = math.sqrt(np.var(influence) / n)
    weighted = hits * n / (counts[number] * len(classes))
    return RowScores(float(of_class.mean()), error, weighted)


def lead_of(first: RowScores, second: RowScores) -> tuple[float, float]:
    """How far one score is above another on the same rows, and its standard error.

    Notes
    -----
    Row by row, so that what is hard for both counts for neither. Of two shares it is
    the error of Agresti and Min ("Simple improved confidence intervals for comparing
    matched proportions", Statistics in Medicine 24, 2005), which adds ½ to each of the
    four counts: with b rows that the first alone has right, c that the second alone
    has, √(b′ + c′ − (b′−c′)²/n′)/n′ at b′ = b + ½, c′ = c + ½, n′ = n + 2. Else it is
    √(Var(aᵢ − bᵢ)/n) of the rows' parts.

    Examples
    --------
    >>> truth = np.array([0, 1, 1, 0])
    >>> right, half = np.array([0, 1, 1, 0]), np.array([0, 1, 0, 1])
    >>> scores = [score_rows(truth, p, "classification") for p in (right, half)]
    >>> lead, error = lead_of(*scores)
    >>> lead, round(error, 4)
    (0.5, 0.2546)
    """
    lead, n = first.score - second.score, len(first.influence)
    apart = first.influence - second.influence
    if first.is_share and second.is_share:
        ahead, behind = float(np.sum(apart > 0)) + 0.5, float(np.sum(apart < 0)) + 0.5
        spread = ahead + behind - (ahead - behind) ** 2 / (n + 2)
        return lead, math.sqrt(spread) / (n + 2)
    return lead, math.sqrt(np.var(apart) / n)
