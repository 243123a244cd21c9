"""Lion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from neurona import graph as g
from neurona.graph import Node
from neurona.optimize.average import moving_average
from neurona.optimize.rule import (
    Clock,
    Optimizer,
    Slot,
    Update,
    Values,
    add_weight_decay,
)
from neurona.settings import NonNegative, Positive, Share

__all__ = ["Lion"]


@final
@dataclass(frozen=True)
class Lion(Optimizer):
    """The sign of a momentum: every weight moves by the same amount.

    Parameters
    ----------
    learning_rate : float
        η, above 0; three to ten times smaller than Adam's.
    beta_1 : float
        β₁ in [0, 1), the momentum's share in the direction.
    beta_2 : float
        β₂ in [0, 1), how much of the momentum is kept.
    weight_decay : float
        λ ≥ 0, decoupled.

    Notes
    -----
    ::

        u = sign(β₁ m + (1 − β₁) g)
        w ← w − η (u + λ w)
        m ← β₂ m + (1 − β₂) g

    sign(0) = 0. Law: the step does not depend on the gradient's scale.

    Source: Chen et al., "Symbolic discovery of optimization algorithms", 2023,
    algorithm 2.
    """

    name: ClassVar[str] = "lion"
    learning_rate: Positive = 1e-4
    beta_1: Share = 0.9
    beta_2: Share = 0.99
    weight_decay: NonNegative = 0.0

    def slots(self) -> Mapping[str, Slot]:
        """The momentum m."""
        return {"mean": Slot()}

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        direction = g.sign(moving_average(slots["mean"], gradient, self.beta_1))
        direction = add_weight_decay(direction, parameter, self.weight_decay)
        mean = moving_average(slots["mean"], gradient, self.beta_2)
        return parameter - clock.learning_rate * direction, {"mean": mean}
