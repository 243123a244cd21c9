"""Where a network's activations are in its graph, layer by layer."""

from __future__ import annotations

from typing import Final

from neurona import graph as g
from neurona.gradient import backward
from neurona.graph import Node
from neurona.nn.activations import (
    ActivationFunction,
    Identity,
    Softmax,
    as_activation,
)
from neurona.nn.architecture import Architecture
from neurona.nn.layers import Activation, Dense
from neurona.nn.layers.layer import Layer, assigned_names

__all__ = ["STEEPEST", "activation_of", "named_layers", "slope_node"]

STEEPEST: Final = {"sigmoid": 0.25, "tanh": 1.0, "arctan": 1.0}
"""Largest slope of the functions that flatten on both sides, which is at 0."""


def named_layers(architecture: Architecture) -> dict[str, Layer]:
    """Every layer under its full name, those inside others included.

    Examples
    --------
    >>> from neurona import Dense, Network, Residual
    >>> network = Network([Residual([Dense(2)]), Dense(1)], n_inputs=2)
    >>> list(named_layers(network.architecture))
    ['residual_1', 'residual_1.dense_1', 'dense_1']
    """
    found: dict[str, Layer] = {}
    pending = [(name, layer) for layer, name in architecture.names.items()]
    while pending:
        name, layer = pending.pop(0)
        found[name] = layer
        inside = assigned_names(layer.children())
        pending[:0] = [(f"{name}.{own}", child) for child, own in inside.items()]
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


def slope_node(output: Node, name: str, layer: Layer) -> Node | None:
    """f′(z) of each unit of a layer, (N, units).

    Parameters
    ----------
    output : Node
        The layer's activations, f(z).
    name : str
        Full name of the layer.
    layer : Layer

    Returns
    -------
    Node or None
        ``None`` where the layer has no function of each unit alone.
    """
    function = activation_of(layer)
    if function is None or isinstance(function, Softmax):
        return None
    z = weighted_sum(output, name)
    # A function that gives its argument back unchanged leaves nothing to differentiate.
    if z is None or z is output:
        return None
    ones = g.zeros(output.shape) + 1.0
    return backward(output, [z], out_grad=ones)[0]


def weighted_sum(output: Node, name: str) -> Node | None:
    """What a layer's activation function is applied to, z."""
    own = {n for n in g.topological_order([output]) if n.sources == (name,)}
    order = [node for node in g.topological_order([output]) if node in own]
    sums = [node for node in order if node.operation == "matmul"]
    if not sums:
        outside = (p for n in order for p in n.inputs if p not in own)
        return next((part for part in outside if part.shape == output.shape), None)
    z = sums[-1]
    for node in order:
        if node.operation == "add" and z in node.inputs:
            other = node.inputs[1 - node.inputs.index(z)]
            if other.operation == "parameter":
                return node
    return z
