"""Nesterov's accelerated gradient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from neurona.graph import Node
from neurona.optimize.rule import (
    Clock,
    Convention,
    Optimizer,
    Slot,
    Update,
    Values,
    add_weight_decay,
)
from neurona.settings import NonNegative, Positive, Share

__all__ = ["Nesterov"]


@final
@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum that looks one step ahead.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    momentum : float
        β in [0, 1).
    weight_decay : float
        λ ≥ 0, added to the gradient as λw.
    convention : {"torch", "keras"}
        Where η enters; the steps are the same while η is.

    Notes
    -----
    ::

        torch:  v ← β v + g          keras:  v ← β v − η g
                w ← w − η (g + β v)          w ← w + β v − η g

    The gradient is taken where the parameter stands: w here is the point looked ahead
    to in Nesterov's own statement. Law: momentum 0 is gradient descent.

    Source: Nesterov, 1983; Sutskever et al., 2013, in the form of Bengio et al., 2012,
    as torch's ``SGD(nesterov=True)``.
    """

    name: ClassVar[str] = "nesterov"
    learning_rate: Positive = 0.01
    momentum: Share = 0.9
    weight_decay: NonNegative = 0.0
    convention: Convention = "torch"

    def slots(self) -> Mapping[str, Slot]:
        """The velocity v."""
        return {"velocity": Slot()}

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        push = add_weight_decay(gradient, parameter, self.weight_decay)
        if self.convention == "keras":
            push = -clock.learning_rate * push
        velocity = self.momentum * slots["velocity"] + push
        move = push + self.momentum * velocity
        if self.convention == "torch":
            move = -clock.learning_rate * move
        return parameter + move, {"velocity": velocity}
