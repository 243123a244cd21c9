"""Gradients kept within bounds, as graph."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add

from neurona import graph as g
from neurona.graph import Node
from neurona.settings import Positive, checked

__all__ = ["clip_by_norm", "clip_by_value", "global_norm"]

SMALLEST_NORM = 1e-6


def clip_by_value(gradients: Mapping[str, Node], limit: float) -> dict[str, Node]:
    """Every element brought into [−limit, limit].

    Parameters
    ----------
    gradients : mapping of str to Node
    limit : float
        Above 0.

    Returns
    -------
    dict of str to Node
        Under the same names.

    Notes
    -----
    min(max(g, −limit), limit), as torch's ``clip_grad_value_``. The direction of the
    step may change; NaN stays NaN.

    Examples
    --------
    >>> from neurona import reference
    >>> w = g.parameter("w", (3,))
    >>> clipped = clip_by_value({"w": w}, 1.0)["w"]
    >>> reference.evaluate([clipped], {w: [-3.0, 0.5, 2.0]})[0].tolist()
    [-1.0, 0.5, 1.0]
    """
    limit = checked("clip_value", limit, Positive)
    return {
        name: g.minimum(g.maximum(grad, -limit), limit)
        for name, grad in gradients.items()
    }


def clip_by_norm(gradients: Mapping[str, Node], limit: float) -> dict[str, Node]:
    """All gradients scaled by one factor, so that their joint norm is within a limit.

    Parameters
    ----------
    gradients : mapping of str to Node
    limit : float
        Above 0.

    Returns
    -------
    dict of str to Node
        Under the same names.

    Notes
    -----
    g · min(1, limit / (‖g‖ + 1e-6)) with ‖g‖ over every element of every gradient, as
    torch's ``clip_grad_norm_``: the direction is kept, and a norm at the limit is
    scaled by slightly less than 1. A gradient that is not finite stays so.

    Source: Pascanu, Mikolov and Bengio, 2013, algorithm 1.

    Examples
    --------
    >>> from neurona import reference
    >>> w, b = g.parameter("w", (2,)), g.parameter("b")
    >>> clipped = clip_by_norm({"w": w, "b": b}, 1.0)
    >>> found = reference.evaluate(list(clipped.values()), {w: [0.0, 3.0], b: 4.0})
    >>> [value.round(5).tolist() for value in found]
    [[0.0, 0.6], 0.8]
    """
    limit = checked("clip_norm", limit, Positive)
    if not gradients:
        return {}
    factor = g.minimum(1.0, limit / (global_norm(gradients) + SMALLEST_NORM))
    return {name: grad * factor for name, grad in gradients.items()}


def global_norm(gradients: Mapping[str, Node]) -> Node:
    """‖g‖, the root of the sum of squares over every element of every gradient."""
    squares = [g.sum(grad * grad) for grad in gradients.values()]
    return g.sqrt(reduce(add, squares, g.constant(0.0)))
