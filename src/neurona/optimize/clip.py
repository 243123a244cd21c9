"""Gradients kept within bounds, as graph."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from math import inf
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
    scale = scale_of(gradients)
    parts = {name: grad / scale for name, grad in gradients.items()}
    norm = root_of_squares(parts)
    within = scale * norm + SMALLEST_NORM <= limit
    # limit / (‖g‖ + 1e-6) with both halves divided by the scale, so that it is right
    # even where ‖g‖ itself is beyond the largest number.
    factor = limit / (norm + SMALLEST_NORM / scale)
    return {
        name: g.where(within, grad, parts[name] * factor)
        for name, grad in gradients.items()
    }


def global_norm(gradients: Mapping[str, Node]) -> Node:
    """‖g‖, the root of the sum of squares over every element of every gradient.

    Notes
    -----
    m √Σ(g/m)² with m the largest element, so that no square overflows or vanishes.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import reference
    >>> w = g.parameter("w", (2,))
    >>> norm = global_norm({"w": w})
    >>> feeds = {w: [3e20, 4e20]}
    >>> print(f"{reference.evaluate([norm], feeds, dtype=np.float32)[0]:.3g}")
    5e+20
    """
    scale = scale_of(gradients)
    return scale * root_of_squares({k: v / scale for k, v in gradients.items()})


def scale_of(gradients: Mapping[str, Node]) -> Node:
    """Largest element in size, or 1 where that is zero or not finite."""
    largest = [g.max(g.absolute(grad)) for grad in gradients.values()]
    found = reduce(g.maximum, largest, g.constant(0.0))
    found = g.where(found > 0, found, 1.0)
    return g.where(found < inf, found, 1.0)


def root_of_squares(parts: Mapping[str, Node]) -> Node:
    squares = [g.sum(part * part) for part in parts.values()]
    return g.sqrt(reduce(add, squares, g.constant(0.0)))
