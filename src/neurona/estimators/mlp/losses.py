"""What scikit-learn's MLPs minimize, and what they tell of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

import numpy as np

from neurona import graph as g
from neurona.arrays import Array
from neurona.graph import Node, Spec
from neurona.nn.losses import Loss, as_loss
from neurona.settings import Positive, by_name

__all__ = [
    "CLASSIFICATION",
    "LINKS",
    "REGRESSION",
    "LogLoss",
    "OnProbabilities",
    "PoissonDeviance",
    "SeparateLogLoss",
    "SquaredError",
    "largest_log_loss",
]


LINKS: Final[Mapping[str, Callable[[Node], Node]]] = {
    "identity": lambda z: z,
    "logistic": g.sigmoid,
    "softmax": g.softmax,
    "exp": g.exp,
}
"""From what the last layer gives to what is predicted, by scikit-learn's names."""


def largest_log_loss(dtype: np.dtype[Any]) -> float:
    """−ln ε: what a probability of 0 is told to cost, being clipped to ε.

    Examples
    --------
    >>> round(largest_log_loss(np.dtype("float64")), 2)
    36.04
    """
    return -math.log(np.finfo(dtype).eps)


@dataclass(frozen=True)
class SquaredError(Loss):
    """½Σ(o − t)² over the outputs; told is ½ the mean over them.

    Notes
    -----
    Source: scikit-learn's ``squared_loss``, whose gradient is that of the sum.
    """

    name: ClassVar[str] = "squared_error"

    def per_row(self, output: Node, target: Node) -> Node:
        """Half the sum of the squared residuals of each row."""
        return 0.5 * g.sum(squares(output, target), -1)

    def told_per_row(self, output: Node, target: Node) -> Node:
        """Half the mean of the squared residuals of each row."""
        return 0.5 * g.mean(squares(output, target), -1)


def squares(output: Node, target: Node) -> Node:
    residual = output - target
    return residual * residual


@dataclass(frozen=True)
class PoissonDeviance(Loss):
    """Half the deviance of counts, summed over outputs; o is the logarithm of a rate.

    Notes
    -----
    Math: Σ e^o − t o; told is t ln t − t more, which has no gradient.
    """

    name: ClassVar[str] = "poisson"

    def per_row(self, output: Node, target: Node) -> Node:
        """What of the deviance depends on the output."""
        return g.sum(g.exp(output) - target * output, -1)

    def told_per_row(self, output: Node, target: Node) -> Node:
        """Half the deviance of each row."""
        positive = target > 0.0
        safe = g.where(positive, target, 1.0)
        rest = g.where(positive, target * g.log(safe) - target, 0.0)
        return self.per_row(output, target) + g.sum(rest, -1)

    def prepare_target(self, y: Any, output: Spec) -> Array:
        """Counts of at least 0, as neurona's loss of this name asks for them."""
        return as_loss(self.name).prepare_target(y, output)

    def link(self, output: Node) -> Node:
        """Rates, e^o."""
        return g.exp(output)


@dataclass(frozen=True)
class LogLoss(Loss):
    """−ln of the probability of the true class; told is at most −ln ε.

    Parameters
    ----------
    most : float
        −ln ε, as :func:`largest_log_loss` has it.
    """

    name: ClassVar[str] = "log_loss"
    head: ClassVar[Literal["classes", "binary", "real"]] = "classes"
    most: Positive

    def per_row(self, output: Node, target: Node) -> Node:
        """Cross-entropy of each row, from logits and rows of zeros and a 1."""
        return g.cross_entropy(output, target)

    def told_per_row(self, output: Node, target: Node) -> Node:
        """Cross-entropy with clipped probabilities."""
        return g.minimum(self.per_row(output, target), self.most)

    def link(self, output: Node) -> Node:
        """Probabilities of the classes."""
        return g.softmax(output)


@dataclass(frozen=True)
class SeparateLogLoss(Loss):
    """Σ −ln of the probability of each answer; told are at most −ln ε each.

    Parameters
    ----------
    most : float
        −ln ε, as :func:`largest_log_loss` has it.
    """

    name: ClassVar[str] = "binary_log_loss"
    head: ClassVar[Literal["classes", "binary", "real"]] = "binary"
    most: Positive

    def per_row(self, output: Node, target: Node) -> Node:
        """Sum of the binary cross-entropies of each row."""
        return g.sum(g.binary_cross_entropy(output, target), -1)

    def told_per_row(self, output: Node, target: Node) -> Node:
        """Sum of them with clipped probabilities."""
        terms = g.binary_cross_entropy(output, target)
        return g.sum(g.minimum(terms, self.most), -1)

    def link(self, output: Node) -> Node:
        """Probability of yes, for each output."""
        return g.sigmoid(output)


@dataclass(frozen=True)
class OnProbabilities(Loss):
    """A loss between numbers, of probabilities and what is true of each class.

    Parameters
    ----------
    loss : Loss
    activation : str
        Of the output, by scikit-learn's names.
    """

    name: ClassVar[str] = "on_probabilities"
    loss: Loss
    activation: str

    def per_row(self, output: Node, target: Node) -> Node:
        """Loss of each row."""
        return self.loss.per_row(self.link(output), target)

    def link(self, output: Node) -> Node:
        """Probabilities."""
        return LINKS[self.activation](output)


REGRESSION: Final = by_name(SquaredError, PoissonDeviance)
"""scikit-learn's losses over numbers by name."""

CLASSIFICATION: Final = {"softmax": LogLoss, "logistic": SeparateLogLoss}
"""Those over classes, by the activation of the output."""
