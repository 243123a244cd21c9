"""What every optimizer is: a rule that builds the graph of one update."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from neurona import graph as g
from neurona.graph import Node
from neurona.settings import Choice, Positive, config_of

__all__ = [
    "Clock",
    "Convention",
    "Optimizer",
    "Slot",
    "Update",
    "Values",
    "add_weight_decay",
    "convention_epsilon",
    "make_clock",
]

Convention: TypeAlias = Literal["torch", "keras"]
Values: TypeAlias = Mapping[str, Node]
"""The present value of each slot, by name."""
Update: TypeAlias = tuple[Node, dict[str, Node]]
"""The new parameter, and the new value of each slot."""


@dataclass(frozen=True)
class Slot:
    """What a rule remembers of one parameter from step to step.

    Parameters
    ----------
    initial : float
        The value of every element before the first step.
    scalar : bool
        One number for the whole parameter, of shape ``()``; otherwise the slot has the
        shape of the parameter.
    """

    initial: float = 0.0
    scalar: bool = False


@dataclass(frozen=True, eq=False)
class Clock:
    """The run-time scalars that a rule reads: how far to go, and how often it has.

    Parameters
    ----------
    learning_rate : Node
        η of this step, the schedule's factor included.
    step : Node
        t, the number of this step, counted from 1.

    Notes
    -----
    Both are float inputs of shape ``()``. What is made of them and of constants alone
    is computed in float64 and rounded once where it meets an array, so 1 − βᵗ keeps
    its digits in a float32 run too.
    """

    learning_rate: Node
    step: Node


def make_clock() -> Clock:
    """Make a clock of two new inputs, ``learning_rate`` and ``step``.

    Examples
    --------
    >>> make_clock().step
    step: float ()
    """
    return Clock(g.input("learning_rate"), g.input("step"))


@dataclass(frozen=True)
class Optimizer(Choice):
    """A rule for one step: parameter, gradient and slots in, new ones out, as graph.

    An optimizer holds settings alone. What it remembers stands in its slots, which
    belong to the training run.

    Parameters
    ----------
    learning_rate : float
        η, above 0. A schedule multiplies it; the rule reads the product in the clock.

    Notes
    -----
    In every formula below w is the parameter, g its gradient, t the step counted from
    1, and all arithmetic is element by element. ``weight_decay`` λ applies to every
    parameter that the rule is given; where it is added to the gradient (g + λw) it is
    an L2 penalty, where it shrinks the weight itself (w − ηλw) it is decoupled.
    """

    learning_rate: Positive

    def slots(self) -> Mapping[str, Slot]:
        """What the rule remembers of each parameter, by name."""
        return {}

    @abc.abstractmethod
    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step.

        Parameters
        ----------
        parameter : Node
        gradient : Node
            In the shape of the parameter.
        slots : mapping of str to Node
            The present value of each of :meth:`slots`.
        clock : Clock

        Returns
        -------
        tuple of Node and dict of str to Node
            The new parameter and the new value of each slot.
        """

    def to_config(self) -> dict[str, Any]:
        """Name and settings as JSON values, from which the same rule is made."""
        return config_of(self, lambda rule: f"optimizer.{rule.name}")


def add_weight_decay(gradient: Node, parameter: Node, weight_decay: float) -> Node:
    """Build g + λw: the gradient with that of the penalty λ/2·‖w‖² added."""
    return gradient + weight_decay * parameter if weight_decay else gradient


def convention_epsilon(epsilon: float | None, convention: Convention) -> float:
    """ε as given, else 1e-8 as torch has it or 1e-7 as Keras has it."""
    if epsilon is not None:
        return epsilon
    return 1e-8 if convention == "torch" else 1e-7
