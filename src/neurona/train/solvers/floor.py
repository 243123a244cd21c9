"""How far below a vector the floor of its valley is, in whatever units."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from neurona.train.solvers.solver import Function, Vector

__all__ = ["curvature_along", "gain_below"]

STEPS: Final = 20
"""Most steps towards the floor; each looks at the function once."""

ROUNDING: Final = 4 * float(np.finfo(np.float64).eps)
"""Share of the largest gradients nearby that is taken for their rounding."""


def curvature_along(
    function: Function, x: Vector, gradient: Vector, direction: Vector
) -> Vector:
    """Hessian times a direction, from the gradient at a distance of 10⁻⁸ ‖x‖."""
    size = math.sqrt(float(x @ x)) or 1.0
    length = math.sqrt(float(direction @ direction))
    step = math.sqrt(float(np.finfo(np.float64).eps)) * size / length
    return (function(x + step * direction)[1] - gradient) / step


def gain_below(function: Function, x: Vector) -> float:
    """How much lower the floor of the valley is, by a parabola in all variables.

    Math:     gᵀ H⁻¹ g / 2

    Parameters
    ----------
    function : callable
        In float64.
    x : array (P,)

    Returns
    -------
    float
        At least 0; infinite where the function bends downwards.

    Notes
    -----
    Conjugate gradients on the parabola, at most 20 steps and until what is left of the
    gradient is its rounding: never more than the whole gain. Unlike a look down the
    gradient this sees along a valley, and what variables in small units would gain.

    Laws: units of the variables do not change it, up to rounding, where 20 steps reach
    the floor.

    Source: Nocedal and Wright, "Numerical optimization", 2nd edition, algorithm 5.2.

    Examples
    --------
    >>> def valley(x):
    ...     return float(x[0] ** 2 + 1e-8 * (x[1] - 7) ** 2), np.array(
    ...         [2 * x[0], 2e-8 * (x[1] - 7)]
    ...     )
    >>> round(gain_below(valley, np.zeros(2)) / valley(np.zeros(2))[0], 6)
    1.0
    """
    gradient = function(x)[1]
    left, direction = -gradient, -gradient
    square = float(left @ left)
    gain = noise = 0.0
    for _step in range(min(STEPS, len(x))):
        if math.sqrt(square) <= noise or square == 0.0:
            break
        bent = curvature_along(function, x, gradient, direction)
        curvature = float(direction @ bent)
        if not curvature > 0.0:
            return math.inf
        noise = max(
            noise,
            ROUNDING * math.sqrt(float(bent @ bent) / float(direction @ direction))
            * math.sqrt(float(x @ x)),
        )  # fmt: skip
        gain += square * square / curvature / 2
        left = left - square / curvature * bent
        before, square = square, float(left @ left)
        direction = left + square / before * direction
    return gain
