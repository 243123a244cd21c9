"""A step computed: forward, backward, update, and the loss after it.

The graph is the one that trains: the network read with its losses, its gradients and
the optimizer's rule. One evaluation by the reference gives all but the update.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from neurona import graph as g
from neurona.explain.derive import quantities
from neurona.explain.reading import Reading, read_network
from neurona.explain.slopes import slope_node
from neurona.explain.stages import Stage
from neurona.explain.step.apply_rule import Rule
from neurona.explain.step.numbers import StepNumbers, StepRequest, UnitNumbers
from neurona.explain.trace import Trace, trace
from neurona.gradient import backward
from neurona.graph import Graph, Node
from neurona.nn.build import SEED, STEP, Parameter
from neurona.nn.penalties import L1, L2
from neurona.reference import Executable
from neurona.train.examples import row_count
from neurona.train.step import Objective, build_gradients

__all__ = ["compute_step", "row_losses_of"]


def compute_step(request: StepRequest) -> StepNumbers:
    """Evaluate a step: forward, backward, update, and the loss after it."""
    reading = read_network(
        request.architecture,
        request.losses,
        request.data,
        training=request.training,
        reduction=request.reduction,
    )
    objective, written = reading.objective, reading.written
    total = build_gradients(objective, l1=request.l1, l2=request.l2)["loss"]
    parameters = {n: p for n, p in written.build.parameters.items() if p.trainable}
    on_way = set(Graph.of(total).nodes)
    inputs = {n: x for n, x in written.inputs.items() if x.dtype == "float"}
    named = [node for stage in reading.stages for node in quantities(stage)]
    slopes = {
        stage: slope_node(given_by(stage), stage.z)
        for stage in reading.stages
        if stage.has_activation and (stage.is_elementwise or stage.by_loss)
    }
    penalties = penalty_gradients(parameters, request)
    per_row = {end.name: end.per_row for end in reading.ends}
    rows = row_losses_of(objective)
    count = row_count(request.data)
    clock = {SEED: request.seed, STEP: request.step}
    feeds: dict[str, Any] = {**request.values, **request.data, **clock}
    found = trace(
        total,
        [
            *(p.node for p in parameters.values()),
            *inputs.values(),
            *(node for node in named if node.dtype == "float" and node in on_way),
        ],
        feeds,
        count,
        also=[
            *(objective.loss, rows, *per_row.values(), *written.outputs.values()),
            *(*named, *slopes.values(), *penalties.values()),
            *(end.target for end in reading.ends),
            *(e.ending.grad_prediction for e in reading.ends if e.ending),
        ],
        slopes=False,
    )
    values, grads = found.values, found.gradients
    loss = float(values[objective.loss])
    gradients = {name: np.asarray(grads[p.node]) for name, p in parameters.items()}
    applied, update, new_slots = Rule(request, parameters)(gradients)
    after = Executable(Graph({"loss": objective.loss}))({**feeds, **update}, count)
    return StepNumbers(
        request=request,
        reading=reading,
        trace=found,
        layers=tuple(unit_numbers(reading, found, slopes)),
        outputs={name: values[node] for name, node in written.outputs.items()},
        row_losses=values[rows],
        output_losses={name: values[node] for name, node in per_row.items()},
        loss=loss,
        penalty=float(values[total]) - loss if total is not objective.loss else 0.0,
        gradients=gradients,
        penalty_gradients={n: np.asarray(values[x]) for n, x in penalties.items()},
        input_gradients={n: grads[x] for n, x in inputs.items() if x in on_way},
        applied=applied,
        update=update,
        new_slots=new_slots,
        loss_after=float(after["loss"]),
    )


def given_by(stage: Stage) -> Node:
    """What the network itself gives at a stage: logits, where the loss applies f."""
    return stage.z if stage.by_loss else stage.a


def unit_numbers(
    reading: Reading, found: Trace, slopes: Mapping[Stage, Node]
) -> Iterator[UnitNumbers]:
    """Numbers of every stage."""
    values, grads = found.values, found.gradients
    for stage in reading.stages:
        given = given_by(stage)
        z = values[stage.z]
        endings = (end.ending for end in reading.ends_at(stage))
        inner = {k: node for k, node in stage.inner.items() if node is not stage.z}
        yield UnitNumbers(
            stage=stage,
            x=values[stage.reads[0]],
            z=z,
            a=values[given],
            prediction=values[stage.a],
            delta=grads.get(stage.z, np.zeros_like(z)),
            grad_a=grads.get(given),
            slope=values[slopes[stage]] if stage in slopes else None,
            inner={k: values[node] for k, node in inner.items()},
            grad_inner={k: grads[node] for k, node in inner.items() if node in grads},
            ending=next(filter(None, endings), None),
        )


def row_losses_of(objective: Objective) -> Node:
    """Loss of each row before they are summed."""
    node = objective.loss_sum
    while node.shape == ():
        node = node.inputs[0]
    return node


def penalty_gradients(
    parameters: Mapping[str, Parameter], request: StepRequest
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
