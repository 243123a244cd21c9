"""Pass: operations that change nothing are left out."""

from __future__ import annotations

from typing import Any

from neurona.graph.functions import broadcast
from neurona.graph.node import Node
from neurona.graph.verify import verify
from neurona.graph.walk import Graph, copy_node, rebuild

__all__ = ["simplify"]


def simplify(graph: Graph) -> Graph:
    """Leave out x·1, x/1, x−0, x¹, −(−x), (xᵀ)ᵀ and reshapes to the same shape.

    Only rewrites whose result has the same bits are made: x + 0 stays, since it turns
    −0 into 0.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> simplify(graph.Graph.of(-(-(x * 1.0) / 1)))["0"]
    x: float ()
    """
    return verify(rebuild(verify(graph), _simplified))


def is_constant(node: Node, value: float) -> bool:
    """Whether a node is the given scalar constant, its sign included."""
    held: Any = node.attributes["value"] if node.operation == "constant" else None
    return isinstance(held, float) and held.hex() == value.hex()


def _simplified(node: Node, inputs: tuple[Node, ...]) -> Node:
    survivor: Node | None = None
    match node.operation, inputs:
        case "multiply", (a, b) if is_constant(b, 1.0):
            survivor = a
        case "multiply", (a, b) if is_constant(a, 1.0):
            survivor = b
        case (("divide" | "power"), (a, b)) if is_constant(b, 1.0):
            survivor = a
        case "subtract", (a, b) if is_constant(b, 0.0):
            survivor = a
        case (("negative" | "transpose"), (a,)) if a.operation == node.operation:
            survivor = a.inputs[0]
        case (("reshape" | "broadcast"), (a,)) if a.shape == node.shape:
            survivor = a
        case "cast", (a,) if a.dtype == node.dtype:
            survivor = a
    if survivor is None:
        return copy_node(node, inputs)
    return broadcast(survivor, node.shape)
