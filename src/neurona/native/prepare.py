"""Pass: a graph in the shape that lowering expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from neurona.graph import (
    Graph,
    Node,
    copy_node,
    make_node,
    rebuild,
    reshape,
    source,
    verify,
)

__all__ = ["REWRITES", "is_zero", "prepare_for_native"]


def prepare_for_native(graph: Graph) -> Graph:
    """Rewrite a graph, with the same values, into one that lowers well.

    - A sum or maximum over both axes becomes one over columns, then one over rows; over
      a single column it is left out.
    - ``z > 0`` beside ``max(z, 0)`` becomes ``max(z, 0) > 0``, so that a ReLU's input
      need not be kept for its slope.

    Examples
    --------
    >>> from neurona import graph as g
    >>> x = g.input("x", (g.BATCH, 3))
    >>> prepare_for_native(g.Graph.of(g.sum(x)))["0"]
    sum(sum(x, axes=(1,), keepdims=False), axes=(0,), keepdims=False): float ()
    """
    split = rebuild(verify(graph), rewrite)
    relus = {
        node.inputs[0]: node
        for node in split.nodes
        if node.operation == "maximum" and is_zero(node.inputs[1])
    }
    rectified: dict[Node, Node] = {}

    def rectify(before: Node, inputs: tuple[Node, ...]) -> Node:
        # One node, whether the ReLU or its slope is met first.
        if before not in rectified:
            rectified[before] = copy_node(relus[before], inputs)
        return rectified[before]

    def share(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node is relus.get(node.inputs[0] if node.inputs else node):
            return rectify(node.inputs[0], inputs)
        is_slope = node.operation == "greater" and is_zero(inputs[1])
        if is_slope and node.inputs[0] in relus:
            kept = rectify(node.inputs[0], inputs)
            if kept.shape == inputs[0].shape:
                with source(*node.sources):
                    return make_node("greater", kept, inputs[1])
        return copy_node(node, inputs)

    return verify(rebuild(split, share))


def is_zero(node: Node) -> bool:
    """Whether a node is the scalar constant 0."""
    return (
        node.operation == "constant"
        and node.shape == ()
        and node.attributes["value"] == 0
    )


def split_reduction(node: Node, inputs: tuple[Node, ...]) -> Node:
    """Reduce one axis after the other where a matrix is reduced over both.

    One number in each row is itself the sum of the row.
    """
    if len(inputs[0].shape) != 2 or 1 not in node.attributes["axes"]:
        return copy_node(node, inputs)
    (matrix,), keepdims = inputs, node.attributes["keepdims"]
    if matrix.shape[1] != 1:
        columns = make_node(node.operation, matrix, axes=(1,), keepdims=keepdims)
    else:
        columns = matrix if keepdims else reshape(matrix, matrix.shape[:1])
    if node.attributes["axes"] == (1,):
        return columns
    return make_node(node.operation, columns, axes=(0,), keepdims=keepdims)


REWRITES: Final[Mapping[str, Callable[[Node, tuple[Node, ...]], Node]]] = {
    "sum": split_reduction,
    "max": split_reduction,
}
"""Operations that the engine is given as a graph of others, which it has.

Given the node and its new inputs. An operation that is worth no kernel has its formula
here: ``"cube": lambda node, inputs: inputs[0] * inputs[0] * inputs[0]``.
"""


def rewrite(node: Node, inputs: tuple[Node, ...]) -> Node:
    """The graph that stands for a node."""
    written_out = REWRITES.get(node.operation)
    if written_out is None:
        return copy_node(node, inputs)
    with source(*node.sources):
        return written_out(node, inputs)
