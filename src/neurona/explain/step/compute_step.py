"""A step computed: forward, backward, update, and the loss after it.

The graph is the one that trains: the network written, its objective, its gradients and
the optimizer's rule. The reference evaluates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.explain.slopes import slope_node
from neurona.explain.step.apply_rule import Rule
from neurona.explain.step.endings import Ending, find_endings
from neurona.explain.step.numbers import (
    EndingNumbers,
    OperationNumbers,
    StepNumbers,
    StepRequest,
    UnitNumbers,
)
from neurona.explain.step.units import Units, find_units
from neurona.gradient import backward
from neurona.graph import Graph, Node
from neurona.nn.build import SEED, STEP, Parameter
from neurona.nn.penalties import L1, L2
from neurona.reference import Executable
from neurona.train.examples import row_count, target_specs
from neurona.train.step import (
    ROW_WEIGHT,
    Objective,
    build_gradients,
    build_objective,
    target_name,
)

__all__ = ["compute_step", "row_losses_of"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


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
    slopes = {
        use.z: slope_node(use.a, use.z) if use.is_elementwise else None for use in uses
    }
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
