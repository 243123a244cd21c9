"""Nadam."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from neurona import graph as g
from neurona.graph import Node
from neurona.optimize.moments import MOMENTS, next_moments
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

__all__ = ["Nadam"]


@final
@dataclass(frozen=True)
class Nadam(Optimizer):
    """Adam with Nesterov's look ahead, its momentum rising from β₁/2 to β₁.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    beta_1, beta_2 : float
        β₁ and β₂ in [0, 1), how much of each moment is kept.
    weight_decay : float
        λ ≥ 0, added to the gradient as λw.
    convention : {"torch", "keras"}
        The defaults of the next two; the formula is the same.
    momentum_decay : float, optional
        ψ ≥ 0, how fast the momentum rises: 0.004 in torch's convention, 1 in Keras's.
    epsilon : float, optional
        ε, above 0: 1e-8 in torch's convention, 1e-7 in Keras's.

    Notes
    -----
    ::

        μₜ = β₁ (1 − ½ · 0.96^(ψt))   μₜ₊₁ likewise
        P ← P μₜ                      the product of every μ so far, 1 at the start
        m ← β₁ m + (1 − β₁) g
        s ← β₂ s + (1 − β₂) g²
        w ← w − η ((1 − μₜ) / (1 − P) · g + μₜ₊₁ / (1 − P μₜ₊₁) · m)
                / (√(s / (1 − β₂ᵗ)) + ε)

    Source: Dozat, "Incorporating Nesterov momentum into Adam", 2016; torch's
    ``NAdam``.
    """

    name: ClassVar[str] = "nadam"
    learning_rate: Positive = 2e-3
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    weight_decay: NonNegative = 0.0
    convention: Convention = "torch"
    momentum_decay: NonNegative | None = None
    epsilon: Positive | None = None

    def slots(self) -> Mapping[str, Slot]:
        """The moments m and s, and P, the product of the momenta."""
        return {**MOMENTS, "momentum_product": Slot(1.0, scalar=True)}

    def momentum_at(self, step: Node) -> Node:
        """Build μ of a step."""
        decay = self.momentum_decay
        if decay is None:
            decay = 0.004 if self.convention == "torch" else 1.0
        return self.beta_1 * (1.0 - 0.5 * 0.96 ** (step * decay))

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        gradient = add_weight_decay(gradient, parameter, self.weight_decay)
        moments = next_moments(gradient, slots, self.beta_1, self.beta_2)
        now, then = self.momentum_at(clock.step), self.momentum_at(clock.step + 1.0)
        product = slots["momentum_product"] * now
        rate = clock.learning_rate
        ahead = (
            rate * (1.0 - now) / (1.0 - product) * gradient
            + rate * then / (1.0 - product * then) * moments["mean"]
        )
        corrected = moments["mean_square"] / (1.0 - self.beta_2**clock.step)
        epsilon = convention_epsilon(self.epsilon, self.convention)
        move = ahead / (g.sqrt(corrected) + epsilon)
        return parameter - move, {**moments, "momentum_product": product}
