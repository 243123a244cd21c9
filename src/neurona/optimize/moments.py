"""What the Adam family shares: two moments, their correction, and the step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurona import graph as g
from neurona.graph import Node
from neurona.optimize.average import moving_average
from neurona.optimize.rule import Clock, Convention, Slot, Values, convention_epsilon

__all__ = ["MOMENTS", "adam_move", "next_moments"]

MOMENTS: Final[Mapping[str, Slot]] = {"mean": Slot(), "mean_square": Slot()}
"""Slots m and s: moving averages of the gradient and of its square."""


def next_moments(
    gradient: Node, slots: Values, beta_1: float, beta_2: float
) -> dict[str, Node]:
    """Build m ← β₁ m + (1 − β₁) g and s ← β₂ s + (1 − β₂) g²."""
    return {
        "mean": moving_average(slots["mean"], gradient, beta_1),
        "mean_square": moving_average(
            slots["mean_square"], gradient * gradient, beta_2
        ),
    }


def adam_move(
    moments: Values,
    clock: Clock,
    beta_1: float,
    beta_2: float,
    convention: Convention,
    epsilon: float | None,
    *,
    bias_correction: bool = True,
) -> Node:
    """What Adam subtracts from the parameter.

    Notes
    -----
    With c₁ = 1 − β₁ᵗ and c₂ = 1 − β₂ᵗ, or both 1 without correction::

        torch:  (η / c₁) m / (√s / √c₂ + ε)
        keras:  (η √c₂ / c₁) m / (√s + ε)

    Keras's ε is therefore 1 / √c₂ times as large in torch's terms, about 32 times at
    the first step with β₂ = 0.999.
    """
    rate, root = clock.learning_rate, g.sqrt(moments["mean_square"])
    if bias_correction:
        rate = rate / (1.0 - beta_1**clock.step)
        shrink = g.sqrt(1.0 - beta_2**clock.step)
        if convention == "torch":
            root = root / shrink
        else:
            rate = rate * shrink
    return rate * moments["mean"] / (root + convention_epsilon(epsilon, convention))
