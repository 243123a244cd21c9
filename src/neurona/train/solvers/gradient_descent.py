"""Gradient descent with a line search."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final, final

import numpy as np

from neurona.settings import Positive, ProperShare
from neurona.train.solvers.solver import AfterIteration, Function, Solver, Vector

__all__ = ["GradientDescent"]

MOST_SHORTENINGS: Final = 60
"""A step shortened so often, at least to 2⁻⁶⁰ of its length, changes nothing."""


@final
@dataclass(frozen=True)
class GradientDescent(Solver):
    """Steepest descent, each step as long as a backtracking line search allows.

    Parameters
    ----------
    tolerance : float
        Largest entry of the gradient at which it ends.
    first_step : float
        Learning rate that the first iteration tries, above 0; later ones try the last
        one divided by ``shrink``.
    shrink : float
        Factor of the step where it was too long, in (0, 1).
    decrease : float
        c in (0, 1): how much of the decrease that the slope promises must come true.

    Notes
    -----
    w ← w − η g with the first η of η₀, η₀·shrink, η₀·shrink², … for which
    L(w − η g) ≤ L(w) − c η ‖g‖² (Armijo's condition). It ends where there is none: the
    loss is then as low as its rounding lets one see.

    Source: Armijo, "Minimization of functions having Lipschitz continuous first
    partial derivatives", 1966; Nocedal and Wright, algorithm 3.1.

    Examples
    --------
    >>> import numpy as np
    >>> path = []
    >>> GradientDescent().minimize(
    ...     lambda x: (float(x @ x), 2 * x), np.array([3.0]), 2, path.append, 1e-16
    ... )
    >>> path
    [array([0.])]
    """

    name: ClassVar[str] = "gradient_descent"
    first_step: Positive = 1.0
    shrink: ProperShare = 0.5
    decrease: ProperShare = 1e-4

    def minimize(
        self,
        function: Function,
        start: Vector,
        iterations: int,
        after_iteration: AfterIteration,
        precision: float,
    ) -> None:
        """Go downhill."""
        x = start
        value, gradient = function(x)
        rate = self.first_step
        for _iteration in range(iterations):
            if np.abs(gradient).max(initial=0.0) <= self.tolerance:
                return
            slope = float(gradient @ gradient)
            for _shortening in range(MOST_SHORTENINGS):
                tried = x - rate * gradient
                found, steepest = function(tried)
                if found <= value - self.decrease * rate * slope:
                    break
                rate *= self.shrink
            else:
                return
            x, value, gradient = tried, found, steepest
            after_iteration(x)
            if math.isfinite(rate / self.shrink):
                rate /= self.shrink
