"""Units of variables and loss in which a solver's first step is one of length 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.train.solvers.solver import Function, Vector

__all__ = ["DownhillLook", "Units", "look_down", "units_of"]

BRIDGED: Final = 1e3
"""Factor by which a first step may be too long or too short: a line search bridges it,
and up to there the units are 1."""

FARTHEST: Final = 100.0
"""A valley's floor is looked for at most so many times as far as was looked."""

SHORTENING: Final = 2.0**-10
"""Factor of a look that found no number."""

MOST_SHORTENINGS: Final = 12


@dataclass(frozen=True)
class DownhillLook:
    """A function along its steepest descent, as a parabola.

    Parameters
    ----------
    slope : float
        Length of the gradient, ‖g‖.
    length : float
        ‖g‖/c for a curvature c: how far the floor of the valley is.
    """

    slope: float
    length: float


def look_down(
    function: Function, x: Vector, gradient: Vector, reach: float
) -> DownhillLook:
    """Look at a function down its gradient, from one look at a distance.

    Parameters
    ----------
    function : callable
    x, gradient : array (P,)
        The gradient is not 0.
    reach : float
        How far to look. Where there is no number it is shortened.

    Notes
    -----
    c = (‖g‖ − g·g′/‖g‖)/reach, with the gradient g′ found there.

    Examples
    --------
    >>> look_down(lambda x: (5 * x @ x, 10 * x), np.array([3.0]), np.array([30.0]), 0.1)
    DownhillLook(slope=30.0, length=3.0)
    """
    slope = float(np.sqrt(gradient @ gradient))
    for _shortening in range(MOST_SHORTENINGS):
        value, there = function(x - gradient * (reach / slope))
        if math.isfinite(value):
            break
        reach *= SHORTENING
    change = slope - float(gradient @ there) / slope
    farthest = FARTHEST * reach
    length = reach * slope / change if change > 0.0 else farthest
    return DownhillLook(slope, min(length, farthest))


@dataclass(frozen=True)
class Units:
    """Units of the variables and of the function: powers of two, which round nothing.

    Parameters
    ----------
    length, size : float
    """

    length: float = 1.0
    size: float = 1.0

    def scaled(self, function: Function) -> Function:
        """The function in these units: of x/length, in units of size."""

        def scaled(z: Vector) -> tuple[float, Vector]:
            value, gradient = function(self.length * z)
            return value / self.size, gradient * (self.length / self.size)

        return scaled

    def tolerance(self, tolerance: float) -> float:
        """Largest entry of the gradient in these units."""
        return tolerance * self.length / self.size


def units_of(function: Function, start: Vector) -> Units:
    """Units that suit a function at its start.

    Notes
    -----
    The unit of length is how far the floor of the valley is down the gradient. SciPy's
    first step has length 1: beside 10⁸ it would be lost in the rounding of the loss.
    """
    value, gradient = function(start)
    slope = float(np.sqrt(gradient @ gradient))
    if not (math.isfinite(value) and 0.0 < slope < math.inf):
        return Units()
    # Where a loss would reach 0 if it fell as it does here.
    reach = abs(value) / slope or 1.0
    length = look_down(function, start, gradient, reach).length
    if 1 / BRIDGED <= length <= BRIDGED:
        return Units()
    unit = power_of_two(length)
    return Units(unit, power_of_two(unit * slope))


def power_of_two(value: float) -> float:
    """The one at or below a number above 0."""
    return math.ldexp(0.5, math.frexp(value)[1])
