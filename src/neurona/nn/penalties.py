"""Penalties: what large weights cost, and the limits they are held to."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import ClassVar, Final

from neurona import graph as g
from neurona.graph import Node
from neurona.settings import Choice, NonNegative, Positive, by_name

__all__ = ["CONSTRAINTS", "L1", "L2", "PENALTIES", "ElasticNet", "MaxNorm", "Penalty"]


@dataclass(frozen=True)
class Penalty(Choice):
    """A term that is added to the loss for each array of weights, never for a bias."""

    @abc.abstractmethod
    def term(self, weight: Node, rows: Node) -> Node:
        """Penalty of a weight as a scalar; ``rows`` is N, the rows of the batch."""


def l2_term(strength: float, weight: Node, rows: Node) -> Node:
    return strength / (2.0 * rows) * g.sum(weight * weight)


def l1_term(strength: float, weight: Node, rows: Node) -> Node:
    return strength / rows * g.sum(g.absolute(weight))


@dataclass(frozen=True)
class L2(Penalty):
    """λ/(2N)·‖W‖², whose gradient is λ/N·W.

    Parameters
    ----------
    strength : float
        λ, at least 0; as scikit-learn's ``alpha``.

    Notes
    -----
    N is the number of rows of the batch, the last and shorter one included.

    Examples
    --------
    >>> from neurona import graph, reference
    >>> w = graph.constant([[1.0, -2.0], [3.0, 0.5]])
    >>> term = L2(0.1).term(w, graph.constant(10.0))
    >>> round(float(reference.evaluate([term], {})[0]), 5)
    0.07125
    """

    name: ClassVar[str] = "l2"
    strength: NonNegative

    def term(self, weight: Node, rows: Node) -> Node:
        """λ/(2N)·ΣW²."""
        return l2_term(self.strength, weight, rows)


@dataclass(frozen=True)
class L1(Penalty):
    """λ/N·Σ|w|, whose gradient is λ/N·sign(w): it draws small weights to 0.

    Parameters
    ----------
    strength : float
        λ, at least 0.
    """

    name: ClassVar[str] = "l1"
    strength: NonNegative

    def term(self, weight: Node, rows: Node) -> Node:
        """λ/N·Σ|w|."""
        return l1_term(self.strength, weight, rows)


@dataclass(frozen=True)
class ElasticNet(Penalty):
    """The sum of an L1 and an L2 penalty.

    Parameters
    ----------
    l1, l2 : float
        Their strengths, at least 0.
    """

    name: ClassVar[str] = "elastic_net"
    l1: NonNegative
    l2: NonNegative

    def term(self, weight: Node, rows: Node) -> Node:
        """λ₁/N·Σ|w| + λ₂/(2N)·ΣW²."""
        return l1_term(self.l1, weight, rows) + l2_term(self.l2, weight, rows)


PENALTIES: Final = by_name(L1, L2, ElasticNet)
"""Every penalty by name."""


@dataclass(frozen=True)
class MaxNorm(Choice):
    """Largest Euclidean norm of the weights that lead to one unit.

    Parameters
    ----------
    limit : float
        Above 0.

    Notes
    -----
    Shapes: W (I, O); a unit's weights are a column. After each step a column of norm
    n > limit is multiplied by limit/n; the others keep their bits.
    Laws: constrain(constrain(W)) = constrain(W) up to rounding.
    Source: N. Srivastava et al., "Dropout", 2014, section 5.1.
    """

    name: ClassVar[str] = "max_norm"
    limit: Positive

    def constrain(self, weight: Node) -> Node:
        """Weight with each column scaled down to the limit where it exceeds it."""
        # Scaled by the largest entry, squares neither overflow nor vanish; a zero
        # column is given the scale 1.
        largest = g.max(g.absolute(weight), 0, keepdims=True)
        scale = g.where(largest > 0, largest, 1.0)
        part = weight / scale
        norm = scale * g.sqrt(g.sum(part * part, 0, keepdims=True))
        return g.where(norm > self.limit, weight * (self.limit / norm), weight)


CONSTRAINTS: Final = by_name(MaxNorm)
"""Every constraint by name."""
