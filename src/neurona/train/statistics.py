"""How the layers of a network fare while it trains: a look at a sample of rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.graph import Graph, merge_duplicates, simplify
from neurona.native.execute import NativeProgram
from neurona.native.program import Program
from neurona.nn.activations import ActivationFunction
from neurona.nn.architecture import Architecture
from neurona.nn.layers.layer import Layer, assigned_names
from neurona.reference import Executable, fold_constants
from neurona.train.compiled import lowered
from neurona.train.engines import resolve_engine
from neurona.train.layer_statistics import LayerStatistics
from neurona.train.rows import Rows
from neurona.train.run import FitRun
from neurona.train.step import ROW_WEIGHT, StepOptions, build_gradients, build_objective

__all__ = ["LayerProbe", "describe", "probe_of"]


SAMPLE_ROWS: Final = 1024
"""Rows looked at, evenly spread over those that are trained on."""

DYING: Final = frozenset({"relu"})
"""Activation functions whose units are dead where they give 0 for every row."""

BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
}
"""Activation functions whose units saturate, and their bounds."""

NEAR_BOUND: Final = 0.025
"""Share of the way between the bounds that counts as near one: there the slope is below
a tenth of its largest value."""

MOSTLY: Final = 0.9
"""Share of the rows in which a saturated unit is near a bound."""


class LayerProbe:
    """Looks at every layer of a network, masks aside: as it predicts.

    Parameters
    ----------
    architecture : Architecture
    options : StepOptions
    rows : Rows
        What is trained on.
    dtype : {float32, float64}
    engine : {"auto", "native", "reference"}
    """

    def __init__(
        self,
        architecture: Architecture,
        options: StepOptions,
        rows: Rows,
        dtype: np.dtype[Any],
        engine: str,
    ) -> None:
        objective = build_objective(
            architecture,
            options.losses,
            options.targets,
            training=False,
            weighted=ROW_WEIGHT in rows.data,
            reduction=options.reduction,
        )
        activations = objective.written.build.activations
        gradients = build_gradients(objective, l1=options.l1, l2=options.l2).outputs
        graph = Graph(
            {f"activation/{name}": node for name, node in activations.items()}
            | {f"gradient/{n}": node for n, node in gradients.items() if n != "loss"}
        )
        self._names = tuple(activations)
        self._parameters = tuple(name for name in gradients if name != "loss")
        self._functions = dict(activation_names(architecture.layers))
        count = min(SAMPLE_ROWS, rows.count)
        chosen = np.linspace(0, rows.count - 1, count).astype(np.int64)
        if rows.index is not None:
            chosen = rows.index[chosen]
        self._data = {
            name: array[chosen]
            for name, array in rows.data.items()
            if name in graph.leaves
        }
        self._count = count
        self._dtype = dtype
        self._native: NativeProgram | None = None
        self._reference: Executable | None = None
        if resolve_engine(engine) == "native":
            tidy = merge_duplicates(simplify(fold_constants(graph)))
            program = lowered(lambda: tidy, dtype, count, ())
            if isinstance(program, Program):
                self._native = NativeProgram(program, dtype)
                self._native.set_data(self._data)
        if self._native is None:
            self._reference = Executable(graph, dtype)

    def __call__(self, values: Mapping[str, Array]) -> dict[str, LayerStatistics]:
        """Statistics of every layer by its name, given parameters and states."""
        found = self._run(values)
        squares: dict[str, float] = {}
        for name in self._parameters:
            layer = name.rpartition(".")[0]
            square = float(np.sum(np.square(found[f"gradient/{name}"], dtype="f8")))
            squares[layer] = squares.get(layer, 0.0) + square
        return {
            name: describe(
                found[f"activation/{name}"],
                self._functions.get(name),
                math.sqrt(squares[name]) if name in squares else None,
            )
            for name in self._names
        }

    def _run(self, values: Mapping[str, Array]) -> Mapping[str, Array]:
        if self._native is None:
            assert self._reference is not None
            return self._reference({**values, **self._data}, rows=self._count)
        native, count = self._native, self._count
        native.write(values)
        native.run(np.arange(count), count, {}, seed=0, first_step=1, threads=1)
        return {name: native.result(name, count) for name in native.program.results}


def activation_names(
    layers: Iterable[Layer], prefix: str = ""
) -> Iterator[tuple[str, str]]:
    """Full name of each layer that ends in an activation function, and its name."""
    for layer, own in assigned_names(layers).items():
        name = f"{prefix}{own}"
        for setting in ("activation", "function"):
            function = getattr(layer, setting, None)
            if isinstance(function, ActivationFunction):
                yield name, function.name
        yield from activation_names(layer.children(), f"{name}.")


def describe(
    values: Array, function: str | None, gradient_norm: float | None
) -> LayerStatistics:
    """Statistics of one layer's activations.

    Examples
    --------
    >>> describe(np.array([[0.0, 1.0], [0.0, 3.0]]), "relu", None)
    LayerStatistics(mean=1.0, deviation=1.224744871391589, dead=0.5, saturated=None, \
gradient_norm=None)
    >>> describe(np.array([[0.999, 0.5], [0.001, 1.0]]), "sigmoid", None).saturated
    0.5
    """
    wide = values.astype(np.float64)
    dead = saturated = None
    if function in DYING:
        dead = float(np.mean(np.all(wide == 0.0, axis=0)))
    elif function is not None and function in BOUNDS:
        low, high = BOUNDS[function]
        margin = NEAR_BOUND * (high - low)
        near = (wide < low + margin) | (wide > high - margin)
        saturated = float(np.mean(np.mean(near, axis=0) >= MOSTLY))
    return LayerStatistics(
        float(wide.mean()), float(wide.std()), dead, saturated, gradient_norm
    )


def probe_of(run: FitRun) -> LayerProbe | None:
    """What looks at the layers after each epoch of a run, if anything does."""
    if not run.options.statistics:
        return None
    return LayerProbe(
        run.architecture, run.step, run.train, run.dtype, run.options.engine
    )
