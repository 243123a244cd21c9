"""Numbers of a network on rows, in float64: its inputs, and any nodes of its graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.graph import Graph, Node
from neurona.network import Network
from neurona.reference import Executable
from neurona.train.arrays import prepare_inputs
from neurona.train.examples import row_count

__all__ = ["evaluate_nodes", "read_inputs"]


def read_inputs(network: Network, X: Any) -> dict[str, Array]:
    """Rows of each input.

    Raises
    ------
    DataError
        X cannot be used; the message says where.
    """
    architecture, wide = network.architecture, np.dtype(np.float64)
    return prepare_inputs(X, architecture.inputs, wide, architecture.categories)


def evaluate_nodes(
    network: Network, nodes: Mapping[str, Node], data: Mapping[str, Array]
) -> dict[str, Array]:
    """Values of nodes of the evaluation graph.

    Examples
    --------
    >>> from neurona import Dense
    >>> network = Network([Dense(1)], n_inputs=2)
    >>> outputs = network.architecture.evaluation.outputs
    >>> found = evaluate_nodes(network, outputs, read_inputs(network, [[0.0, 0.0]]))
    >>> found["output"]
    array([[0.]])
    """
    values = {**network.parameters, **network.states, **data}
    return Executable(Graph(nodes))(values, rows=row_count(data))
