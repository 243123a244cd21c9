"""A step in numbers: everything that one training step computes, in float64.

The graph is the one that trains: the network written, its objective, its gradients and
the optimizer's rule. The reference evaluates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.explain.step.endings import Ending, find_endings
from neurona.explain.step.units import Units, find_units
from neurona.gradient import backward
from neurona.graph import Graph, Node
from neurona.nn.architecture import Architecture
from neurona.nn.build import SEED, STEP, Parameter
from neurona.nn.losses import Loss
from neurona.nn.penalties import L1, L2
from neurona.optimize import Optimizer, clip_by_norm, clip_by_value, make_clock
from neurona.reference import Executable
from neurona.train.examples import row_count, target_specs
from neurona.train.step import (
    ROW_WEIGHT,
    Objective,
    build_gradients,
    build_objective,
    slot_name,
    target_name,
)

__all__ = [
    "EndingNumbers",
    "OperationNumbers",
    "Rule",
    "StepNumbers",
    "StepRequest",
    "UnitNumbers",
    "compute_step",
    "row_losses_of",
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


class Values:
    """Nodes asked for, and their values once the graph has run."""

    def __init__(self) -> None:
        self.wanted: dict[Node, str] = {}
        self.found: Mapping[str, Array] = {}

    def want(self, *nodes: Node | None) -> None:
        for node in nodes:
            if node is not None:
                self.wanted.setdefault(node, str(len(self.wanted)))

    def run(self, feeds: Mapping[str, Any], rows: int) -> None:
        graph = Graph({name: node for node, name in self.wanted.items()})
        self.found = Executable(graph)(feeds, rows)

    def __getitem__(self, node: Node) -> Array:
        return self.found[self.wanted[node]]

    def get(self, node: Node | None) -> Array | None:
        return None if node is None else self[node]


def compute_step(request: StepRequest) -> StepNumbers:
    """Evaluate a step: forward, backward, update, and the loss after it."""
    architecture = request.architecture
    objective = build_objective(
        architecture,
        request.losses,
        target_specs(architecture, request.losses, request.data),
        training=request.training,
        weighted=ROW_WEIGHT in request.data,
        reduction=request.reduction,
    )
    written = objective.written
    gradients = build_gradients(objective, l1=request.l1, l2=request.l2)
    total = gradients["loss"]
    parameters = {n: p for n, p in written.build.parameters.items() if p.trainable}
    uses = find_units(architecture, written)
    on_path = set(g.topological_order([total]))
    endings = find_endings(total)
    inner = dict.fromkeys(
        node for use in uses for node in (use.z, use.a, use.x) if node in on_path
    )
    entries = {n: x for n, x in written.inputs.items() if x.dtype == "float"}
    others = other_operations(written.outputs.values(), uses)
    wrt = dict.fromkeys(
        [
            *(p.node for p in parameters.values()),
            *inner,
            *(x for x in entries.values() if x in on_path),
            *(node for node in others if node in on_path and node.dtype == "float"),
        ]
    )
    grads = dict(zip(wrt, backward(total, list(wrt)), strict=True))
    slopes = {use.z: slope_of(use) for use in uses}
    penalties = penalty_gradients(objective, parameters, request)
    rows_node = row_losses_of(objective)
    apart = losses_apart(objective, request)
    values = Values()
    values.want(total, objective.loss, rows_node, *grads.values(), *slopes.values())
    values.want(*penalties.values(), *others, *written.outputs.values())
    values.want(*apart.values())
    values.want(*written.build.activations.values())
    for use in uses:
        values.want(use.x, use.z, use.a)
    for ending in endings.values():
        values.want(ending.prediction, ending.target, ending.grad_prediction)
    rows = row_count(request.data)
    clock = {SEED: request.seed, STEP: request.step}
    feeds: dict[str, Any] = {**request.values, **request.data, **clock}
    values.run(feeds, rows)
    loss = float(values[objective.loss])
    found = {name: values[grads[p.node]] for name, p in parameters.items()}
    applied, update, new_slots = Rule(request, parameters)(found)
    after = Executable(Graph({"loss": objective.loss}))({**feeds, **update}, rows)
    outputs = set(written.outputs.values())
    names = {node: name for name, node in written.inputs.items()}
    made_by = {use.a: use for use in uses}
    layers = tuple(
        UnitNumbers(
            units=use,
            x=values[use.x],
            z=values[use.z],
            a=values[use.a],
            delta=values[grads[use.z]]
            if use.z in grads
            else np.zeros_like(values[use.z]),
            grad_a=values[grads[use.a]] if use.a in grads else None,
            slope=values.get(slopes[use.z]),
            reads=made_by.get(use.x),
            input_name=names.get(use.x, ""),
            is_output=use.a in outputs,
            ending=ending_numbers(endings.get(use.z), values),
        )
        for use in uses
    )
    return StepNumbers(
        request=request,
        objective=objective,
        total=total,
        layers=layers,
        operations=tuple(
            OperationNumbers(node, values[node], values.get(grads.get(node)))
            for node in others
        ),
        outputs={name: values[node] for name, node in written.outputs.items()},
        activations={
            name: values[node] for name, node in written.build.activations.items()
        },
        row_losses=values[rows_node],
        output_losses={name: values[node] for name, node in apart.items()},
        loss=loss,
        penalty=float(values[total]) - loss if total is not objective.loss else 0.0,
        gradients=found,
        penalty_gradients={name: values[node] for name, node in penalties.items()},
        input_gradients={
            name: values[grads[x]] for name, x in entries.items() if x in grads
        },
        applied=applied,
        update=update,
        new_slots=new_slots,
        loss_after=float(after["loss"]),
        feeds=feeds,
    )


def slope_of(use: Units) -> Node | None:
    """Node of f′(z), where each a depends on the z of its own unit alone."""
    if not use.is_elementwise:
        return None
    ones = g.broadcast(g.constant(1.0), use.z.shape)
    return backward(use.a, [use.z], ones)[0]


def row_losses_of(objective: Objective) -> Node:
    """Loss of each row before they are summed."""
    node = objective.loss_sum
    while node.shape == ():
        node = node.inputs[0]
    return node


def losses_apart(objective: Objective, request: StepRequest) -> dict[str, Node]:
    """Loss of each row for each output alone."""
    found: dict[str, Node] = {}
    specs = target_specs(request.architecture, request.losses, request.data)
    for name, loss in request.losses.items():
        spec = specs[name]
        target = g.input(target_name(name), spec.shape, spec.dtype)
        found[name] = loss.per_row(objective.written.outputs[name], target)
    return found


def penalty_gradients(
    objective: Objective, parameters: Mapping[str, Parameter], request: StepRequest
) -> dict[str, Node]:
    """Gradient of the penalties alone, for each parameter that has one."""
    general = [
        p for p, s in ((L1(request.l1), request.l1), (L2(request.l2), request.l2)) if s
    ]
    found: dict[str, Node] = {}
    for name, parameter in parameters.items():
        if not parameter.is_weight:
            continue
        own = [*general, *([parameter.penalty] if parameter.penalty else [])]
        if own:
            total = own[0].term(parameter.node, g.rows())
            for penalty in own[1:]:
                total = total + penalty.term(parameter.node, g.rows())
            found[name] = backward(total, [parameter.node])[0]
    return found


def other_operations(outputs: Any, uses: tuple[Units, ...]) -> list[Node]:
    """Operations of the network that belong to no fully connected layer."""
    named = {use.name for use in uses}
    nodes = g.topological_order(outputs)
    return [
        node
        for node in nodes
        if node.inputs and not (set(node.sources) & named) and node.sources
    ]


def ending_numbers(ending: Ending | None, values: Values) -> EndingNumbers | None:
    if ending is None:
        return None
    return EndingNumbers(
        ending.function,
        values[ending.prediction],
        values[ending.target],
        values[ending.grad_prediction],
    )


class Rule:
    """The optimizer's rule on every parameter, made ready to run.

    Parameters
    ----------
    request : StepRequest
    parameters : mapping of str to Parameter
        Those that are trained.
    """

    def __init__(
        self, request: StepRequest, parameters: Mapping[str, Parameter]
    ) -> None:
        self.request = request
        self.names = tuple(parameters)
        leaves = {n: g.input(f"gradient/{n}", p.shape) for n, p in parameters.items()}
        grads: Mapping[str, Node] = leaves
        if request.clip_value is not None:
            grads = clip_by_value(grads, request.clip_value)
        if request.clip_norm is not None:
            grads = clip_by_norm(grads, request.clip_norm)
        outputs: dict[str, Node] = {f"applied/{n}": x for n, x in grads.items()}
        clock = make_clock()
        kinds = request.optimizer.slots()
        self.slots: list[str] = []
        for name, parameter in parameters.items():
            old = {
                slot: g.parameter(
                    slot_name(slot, name), () if kind.scalar else parameter.shape
                )
                for slot, kind in kinds.items()
            }
            new, changed = request.optimizer.update(
                parameter.node, grads[name], old, clock
            )
            if parameter.max_norm is not None:
                new = parameter.max_norm.constrain(new)
            outputs[f"new/{name}"] = new
            for slot, node in changed.items():
                self.slots.append(slot_name(slot, name))
                outputs[f"new/{self.slots[-1]}"] = node
        self.executable = Executable(Graph(outputs))

    def __call__(
        self, gradients: Mapping[str, Array]
    ) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
        """Gradients as the rule reads them, new parameters, and new slots."""
        request = self.request
        feeds: dict[str, Any] = {
            **request.values,
            **request.slots,
            **{f"gradient/{n}": value for n, value in gradients.items()},
            "learning_rate": request.learning_rate,
            "step": float(request.step),
        }
        found = self.executable(feeds, 1)
        return (
            {name: found[f"applied/{name}"] for name in self.names},
            {name: found[f"new/{name}"] for name in self.names},
            {name: found[f"new/{name}"] for name in self.slots},
        )
