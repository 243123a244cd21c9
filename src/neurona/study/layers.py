"""The layers of a network as its study reads them: names, functions, inputs.

Whatever the study knows of a network's layers, it asks here.
"""

from __future__ import annotations

from collections import Counter

from neurona.graph import Node
from neurona.nn.architecture import Architecture, Written
from neurona.nn.build import Activated
from neurona.nn.layers.layer import Input, Layer, assigned_names

__all__ = [
    "functions_of_layers",
    "inputs_of_layers",
    "is_rows",
    "layers_by_name",
]


def layers_by_name(architecture: Architecture) -> dict[str, Layer]:
    """Every layer by its full name, those inside others included.

    Examples
    --------
    >>> from neurona.nn.description import read_architecture
    >>> from neurona.nn.layers import Dense, Residual
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


def functions_of_layers(written: Written) -> dict[str, Activated]:
    """Function that each layer ends in, by the layer's full name.

    Left out is what gives its argument back. Of a layer that is used several times it
    is the last use.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(2, "tanh"), Dense(1)], n_inputs=2)
    >>> written = network.architecture.evaluation
    >>> {name: found.function for name, found in functions_of_layers(written).items()}
    {'dense_1': Tanh()}
    """
    return {
        use.name: applied
        for use in written.build.uses
        for applied in use.activated
        if applied.a is use.output and applied.a is not applied.z
    }
