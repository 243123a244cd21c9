"""The layers of a network as its study reads them: names, functions, slopes.

Whatever the study knows of a network's layers, it asks here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from neurona import graph as g
from neurona.explain.slopes import slope_node
from neurona.graph import Node
from neurona.nn.activations import ActivationFunction, Identity, Softmax, as_activation
from neurona.nn.architecture import Architecture, Written
from neurona.nn.layers import Activation, Dense
from neurona.nn.layers.layer import Input, Layer, assigned_names

__all__ = [
    "activation_of",
    "inputs_of_layers",
    "is_rows",
    "layers_by_name",
    "slopes_of_layers",
]


def layers_by_name(architecture: Architecture) -> dict[str, Layer]:
    """Every layer by its full name, those inside others included.

    Examples
    --------
    >>> from neurona.nn.description import read_architecture
    >>> from neurona.nn.layers import Residual
    >>> list(layers_by_name(read_architecture([Residual([Dense(2)])], 2, None, None)))
    ['residual_1', 'residual_1.dense_1']
    """
    found: dict[str, Layer] = {}
    pending = [(name, layer) for layer, name in architecture.names.items()]
    while pending:
        name, layer = pending.pop(0)
        found[name] = layer
        inside = assigned_names(layer.children())
        pending = [(f"{name}.{own}", child) for child, own in inside.items()] + pending
    return found


def is_rows(node: Node) -> bool:
    """Whether a node is rows of real numbers, (N, width)."""
    return node.dtype == "float" and len(node.shape) == 2


def inputs_of_layers(
    architecture: Architecture, written: Written
) -> dict[str, list[tuple[str, Node]]]:
    """What each layer reads: nodes, under the input's name or ``a/`` and the layer's.

    Left out are layers that read whole numbers, those that are used twice, which read
    different values each time, and those that read a use before the last.
    """
    given, names = written.build.activations, architecture.names
    uses = Counter(connection.layer for connection in architecture.connections)
    last = {connection.layer: connection for connection in architecture.connections}
    found = {}
    for layer, name in names.items():
        parts = []
        for part in last[layer].inputs:
            if isinstance(part.layer, Input):
                parts.append((part.layer.name, written.inputs[part.layer.name]))
            elif last[part.layer] is part:
                source = names[part.layer]
                parts.append((f"a/{source}", given[source]))
        known = len(parts) == len(last[layer].inputs) and uses[layer] == 1
        if known and all(
            is_rows(node) for node in (given[name], *dict(parts).values())
        ):
            found[name] = parts
    return found


def activation_of(layer: Layer) -> ActivationFunction | None:
    """Activation function of a layer; ``None`` where it has none to speak of.

    Examples
    --------
    >>> activation_of(Dense(2, "tanh"))
    Tanh()
    """
    found = None
    if isinstance(layer, Dense):
        found = as_activation(layer.activation)
    elif isinstance(layer, Activation):
        found = as_activation(layer.function)
    return None if isinstance(found, Identity) else found


def slopes_of_layers(
    layers: Mapping[str, Layer], outputs: Mapping[str, Node]
) -> dict[str, Node]:
    """f′(z) of each unit of the layers that have a function of each unit alone.

    Parameters
    ----------
    layers : mapping of str to Layer
    outputs : mapping of str to Node
        What layers give, by their full names.

    Returns
    -------
    dict of str to Node
        Each (N, units). Of a layer that is used several times, the last use.
    """
    found: dict[str, Node] = {}
    for name, a in outputs.items():
        function = activation_of(layers[name])
        if function is None or isinstance(function, Softmax):
            continue
        z = argument_of(function, a, name)
        # A function that gives its argument back leaves nothing to differentiate.
        if z is not None:
            found[name] = slope_node(a, z)
    return found


def argument_of(function: ActivationFunction, a: Node, layer: str) -> Node | None:
    """The node that a layer's function was applied to, sought among the layer's own."""
    near = [a]
    with g.source(layer):
        for node in near:
            if node.sources == (layer,):
                near += [part for part in node.inputs if part not in near]
        # Nodes are hash-consed: writing the function again finds the one there is.
        return next(
            (z for z in near[1:] if z.spec == a.spec and function.apply(z) is a), None
        )
