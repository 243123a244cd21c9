"""AdaGrad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from neurona import graph as g
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
from neurona.settings import NonNegative, Positive

__all__ = ["AdaGrad"]


@final
@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """A learning rate of its own for each weight, falling with all its past slopes.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    weight_decay : float
        λ ≥ 0, added to the gradient as λw.
    convention : {"torch", "keras"}
        Where ε stands, and the defaults of the next two.
    epsilon : float, optional
        ε, above 0: 1e-10 in torch's convention, 1e-7 in Keras's.
    initial_accumulator : float, optional
        Of s before the first step, ≥ 0: 0 in torch's convention, 0.1 in Keras's.

    Notes
    -----
    ::

        s ← s + g²
        torch:  w ← w − η g / (√s + ε)
        keras:  w ← w − η g / √(s + ε)

    Law: in torch's convention the first step is η in size, whatever the gradient
    (up to ε).

    Source: Duchi, Hazan and Singer, 2011, figure 1, the diagonal variant; torch's
    ``Adagrad`` without decay of the learning rate.
    """

    name: ClassVar[str] = "adagrad"
    learning_rate: Positive = 0.01
    weight_decay: NonNegative = 0.0
    convention: Convention = "torch"
    epsilon: Positive | None = None
    initial_accumulator: NonNegative | None = None

    def slots(self) -> Mapping[str, Slot]:
        """The accumulator s."""
        start = self.initial_accumulator
        if start is None:
            start = 0.0 if self.convention == "torch" else 0.1
        return {"accumulator": Slot(start)}

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        gradient = add_weight_decay(gradient, parameter, self.weight_decay)
        accumulator = slots["accumulator"] + gradient * gradient
        epsilon = self.epsilon
        if self.convention == "torch":
            scale = g.sqrt(accumulator) + (1e-10 if epsilon is None else epsilon)
        else:
            scale = g.sqrt(accumulator + (1e-7 if epsilon is None else epsilon))
        move = clock.learning_rate * gradient / scale
        return parameter - move, {"accumulator": accumulator}
