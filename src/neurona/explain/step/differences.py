"""Finite differences of chosen weights: each derivative measured, not derived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from neurona.explain.step.choose import Entry
from neurona.gradient.check import STEP
from neurona.graph import Graph, Node
from neurona.reference import Executable

__all__ = ["MeasuredSlopes", "measure_slopes"]


class MeasuredSlopes:
    """Slopes of a loss in single weights, (L(w + h) − L(w − h)) / 2h, each taken once.

    Parameters
    ----------
    loss : Node
        A scalar.
    feeds : mapping of str to array
        The point: a value for every leaf, in float64.
    rows : int
        Of the batch.
    """

    def __init__(self, loss: Node, feeds: Mapping[str, Any], rows: int) -> None:
        self._run = Executable(Graph({"loss": loss}))
        leaves = self._run.graph.leaves
        self._point = {n: np.asarray(v) for n, v in feeds.items() if n in leaves}
        self._rows = rows
        self._known: dict[Entry, float] = {}

    def of(self, entries: Iterable[Entry]) -> dict[Entry, float]:
        """Slopes in some weights."""
        return {entry: self[entry] for entry in entries}

    def __getitem__(self, entry: Entry) -> float:
        """Slope in one weight; 0 where the loss does not read it."""
        if entry not in self._known:
            there = entry[0] in self._point
            self._known[entry] = self._measure(*entry) if there else 0.0
        return self._known[entry]

    def _measure(self, name: str, index: tuple[int, ...]) -> float:
        array = self._point[name].astype(np.float64)
        at = float(array[index])
        # As the gradient's own check does: h grows with √|w|.
        h = STEP * max(1.0, abs(at) ** 0.5)
        moved = {**self._point, name: array}
        sides = []
        for value in (at + h, at - h):
            array[index] = value
            sides.append(float(self._run(moved, self._rows)["loss"]))
        # What was added may have been rounded, so the distance is measured.
        return float((sides[0] - sides[1]) / ((at + h) - (at - h)))


def measure_slopes(
    loss: Node, feeds: Mapping[str, Any], entries: Iterable[Entry], rows: int
) -> dict[Entry, float]:
    """Slopes of a loss in some weights by central differences.

    Examples
    --------
    >>> from neurona import graph as g
    >>> w = g.parameter("w", (2,))
    >>> slopes = measure_slopes(g.sum(w * w), {"w": [1.0, 3.0]}, [("w", (1,))], 1)
    >>> round(slopes["w", (1,)], 6)
    6.0
    """
    return MeasuredSlopes(loss, feeds, rows).of(entries)
