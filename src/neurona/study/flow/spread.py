"""How numbers are spread: mean, deviation and histogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Spread"]

BINS: Final = 24
"""Bars of a histogram."""


@dataclass(frozen=True)
class Spread:
    """Mean, deviation and histogram of many numbers.

    Parameters
    ----------
    mean, deviation : float
        Over the finite ones; the deviation is of the population.
    counts : tuple of int
        How many lie in each of the bins.
    low, high : float
        The first and the last edge of the bins, which are equally wide.
    """

    mean: float
    deviation: float
    counts: tuple[int, ...]
    low: float
    high: float

    @classmethod
    def of(cls, values: NDArray[Any]) -> Spread:
        """Spread of an array of any shape; what is not finite is left out.

        Examples
        --------
        >>> spread = Spread.of(np.array([2, 4, 4, 4, 5, 5, 7, 9.0]))
        >>> spread.mean, spread.deviation, sum(spread.counts)
        (5.0, 2.0, 8)
        """
        flat = np.asarray(values, np.float64).ravel()
        flat = flat[np.isfinite(flat)]
        if not flat.size:
            return cls(0.0, 0.0, (0,) * BINS, 0.0, 0.0)
        # In units of the largest number, so that no square overflows.
        size = float(np.abs(flat).max()) or 1.0
        scaled = flat / size
        low, high = float(scaled.min()), float(scaled.max())
        counts, _edges = np.histogram(
            scaled, BINS, range=(low, high) if high - low > 1e-9 else (-1.5, 1.5)
        )
        return cls(
            mean=float(scaled.mean()) * size,
            deviation=float(scaled.std()) * size,
            counts=tuple(counts.tolist()),
            low=low * size,
            high=high * size,
        )
