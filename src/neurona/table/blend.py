"""Shares of several answers in one, chosen on rows that none of them learned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from neurona.arrays import Array

__all__ = ["best_temperature", "blend"]

ROUNDS: Final = 10
"""Answers that are added up, at most."""

TEMPERATURES: Final = tuple(float(t) for t in np.geomspace(0.25, 8.0, 61))

Measure = Callable[[Array], float]


def blend(outputs: Sequence[Array], loss: Measure) -> list[float]:
    """Share of each answer in the sum that has the lowest loss.

    Parameters
    ----------
    outputs : sequence of array (N, K)
        Answers to the same rows, of models that did not learn from them.
    loss : callable
        From answers (N, K) to a number.

    Returns
    -------
    list of float
        They add up to 1; many are 0.

    Notes
    -----
    Ten times the answer is added that makes the mean of those so far best, and the best
    of the ten means is kept. Such coarse steps do not fit the noise of few rows.
    Laws: the blend's loss is at most that of the best single answer.
    Source: R. Caruana et al., "Ensemble selection from libraries of models", 2004, with
    replacement.

    Examples
    --------
    >>> truth = np.array([[0.0], [2.0]])
    >>> high, low = truth + 1, truth - 1
    >>> blend([high, low], lambda z: float(np.mean((z - truth) ** 2)))
    [0.5, 0.5]
    """
    counts = np.zeros(len(outputs))
    total = np.zeros_like(outputs[0], dtype=np.float64)
    lowest, kept = np.inf, counts
    for done in range(1, ROUNDS + 1):
        losses = [loss((total + output) / done) for output in outputs]
        best = int(np.argmin(losses))
        counts[best] += 1
        total += outputs[best]
        if losses[best] < lowest:
            lowest, kept = losses[best], counts / done
    return [float(share) for share in kept]


def best_temperature(logits: Array, loss: Measure) -> float:
    """What logits are to be divided by, so that their probabilities are true.

    Source: C. Guo et al., "On calibration of modern neural networks", 2017, section
    4.2, over a grid instead of by a gradient.
    """
    return min(TEMPERATURES, key=lambda t: loss(logits / t))
