"""AMSGrad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from neurona import graph as g
from neurona.graph import Node
from neurona.optimize.moments import MOMENTS, adam_move, next_moments
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

__all__ = ["AMSGrad"]


@final
@dataclass(frozen=True)
class AMSGrad(Optimizer):
    """Adam whose root mean square never falls.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    beta_1, beta_2 : float
        β₁ and β₂ in [0, 1), how much of each moment is kept.
    weight_decay : float
        λ ≥ 0, added to the gradient as λw.
    convention : {"torch", "keras"}
        Whether ε is added to the corrected root or to the plain one.
    epsilon : float, optional
        ε, above 0: 1e-8 in torch's convention, 1e-7 in Keras's.

    Notes
    -----
    ::

        m ← β₁ m + (1 − β₁) g         c₁ = 1 − β₁ᵗ
        s ← β₂ s + (1 − β₂) g²        c₂ = 1 − β₂ᵗ
        u ← max(u, s)
        torch:  w ← w − (η / c₁) m / (√u / √c₂ + ε)
        keras:  w ← w − (η √c₂ / c₁) m / (√u + ε)

    The maximum is of s before its correction, as in torch and Keras; the paper has no
    correction at all. Law: while s grows it is Adam.

    Source: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018,
    algorithm 2; torch's ``Adam(amsgrad=True)``.
    """

    name: ClassVar[str] = "amsgrad"
    learning_rate: Positive = 1e-3
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    weight_decay: NonNegative = 0.0
    convention: Convention = "torch"
    epsilon: Positive | None = None

    def slots(self) -> Mapping[str, Slot]:
        """The moments m and s, and u, the largest s so far."""
        return {**MOMENTS, "largest_square": Slot()}

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        gradient = add_weight_decay(gradient, parameter, self.weight_decay)
        moments = next_moments(gradient, slots, self.beta_1, self.beta_2)
        largest = g.maximum(slots["largest_square"], moments["mean_square"])
        move = adam_move(
            {**moments, "mean_square": largest},
            clock,
            self.beta_1,
            self.beta_2,
            self.convention,
            self.epsilon,
        )
        return parameter - move, {**moments, "largest_square": largest}
