"""Pass: one node where several compute the same."""

from __future__ import annotations

from typing import Any

from neurona.graph.node import Node, attributes_key
from neurona.graph.operations import OPERATIONS
from neurona.graph.verify import verify
from neurona.graph.walk import Graph, copy_node

__all__ = ["merge_duplicates"]

_COMMUTATIVE = frozenset({"add", "multiply", "equal", "not_equal"})
_NEVER = frozenset({"input", "parameter", "random_mask"})


def merge_duplicates(graph: Graph) -> Graph:
    """Merge nodes that apply the same operation to the same inputs.

    The one that remains keeps the sources of all. Inputs, parameters and random masks
    are never merged. The terms of a sum and the factors of a product may stand in
    either order, since floating-point addition and multiplication commute.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> with graph.source("a"):
    ...     first = x * 2
    >>> with graph.source("b"):
    ...     second = 2 * x
    >>> merged = merge_duplicates(graph.Graph.of(first, second))
    >>> merged["0"] is merged["1"], merged["0"].sources
    (True, ('a', 'b'))
    """
    verify(graph)
    first: dict[Any, Node] = {}
    leader: dict[Node, Node] = {}
    sources: dict[Node, tuple[str, ...]] = {}
    for node in graph.nodes:
        chosen = node
        if node.operation not in _NEVER:
            chosen = first.setdefault(structure_key(node, leader), node)
        leader[node] = chosen
        known = sources.get(chosen, ())
        sources[chosen] = known + tuple([s for s in node.sources if s not in known])
    made: dict[Node, Node] = {}
    for node in graph.nodes:
        if leader[node] is node:
            parts = [made[leader[part]] for part in node.inputs]
            own = node.sources if node.operation in _NEVER else sources[node]
            made[node] = copy_node(node, parts, own)
    return verify(
        Graph({name: made[leader[out]] for name, out in graph.outputs.items()})
    )


def structure_key(node: Node, leader: dict[Node, Node]) -> Any:
    parts = [id(leader[part]) for part in node.inputs]
    if node.operation in _COMMUTATIVE:
        parts.sort()
    attributes = attributes_key(OPERATIONS[node.operation], node.attributes)
    return (node.operation, tuple(parts), attributes, node.name)
