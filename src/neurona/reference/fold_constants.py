"""Pass: what depends on constants alone is computed once."""

from __future__ import annotations

from typing import Final

from neurona.graph.node import Node, constant, source
from neurona.graph.shape import has_batch
from neurona.graph.verify import verify
from neurona.graph.walk import Graph, copy_node, rebuild
from neurona.reference.evaluate import evaluate

__all__ = ["fold_constants"]

LARGEST_FOLD: Final = 4096
"""Results with more elements than this are left to be computed when the graph runs."""


def fold_constants(graph: Graph) -> Graph:
    """Replace nodes whose inputs are all constants by their value in float64.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> fold_constants(graph.Graph.of(x * (1 - graph.constant(0.25))))["0"]
    multiply(x, 0.75): float ()
    """
    return verify(rebuild(verify(graph), _folded))


def _folded(node: Node, inputs: tuple[Node, ...]) -> Node:
    copy = copy_node(node, inputs)
    if (
        not inputs
        or has_batch(node.shape)
        or node.operation == "random_mask"
        or any(part.operation != "constant" for part in inputs)
    ):
        return copy
    size = 1
    for length in node.shape:
        size *= length if isinstance(length, int) else LARGEST_FOLD + 1
    if size > LARGEST_FOLD:
        return copy
    with source(*node.sources):
        return constant(evaluate([copy], {})[0], node.dtype)
