"""Adam."""

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
    add_weight_decay,
)
from neurona.settings import NonNegative, Positive, Share

__all__ = ["Adam"]


@final
@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum divided by the root mean square, both corrected for starting at zero.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    beta_1, beta_2 : float
        β₁ and β₂ in [0, 1), how much of each moment is kept.
    weight_decay : float
        λ ≥ 0, added to the gradient as λw: an L2 penalty. Decoupled decay is
        :class:`~neurona.optimize.adamw.AdamW`.
    bias_correction : bool
        Without it c₁ = c₂ = 1 below, and the first steps are far too long.
    convention : {"torch", "keras"}
        Whether ε is added to the corrected root or to the plain one.
    epsilon : float, optional
        ε, above 0: 1e-8 in torch's convention, 1e-7 in Keras's.

    Notes
    -----
    ::

        m ← β₁ m + (1 − β₁) g         c₁ = 1 − β₁ᵗ
        s ← β₂ s + (1 − β₂) g²        c₂ = 1 − β₂ᵗ
        torch:  w ← w − (η / c₁) m / (√s / √c₂ + ε)
        keras:  w ← w − (η √c₂ / c₁) m / (√s + ε)

    torch's is algorithm 1 of the paper; Keras's is the faster form at the end of the
    paper's section 2, whose ε̂ is ε √c₂. Law: the first step is η in size, whatever the
    gradient (up to ε).

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2014.
    """

    name: ClassVar[str] = "adam"
    learning_rate: Positive = 1e-3
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    weight_decay: NonNegative = 0.0
    bias_correction: bool = True
    convention: Convention = "torch"
    epsilon: Positive | None = None

    def slots(self) -> Mapping[str, Slot]:
        """The moments m and s."""
        return MOMENTS

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        gradient = add_weight_decay(gradient, parameter, self.weight_decay)
        moments = next_moments(gradient, slots, self.beta_1, self.beta_2)
        move = adam_move(
            moments,
            clock,
            self.beta_1,
            self.beta_2,
            self.convention,
            self.epsilon,
            bias_correction=self.bias_correction,
        )
        return parameter - move, moments
