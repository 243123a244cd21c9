"""Pass: only the outputs that are asked for, and what they need."""

from __future__ import annotations

from collections.abc import Iterable

from neurona.graph.verify import verify
from neurona.graph.walk import Graph

__all__ = ["drop_unused"]


def drop_unused(graph: Graph, keep: Iterable[str]) -> Graph:
    """Keep the named outputs; nodes that none of them needs are gone.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> both = graph.Graph({"value": graph.exp(x), "other": graph.sin(x)})
    >>> [node.operation for node in drop_unused(both, ["value"]).nodes]
    ['input', 'exp']
    """
    return verify(Graph({name: graph[name] for name in keep}))
