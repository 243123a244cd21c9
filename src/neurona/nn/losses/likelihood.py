"""Negative log-likelihoods of real numbers and of counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurona import graph as g
from neurona.errors import OptionError
from neurona.graph import BATCH, Node, Spec
from neurona.messages import _
from neurona.nn.losses.loss import Loss, output_count
from neurona.nn.losses.targets import real_targets, refuse

__all__ = ["GaussianNLL", "Poisson"]


def half_count(output: Spec) -> int:
    count = output_count(output)
    if count % 2:
        raise OptionError(
            _(
                "gaussian_nll needs two outputs per target, a mean and a log variance, "
                "not {count} outputs in all"
            ).format(count=count)
        )
    return count // 2


@dataclass(frozen=True)
class GaussianNLL(Loss):
    """−ln of a normal density whose mean and variance are both learned.

    Of 2K outputs the first K are the means μ and the last K the log variances s.

    Parameters
    ----------
    full : bool
        Include the constant ½ ln 2π, which makes it the density's own logarithm and
        does not change any gradient.

    Notes
    -----
    Math: l = ½(s + (t − μ)² e^(−s)) + ½ ln 2π, averaged over the K targets.
    Numerics: with the log variance as output no variance can be 0 or negative.
    """

    name: ClassVar[str] = "gaussian_nll"
    full: bool = True

    def target_spec(
        self, output: Spec, target: np.ndarray[Any, Any] | None = None
    ) -> Spec:
        """Real numbers, (N, K)."""
        return Spec((BATCH, half_count(output)))

    def per_row(self, output: Node, target: Node) -> Node:
        """Mean of the negative log-likelihoods of each row."""
        half = half_count(output.spec)
        log_variance = g.slice_axis(output, half, 2 * half)
        residual = target - self.link(output)
        terms = log_variance + residual * residual * g.exp(-log_variance)
        loss = 0.5 * g.mean(terms, -1)
        return loss + 0.5 * math.log(2.0 * math.pi) if self.full else loss

    def link(self, output: Node) -> Node:
        """Means, (N, K)."""
        return g.slice_axis(output, 0, half_count(output.spec))

    def variance(self, output: Node) -> Node:
        """Variances, (N, K)."""
        half = half_count(output.spec)
        return g.exp(g.slice_axis(output, half, 2 * half))

    def prepare_target(
        self, y: np.ndarray[Any, Any], output: Spec
    ) -> np.ndarray[Any, Any]:
        """Finite numbers, (N, K)."""
        return real_targets(y, half_count(output))


@dataclass(frozen=True)
class Poisson(Loss):
    """−ln of the Poisson probability of a count, z being the logarithm of its rate.

    Parameters
    ----------
    full : bool
        Include ln t! by Stirling's formula, t ln t − t + ½ ln(2πt) where t > 1 and 0
        below; it does not change any gradient.

    Notes
    -----
    Math: l = e^z − t z, averaged over outputs.
    """

    name: ClassVar[str] = "poisson"
    full: bool = False

    def per_row(self, output: Node, target: Node) -> Node:
        """Mean of the negative log-likelihoods of each row."""
        terms = g.exp(output) - target * output
        if self.full:
            large = target > 1.0
            t = g.where(large, target, 1.0)
            stirling = t * g.log(t) - t + 0.5 * g.log(2.0 * math.pi * t)
            terms = terms + g.where(large, stirling, 0.0)
        return g.mean(terms, -1)

    def link(self, output: Node) -> Node:
        """Expected counts, e^z."""
        return g.exp(output)

    def prepare_target(
        self, y: np.ndarray[Any, Any], output: Spec
    ) -> np.ndarray[Any, Any]:
        """Numbers of at least 0, (N, K)."""
        targets = real_targets(y, output_count(output))
        refuse(targets, targets < 0, _("at least 0"))
        return targets
