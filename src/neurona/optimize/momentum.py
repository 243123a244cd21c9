"""Gradient descent with momentum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, final

from neurona.graph import Node
from neurona.optimize.average import moving_average
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

__all__ = ["Momentum"]


@final
@dataclass(frozen=True)
class Momentum(Optimizer):
    """Gradient descent along a velocity, a fading sum of the gradients so far.

    Parameters
    ----------
    learning_rate : float
        η, above 0. In the classical form a lasting gradient is followed at
        η / (1 − β) in the end.
    momentum : float
        β in [0, 1).
    form : {"classical", "average"}
        Whether the velocity is a sum or a moving average of the gradients.
    weight_decay : float
        λ ≥ 0, added to the gradient as λw.
    convention : {"torch", "keras"}
        Where η enters; the steps are the same while η is.

    Notes
    -----
    ::

        classical:  v ← β v + g                average:  v ← β v + (1 − β) g
        torch:      w ← w − η v

        keras:      v ← β v − η g  (1 − β times as much in the average form)
                    w ← w + v

    The average form is the classical one with η (1 − β) for η, and is not corrected
    for its start at zero. Law: momentum 0 is gradient descent.

    Source: Polyak, 1964; Sutskever et al., 2013, equations 1 and 2, for Keras's form.
    """

    name: ClassVar[str] = "momentum"
    learning_rate: Positive = 0.01
    momentum: Share = 0.9
    form: Literal["classical", "average"] = "classical"
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
        if self.form == "average":
            velocity = moving_average(slots["velocity"], push, self.momentum)
        else:
            velocity = self.momentum * slots["velocity"] + push
        move = velocity
        if self.convention == "torch":
            move = -clock.learning_rate * velocity
        return parameter + move, {"velocity": velocity}
