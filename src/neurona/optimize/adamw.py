"""AdamW."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from neurona.graph import Node
from neurona.optimize.moments import MOMENTS, adam_move, next_moments
from neurona.optimize.rule import (
    Clock,
    Convention,
    Optimizer,
    Slot,
    Update,
    Values,
)
from neurona.settings import NonNegative, Positive, Share

__all__ = ["AdamW"]


@final
@dataclass(frozen=True)
class AdamW(Optimizer):
    """Adam with decoupled weight decay: the weight shrinks, the moments do not know.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    beta_1, beta_2 : float
        β₁ and β₂ in [0, 1), how much of each moment is kept.
    weight_decay : float
        λ ≥ 0. 0.01 is torch's default; Keras's is 0.004.
    convention : {"torch", "keras"}
        Whether ε is added to the corrected root or to the plain one.
    epsilon : float, optional
        ε, above 0: 1e-8 in torch's convention, 1e-7 in Keras's.

    Notes
    -----
    ::

        w ← (1 − ηλ) w
        m ← β₁ m + (1 − β₁) g         c₁ = 1 − β₁ᵗ
        s ← β₂ s + (1 − β₂) g²        c₂ = 1 − β₂ᵗ
        torch:  w ← w − (η / c₁) m / (√s / √c₂ + ε)
        keras:  w ← w − (η √c₂ / c₁) m / (√s + ε)

    g is the gradient before the decay. The decay is multiplied by the learning rate,
    schedule included, as in torch and Keras; in the paper it is not multiplied by η's
    base value. Law: with weight_decay 0 it is Adam.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2017,
    algorithm 2.
    """

    name: ClassVar[str] = "adamw"
    learning_rate: Positive = 1e-3
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    weight_decay: NonNegative = 0.01
    convention: Convention = "torch"
    epsilon: Positive | None = None

    def slots(self) -> Mapping[str, Slot]:
        """The moments m and s."""
        return MOMENTS

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        moments = next_moments(gradient, slots, self.beta_1, self.beta_2)
        move = adam_move(
            moments, clock, self.beta_1, self.beta_2, self.convention, self.epsilon
        )
        if self.weight_decay:
            parameter = parameter * (1.0 - clock.learning_rate * self.weight_decay)
        return parameter - move, moments
