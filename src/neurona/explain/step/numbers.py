"""A step in numbers: everything that one training step computes, in float64."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from neurona.arrays import Array
from neurona.explain.endings import Ending
from neurona.explain.reading import Reading
from neurona.explain.stages import Stage
from neurona.explain.trace import Trace
from neurona.lazy import settled_property
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.optimize import Optimizer
from neurona.train.examples import row_count
from neurona.train.step import ROW_WEIGHT, Objective

__all__ = ["StepNumbers", "StepRequest", "UnitNumbers"]


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
class UnitNumbers:
    """One stage of the network in numbers; rows are samples.

    Parameters
    ----------
    stage : Stage
    x : array (N, I)
        What it reads, the first of several.
    z, a : array (N, O)
        Where the loss applies the activation, a is what it is applied to.
    prediction : array (N, O)
        What the stage gives, the activation of a loss applied.
    delta : array (N, O)
        ∂L/∂z.
    grad_a : array (N, O) or None
        ∂L/∂a; ``None`` where the loss reads z and no a.
    slope : array (N, O) or None
        f′(z); ``None`` where each a depends on every z, and where there is no f.
    inner, grad_inner : mapping of str to array
        Of what it computes between, by its letter.
    ending : Ending or None
        Where loss and activation are one formula.
    """

    stage: Stage
    x: Array
    z: Array
    a: Array
    prediction: Array
    delta: Array
    grad_a: Array | None
    slope: Array | None
    inner: Mapping[str, Array]
    grad_inner: Mapping[str, Array]
    ending: Ending | None


@dataclass(frozen=True, eq=False)
class StepNumbers:
    """A step in numbers.

    Parameters
    ----------
    request : StepRequest
    reading : Reading
    trace : Trace
        Of the loss with its penalties.
    layers : tuple of UnitNumbers
        Every stage, in the order of computation.
    outputs : mapping of str to array
        What the network gives.
    row_losses : array (N,)
        Of all outputs, with the weight of each row.
    output_losses : mapping of str to array (N,)
        Of each output alone, without weights.
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
    """

    request: StepRequest
    reading: Reading
    trace: Trace
    layers: tuple[UnitNumbers, ...]
    outputs: Mapping[str, Array]
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

    @property
    def objective(self) -> Objective:
        """The graph that trains, penalties apart."""
        return self.reading.objective

    @property
    def feeds(self) -> Mapping[str, Any]:
        """What the graph was evaluated on."""
        return self.trace.feeds

    @property
    def rows(self) -> int:
        """Number of samples."""
        return row_count(self.request.data)

    @settled_property
    def by_stage(self) -> Mapping[Stage, UnitNumbers]:
        """The numbers of a stage."""
        return {layer.stage: layer for layer in self.layers}

    @settled_property
    def homes(self) -> Mapping[str, UnitNumbers]:
        """The numbers of the stage where each parameter or state is first used."""
        return {name: self.by_stage[s] for name, s in self.reading.homes.items()}

    @property
    def weights(self) -> Array | None:
        """Weight of each row, if they have any."""
        found = self.request.data.get(ROW_WEIGHT)
        return None if found is None else np.asarray(found, float)

    @property
    def is_alone(self) -> bool:
        """Whether there is one row, whose loss is the loss of the step."""
        if self.rows != 1:
            return False
        weights = self.weights
        return weights is None or self.request.reduction == "mean" or weights[0] == 1.0
