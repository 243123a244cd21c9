"""Choices that hide a value, but not its slope: 0 · ∞ is not a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from neurona.explain.trace import Trace
from neurona.graph import Graph, Node

__all__ = ["hidden_slopes"]

CHOICES: Final[Mapping[str, Callable[..., Any]]] = {
    "where": lambda condition, first, second: condition,
    "maximum": np.greater,
    "minimum": np.less,
}
"""Of each operation that chooses between its last two inputs: where it takes the first.
"""


def hidden_slopes(found: Trace) -> dict[Node, Node]:
    """Choices behind whose branch not taken a slope is infinite or not a number.

    Parameters
    ----------
    found : Trace
        With the slopes of its edges.

    Returns
    -------
    dict of Node to Node
        Each such ``where``, maximum or minimum, and the operation in its branch whose
        slope it is.

    Notes
    -----
    A branch that is not taken has the gradient 0, and backward that 0 is multiplied by
    the slope of what stands in the branch. Where the slope is no finite number the
    product is not a number, and so is every gradient before it.

    Examples
    --------
    >>> from neurona import graph as g
    >>> from neurona.explain.trace import trace
    >>> x = g.input("x")
    >>> root = g.where(x > 0.0, g.sqrt(x), 0.0)
    >>> hidden_slopes(trace(root, [x], {x: 0.0}))[root]
    sqrt(x): float ()
    >>> hidden_slopes(trace(root, [x], {x: 4.0}))
    {}
    """
    lost = list(dict.fromkeys(lost_at(found)))
    hidden: dict[Node, Node] = {}
    for node in found.nodes:
        if node.operation not in CHOICES or not lost:
            continue
        *_rest, first, second = node.inputs
        values = [found.values[part] for part in node.inputs]
        taken = np.asarray(CHOICES[node.operation](*values), dtype=bool)
        for branch, left in ((first, ~taken), (second, taken)):
            inside = set(Graph.of(branch).nodes) if left.any() else set()
            found_here = [part for part in lost if part in inside]
            if found_here:
                hidden[node] = found_here[0]
    return hidden


def lost_at(found: Trace) -> Iterator[Node]:
    """Operations that multiply a gradient of 0 by a slope that is no finite number."""
    order = {node: place for place, node in enumerate(found.nodes)}
    edges = [edge for several in found.edges.values() for edge in several]
    for edge in sorted(edges, key=lambda edge: order[edge.node]):
        if edge.slope is not None:
            gradient = np.asarray(found.gradients[edge.node])
            if ((gradient == 0) & ~np.isfinite(edge.slope)).any():
                yield edge.node
