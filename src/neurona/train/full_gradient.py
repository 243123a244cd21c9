"""Loss and gradient over all rows, as a function of one vector of parameters."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neurona import graph as g
from neurona.arrays import Array
from neurona.gradient import backward
from neurona.graph import Graph
from neurona.nn.architecture import Architecture
from neurona.nn.build import Parameter
from neurona.reference import Executable, fold_constants
from neurona.train.compiled import CompiledStep, lowered, planned_rows
from neurona.train.engines import resolve_engine, runner_of
from neurona.train.rows import Rows
from neurona.train.runner import Stretch
from neurona.train.step import (
    LOSS_SUM,
    WEIGHT_SUM,
    Objective,
    Step,
    StepOptions,
    build_objective,
    penalty_terms,
    trained,
)
from neurona.train.structures import (
    StructureCache,
    key_of_architecture,
    key_of_options,
)

__all__ = ["FullGradient", "build_gradient_sums"]


CHUNK_ROWS: Final = 1024
"""Rows of a step that adds to the sums: what they need stays in the caches."""

CALL_SECONDS: Final = 0.025
"""Aimed length of the engine's calls, between which Ctrl-C is heard."""

PENALTY_COUNT: Final = "penalty_count"
"""Input of the penalties: N, which they are divided by."""

STEPS: Final = StructureCache()


def sum_name(parameter: str) -> str:
    """Name of the leaf that a parameter's gradient is added up in."""
    return f"gradient/{parameter}"


def build_gradient_sums(architecture: Architecture, options: StepOptions) -> Step:
    """Step that adds to Σ wᵢ ∂lᵢ/∂w instead of changing w.

    Its slots are the sums; states of the network become what they would after a step.
    """
    objective = build_objective(
        architecture,
        options.losses,
        options.targets,
        training=True,
        weighted=options.weighted,
        reduction="sum",
    )
    build = objective.written.build
    parameters = trained(objective)
    gradients = backward(objective.loss, [p.node for p in parameters.values()])
    outputs = {LOSS_SUM: objective.loss_sum, WEIGHT_SUM: objective.weight_sum}
    slots = {}
    for (name, parameter), gradient in zip(parameters.items(), gradients, strict=True):
        leaf = sum_name(name)
        outputs[leaf] = g.parameter(leaf, parameter.shape) + gradient
        slots[leaf] = np.broadcast_to(np.float64(0.0), parameter.shape)
    outputs |= build.new_states
    graph = g.merge_duplicates(g.simplify(fold_constants(Graph(outputs))))
    return Step(graph, build.parameters, build.states, slots, None)


def build_penalties(objective: Objective, options: StepOptions) -> Graph | None:
    """Penalties and their gradients, in the parameters and N alone."""
    count = g.input(PENALTY_COUNT)
    terms = penalty_terms(objective, options.l1, options.l2, count)
    if not terms:
        return None
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    parameters = trained(objective)
    grads = backward(total, [p.node for p in parameters.values()])
    return Graph({"loss": total, **dict(zip(parameters, grads, strict=True))})


