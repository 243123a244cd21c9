"""Finite differences of chosen weights: each derivative measured, not derived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from neurona.explain.step.choose import Entry
from neurona.gradient.check import STEP
from neurona.graph import Graph, Node
from neurona.reference import Executable

__all__ = ["measure_slopes"]


def measure_slopes(
    loss: Node, feeds: Mapping[str, Any], entries: Iterable[Entry], rows: int
) -> dict[Entry, float]:
    """Slope of a loss in single weights, (L(w + h) − L(w − h)) / 2h.

    Parameters
    ----------
    loss : Node
        A scalar.
    feeds : mapping of str to array
        The point: a value for every leaf, in float64.
    entries : iterable of (name, index)
    rows : int
        Of the batch.

    Examples
    --------
    >>> from neurona import graph as g
    >>> w = g.parameter("w", (2,))
    >>> slopes = measure_slopes(g.sum(w * w), {"w": [1.0, 3.0]}, [("w", (1,))], 1)
    >>> round(slopes["w", (1,)], 6)
    6.0
    """
    run = Executable(Graph({"loss": loss}))
    point = {name: np.asarray(value) for name, value in feeds.items()}
    found: dict[Entry, float] = {}
    for name, index in entries:
        shifted = point[name].astype(np.float64)
        at = float(shifted[index])
        # As the gradient's own check does: h grows with √|w|.
        h = STEP * max(1.0, abs(at) ** 0.5)
        sides = []
        for moved in (at + h, at - h):
            shifted[index] = moved
            sides.append(float(run({**point, name: shifted}, rows)["loss"]))
        # What was added may have been rounded, so the distance is measured.
        found[name, index] = (sides[0] - sides[1]) / ((at + h) - (at - h))
    return found
