"""Mean and standard deviation of a stream of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moments"]


@dataclass
class Moments:
    r"""Count, mean and spread of all the numbers seen so far.

    Parameters
    ----------
    scale : float
        A power of two near the greatest magnitude, so that squares neither overflow
        nor vanish; dividing by it is exact.

    Notes
    -----
    Math: with n = n_a + n_b and δ = μ_b − μ_a,
    μ = μ_a + δ n_b / n and M = M_a + M_b + δ² n_a n_b / n; σ² = M / n.

    Numerics: sums of squares are taken about the mean of each batch, in float64, so
    nothing cancels however far the numbers lie from zero.

    Source: Chan, Golub, LeVeque, *Updating formulae and a pairwise algorithm for
    computing sample variances* (1979), equation 2.1.

    Examples
    --------
    >>> moments = Moments()
    >>> moments.update(np.array([2.0, 4.0, 4.0, 4.0]))
    >>> moments.update(np.array([5.0, 5.0, 7.0, 9.0]))
    >>> moments.mean, moments.std
    (5.0, 2.0)
    """

    scale: float = 1.0
    count: int = 0
    scaled_mean: float = 0.0
    squares: float = 0.0
    low: float = math.inf
    high: float = -math.inf

    @classmethod
    def for_range(cls, low: float, high: float) -> Moments:
        """Moments of numbers that lie between two."""
        greatest = max(abs(low), abs(high))
        if not 0 < greatest < math.inf:
            return cls()
        return cls(scale=math.ldexp(1.0, math.frexp(greatest)[1] - 1))

    def update(self, values: NDArray[np.float64]) -> None:
        """Take in the next numbers, none of them NaN."""
        if not len(values):
            return
        self.low = min(self.low, float(values.min()))
        self.high = max(self.high, float(values.max()))
        scaled = values / self.scale
        mean = float(scaled.mean())
        count = self.count + len(values)
        delta = mean - self.scaled_mean
        self.squares += float(np.square(scaled - mean).sum())
        self.squares += delta * delta * (self.count * (len(values) / count))
        self.scaled_mean += delta * (len(values) / count)
        self.count = count

    @property
    def mean(self) -> float:
        """Mean of the numbers, 0 when there are none."""
        return self.scaled_mean * self.scale

    @property
    def std(self) -> float:
        """Population standard deviation; exactly 0 when all numbers are equal."""
        # Rounding can leave a trace of spread in a constant such as 0.1.
        if self.count == 0 or self.low == self.high:
            return 0.0
        return math.sqrt(self.squares / self.count) * self.scale
