"""How far beyond what was seen a network's inputs and answers may lie."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.nn import Clip

__all__ = ["MARGIN", "near_what_was_seen"]

MARGIN: Final = 1.0
"""How many times the range seen numbers may lie beyond either of its ends."""


def near_what_was_seen(values: Array, name: str | None = None) -> Clip:
    """Layer that keeps each column near the numbers that were seen of it.

    Parameters
    ----------
    values : array (N, K)
        What was seen.
    name : str, optional
        Of the layer.

    Notes
    -----
    Math: with m and M the least and the greatest of a column and s = M − m, x
    becomes m − s below it, M + s above it, and stays in between.

    Examples
    --------
    >>> near_what_was_seen(np.array([[0.0, 7.0], [4.0, 7.0]]))
    Clip([-4.0, 7.0], [8.0, 7.0])
    """
    low, high = (edge.astype(np.float64) for edge in (values.min(0), values.max(0)))
    beyond = MARGIN * (high - low)
    return Clip(low - beyond, high + beyond, name=name)
