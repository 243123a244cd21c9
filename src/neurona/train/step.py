"""The graph of one training step: forward, loss, penalties, gradients, rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

import numpy as np

from neurona import graph as g
from neurona.gradient import backward
from neurona.graph import Graph, Node, Spec
from neurona.nn.architecture import Architecture, Written
from neurona.nn.build import Parameter, State
from neurona.nn.losses import Loss, reduce, row_losses, weighted_rows
from neurona.nn.penalties import L1, L2
from neurona.optimize import Optimizer, clip_by_norm, clip_by_value, make_clock
from neurona.optimize.average import MovingAverage
from neurona.reference import fold_constants
from neurona.train.options import FIT

__all__ = [
    "LOSS_SUM",
    "ROW_WEIGHT",
    "WEIGHT_SUM",
    "Objective",
    "Step",
    "StepOptions",
    "average_name",
    "build_gradients",
    "build_objective",
    "build_step",
    "penalty_terms",
    "slot_name",
    "step_settings",
    "target_name",
    "trained",
]

LOSS_SUM: Final = "loss_sum"
"""Output of a step: Σ wᵢ lᵢ over the rows of the batch, penalties apart."""

WEIGHT_SUM: Final = "weight_sum"
"""Output of a step: Σ wᵢ over the rows of the batch."""

ROW_WEIGHT: Final = "row_weight"
"""Input of a weighted step: one weight per row."""


def target_name(output: str) -> str:
    """Name of the input that holds the targets of an output."""
    return f"target/{output}"


@dataclass(frozen=True)
class StepOptions:
    """What a step minimizes, and by which rule.

    Parameters
    ----------
    losses : mapping of str to Loss
        One per output; their means are added.
    targets : mapping of str to Spec
        What each loss reads.
    optimizer : Optimizer
    l1, l2 : float
        Strength of penalties on every weight, at least 0.
    clip_norm, clip_value : float, optional
        Limits on the gradient.
    average : float, optional
        Decay β of an exponential moving average of the weights, in (0, 1).
    reduction : {"mean", "sum"}
    weighted : bool
        Whether rows have weights.
    bookkeeping : {"rows", "batches"}
        What the sums of a step tell. By rows: Σ wᵢ lᵢ and Σ wᵢ, penalties apart. By
        batches, as scikit-learn does: what was minimized, penalties included, times N,
        and N; penalties are then divided by Σ wᵢ instead of N.
    """

    losses: Mapping[str, Loss]
    targets: Mapping[str, Spec]
    optimizer: Optimizer
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None
    average: float | None = None
    reduction: Literal["mean", "sum"] = "mean"
    weighted: bool = False
    bookkeeping: Literal["rows", "batches"] = "rows"


def step_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a fit's settings that a step has as they are.

    Parameters
    ----------
    settings : mapping of str to value
        By the names of :class:`neurona.train.options.FitOptions`.

    Examples
    --------
    >>> from neurona.train.options import FitOptions
    >>> step_settings(vars(FitOptions(l2=0.1)))["l2"]
    0.1
    """
    return {
        entry.name: settings[entry.name]
        for entry in fields(StepOptions)
        if entry.name in FIT and FIT[entry.name].is_plain
    }


@dataclass(frozen=True, eq=False)
class Objective:
    """The loss of a written network.

    Parameters
    ----------
    written : Written
    loss_sum, weight_sum : Node
        Σ wᵢ lᵢ, of the losses that are told, and Σ wᵢ over the batch, scalars.
    loss : Node
        What is minimized before penalties: their ratio, or the sum alone.
    """

    written: Written
    loss_sum: Node
    weight_sum: Node
    loss: Node


@dataclass(frozen=True, eq=False)
class Step:
    """One training step as a pure function.

    Parameters
    ----------
    graph : Graph
        Its outputs bear the names of the leaves they replace, and there are
        ``loss_sum`` and ``weight_sum`` besides.
    parameters, states : mapping of str to Parameter or State
    slots : mapping of str to array
        Memory of the optimizer and of the moving average before the first step, by
        leaf name: read-only views of one number each, which take no room.
    averaged : Graph or None
        The corrected moving average of each parameter, under its name.
    """

    graph: Graph
    parameters: Mapping[str, Parameter]
    states: Mapping[str, State]
    slots: Mapping[str, np.ndarray[Any, np.dtype[np.float64]]]
    averaged: Graph | None


def build_objective(
    architecture: Architecture,
    losses: Mapping[str, Loss],
    targets: Mapping[str, Spec],
    *,
    training: bool,
    weighted: bool,
    reduction: Literal["mean", "sum"] = "mean",
) -> Objective:
    """Write network and loss into a graph.

    Notes
    -----
    loss = Σ wᵢ lᵢ / Σ wᵢ, and 0 with a zero gradient where Σ wᵢ = 0; a row of weight 0
    counts for nothing, though its loss be infinite.
    """
    written = architecture.write(training=training)
    weight = g.input(ROW_WEIGHT, (g.BATCH,)) if weighted else None
    with g.source("loss"):
        rows: Node | None = None
        told: Node | None = None
        for name, loss in losses.items():
            output = written.outputs[name]
            spec = targets[name]
            target = g.input(target_name(name), spec.shape, spec.dtype)
            terms = row_losses(loss, output, target, weight)
            rows = terms if rows is None else rows + terms
            terms = row_losses(loss, output, target, weight, told=True)
            told = terms if told is None else told + terms
        assert rows is not None
        assert told is not None
        loss_sum = g.sum(told if weight is None else weighted_rows(told, weight))
        weight_sum = g.rows() if weight is None else g.sum(weight)
        loss_value = reduce(rows, weight, reduction)
    return Objective(written, loss_sum, weight_sum, loss_value)


