"""Order of evaluation, and rebuilding a graph: without recursion, at any depth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from neurona.errors import GraphError, unknown_name
from neurona.graph.node import Node, make_node, shared_node
from neurona.graph.notebook import text_of
from neurona.lazy import settled_property
from neurona.messages import _

__all__ = ["Graph", "copy_node", "rebuild", "topological_order"]


def topological_order(outputs: Iterable[Node]) -> list[Node]:
    """Every node that the outputs need, each after its inputs, in a fixed order.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> [node.operation for node in topological_order([graph.exp(x * 2)])]
    ['input', 'constant', 'multiply', 'exp']
    """
    order: list[Node] = []
    seen: set[Node] = set()
    for output in outputs:
        if output in seen:
            continue
        seen.add(output)
        # The way from the output to where the walk stands, and what is left to visit.
        path = [(output, iter(output.inputs))]
        while path:
            node, rest = path[-1]
            for part in rest:
                if part not in seen:
                    seen.add(part)
                    path.append((part, iter(part.inputs)))
                    break
            else:
                order.append(node)
                path.pop()
    return order


@dataclass(frozen=True, eq=False)
class Graph:
    """Named outputs and, through them, every node they need.

    Parameters
    ----------
    outputs : mapping of str to Node
    """

    outputs: Mapping[str, Node]
    # Set once it was found to be well formed: neither it nor its nodes can change.
    verified: bool = field(default=False, init=False, repr=False)

    @classmethod
    def of(cls, *outputs: Node) -> Graph:
        """Graph of unnamed outputs, numbered from 0."""
        return cls({str(i): node for i, node in enumerate(outputs)})

    @settled_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, each after its inputs."""
        return tuple(topological_order(self.outputs.values()))

    @settled_property
    def leaves(self) -> Mapping[str, Node]:
        """Inputs and parameters by name."""
        return {
            str(node.name): node
            for node in self.nodes
            if node.operation in ("input", "parameter")
        }

    def __getitem__(self, name: str) -> Node:
        try:
            return self.outputs[name]
        except KeyError:
            raise GraphError(unknown_name(_("output"), name, self.outputs)) from None

    def __repr__(self) -> str:
        return text_of(self)


def copy_node(
    node: Node, inputs: Sequence[Node], sources: tuple[str, ...] | None = None
) -> Node:
    """Return the same operation on other inputs; name and attributes are kept."""
    sources = node.sources if sources is None else sources
    if tuple(inputs) == node.inputs and sources == node.sources:
        return node
    if node.is_checked and all(map(same_spec, inputs, node.inputs)):
        # The rule that gave the node its shape would give it again.
        return shared_node(
            node.operation,
            tuple(inputs),
            node.attributes,
            node.spec,
            node.name,
            sources,
        )
    return make_node(
        node.operation, *inputs, name=node.name, sources=sources, **node.attributes
    )


def same_spec(a: Node, b: Node) -> bool:
    """Whether two nodes have the same shape and hold the same kind of number."""
    return a is b or (a.shape == b.shape and a.dtype == b.dtype)


def rebuild(graph: Graph, replace: Callable[[Node, tuple[Node, ...]], Node]) -> Graph:
    """Graph made again from its leaves up.

    Parameters
    ----------
    graph : Graph
    replace : callable
        Given a node and its inputs as already rebuilt, returns what stands in for it.

    Returns
    -------
    Graph
        With the same output names.
    """
    made: dict[Node, Node] = {}
    for node in graph.nodes:
        made[node] = replace(node, tuple([made[part] for part in node.inputs]))
    return Graph({name: made[node] for name, node in graph.outputs.items()})
