"""A step computed: forward, backward, update, and the loss after it.

The graph is the one that trains: the network written, its objective, its gradients and
the optimizer's rule. The reference evaluates it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.explain.endings import Ending, find_endings
from neurona.explain.slopes import slope_node
from neurona.explain.step.apply_rule import Rule
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

    def of(self, nodes: Mapping[str, Node]) -> dict[str, Array]:
        return {name: self[node] for name, node in nodes.items()}


@dataclass(frozen=True, eq=False)
class StepNodes:
    """The graph of a step, and every node of it whose value is told.

    Parameters
    ----------
    objective : Objective
    parameters : mapping of str to Parameter
        Those that are trained.
    total : Node
        The loss with its penalties.
    uses : tuple of Units
    endings : mapping of Node to Ending
        By the node of the logits.
    entries : mapping of str to Node
        Inputs that are numbers.
    others : tuple of Node
        Operations of the network that belong to no fully connected layer.
    grads : mapping of Node to Node
        Gradient of every node that has one.
    slopes : mapping of Node to Node or None
        f′(z), by z.
    penalties : mapping of str to Node
        Gradient of the penalties alone.
    apart : mapping of str to Node
        Loss of each row for each output alone.
    """

    objective: Objective
    parameters: Mapping[str, Parameter]
    total: Node
    uses: tuple[Units, ...]
    endings: Mapping[Node, Ending]
    entries: Mapping[str, Node]
    others: tuple[Node, ...]
    grads: Mapping[Node, Node]
    slopes: Mapping[Node, Node | None]
    penalties: Mapping[str, Node]
    apart: Mapping[str, Node]

    def wanted(self) -> Iterator[Node | None]:
        """Every node whose value is told."""
        yield from (self.total, self.objective.loss, row_losses_of(self.objective))
        yield from self.grads.values()
        yield from self.slopes.values()
        yield from self.penalties.values()
        yield from self.others
        yield from self.objective.written.outputs.values()
        yield from self.apart.values()
        yield from self.objective.written.build.activations.values()
        for use in self.uses:
            yield from (use.x, use.z, use.a)
        for ending in self.endings.values():
            yield from (ending.prediction, ending.target, ending.grad_prediction)


def compute_step(request: StepRequest) -> StepNumbers:
    """Evaluate a step: forward, backward, update, and the loss after it."""
    nodes = build_step(request)
    objective = nodes.objective
    written = objective.written
    values = Values()
    values.want(*nodes.wanted())
    rows = row_count(request.data)
    clock = {SEED: request.seed, STEP: request.step}
    feeds: dict[str, Any] = {**request.values, **request.data, **clock}
    values.run(feeds, rows)
    loss = float(values[objective.loss])
    found = {name: values[nodes.grads[p.node]] for name, p in nodes.parameters.items()}
    applied, update, new_slots = Rule(request, nodes.parameters)(found)
    after = Executable(Graph({"loss": objective.loss}))({**feeds, **update}, rows)
    penalized = nodes.total is not objective.loss
    return StepNumbers(
        request=request,
        objective=objective,
        total=nodes.total,
        layers=tuple(unit_numbers(nodes, values)),
        operations=tuple(
            OperationNumbers(node, values[node], values.get(nodes.grads.get(node)))
            for node in nodes.others
        ),
        outputs=values.of(written.outputs),
        activations=values.of(written.build.activations),
        row_losses=values[row_losses_of(objective)],
        output_losses=values.of(nodes.apart),
        loss=loss,
        penalty=float(values[nodes.total]) - loss if penalized else 0.0,
        gradients=found,
        penalty_gradients=values.of(nodes.penalties),
        input_gradients={
            name: values[nodes.grads[x]]
            for name, x in nodes.entries.items()
            if x in nodes.grads
        },
        applied=applied,
        update=update,
        new_slots=new_slots,
        loss_after=float(after["loss"]),
        feeds=feeds,
    )


def build_step(request: StepRequest) -> StepNodes:
    """Build the graph of a step, and the gradient of all that is on the way."""
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
    total = build_gradients(objective, l1=request.l1, l2=request.l2)["loss"]
    parameters = {n: p for n, p in written.build.parameters.items() if p.trainable}
    uses = find_units(architecture, written)
    entries = {n: x for n, x in written.inputs.items() if x.dtype == "float"}
    others = other_operations(written.outputs.values(), uses)
    on_path = set(g.topological_order([total]))
    inner = [node for use in uses for node in (use.z, use.a, use.x)]
    inner += [*entries.values(), *(node for node in others if node.dtype == "float")]
    wrt = list(
        dict.fromkeys(
            [
                *(p.node for p in parameters.values()),
                *(node for node in inner if node in on_path),
            ]
        )
    )
    return StepNodes(
        objective=objective,
        parameters=parameters,
        total=total,
        uses=uses,
        endings=find_endings(total),
        entries=entries,
        others=tuple(others),
        grads=dict(zip(wrt, backward(total, wrt), strict=True)),
        slopes={
            use.z: slope_node(use.a, use.z) if use.is_elementwise else None
            for use in uses
        },
        penalties=penalty_gradients(objective, parameters, request),
        apart=losses_apart(objective, request),
    )


def unit_numbers(nodes: StepNodes, values: Values) -> Iterator[UnitNumbers]:
    """Numbers of every use of a fully connected layer."""
    written = nodes.objective.written
    outputs = set(written.outputs.values())
    names = {node: name for name, node in written.inputs.items()}
    made_by = {use.a: use for use in nodes.uses}
    for use in nodes.uses:
        delta = values.get(nodes.grads.get(use.z))
        yield UnitNumbers(
            units=use,
            x=values[use.x],
            z=values[use.z],
            a=values[use.a],
            delta=np.zeros_like(values[use.z]) if delta is None else delta,
            grad_a=values.get(nodes.grads.get(use.a)),
            slope=values.get(nodes.slopes[use.z]),
            reads=made_by.get(use.x),
            input_name=names.get(use.x, ""),
            is_output=use.a in outputs,
            ending=ending_numbers(nodes.endings.get(use.z), values),
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
