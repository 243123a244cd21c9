"""The matrices of one step, from the graph that trains: values and gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import graph as g
from neurona.arrays import Array
from neurona.explain.budget import Budget
from neurona.explain.derive import cut, quantities
from neurona.explain.excerpt import Excerpt, choose_excerpt
from neurona.explain.reading import Reading, read_network
from neurona.explain.stages import Stage
from neurona.explain.trace import Trace, trace
from neurona.graph import Node
from neurona.network import Network
from neurona.nn.losses import Loss
from neurona.reference import evaluate
from neurona.train.examples import prepare_examples, row_count

__all__ = ["StepMatrices", "measure_matrices"]


@dataclass(frozen=True, eq=False)
class StepMatrices:
    """Matrices of a step, forward and backward.

    Parameters
    ----------
    reading : Reading
    excerpt : Excerpt
        What of the network is shown.
    trace : Trace
        Every number, the loss J being the mean over the samples.
    aside : mapping of Node to Node
        Gradient of what the loss passes by, such as a ŷ of logits.
    rows : int
        N.
    """

    reading: Reading
    excerpt: Excerpt
    trace: Trace
    aside: Mapping[Node, Node]
    rows: int

    @property
    def loss(self) -> float:
        """J."""
        return float(self.trace.values[self.reading.objective.loss])

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that are shown."""
        return self.excerpt.stages

    def value(self, node: Node) -> Array:
        """Value of a node as a matrix: a row for each sample, or one in all."""
        return as_matrix(self.trace.values[node], node)

    def gradient(self, node: Node) -> Array:
        """∂J in a node, in the same form; 0 where J does not depend on it."""
        found = self.trace.gradients.get(node)
        if node in self.aside:
            found = self.trace.values[self.aside[node]]
        if found is None:
            return np.zeros_like(self.value(node))
        return as_matrix(found, node)

    def parameter(self, name: str) -> Node:
        """Node of a parameter."""
        return self.reading.written.build.parameters[name].node

    def jacobian(self, stage: Stage, wrt: Node, row: int) -> Array:
        """∂a of a stage in its z or in what it reads, of one sample: (units, inputs).

        Each row is ``backward`` of one unit, all else that the stage reads at rest.
        """
        if wrt is stage.a:
            return np.eye(stage.units)
        piece = cut(stage.a, {wrt, *stage.reads} if wrt in stage.reads else {wrt})
        feeds: dict[Node, Any] = {piece.seed: np.eye(stage.units)}
        for whole, leaf in piece.leaves.items():
            value = self.trace.values[whole]
            if g.has_batch(whole.shape):
                value = np.repeat(value[[row]], stage.units, axis=0)
            feeds[leaf] = value
        (found,) = evaluate([piece.share(wrt)], feeds, rows=stage.units)
        return found


def as_matrix(value: Any, node: Node) -> Array:
    """Rows of samples, or a single row of what has none."""
    array = np.asarray(value)
    if array.ndim == 1 and g.has_batch(node.shape):
        return array[:, None]
    return np.atleast_2d(array)


def measure_matrices(
    network: Network,
    losses: Mapping[str, Loss],
    X: Any,
    y: Any,
    members: Sequence[int] = (),
) -> StepMatrices:
    """Run a network forward and backward in float64, as it trains but without masks.

    Raises
    ------
    DataError
        X or y cannot be used.
    OptionError
        There is no such member.
    """
    architecture = network.architecture
    data = prepare_examples(architecture, losses, X, y, np.dtype(np.float64))
    reading = read_network(architecture, losses, data)
    build = reading.written.build
    named = [node for stage in reading.stages for node in quantities(stage)]
    wrt = [
        *(node for node in reading.inputs.values() if node.dtype == "float"),
        *(parameter.node for parameter in build.parameters.values()),
    ]
    aside = reading.aside(named)
    also = [
        *reading.inputs.values(),
        *named,
        *(end.target for end in reading.ends),
        *aside.values(),
    ]
    values = {**network.parameters, **network.states}
    feeds = {k: np.asarray(v, np.float64) for k, v in values.items()}
    rows = row_count(data)
    found = trace(
        reading.objective.loss, wrt, {**feeds, **data}, rows, also=also, slopes=False
    )
    excerpt = choose_excerpt(reading, members, most=Budget().members)
    return StepMatrices(reading, excerpt, found, aside, rows)
