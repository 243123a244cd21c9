"""Finds why a run left the finite numbers: by its facts, not by habit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np

from neurona.arrays import Array
from neurona.graph import Graph
from neurona.messages import _
from neurona.nn.build import SEED, STEP
from neurona.reference import Executable
from neurona.train.cause import Cause
from neurona.train.quiet import quiet
from neurona.train.rows import Rows
from neurona.train.run import FitRun
from neurona.train.step import (
    ROW_WEIGHT,
    build_gradients,
    build_objective,
    target_name,
)

__all__ = ["find_cause"]

SAMPLE_ROWS: Final = 256
"""Rows whose outputs are looked at, besides those of the largest inputs and targets."""

CHUNK_ROWS: Final = 65_536
"""Rows looked at in one go, so that large data are not copied."""

CLEAR: Final = 100.0
"""Least factor that tells: ten times the deviation of a standardized column."""

HIGH: Final = 10.0
"""A learning rate so many times its rule's usual one is never cleared by others."""


def find_cause(
    run: FitRun, start: Mapping[str, Array] | None, *, stepped: bool
) -> Cause:
    """Why a run left the finite numbers.

    Parameters
    ----------
    run : FitRun
    start : mapping of str to array, or None
        Parameters and states before its first step; None of a run that was resumed,
        whose first steps were sound.
    stepped : bool
        Whether the steps followed a learning rate.

    Notes
    -----
    Each suspect has a factor, 1 where all is in order: by how much it lengthens a step
    in comparison with what the step should be. That is the mean square of the worst
    column of X and of y (a standardized one has 1; the curvature of a loss grows so),
    the square of the largest parameter, the largest mean square of a layer's outputs
    as a multiple of those two, the largest weight where losses are added up, the
    strength of a penalty for one row of a batch, and the learning rate as a multiple of
    its rule's usual one. The largest factor names the cause, the learning rate where
    none is clear. A learning rate that is high itself is named beside another cause:
    which of the two it was their sizes do not tell. Where the loss or its gradient was
    no number before the first step, no rate can be the cause.
    """
    suspects: list[tuple[float, Cause]] = list(penalties_of(run))
    first: Cause | None = None
    with quiet(RuntimeWarning), np.errstate(all="ignore"):
        suspects += sizes_of_data(run)
        if start is not None:
            for name, value in start.items():
                bad = value[~np.isfinite(value)]
                if bad.size:
                    return Cause("not a number", float(bad.flat[0]), name)
            inputs = max((f for f, c in suspects if c.name == "X"), default=1.0)
            first, found = look_ahead(run, start)
            suspects += sizes_of_start(run, start, inputs, found)
    if first is not None and first.name == "outputs":
        # In float64 no ordinary size is infinite or NaN: it is the function.
        return first
    otherwise, high = first or Cause("loss", math.nan), 0.0
    if first is None and stepped:
        optimizer = run.step.optimizer
        usual = getattr(type(optimizer), "learning_rate", optimizer.learning_rate)
        otherwise = Cause("rate", optimizer.learning_rate)
        high = optimizer.learning_rate / usual
        suspects.append((high, otherwise))
    factor, cause = max(suspects, key=lambda found: found[0], default=(0.0, otherwise))
    if factor < CLEAR or cause is otherwise:
        return otherwise
    return replace(cause, or_rate=high > HIGH)


def sizes_of_start(
    run: FitRun, start: Mapping[str, Array], inputs: float, outputs: Mapping[str, float]
) -> Iterator[tuple[float, Cause]]:
    """Factors of parameters, and of outputs beyond those of inputs and parameters."""
    sizes = {
        name: float(np.abs(start[name]).max(initial=0.0))
        for name in run.architecture.evaluation.build.parameters
    }
    # What is large because something before it is, comes after it.
    before = max(inputs, 1.0) * max(1.0, *sizes.values()) ** 2
    for name, size in sizes.items():
        yield size**2, Cause("parameters", size, name)
    for name, square in outputs.items():
        yield square / before, Cause("activations", math.sqrt(square), name)


def penalties_of(run: FitRun) -> Iterator[tuple[float, Cause]]:
    """Factors of what draws weights to 0."""
    rows = run.train.count
    if isinstance(run.batch_size, int):
        rows = min(run.batch_size, rows)
    strengths = {"l1": run.step.l1, "l2": run.step.l2}
    for name, parameter in run.architecture.evaluation.build.parameters.items():
        if parameter.penalty is not None and parameter.trainable:
            label = _("the penalty on {name}").format(name=name)
            values = vars(parameter.penalty).values()
            strengths[label] = max((v for v in values if type(v) is float), default=0.0)
    for name, strength in strengths.items():
        yield strength / rows, Cause("penalty", strength, name)
    decay = float(getattr(run.step.optimizer, "weight_decay", 0.0))
    yield decay, Cause("penalty", decay, "weight_decay")


