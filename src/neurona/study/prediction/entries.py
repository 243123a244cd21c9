"""Where a network begins to compute with real numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neurona import graph as g
from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.graph import Graph, Node
from neurona.messages import _
from neurona.network import Network
from neurona.study.evaluate import evaluate_nodes

__all__ = ["Entry", "begin_at_entries", "entries_of", "read_entries"]


@dataclass(frozen=True, eq=False)
class Entry:
    """Real numbers that a network begins with.

    Parameters
    ----------
    input : str
        Input of the network that they come from.
    node : Node
        The input itself, or what an Embedding looks up for it: (N, size, …), the first
        axis after the rows being the columns of the input.
    """

    input: str
    node: Node


def entries_of(network: Network) -> dict[str, Entry]:
    """Entries of a network's evaluation graph; a real input's bears its name.

    Raises
    ------
    OptionError
        Something else than an Embedding reads an input of whole numbers.

    Examples
    --------
    >>> from neurona import Dense, Embedding, Input
    >>> city = Input("city", 1, dtype="integer")
    >>> network = Network(inputs=[city], outputs=Dense(1)(Embedding(3, 2)(city)))
    >>> [(name, entry.node.operation) for name, entry in entries_of(network).items()]
    [('city/1', 'gather')]
    """
    written = network.architecture.evaluation
    whole = {x: n for n, x in written.inputs.items() if x.dtype == "integer"}
    found = {n: Entry(n, x) for n, x in written.inputs.items() if x not in whole}
    for node in g.topological_order(written.outputs.values()):
        for part in node.inputs:
            if part in whole:
                check_looked_up(node)
                name = whole[part]
                uses = sum(entry.input == name for entry in found.values())
                found[f"{name}/{uses + 1}"] = Entry(name, node)
    return found


def check_looked_up(node: Node) -> None:
    if node.operation != "gather":
        raise OptionError(
            _(
                "integrated gradients need inputs of real numbers; this network reads "
                "whole numbers too"
            )
        )


def read_entries(network: Network, data: Mapping[str, Array]) -> dict[str, Array]:
    """Numbers of each entry for rows of a network's inputs, in float64."""
    nodes = {name: entry.node for name, entry in entries_of(network).items()}
    return evaluate_nodes(network, nodes, data)


def begin_at_entries(network: Network, output: Node) -> tuple[Node, dict[str, Node]]:
    """A node of the evaluation graph as one of the entries, which become inputs.

    Returns
    -------
    output : Node
    entries : dict of str to Node
    """
    entries = entries_of(network)
    made = {e.node: g.input(n, e.node.shape) for n, e in entries.items()}

    def begin(node: Node, parts: tuple[Node, ...]) -> Node:
        return made[node] if node in made else g.copy_node(node, parts)

    whole = g.rebuild(Graph.of(output), begin)
    return whole["0"], {name: made[entry.node] for name, entry in entries.items()}
