"""RMSProp."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from neurona import graph as g
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
    convention_epsilon,
)
from neurona.settings import NonNegative, Positive, Share

__all__ = ["RMSProp"]


@final
@dataclass(frozen=True)
class RMSProp(Optimizer):
    """Gradient divided by the root of its recent mean square.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    rho : float
        β in [0, 1), how much of the mean square is kept. 0.9 is Hinton's value and
        Keras's; torch's own default is 0.99.
    weight_decay : float
        λ ≥ 0, added to the gradient as λw.
    convention : {"torch", "keras"}
        Whether ε stands outside the root or inside.
    epsilon : float, optional
        ε, above 0: 1e-8 in torch's convention, 1e-7 in Keras's.

    Notes
    -----
    ::

        s ← β s + (1 − β) g²
        torch:  w ← w − η g / (√s + ε)
        keras:  w ← w − η g / √(s + ε)

    Neither momentum nor centering. Law: the first step is η / √(1 − β) in size,
    whatever the gradient (up to ε), since s starts at zero and is not corrected.

    Source: Hinton, "Neural networks for machine learning", 2012, lecture 6e.
    """

    name: ClassVar[str] = "rmsprop"
    learning_rate: Positive = 1e-3
    rho: Share = 0.9
    weight_decay: NonNegative = 0.0
    convention: Convention = "torch"
    epsilon: Positive | None = None

    def slots(self) -> Mapping[str, Slot]:
        """The mean square s."""
        return {"mean_square": Slot()}

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        gradient = add_weight_decay(gradient, parameter, self.weight_decay)
        square = moving_average(slots["mean_square"], gradient * gradient, self.rho)
        epsilon = convention_epsilon(self.epsilon, self.convention)
        if self.convention == "torch":
            scale = g.sqrt(square) + epsilon
        else:
            scale = g.sqrt(square + epsilon)
        move = clock.learning_rate * gradient / scale
        return parameter - move, {"mean_square": square}