class FullGradient:
    """Compiled loss and gradient.

    Parameters
    ----------
    architecture : Architecture
    options : StepOptions
        Its optimizer has no part in it.
    rows : Rows
        All of them, in their own order, are summed over in chunks of a fixed size, so
        that the bits depend on neither threads nor time.
    dtype : {float32, float64}
    engine : {"auto", "native", "reference"}
    threads : int, optional

    Attributes
    ----------
    dtype : {float32, float64}
    loss : float
        Mean over the rows of the last call, penalties apart.
    """

    def __init__(
        self,
        architecture: Architecture,
        options: StepOptions,
        rows: Rows,
        dtype: np.dtype[Any],
        *,
        engine: str = "auto",
        threads: int | None = None,
    ) -> None:
        layers, rest = key_of_architecture(architecture), key_of_options(options)
        key = None if layers is None or rest is None else ("sums", layers, rest)
        step = STEPS.get(key, lambda: build_gradient_sums(architecture, options))
        # Statistics of the batch are those of all rows, so that they cannot be cut.
        self._chunk = rows.count if step.states else min(CHUNK_ROWS, rows.count)
        program = None
        if resolve_engine(engine) == "native":
            most = planned_rows(self._chunk)
            whole = None if key is None else (key, dtype.str, most)
            sums = (LOSS_SUM, WEIGHT_SUM)
            program = STEPS.get(
                whole, lambda: lowered(lambda: step.graph, dtype, most, sums)
            )
        self._runner = runner_of(CompiledStep(step, program), dtype, threads)
        objective = build_objective(
            architecture, options.losses, options.targets,
            training=True, weighted=options.weighted,
        )  # fmt: skip
        penalties = build_penalties(objective, options)
        self._penalties = None if penalties is None else Executable(penalties)
        self._parameters: Mapping[str, Parameter] = trained(objective)
        self._mean = options.reduction == "mean"
        self._by_weight = options.bookkeeping == "batches"
        self._rows = rows
        self.dtype = dtype
        self._zeros = {name: v.astype(dtype) for name, v in step.slots.items()}
        self._order = np.arange(rows.count) if rows.index is None else rows.index
        self._steps_per_call = 1
        self._states: dict[str, Array] = {}
        self.state_names = tuple(step.states)
        self.loss = 0.0

    def vector(self, values: Mapping[str, Array]) -> NDArray[np.float64]:
        """Trained parameters one after the other."""
        parts = [np.ravel(values[name]) for name in self._parameters]
        return np.concatenate([*parts, np.empty(0)]).astype(np.float64)

    def values(self, x: NDArray[np.float64]) -> dict[str, Array]:
        """Trained parameters by name, from their vector, in the network's precision."""
        found, start = {}, 0
        for name, parameter in self._parameters.items():
            stop = start + int(np.prod(parameter.shape))
            part = x[start:stop].reshape(parameter.shape)
            found[name] = part.astype(self.dtype)
            start = stop
        return found

    def __call__(
        self,
        values: Mapping[str, Array],
        between: Callable[[int], None] = lambda rows: None,
    ) -> tuple[float, NDArray[np.float64], dict[str, Array]]:
        """Loss, penalties included, its gradient, and what the states become.

        Parameters
        ----------
        values : mapping of str to array
            Parameters and states, in any precision.
        between : callable
            Told between the engine's calls how many rows are done; it may raise.
        """
        current = {
            n: value.astype(self.dtype, copy=False) for n, value in values.items()
        }
        current |= self._zeros
        self._runner.load(current, self._rows.data)
        sums = np.zeros((1, 2))
        total = -(-self._rows.count // self._chunk)
        done = 0
        while done < total:
            count = min(self._steps_per_call, total - done)
            began = time.perf_counter()
            whole = self._stretch(total)
            self._runner.advance(whole.part(done, count), sums)
            done += count
            seconds = max(time.perf_counter() - began, 1e-9)
            wanted = int(count * CALL_SECONDS / seconds)
            self._steps_per_call = max(1, min(wanted, 8 * count))
            between(min(done * self._chunk, self._rows.count))
        self._runner.read(current)
        loss, weight = sums[0].tolist()
        self.loss = loss / weight if weight else 0.0
        scale = (1.0 / weight if weight else 0.0) if self._mean else 1.0
        gradient = self.vector({n: current[sum_name(n)] for n in self._parameters})
        gradient *= scale
        value = loss * scale
        if self._penalties is not None:
            wide = {n: current[n].astype(np.float64) for n in self._parameters}
            count = weight if self._by_weight else self._rows.count
            found = self._penalties({**current, **wide, PENALTY_COUNT: count})
            value += float(found.pop("loss"))
            gradient += self.vector(found)
        return value, gradient, {name: current[name] for name in self.state_names}

    def _stretch(self, steps: int) -> Stretch:
        rates = np.zeros(steps)
        count = self._rows.count
        return Stretch(self._order, self._chunk, count, 0, rates, 1, 0)
