"""The optimizer's rule applied to every parameter of a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurona import graph as g
from neurona.arrays import Array
from neurona.explain.step.numbers import StepRequest
from neurona.graph import Graph, Node
from neurona.nn.build import Parameter
from neurona.optimize import clip_by_norm, clip_by_value, make_clock
from neurona.reference import Executable
from neurona.train.step import slot_name

__all__ = ["Rule"]


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
