"""Check that a graph is well formed: what every pass receives and must return."""

from __future__ import annotations

from neurona.errors import GraphError, ShapeError
from neurona.graph.node import Node
from neurona.graph.operations import OPERATIONS
from neurona.graph.show import show_expression
from neurona.graph.walk import Graph
from neurona.messages import _

__all__ = ["verify"]


def check_node(node: Node) -> None:
    entry = OPERATIONS.get(node.operation)
    if entry is None:
        raise GraphError(
            _("{node}: there is no operation {operation!r}").format(
                node=show_expression(node), operation=node.operation
            )
        )
    if set(node.attributes) != set(entry.attributes) or (
        entry.arity is not None and len(node.inputs) != entry.arity
    ):
        raise GraphError(
            _("{node}: wrong number of inputs or attributes").format(
                node=show_expression(node)
            )
        )
    try:
        spec = entry.infer(*[part.spec for part in node.inputs], **node.attributes)
    except ShapeError as error:
        raise ShapeError(
            _("{node}: {problem}").format(node=show_expression(node), problem=error)
        ) from None
    if spec != node.spec:
        raise GraphError(
            _("{node} is {found}, but its rule gives {expected}").format(
                node=show_expression(node), found=node.spec, expected=spec
            )
        )


def check_names(graph: Graph) -> None:
    seen: dict[str, Node] = {}
    for node in graph.nodes:
        if node.operation not in ("input", "parameter"):
            continue
        if not node.name:
            raise GraphError(
                _("a leaf of the kind {operation} has no name").format(
                    operation=node.operation
                )
            )
        if seen.setdefault(node.name, node) is not node:
            raise GraphError(
                _("two different leaves are both called {name!r}").format(
                    name=node.name
                )
            )


def verify(graph: Graph) -> Graph:
    """Return the graph, having checked every node against the table of operations.

    Raises
    ------
    GraphError
        A node's shape, kind, arity or attributes contradict its operation, or two
        leaves share a name. The message prints the offending node.

    Notes
    -----
    A node's rule was applied when it was made and nothing about it can change since,
    so the rules are applied here to records written by hand alone.
    """
    if not graph.verified:
        for node in graph.nodes:
            if not node.is_checked:
                check_node(node)
        check_names(graph)
        object.__setattr__(graph, "verified", True)
    return graph
