"""Run-time scalars of many steps at once, in float64."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurona.graph import Node, topological_order
from neurona.reference import DEFINITIONS

__all__ = ["scalar_table"]


def scalar_table(
    scalars: Sequence[Node],
    feeds: Mapping[str, NDArray[np.float64]],
    rows: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Values of scalars for each step.

    Parameters
    ----------
    scalars : sequence of Node
        Made of inputs of shape (), constants and N.
    feeds : mapping of str to array (steps,)
        Values of the inputs.
    rows : int array (steps,)
        Rows of each batch.

    Returns
    -------
    float64 array (steps, scalars)

    Examples
    --------
    >>> from neurona import graph as g
    >>> rate = g.input("rate")
    >>> steps = {"rate": np.array([1.0, 2.0])}
    >>> scalar_table([rate / g.rows()], steps, np.array([4, 2]))
    array([[0.25],
           [1.  ]])
    """
    values: dict[Node, Any] = {}
    for node in topological_order(scalars):
        if node.operation == "constant":
            values[node] = node.attributes["value"]
        elif node.operation == "rows":
            values[node] = rows.astype(np.float64)
        elif node.operation == "input":
            values[node] = feeds[str(node.name)]
        else:
            parts = [np.asarray(values[part]) for part in node.inputs]
            with np.errstate(all="ignore"):
                values[node] = DEFINITIONS[node.operation](*parts, **node.attributes)
    table = np.empty((len(rows), len(scalars)))
    for i, node in enumerate(scalars):
        table[:, i] = values[node]
    return table
