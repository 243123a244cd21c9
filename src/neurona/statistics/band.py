"""Answers with how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from neurona.arrays import Array
from neurona.settings import ProperShare, checked

__all__ = ["PredictiveBand"]


@dataclass(frozen=True, eq=False)
class PredictiveBand:
    """Gaussian answers: what is expected, and how far the truth may lie from it.

    Parameters
    ----------
    mean, std : array (N,)
        Of the next observation, noise included.
    model_std : array (N,)
        The part of ``std`` that more data would take away.

    Examples
    --------
    >>> band = PredictiveBand(np.zeros(2), np.array([1.0, 2.0]), np.array([0.1, 1.0]))
    >>> low, high = band.interval(0.9)
    >>> high.round(3)
    array([1.645, 3.29 ])
    """

    mean: Array
    std: Array
    model_std: Array

    def interval(self, level: float = 0.9) -> tuple[Array, Array]:
        """Where an observation lies with a probability of ``level``: (low, high)."""
        level = checked("level", level, ProperShare)
        reach = float(ndtri(0.5 + level / 2)) * self.std
        return self.mean - reach, self.mean + reach

    def in_unit(self, scale: float, shift: float) -> PredictiveBand:
        """The same of an answer times ``scale``, which is above 0, plus ``shift``."""
        return PredictiveBand(
            self.mean * scale + shift, self.std * scale, self.model_std * scale
        )

    def coverage(self, y: Any, level: float = 0.9) -> float:
        """Share of observations that lie in their interval: near ``level``, if true."""
        low, high = self.interval(level)
        truth = np.asarray(y, np.float64)
        return float(np.mean((low <= truth) & (truth <= high)))
