"""Gradient descent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from neurona.graph import Node
from neurona.optimize.rule import Clock, Optimizer, Update, Values, add_weight_decay
from neurona.settings import NonNegative, Positive

__all__ = ["SGD"]


@final
@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent: one step against the gradient.

    Whether it is batch, mini-batch or stochastic (single sample) descent is decided by
    the batch size alone: all rows, some, or one.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    weight_decay : float
        λ ≥ 0, added to the gradient as λw.

    Notes
    -----
    ::

        w ← w − η g

    Law: a zero gradient leaves the parameter as it is (without weight decay).

    Source: Robbins and Monro, 1951; torch's ``SGD`` without momentum.
    """

    name: ClassVar[str] = "sgd"
    learning_rate: Positive = 0.1
    weight_decay: NonNegative = 0.0

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        gradient = add_weight_decay(gradient, parameter, self.weight_decay)
        return parameter - clock.learning_rate * gradient, {}
