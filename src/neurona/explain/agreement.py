"""How closely a derivative and its finite difference agree, said without noise."""

from __future__ import annotations

import math
from typing import Final

from neurona.show.notation import Power, Relation, Term, Word
from neurona.show.notation.compose import exactly, measured

__all__ = ["AGREEMENT", "bound_of", "write_gap"]

AGREEMENT: Final = 1e-6
"""Largest difference between a derivative and its finite difference that is one of
rounding, relative to the largest derivative."""


def bound_of(gap: float, size: float) -> int:
    """Exponent of the power of ten that a gap stays below, not finer than rounding.

    Examples
    --------
    >>> bound_of(3e-12, 0.64), bound_of(2e-7, 0.64)
    (-8, -6)
    """
    finest = math.floor(math.log10(size)) - 7 if size else -8
    return max(finest, math.ceil(math.log10(gap))) if gap else finest


def write_gap(gap: float, size: float) -> Term:
    """A gap as the power of ten it stays below; one that is no rounding as it is.

    The digits of a gap of rounding differ from one machine to the next.
    """
    if not gap <= AGREEMENT * max(size, 1.0):
        return measured(gap)
    power = Power(exactly(10), exactly(bound_of(gap, max(size, 1.0))))
    return Relation((Word(""), power), "<")
