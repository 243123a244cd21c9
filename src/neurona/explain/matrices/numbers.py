"""The matrices of one step, from the graph that trains: values and gradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from neurona.explain.endings import find_endings
from neurona.explain.slopes import slope_node
from neurona.explain.stack import Stage, read_stages
from neurona.explain.step.units import find_units
from neurona.gradient import backward
from neurona.graph import Graph, Node
from neurona.network import Network
from neurona.nn.activations import Softmax
from neurona.nn.architecture import Architecture, Written
from neurona.nn.losses import BinaryCrossEntropy, CrossEntropy, Loss
from neurona.reference import Executable
from neurona.train.examples import prepare_examples, row_count, target_specs
from neurona.train.step import build_objective, target_name

__all__ = ["StageNumbers", "StepMatrices", "measure_matrices"]

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class StageNumbers:
    """Matrices of one stage, samples as rows.

    Parameters
    ----------
    stage : Stage
    weight, bias : array or None
        W (inputs, units) and b (units,).
    z, a : array (N, units)
    slope : array (N, units), or None
        f′(Z) element by element; ``None`` for a softmax, whose slope is a matrix.
    grad_z, grad_a : array (N, units)
        ∂J/∂Z and ∂J/∂A.
    grad_weight, grad_bias : array or None
        ∂J/∂W and ∂J/∂b.
    """

    stage: Stage
    weight: Array | None
    bias: Array | None
    z: Array
    a: Array
    slope: Array | None
    grad_z: Array
    grad_a: Array
    grad_weight: Array | None
    grad_bias: Array | None

    def jacobian(self, row: int) -> Array:
        """∂a/∂z of one sample: diag(f′(z)), or diag(s) − s sᵀ of a softmax."""
        if self.slope is not None:
            return np.diag(self.slope[row])
        s = self.a[row]
        return np.diag(s) - np.outer(s, s)


@dataclass(frozen=True, eq=False)
class StepMatrices:
    """Matrices of a step, forward and backward.

    Parameters
    ----------
    x, y : array (N, d) and (N, outputs)
        Inputs, and the targets as the loss compares them: classes as rows of 0 and 1.
    stages : tuple of StageNumbers
    loss : float
        J, the mean over the samples.
    grad_x : array (N, d)
        ∂J/∂X.
    """

    x: Array
    y: Array
    stages: tuple[StageNumbers, ...]
    loss: float
    grad_x: Array

    @property
    def rows(self) -> int:
        """N."""
        return len(self.x)


def weighted_sums(
    architecture: Architecture, written: Written, stages: tuple[Stage, ...]
) -> list[Node]:
    """The z of each stage that stands in the graph, as a node."""
    dense = {units.name: units.z for units in find_units(architecture, written)}
    before = next(iter(written.inputs.values()))
    found: list[Node] = []
    for stage in stages:
        z = dense[stage.layer] if stage.weight else before
        found.append(z)
        before = written.build.activations.get(stage.gives, z)
    return found


def measure_matrices(network: Network, loss: Loss, X: Any, y: Any) -> StepMatrices:
    """Run a network forward and backward in float64, as it trains but without masks.

    Raises
    ------
    OptionError
        The network is no stack of dense layers.
    DataError
        X or y cannot be used.
    """
    architecture = network.architecture
    stages = read_stages(architecture, loss)
    ((output, _node),) = architecture.evaluation.outputs.items()
    losses = {output: loss}
    data = prepare_examples(architecture, losses, X, y, np.dtype(np.float64))
    specs = target_specs(architecture, losses, data)
    objective = build_objective(
        architecture, losses, specs, training=False, weighted=False
    )
    written = objective.written
    ((name, x),) = written.inputs.items()
    sums = weighted_sums(architecture, written, stages)
    last = written.outputs[output]
    activations = [
        written.build.activations[s.gives] if s.gives else loss.link(last)
        for s in stages
    ]
    parameters = {
        parameter: written.build.parameters[parameter].node
        for s in stages
        for parameter in (s.weight, s.bias)
        if parameter
    }
    wanted: dict[str, Node] = {"loss": objective.loss}
    variables = {"x": x, **parameters}
    for s, z, a in zip(stages, sums, activations, strict=True):
        wanted |= {f"z {s.number}": z, f"a {s.number}": a}
        if not isinstance(s.activation, Softmax):
            wanted[f"slope {s.number}"] = slope_node(a, z)
        variables |= {f"z {s.number}": z, f"a {s.number}": a}
    grads = backward(objective.loss, list(variables.values()))
    wanted |= {f"∂{k}": grad for k, grad in zip(variables, grads, strict=True)}
    values = {k: np.asarray(v, np.float64) for k, v in network.parameters.items()}
    ending = find_endings(objective.loss).get(sums[-1])
    if ending is not None:
        # As the loss compares them: classes as rows of 0 and 1, and smoothed.
        wanted["target"] = ending.target
    found = Executable(Graph(wanted))({**values, **data}, row_count(data))
    target = found.get("target", data[target_name(output)])
    numbers = tuple(stage_numbers(s, values, found) for s in stages)
    numbers = (*numbers[:-1], with_output_gradient(numbers[-1], loss, target))
    return StepMatrices(data[name], target, numbers, float(found["loss"]), found["∂x"])


def stage_numbers(
    stage: Stage, values: Mapping[str, Array], found: Mapping[str, Array]
) -> StageNumbers:
    number = stage.number
    return StageNumbers(
        stage,
        values.get(stage.weight),
        values.get(stage.bias),
        found[f"z {number}"],
        found[f"a {number}"],
        found.get(f"slope {number}"),
        found[f"∂z {number}"],
        found[f"∂a {number}"],
        found.get(f"∂{stage.weight}"),
        found.get(f"∂{stage.bias}"),
    )


def with_output_gradient(
    numbers: StageNumbers, loss: Loss, target: Array
) -> StageNumbers:
    """Fill in ∂J/∂A where the loss is computed from logits, and no A is in its graph.

    What trains is the stable form; the textbook's ∂J/∂A is −Y/A over N, or that of the
    binary cross-entropy, and leads to the same ∂J/∂Z.
    """
    a, rows = numbers.a, len(target)
    if isinstance(loss, CrossEntropy):
        with np.errstate(divide="ignore", invalid="ignore"):
            return replace(numbers, grad_a=np.where(target == 0, 0, -target / a) / rows)
    if isinstance(loss, BinaryCrossEntropy):
        with np.errstate(divide="ignore", invalid="ignore"):
            no = np.where(target == 1, 0, (1 - target) / (1 - a))
            yes = np.where(target == 0, 0, target / a)
        return replace(numbers, grad_a=(no - yes) / a.shape[1] / rows)
    return numbers
