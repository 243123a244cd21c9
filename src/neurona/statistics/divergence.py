"""How far one distribution is from another."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.messages import _

__all__ = ["entropy", "gaussian_kl_divergence", "kl_divergence"]


def entropy(p: Any) -> float:
    """H(p) = −Σ p ln p, in nats.

    Examples
    --------
    >>> round(entropy([0.5, 0.5]), 6)
    0.693147
    """
    chances = distribution(p)
    used = chances[chances > 0]
    return float(-(used * np.log(used)).sum())


def kl_divergence(p: Any, q: Any) -> float:
    """Kullback-Leibler divergence KL(p‖q) = Σ p ln(p/q), in nats.

    Parameters
    ----------
    p, q : array (C,)
        Distributions over the same C outcomes. Where p is 0 the term is 0; where q
        alone is 0 the divergence is infinite.

    Raises
    ------
    DataError
        One is no distribution, or they differ in length.

    Notes
    -----
    Laws: KL(p‖q) ≥ 0, and 0 only where p = q; it is not symmetric.

    Examples
    --------
    >>> round(kl_divergence([0.5, 0.5], [0.9, 0.1]), 6)
    0.510826
    >>> round(kl_divergence([0.9, 0.1], [0.5, 0.5]), 6)
    0.368064
    """
    first, second = distribution(p), distribution(q)
    if first.shape != second.shape:
        raise DataError(
            _("p has {first} outcomes and q has {second}: give both the same").format(
                first=len(first), second=len(second)
            )
        )
    used = first > 0
    if (second[used] == 0).any():
        return math.inf
    return float((first[used] * np.log(first[used] / second[used])).sum())


def gaussian_kl_divergence(
    mean: float, std: float, other_mean: float, other_std: float
) -> float:
    """KL(N(μ₁, σ₁²) ‖ N(μ₂, σ₂²)) = ln σ₂/σ₁ + (σ₁² + (μ₁ − μ₂)²)/2σ₂² − ½.

    Examples
    --------
    >>> gaussian_kl_divergence(0.0, 1.0, 1.0, 1.0)
    0.5
    """
    if not (std > 0 and other_std > 0):
        raise DataError(
            _("standard deviations must be above 0, not {first:g} and {second:g}")
            .format(first=std, second=other_std)
        )  # fmt: skip
    spread = (std**2 + (mean - other_mean) ** 2) / (2 * other_std**2)
    return math.log(other_std / std) + spread - 0.5


def distribution(values: Any) -> Array:
    """Chances (C,) that add up to 1, or a DataError."""
    chances = np.asarray(values, np.float64).reshape(-1)
    if not len(chances) or not (chances >= 0).all():
        raise DataError(_("chances must be numbers of at least 0"))
    if abs(float(chances.sum()) - 1) > 1e-6:
        raise DataError(
            _("chances must add up to 1, not {total:g}").format(total=chances.sum())
        )
    return chances
