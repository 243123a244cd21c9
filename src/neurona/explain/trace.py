"""Every number of a graph at one point: values, gradients and the slope of every edge.

One evaluation by the reference gives them all. What a view shows of an expression or of
a step it takes from here, so that no number is computed in a second way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from neurona import graph as g
from neurona.explain.differences import Differences, Index
from neurona.gradient import NO_DERIVATIVE, RULES, backward, gradient_of_input
from neurona.graph import LEAVES, OPERATIONS, Graph, Node, copy_node
from neurona.lazy import settled_property
from neurona.reference import Executable

__all__ = ["ELEMENTWISE", "Edge", "Trace", "local_slope", "trace"]

ELEMENTWISE: Final = frozenset(
    name for name in RULES if OPERATIONS[name].is_elementwise
)
"""Operations of which a local slope is one factor for each element."""


@dataclass(frozen=True, eq=False)
class Edge:
    """How a node changes with one of its inputs, all others at rest.

    Parameters
    ----------
    node : Node
    index : int
        Position of the input.
    slope : float, array or None
        The local slope, in the node's shape. ``None`` where it is no factor for each
        element, as of a matrix product or a sum, or where it was not asked for.
    """

    node: Node
    index: int
    slope: Any

    @property
    def source(self) -> Node:
        """The input."""
        return self.node.inputs[self.index]


@dataclass(frozen=True, eq=False)
class Trace:
    """Every number of a graph at one point: of a scalar a number, else an array.

    Parameters
    ----------
    output : Node
        The scalar that is differentiated.
    nodes : tuple of Node
        Every node, each after its inputs.
    values : mapping of Node to float, bool or array
        Of every node.
    gradients : mapping of Node to float or array
        The total derivative of the output in every node on the way from what is moved,
        and in what is moved itself, 0 where the output does not depend on it.
    edges : mapping of Node to tuple of Edge
        By the input: the ways in which the output depends on it.
    feeds : mapping of Node or str to array
    rows : int or None
    """

    output: Node
    nodes: tuple[Node, ...]
    values: Mapping[Node, Any]
    gradients: Mapping[Node, Any]
    edges: Mapping[Node, tuple[Edge, ...]]
    feeds: Mapping[Any, Any]
    rows: int | None = None

    @property
    def steps(self) -> tuple[Node, ...]:
        """What is computed, each after what it reads: all but the leaves."""
        return tuple(node for node in self.nodes if node.operation not in LEAVES)

    @settled_property
    def differences(self) -> Differences:
        """The same derivatives measured, each when it is asked for."""
        return Differences(self.output, self.feeds, self.rows)

    def check(self, leaf: Node | str, index: Index = ()) -> float:
        """Central difference of the output in one number of a leaf."""
        return self.differences.of(leaf, index)


def trace(
    output: Node,
    wrt: Iterable[Node],
    feeds: Mapping[Any, Any],
    rows: int | None = None,
    *,
    also: Iterable[Node] = (),
    slopes: bool = True,
) -> Trace:
    """Run a graph forward and backward, in float64, once.

    Parameters
    ----------
    output : Node
        A scalar.
    wrt : iterable of Node
        What is moved: leaves, or inner nodes. Every node between them and the output
        has its gradient.
    feeds : mapping of Node or str to array
        A value for every leaf.
    rows : int, optional
        Of the batch, where no input tells it.
    also : iterable of Node
        Further nodes whose values are wanted, with all they are made of.
    slopes : bool
        Whether the local slopes of the edges are computed.

    Notes
    -----
    Laws: of elementwise edges without broadcasting, the gradient of a node is the sum
    over its edges of the gradient of ``edge.node`` times ``edge.slope``.

    Examples
    --------
    >>> x = g.input("x")
    >>> found = trace(g.sin(x * x), [x], {x: 0.0})
    >>> found.gradients[x], [edge.slope for edge in found.edges[x]], found.check("x")
    (0.0, [0.0, 0.0], 0.0)
    >>> w = g.parameter("w", (2,))
    >>> trace(g.sum(w * w), [w], {"w": [1.0, 3.0]}).gradients[w]
    array([2., 6.])
    """
    way = Graph.of(output).nodes
    nodes = Graph.of(output, *also).nodes
    wrt = list(wrt)
    places = edges_between(way, wrt, output)
    on_way = {*wrt, *(part.inputs[index] for part, index in places)}
    if places:
        on_way.add(output)
    reached = [node for node in dict.fromkeys([*way, *wrt]) if node in on_way]
    grads = backward(output, reached)
    local = {
        place: local_slope(*place)
        for place in places
        if slopes and OPERATIONS[place[0].operation].is_elementwise
    }
    wanted = dict.fromkeys([*nodes, *grads, *local.values()])
    names = {node: str(i) for i, node in enumerate(wanted)}
    found = Executable(Graph({name: node for node, name in names.items()}))(feeds, rows)

    def value(node: Node) -> Any:
        array = found[names[node]]
        return array if array.ndim else array.item()

    edges: dict[Node, list[Edge]] = {}
    for node, index in places:
        slope = local.get((node, index))
        edge = Edge(node, index, None if slope is None else value(slope))
        edges.setdefault(edge.source, []).append(edge)
    return Trace(
        output,
        tuple(nodes),
        {node: value(node) for node in nodes},
        {node: value(grad) for node, grad in zip(reached, grads, strict=True)},
        {node: tuple(several) for node, several in edges.items()},
        feeds,
        rows,
    )


def edges_between(
    nodes: Sequence[Node], wrt: Iterable[Node], output: Node
) -> list[tuple[Node, int]]:
    """Nodes and their inputs through which what is moved reaches the output."""
    moving = set(wrt)
    places: list[tuple[Node, int]] = []
    for node in nodes:
        if node.dtype == "float" and node.operation not in NO_DERIVATIVE:
            moved = [i for i, p in enumerate(node.inputs) if p in moving]
            places += [(node, i) for i in moved if node.inputs[i].dtype == "float"]
            if moved:
                moving.add(node)
    leading = {output}
    for node, index in reversed(places):
        if node in leading:
            leading.add(node.inputs[index])
    return [(node, index) for node, index in places if node in leading]


def local_slope(node: Node, index: int) -> Node:
    """Slope of an elementwise operation in one input, in the operation's own shape.

    Examples
    --------
    >>> x, y = g.input("x"), g.input("y")
    >>> local_slope(x * y, 0)
    multiply(1.0, y): float ()
    """
    if all(part.shape == node.shape for part in node.inputs):
        here = node
    else:
        # What is repeated has a slope in each place where it stands.
        here = copy_node(node, [g.broadcast(p, node.shape) for p in node.inputs])
    ones = g.broadcast(g.constant(1.0), node.shape)
    return gradient_of_input(here, ones, index)