def sizes_of_data(run: FitRun) -> Iterator[tuple[float, Cause]]:
    """Factors of inputs, targets and weights."""
    rows = run.train
    inputs = run.architecture.inputs
    for entry in inputs:
        values = rows.data[entry.name]
        if values.dtype.kind != "f":
            continue
        size = size_of(rows, entry.name)
        name = "X" if len(inputs) == 1 else f"X[{entry.name!r}]"
        if values.shape[1] > 1:
            name = _("column {column} of {name}").format(column=size.column, name=name)
        yield size.square, Cause("X", size.largest, name)
    losses = run.step.losses
    for name, loss in losses.items():
        if loss.head == "real":
            size = size_of(rows, target_name(name))
            label = "y" if len(losses) == 1 else f"y[{name!r}]"
            yield size.square, Cause("y", size.largest, label)
    if run.step.reduction == "sum" and ROW_WEIGHT in rows.data:
        largest = size_of(rows, ROW_WEIGHT).largest
        yield largest, Cause("weights", largest)


class _Size(NamedTuple):
    """How large a column of numbers is.

    Parameters
    ----------
    square : float
        Mean of its squares.
    largest : float
        Largest size.
    column : int
    row : int
        Where the largest stands, among all rows of the data.
    """

    square: float
    largest: float
    column: int
    row: int


def size_of(rows: Rows, name: str) -> _Size:
    """Size of the column with the largest mean square."""
    array = rows.data[name]
    squares, largest, places = np.zeros(()), np.zeros(()), np.zeros((), np.int64)
    for start in range(0, rows.count, CHUNK_ROWS):
        chosen = np.arange(start, min(start + CHUNK_ROWS, rows.count))
        if rows.index is not None:
            chosen = rows.index[chosen]
        part = np.abs(array[chosen].astype(np.float64)).reshape(len(chosen), -1)
        squares = squares + np.sum(part**2, axis=0)
        places = np.where(
            part.max(axis=0) > largest, chosen[part.argmax(axis=0)], places
        )
        largest = np.maximum(largest, part.max(axis=0))
    column = int(np.argmax(squares))
    square = float(squares[column]) / rows.count
    return _Size(square, float(largest[column]), column, int(places[column]))


def look_ahead(
    run: FitRun, start: Mapping[str, Array]
) -> tuple[Cause | None, dict[str, float]]:
    """Loss or gradient that is no number at the start; mean squares of the layers."""
    objective = build_objective(
        run.architecture, run.step.losses, run.step.targets,
        training=False, weighted=run.step.weighted,
    )  # fmt: skip
    rows = sample_of(run.train)
    data = {name: array[rows] for name, array in run.train.data.items()}
    feeds: dict[str, Any] = {**start, **data, SEED: run.seed, STEP: 1}

    def evaluate(graph: Graph, dtype: Any) -> Mapping[str, Array]:
        used = {name: value for name, value in feeds.items() if name in graph.leaves}
        return Executable(graph, dtype)(used, rows=len(rows))

    layers = objective.written.build.activations
    found = evaluate(Graph(dict(layers)), np.dtype(np.float64))
    step = dict(evaluate(build_gradients(objective), run.dtype))
    looked = [
        *(("outputs", name, found[name]) for name in layers),
        ("loss", "", step.pop("loss")),
        *(("gradient", name, value) for name, value in step.items()),
    ]
    bad = ((kind, name, value[~np.isfinite(value)]) for kind, name, value in looked)
    first = next((Cause(k, float(v.flat[0]), n) for k, n, v in bad if v.size), None)
    return first, {
        name: float(np.mean(np.square(found[name].astype(np.float64))))
        for name in layers
        if np.isfinite(found[name]).all()
    }


def sample_of(rows: Rows) -> Array:
    """Rows spread over all, and those of the largest numbers."""
    places = np.linspace(0, rows.count - 1, min(SAMPLE_ROWS, rows.count))
    chosen = places.astype(np.int64)
    if rows.index is not None:
        chosen = rows.index[chosen]
    kinds = {name: array.dtype.kind for name, array in rows.data.items()}
    extreme = [size_of(rows, name).row for name, kind in kinds.items() if kind == "f"]
    return np.unique([*chosen, *extreme])
