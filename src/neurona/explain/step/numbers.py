"""A step in numbers: everything that one training step computes, in float64."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from neurona.explain.step.units import Units
from neurona.graph import Node
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.optimize import Optimizer
from neurona.train.examples import row_count
from neurona.train.step import Objective

__all__ = [
    "EndingNumbers",
    "OperationNumbers",
    "StepNumbers",
    "StepRequest",
    "UnitNumbers",
]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class StepRequest:
    """Everything that determines a step.

    Parameters
    ----------
    architecture : Architecture
    losses : mapping of str to Loss
    optimizer : Optimizer
    values : mapping of str to array
        Parameters and states before the step.
    slots : mapping of str to array
        The optimizer's memory before the step, by leaf name.
    data : mapping of str to array
        Inputs, targets and row weights of the rows.
    step : int
        Its number, counted from 1.
    learning_rate : float
        The schedule's factor included.
    training : bool
        Whether dropout masks and batch statistics are in force, as when a step of a
        run is replayed.
    seed : int
        Of the masks.
    l1, l2, clip_norm, clip_value, reduction
        As a fit has them.
    """

    architecture: Architecture
    losses: Mapping[str, Loss]
    optimizer: Optimizer
    values: Mapping[str, Array]
    slots: Mapping[str, Array]
    data: Mapping[str, Array]
    step: int = 1
    learning_rate: float = 0.0
    training: bool = False
    seed: int = 0
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None
    reduction: Literal["mean", "sum"] = "mean"


@dataclass(frozen=True, eq=False)
class EndingNumbers:
    """Values where loss and last layer are one formula, (N, K) each.

    Parameters
    ----------
    function : {"softmax", "sigmoid"}
    prediction, target : array
        ŷ and what it should be.
    grad_prediction : array
        ∂L/∂ŷ by the textbook's loss.
    """

    function: str
    prediction: Array
    target: Array
    grad_prediction: Array


@dataclass(frozen=True, eq=False)
class UnitNumbers:
    """One use of a fully connected layer, in numbers; rows are samples.

    Parameters
    ----------
    units : Units
    x : array (N, I)
    z, a : array (N, O)
    delta : array (N, O)
        ∂L/∂z.
    grad_a : array (N, O) or None
        ∂L/∂a; ``None`` where the loss reads z and no a.
    slope : array (N, O) or None
        f′(z); ``None`` where each a depends on every z.
    reads : Units or None
        The use whose a is x.
    input_name : str
        The network's input that is x, or empty.
    is_output : bool
    ending : EndingNumbers or None
    """

    units: Units
    x: Array
    z: Array
    a: Array
    delta: Array
    grad_a: Array | None
    slope: Array | None
    reads: Units | None
    input_name: str
    is_output: bool
    ending: EndingNumbers | None


@dataclass(frozen=True, eq=False)
class OperationNumbers:
    """One operation of a graph that is no fully connected layer.

    Parameters
    ----------
    node : Node
    value : array
    gradient : array or None
        ∂L/∂value; ``None`` where the loss does not depend on it.
    """

    node: Node
    value: Array
    gradient: Array | None


@dataclass(frozen=True, eq=False)
class StepNumbers:
    """A step in numbers.

    Parameters
    ----------
    request : StepRequest
    objective : Objective
    total : Node
        The loss with its penalties.
    layers : tuple of UnitNumbers
    operations : tuple of OperationNumbers
        Of what is no fully connected layer; empty where there is nothing else.
    outputs : mapping of str to array
        What the network gives.
    activations : mapping of str to array
        What each layer gives, by its full name.
    row_losses : array (N,)
    output_losses : mapping of str to array (N,)
        The same for each output, of which they are the sum.
    loss : float
    penalty : float
        What the penalties add to the loss that is minimized.
    gradients : mapping of str to array
    penalty_gradients : mapping of str to array
        The part of them that the penalties make.
    input_gradients : mapping of str to array
    applied : mapping of str to array
        Gradients as the optimizer reads them, clipped where a limit is set.
    update : mapping of str to array
        Parameters after the step.
    new_slots : mapping of str to array
    loss_after : float
    feeds : mapping of str to array
        What the graph was evaluated on.
    """

    request: StepRequest
    objective: Objective
    total: Node
    layers: tuple[UnitNumbers, ...]
    operations: tuple[OperationNumbers, ...]
    outputs: Mapping[str, Array]
    activations: Mapping[str, Array]
    row_losses: Array
    output_losses: Mapping[str, Array]
    loss: float
    penalty: float
    gradients: Mapping[str, Array]
    penalty_gradients: Mapping[str, Array]
    input_gradients: Mapping[str, Array]
    applied: Mapping[str, Array]
    update: Mapping[str, Array]
    new_slots: Mapping[str, Array]
    loss_after: float
    feeds: Mapping[str, Any]

    @property
    def rows(self) -> int:
        """Number of samples."""
        return row_count(self.request.data)
