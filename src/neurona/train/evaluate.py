"""Loss and metrics over rows, and predictions: in chunks, with flat memory."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import DTypeLike

from neurona.arrays import Array
from neurona.graph import Graph, Spec, merge_duplicates, simplify
from neurona.native.program import Program
from neurona.native.rows import RowProgram, gives_rows
from neurona.native.task import CannotLower
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.reference import Executable, WrongIndex, fold_constants
from neurona.train.compiled import lowered
from neurona.train.engines import resolve_engine
from neurona.train.examples import target_specs
from neurona.train.metrics import Metric, metrics_for, score
from neurona.train.rows import Rows
from neurona.train.run import FitRun
from neurona.train.runner import Sums
from neurona.train.step import (
    LOSS_SUM,
    ROW_WEIGHT,
    WEIGHT_SUM,
    build_objective,
    target_name,
)
from neurona.train.structures import (
    StructureCache,
    key_of_architecture,
    key_of_losses,
)

__all__ = [
    "Evaluator",
    "RowFunction",
    "evaluator_of",
    "row_function",
    "row_program",
    "run_in_chunks",
]


CHUNK_ROWS: Final = 8192
"""Rows that the reference evaluates in one go."""

NATIVE_CHUNK_ROWS: Final = 1024
"""Rows that the engine evaluates in one go: what they need stays in the caches."""

PROGRAMS: Final = StructureCache()


class RowFunction(Protocol):
    """Outputs of a graph for all rows: joined, or summed where they are scalars."""

    def __call__(
        self,
        values: Mapping[str, Array],
        data: Mapping[str, Array],
        rows: int,
        index: Array | None = None,
    ) -> dict[str, Array]:
        """Run it, as :func:`run_in_chunks` does."""


def row_function(
    make: Callable[[], Graph],
    key: Hashable | None,
    dtype: np.dtype[Any],
    *,
    engine: str = "auto",
    threads: int | None = None,
    sums: tuple[str, ...] = (),
    keep_data: bool = False,
) -> RowFunction:
    """Make a graph ready to run over rows, on the engine asked for.

    Parameters
    ----------
    make : callable
        Gives the graph, where no program is known for the key.
    key : hashable or None
        Of its structure.
    dtype : {float32, float64}
    engine : {"auto", "native", "reference"}
    threads : int, optional
    sums : tuple of str
        The scalar outputs.
    keep_data : bool
        Whether it is to be run over the same data again and again.
    """
    if resolve_engine(engine) == "native":
        program = row_program(make, key, dtype, sums)
        if isinstance(program, Program):
            run = RowProgram(program, dtype, threads)
            return functools.partial(run, keep_data=keep_data)
    return functools.partial(run_in_chunks, Executable(make(), dtype))


def row_program(
    make: Callable[[], Graph],
    key: Hashable | None,
    dtype: np.dtype[Any],
    sums: tuple[str, ...] = (),
) -> Program | CannotLower | None:
    """Program of a graph of rows; None where an output is something else."""

    def lower() -> Program | CannotLower | None:
        graph = make()
        if not gives_rows(graph, sums):
            return None
        tidy = merge_duplicates(simplify(fold_constants(graph)))
        return lowered(lambda: tidy, dtype, NATIVE_CHUNK_ROWS, sums)

    return PROGRAMS.get(None if key is None else (key, dtype.str), lower)


def run_in_chunks(
    run: Executable,
    values: Mapping[str, Array],
    data: Mapping[str, Array],
    rows: int,
    index: Array | None = None,
) -> dict[str, Array]:
    """Outputs of a graph for all rows, those with a batch axis joined, others added.

    Parameters
    ----------
    run : Executable
    values, data : mapping of str to array
        What all rows share, and what each has of its own.
    rows : int
        How many there are.
    index : int array (rows,), optional
        Which rows of the data; by default all. Only a chunk of them is ever copied.
    """
    joined: dict[str, Array] = {}
    nodes = run.graph.outputs
    used = {name: data[name] for name in run.graph.leaves if name in data}
    for start in range(0, max(rows, 1), CHUNK_ROWS):
        stop = min(start + CHUNK_ROWS, rows)
        chosen = slice(start, stop) if index is None else index[start:stop]
        batch = {name: array[chosen] for name, array in used.items()}
        try:
            results = run({**values, **batch}, rows=stop - start)
        except WrongIndex as error:
            numbers = range(start, stop) if index is None else index[start:stop]
            raise error.in_rows(numbers) from None
        for name, value in results.items():
            if nodes[name].shape == ():
                joined[name] = joined.get(name, np.zeros(())) + value.astype(np.float64)
            else:
                if name not in joined:
                    joined[name] = np.empty((rows, *value.shape[1:]), value.dtype)
                joined[name][start:stop] = value
    return joined


@dataclass(frozen=True)
class Scores:
    """Loss and metrics over some rows."""

    loss: float
    metrics: Mapping[str, float]


class Evaluator:
    """Evaluates a network on rows: no masks, running statistics.

    Parameters
    ----------
    architecture : Architecture
    losses : mapping of str to Loss
        One per output.
    targets : mapping of str to Spec
        What each loss reads.
    metrics : mapping of str to Metric
    dtype : {float32, float64}
    weighted : bool
        Whether the rows have weights.
    engine : {"auto", "native", "reference"}
    threads : int, optional
        Of the native engine.
    """

    def __init__(
        self,
        architecture: Architecture,
        losses: Mapping[str, Loss],
        targets: Mapping[str, Spec],
        metrics: Mapping[str, Metric],
        dtype: DTypeLike,
        *,
        weighted: bool,
        engine: str = "auto",
        threads: int | None = None,
    ) -> None:
        self._metrics = metrics_for(metrics, losses)
        predicted = tuple(name for name, own in self._metrics.items() if own)

        def make() -> Graph:
            objective = build_objective(
                architecture, losses, targets, training=False, weighted=weighted
            )
            outputs = {LOSS_SUM: objective.loss_sum, WEIGHT_SUM: objective.weight_sum}
            written = objective.written.outputs
            for name in predicted:
                outputs[f"link/{name}"] = losses[name].link(written[name])
            return Graph(outputs)

        layers = key_of_architecture(architecture)
        rest = key_of_losses(losses, targets)
        known = layers is not None and rest is not None
        self._run = row_function(
            make,
            ("evaluate", layers, rest, weighted, predicted) if known else None,
            np.dtype(dtype),
            engine=engine,
            threads=threads,
            sums=(LOSS_SUM, WEIGHT_SUM),
            keep_data=True,
        )

    def __call__(
        self,
        values: Mapping[str, Array],
        data: Mapping[str, Array],
        rows: int,
        index: Array | None = None,
    ) -> Scores:
        """Evaluate all rows of the data, or those of an index."""
        found = self._run(values, data, rows, index)
        sums = Sums(float(found[LOSS_SUM]), float(found[WEIGHT_SUM]))
        metrics = {}
        for output, own in self._metrics.items():
            prefix = f"{output}_" if len(self._metrics) > 1 else ""
            for name, metric in own.items():
                target = data[target_name(output)]
                y = target if index is None else target[index]
                prediction = found[f"link/{output}"]
                metrics[prefix + name] = score(name, metric, y, prediction)
        return Scores(sums.mean, metrics)


def evaluator_of(run: FitRun) -> tuple[Rows | None, Evaluator | None]:
    """What is evaluated after each epoch, and by what; None where nothing is."""
    watched = run.train if run.validation is None else run.validation
    if run.validation is None and not run.metrics:
        return None, None
    # Targets and weights of the rows watched need not be of the training's kind.
    return watched, Evaluator(
        run.architecture,
        run.step.losses,
        target_specs(run.architecture, run.step.losses, watched.data),
        run.metrics,
        run.dtype,
        weighted=ROW_WEIGHT in watched.data,
        engine=run.options.engine,
        threads=run.options.threads,
    )
