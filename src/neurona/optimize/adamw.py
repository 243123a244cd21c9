"""AdamW."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from neurona.graph import Node
from neurona.optimize.checks import (
    check_choice,
    check_not_negative,
    check_positive,
    check_share,
)
from neurona.optimize.moments import MOMENTS, adam_move, next_moments
from neurona.optimize.rule import (
    CONVENTIONS,
    Clock,
    Convention,
    Optimizer,
    Slot,
    convention_epsilon,
)

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
    learning_rate: float = 1e-3
    beta_1: float = 0.9
    beta_2: float = 0.999
    weight_decay: float = 0.01
    convention: Convention = "torch"
    epsilon: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_share("beta_1", self.beta_1)
        check_share("beta_2", self.beta_2)
        check_not_negative("weight_decay", self.weight_decay)
        check_choice("convention", self.convention, CONVENTIONS)
        if self.epsilon is not None:
            check_positive("epsilon", self.epsilon)

    def slots(self) -> Mapping[str, Slot]:
        """The moments m and s."""
        return MOMENTS

    def update(
        self,
        parameter: Node,
        gradient: Node,
        slots: Mapping[str, Node],
        clock: Clock,
    ) -> tuple[Node, dict[str, Node]]:
        """Build one step."""
        moments = next_moments(gradient, slots, self.beta_1, self.beta_2)
        move = adam_move(
            moments["mean"],
            moments["mean_square"],
            clock,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            epsilon=convention_epsilon(self.epsilon, self.convention),
            convention=self.convention,
        )
        if self.weight_decay:
            parameter = parameter * (1.0 - clock.learning_rate * self.weight_decay)
        return parameter - move, moments
