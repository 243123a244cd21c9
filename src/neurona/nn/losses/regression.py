"""Losses between real numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from neurona import graph as g
from neurona.graph import Node
from neurona.nn.losses.loss import Loss
from neurona.settings import Positive

__all__ = ["Huber", "MeanAbsoluteError", "MeanSquaredError", "Minkowski"]


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """(o − t)², averaged over outputs.

    Parameters
    ----------
    half : bool
        ½(o − t)² instead, whose slope is the residual itself.
    """

    name: ClassVar[str] = "mse"
    half: bool = False

    def per_row(self, output: Node, target: Node) -> Node:
        """Mean of the squared residuals of each row."""
        residual = output - target
        squares = g.mean(residual * residual, -1)
        return 0.5 * squares if self.half else squares


@dataclass(frozen=True)
class MeanAbsoluteError(Loss):
    """|o − t|, averaged over outputs; the slope at 0 is 0."""

    name: ClassVar[str] = "mae"

    def per_row(self, output: Node, target: Node) -> Node:
        """Mean of the absolute residuals of each row."""
        return g.mean(g.absolute(output - target), -1)


@dataclass(frozen=True)
class Minkowski(Loss):
    """|o − t|^q, averaged over outputs.

    Parameters
    ----------
    q : float
        Above 0; 1.5 by default, between ``mae``, which is 1, and ``mse``, which is 2.
        Below 1 the slope grows without bound near a residual of 0, where it is 0.

    Notes
    -----
    Numerics: where the residual is 0 the power is taken of 1 and dropped, since its
    slope there would be 0 times infinity.
    """

    name: ClassVar[str] = "minkowski"
    q: Positive = 1.5

    def per_row(self, output: Node, target: Node) -> Node:
        """Mean of the q-th powers of the absolute residuals of each row."""
        size = g.absolute(output - target)
        at_zero = g.equal(size, 0.0)
        power = g.where(at_zero, 1.0, size) ** self.q
        return g.mean(g.where(at_zero, 0.0, power), -1)


@dataclass(frozen=True)
class Huber(Loss):
    """½r² where |r| ≤ δ, else δ(|r| − ½δ), averaged over outputs; r = o − t.

    Parameters
    ----------
    delta : float
        δ, above 0: residuals beyond it pull with a constant force.

    Notes
    -----
    Numerics: written as c(|r| − ½c) with c = min(|r|, δ), so that no square of a large
    residual is computed.
    Source: P. J. Huber, "Robust estimation of a location parameter", 1964.
    """

    name: ClassVar[str] = "huber"
    delta: Positive = 1.0

    def per_row(self, output: Node, target: Node) -> Node:
        """Mean of the Huber losses of each row."""
        size = g.absolute(output - target)
        cut = g.minimum(size, self.delta)
        return g.mean(cut * (size - 0.5 * cut), -1)
