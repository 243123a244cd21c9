"""The slope of an activation, from the gradient of the graph that computes it."""

from __future__ import annotations

from neurona import graph as g
from neurona.gradient import backward
from neurona.graph import Node

__all__ = ["slope_node"]


def slope_node(a: Node, z: Node) -> Node:
    """f′(z) of each unit, where each a depends on the z of its own unit alone.

    Parameters
    ----------
    a, z : Node
        Of one shape, a being f(z).

    Examples
    --------
    >>> from neurona import reference
    >>> z = g.input("z", (2,))
    >>> reference.evaluate([slope_node(g.maximum(z, 0.0), z)], {z: [-1.0, 3.0]})[0]
    array([0., 1.])
    """
    ones = g.broadcast(g.constant(1.0), z.shape)
    return ones if a is z else backward(a, [z], ones)[0]
