"""Where a network's activations are in its graph, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurona import graph as g
from neurona.explain.slopes import slope_node
from neurona.explain.step.units import find_units, named_layers
from neurona.graph import Node
from neurona.nn.activations import (
    ActivationFunction,
    Identity,
    Softmax,
    as_activation,
)
from neurona.nn.architecture import Architecture, Written
from neurona.nn.layers import Activation, Dense
from neurona.nn.layers.layer import Layer

__all__ = ["STEEPEST", "activation_of", "slopes_of_layers"]

STEEPEST: Final = {"sigmoid": 0.25, "tanh": 1.0, "arctan": 1.0}
"""Largest slope of the functions that flatten on both sides, which is at 0."""


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
    architecture: Architecture, written: Written, outputs: Mapping[str, Node]
) -> dict[str, Node]:
    """f′(z) of each unit of the layers that have a function of each unit alone.

    Parameters
    ----------
    architecture : Architecture
    written : Written
    outputs : mapping of str to Node
        What layers give, by their full names.

    Returns
    -------
    dict of str to Node
        Each (N, units). Of a layer that is used several times, the last use.
    """
    sums = {units.name: units.z for units in find_units(architecture, written)}
    layers = dict(named_layers(architecture))
    found: dict[str, Node] = {}
    for name, a in outputs.items():
        function = activation_of(layers[name])
        if function is None or isinstance(function, Softmax):
            continue
        z = sums[name] if name in sums else read_by_activation(a, name)
        # A function that gives its argument back leaves nothing to differentiate.
        if z is not None and z is not a:
            found[name] = slope_node(a, z)
    return found


def read_by_activation(output: Node, name: str) -> Node | None:
    """What an activation layer is applied to: what it reads of others."""
    own = [n for n in g.topological_order([output]) if n.sources == (name,)]
    outside = (part for node in own for part in node.inputs if part not in set(own))
    return next((part for part in outside if part.shape == output.shape), None)