def penalty_terms(
    objective: Objective, l1: float, l2: float, count: Node | None = None
) -> list[Node]:
    """Penalties on every weight that is trained, in the parameters and N alone.

    What else stands for N may be given.
    """
    count = g.rows() if count is None else count
    general = [p for p, s in ((L1(l1), l1), (L2(l2), l2)) if s]
    terms = []
    with g.source("penalty"):
        for parameter in objective.written.build.parameters.values():
            if not (parameter.is_weight and parameter.trainable):
                continue
            own = [parameter.penalty] if parameter.penalty else []
            for penalty in [*general, *own]:
                terms.append(penalty.term(parameter.node, count))
    return terms


def added(total: Node, terms: Iterable[Node]) -> Node:
    """Loss with penalties added."""
    with g.source("penalty"):
        for term in terms:
            total = total + term
    return total


def whole_batch(objective: Objective, terms: Iterable[Node]) -> dict[str, Node]:
    """Sums of a step that is told as a batch: what was minimized counts N times."""
    mean = objective.loss_sum / nonzero(objective.weight_sum)
    return {LOSS_SUM: added(mean, terms) * g.rows(), WEIGHT_SUM: g.rows()}


def nonzero(total: Node) -> Node:
    return g.where(g.equal(total, 0.0), 1.0, total)


def trained(objective: Objective) -> dict[str, Parameter]:
    """Parameters that are not frozen."""
    parameters = objective.written.build.parameters
    return {name: p for name, p in parameters.items() if p.trainable}


def build_gradients(objective: Objective, *, l1: float = 0.0, l2: float = 0.0) -> Graph:
    """Graph of the loss, penalties included, and its gradient in every parameter.

    Outputs: ``loss``, and one per trained parameter under the parameter's name.
    """
    return gradients_of(objective, penalty_terms(objective, l1, l2))


def gradients_of(objective: Objective, terms: Iterable[Node]) -> Graph:
    total = added(objective.loss, terms)
    parameters = trained(objective)
    grads = backward(total, [p.node for p in parameters.values()])
    return Graph({"loss": total, **dict(zip(parameters, grads, strict=True))})


def build_step(architecture: Architecture, options: StepOptions) -> Step:
    """Write one whole training step into a graph.

    Raises
    ------
    ShapeError
        Layers, output and loss do not fit together.
    """
    objective = build_objective(
        architecture,
        options.losses,
        options.targets,
        training=True,
        weighted=options.weighted,
        reduction=options.reduction,
    )
    build = objective.written.build
    parameters = trained(objective)
    by_batches = options.bookkeeping == "batches"
    terms = penalty_terms(
        objective,
        options.l1,
        options.l2,
        nonzero(objective.weight_sum) if by_batches and options.weighted else None,
    )
    gradients = gradients_of(objective, terms)
    grads: Mapping[str, Node] = {name: gradients[name] for name in parameters}
    with g.source("clipping"):
        if options.clip_value is not None:
            grads = clip_by_value(grads, options.clip_value)
        if options.clip_norm is not None:
            grads = clip_by_norm(grads, options.clip_norm)
    outputs: dict[str, Node] = {
        LOSS_SUM: objective.loss_sum,
        WEIGHT_SUM: objective.weight_sum,
    }
    if by_batches:
        outputs |= whole_batch(objective, terms)
    slots: dict[str, np.ndarray[Any, np.dtype[np.float64]]] = {}
    averages: dict[str, Node] = {}
    clock = make_clock()
    for name, parameter in parameters.items():
        with g.source("optimizer"):
            old: dict[str, Node] = {}
            for slot, entry in options.optimizer.slots().items():
                shape = () if entry.scalar else parameter.shape
                leaf = slot_name(slot, name)
                slots[leaf] = np.broadcast_to(np.float64(entry.initial), shape)
                old[slot] = g.parameter(leaf, shape)
            new, changed = options.optimizer.update(
                parameter.node, grads[name], old, clock
            )
            if parameter.max_norm is not None:
                new = parameter.max_norm.constrain(new)
            outputs[name] = new
            outputs |= {slot_name(slot, name): node for slot, node in changed.items()}
            if options.average is not None:
                rule = MovingAverage(options.average)
                leaf = average_name(name)
                slots[leaf] = np.broadcast_to(np.float64(0.0), parameter.shape)
                average = g.parameter(leaf, parameter.shape)
                outputs[leaf] = rule.update(average, new)
                averages[name] = rule.corrected(average, clock.step)
    outputs |= build.new_states
    graph = g.merge_duplicates(g.simplify(fold_constants(Graph(outputs))))
    averaged = Graph(averages) if averages else None
    return Step(graph, build.parameters, build.states, slots, averaged)


def average_name(parameter: str) -> str:
    """Name of the leaf that holds the moving average of a parameter."""
    return f"average/{parameter}"


def slot_name(slot: str, parameter: str) -> str:
    """Name of the leaf that holds an optimizer's memory for a parameter."""
    return f"optimizer/{slot}/{parameter}"
