"""A curve in one line of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

__all__ = ["sparkline"]

BLOCKS: Final = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int = 40) -> str:
    """Values as a row of blocks, the lowest empty and the highest full.

    Heights are logarithmic where every value is above 0: a loss falls by factors.

    Parameters
    ----------
    values : sequence of float
        More than ``width`` of them are averaged in groups.
    width : int

    Examples
    --------
    >>> sparkline([3.0, 2.0, 1.0, 1.0])
    '█▅▁▁'
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return ""
    count = min(width, len(finite))
    edges = [round(i * len(finite) / count) for i in range(count + 1)]
    means = [sum(finite[a:b]) / (b - a) for a, b in pairwise(edges)]
    if min(means) > 0:
        means = [math.log(mean) for mean in means]
    low, high = min(means), max(means)
    spread = high - low or 1.0
    top = len(BLOCKS) - 1
    return "".join(BLOCKS[math.floor((m - low) / spread * top + 0.5)] for m in means)
