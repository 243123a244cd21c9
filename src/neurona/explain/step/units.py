"""Where the units of a network stand in its graph: what each reads, z and a."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from neurona import graph as g
from neurona.graph import Node
from neurona.nn.activations import ActivationFunction, Softmax, as_activation
from neurona.nn.architecture import Architecture, Written
from neurona.nn.layers import Dense
from neurona.nn.layers.layer import Layer, assigned_names

__all__ = ["Units", "find_units", "named_layers"]


@dataclass(frozen=True, eq=False)
class Units:
    """One use of a fully connected layer: a = f(z), z = x W + b.

    Parameters
    ----------
    number : int
        The layer's number as the notes write it, [1], [2], …
    name : str
    activation : ActivationFunction
    weight, bias : Node
        Parameters; a layer may have no bias.
    x, z, a : Node
        The same node stands for z and a where the activation is the identity.
    feeds : tuple of Units, or None
        The uses that read a as it is; ``None`` where something else reads it too.
    """

    number: int
    name: str
    activation: ActivationFunction
    weight: Node
    bias: Node | None
    x: Node
    z: Node
    a: Node
    feeds: tuple[Units, ...] | None = field(default=None)

    @property
    def is_elementwise(self) -> bool:
        """Whether each a depends on the z of its own unit alone."""
        return not isinstance(self.activation, Softmax)


def named_layers(architecture: Architecture) -> Iterator[tuple[str, Layer]]:
    """Every layer with its full name, those inside others included.

    Examples
    --------
    >>> from neurona.nn.description import read_architecture
    >>> from neurona.nn.layers import Residual
    >>> found = read_architecture([Residual([Dense(2)])], 2, None, None)
    >>> [name for name, layer in named_layers(found)]
    ['residual_1', 'residual_1.dense_1']
    """
    pending = [(name, layer) for layer, name in architecture.names.items()]
    while pending:
        name, layer = pending.pop(0)
        yield name, layer
        inside = assigned_names(layer.children())
        pending = [(f"{name}.{own}", child) for child, own in inside.items()] + pending


def find_units(architecture: Architecture, written: Written) -> tuple[Units, ...]:
    """Every use of a fully connected layer, in the order of computation.

    Examples
    --------
    >>> from neurona.nn.description import read_architecture
    >>> two = read_architecture([Dense(3, "relu"), Dense(1)], 2, None, None)
    >>> hidden, output = find_units(two, two.evaluation)
    >>> hidden.feeds == (output,), output.feeds, output.a is output.z
    (True, None, True)
    """
    nodes = g.topological_order(written.outputs.values())
    known = set(nodes)
    readers: dict[Node, list[Node]] = {}
    for node in nodes:
        for part in node.inputs:
            readers.setdefault(part, []).append(node)
    dense = {
        f"{name}.weight": (name, layer)
        for name, layer in named_layers(architecture)
        if isinstance(layer, Dense)
    }
    outputs = set(written.outputs.values())
    parameters = written.build.parameters
    found: list[tuple[Node, Units]] = []
    for node in nodes:
        if node.operation != "matmul" or str(node.inputs[1].name) not in dense:
            continue
        x, weight = node.inputs
        name, layer = dense[str(weight.name)]
        z, bias = node, None
        if layer.bias:
            bias = parameters[f"{name}.bias"].node
            z = next(r for r in readers[node] if bias in r.inputs)
        activation = as_activation(layer.activation)
        # Nodes are hash-consed: writing the function again finds the one there is.
        with g.source(*node.sources):
            a = activation.apply(z)
        if a not in known:
            a = z
        number = len(found) + 1
        units = Units(number, name, activation, weight, bias, x, z, a)
        found.append((node, units))
    return linked(found, readers, outputs)


def linked(
    found: list[tuple[Node, Units]],
    readers: Mapping[Node, list[Node]],
    outputs: set[Node],
) -> tuple[Units, ...]:
    """Units that know which of the others read them, the last ones first."""
    made: dict[Node, Units] = {}
    for product, units in reversed(found):
        uses = readers.get(units.a, [])
        alone = units.a not in outputs and uses
        direct = all(r in made and made[r].x is units.a for r in uses)
        feeds = tuple(made[r] for r in uses) if alone and direct else None
        made[product] = Units(
            units.number,
            units.name,
            units.activation,
            units.weight,
            units.bias,
            units.x,
            units.z,
            units.a,
            feeds,
        )
    return tuple(made[product] for product, _units in found)
