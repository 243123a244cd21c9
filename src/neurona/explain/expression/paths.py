"""The paths from a variable to the output: the chains whose products are added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import prod
from typing import Final

from neurona.explain.trace import Edge
from neurona.graph import Node

__all__ = ["MOST_PATHS", "SlopePath", "chains_of", "count_paths"]

MOST_PATHS: Final = 8
"""Paths that are listed; the number of the rest is said."""

MOST_STEPS: Final = 100_000
"""Edges walked in search of paths, so that the search is short in any graph."""


@dataclass(frozen=True, eq=False)
class SlopePath:
    """One path from the output to a variable.

    Parameters
    ----------
    edges : tuple of Edge
        From the output down.
    """

    edges: tuple[Edge, ...]

    @property
    def product(self) -> float:
        """Product of the slopes along the path."""
        return float(prod(edge.slope for edge in self.edges))


def count_paths(
    order: Sequence[Node],
    output: Node,
    edges: Mapping[Node, tuple[Edge, ...]],
) -> dict[Node, int]:
    """Number of paths from each node to the output.

    Parameters
    ----------
    order : sequence of Node
        Each after its inputs.
    """
    count = {output: 1}
    for node in reversed(order):
        if node is not output:
            count[node] = sum(count.get(e.node, 0) for e in edges.get(node, ()))
    return count


def chains_of(
    variable: Node, output: Node, edges: Mapping[Node, tuple[Edge, ...]]
) -> list[SlopePath]:
    """The first few paths from the output to a variable.

    Every node of a trace leads to the output, so each way up from the variable does.
    """
    return list(islice(walk_up(variable, output, edges), MOST_PATHS))


def walk_up(
    variable: Node, output: Node, edges: Mapping[Node, tuple[Edge, ...]]
) -> Iterator[SlopePath]:
    if variable is output:
        yield SlopePath(())
        return
    taken: list[Edge] = []
    pending = [iter(edges.get(variable, ()))]
    for _step in range(MOST_STEPS):
        edge = next(pending[-1], None)
        if edge is None:
            pending.pop()
            if not pending:
                return
            if taken:
                taken.pop()
        elif edge.node is output:
            yield SlopePath((edge, *reversed(taken)))
        else:
            taken.append(edge)
            pending.append(iter(edges.get(edge.node, ())))
