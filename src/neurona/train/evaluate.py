"""Loss and metrics over rows, and predictions: in chunks, with flat memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from neurona.graph import Graph, Spec
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.reference import Executable
from neurona.train.metrics import Metric, metrics_for, score
from neurona.train.runner import Sums
from neurona.train.step import (
    LOSS_SUM,
    WEIGHT_SUM,
    build_objective,
    target_name,
)

__all__ = ["Evaluator", "run_in_chunks"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

CHUNK_ROWS: Final = 8192
"""Rows evaluated in one go."""


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
        for name, value in run({**values, **batch}, rows=stop - start).items():
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
    ) -> None:
        objective = build_objective(
            architecture, losses, targets, training=False, weighted=weighted
        )
        outputs = {LOSS_SUM: objective.loss_sum, WEIGHT_SUM: objective.weight_sum}
        self._metrics = metrics_for(metrics, losses)
        outputs |= {
            f"link/{name}": losses[name].link(objective.written.outputs[name])
            for name, own in self._metrics.items()
            if own
        }
        self._run = Executable(Graph(outputs), dtype)

    def __call__(
        self,
        values: Mapping[str, Array],
        data: Mapping[str, Array],
        rows: int,
        index: Array | None = None,
    ) -> Scores:
        """Evaluate all rows of the data, or those of an index."""
        found = run_in_chunks(self._run, values, data, rows, index)
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
