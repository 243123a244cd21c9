"""Finite differences of single numbers: each derivative measured, not derived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from neurona.gradient.check import STEP
from neurona.graph import Graph, Node
from neurona.reference import Executable

__all__ = ["Differences"]

Index: TypeAlias = tuple[int, ...]


class Differences:
    """Slopes of a scalar in single numbers of its leaves, each measured once.

    Math:     (f(x + h) − f(x − h)) / 2h, h growing as √|x|

    Parameters
    ----------
    output : Node
        A scalar.
    feeds : mapping of Node or str to array
        The point: a value for every leaf, in float64.
    rows : int, optional
        Of the batch, where no leaf tells it.

    Examples
    --------
    >>> from neurona import graph as g
    >>> w = g.parameter("w", (2,))
    >>> slopes = Differences(g.sum(w * w), {"w": [1.0, 3.0]})
    >>> round(slopes.of(w, (1,)), 6)
    6.0
    """

    def __init__(
        self, output: Node, feeds: Mapping[Any, Any], rows: int | None = None
    ) -> None:
        self._run = Executable(Graph({"f": output}))
        self._rows = rows
        leaves = self._run.graph.leaves
        named = {k.name if isinstance(k, Node) else k: v for k, v in feeds.items()}
        self._point = {n: np.asarray(v) for n, v in named.items() if n in leaves}
        self._known: dict[tuple[str, Index], float] = {}

    def of(self, leaf: Node | str, index: Index = ()) -> float:
        """Slope in one number of a leaf; 0 where the output does not read it."""
        name = str(leaf.name) if isinstance(leaf, Node) else leaf
        if name not in self._point:
            return 0.0
        entry = name, index
        if entry not in self._known:
            self._known[entry] = self._measure(name, index)
        return self._known[entry]

    def _measure(self, name: str, index: Index) -> float:
        array = self._point[name].astype(np.float64)
        at = float(array[index])
        h = STEP * max(1.0, abs(at) ** 0.5)
        moved = {**self._point, name: array}
        sides = []
        for value in (at + h, at - h):
            array[index] = value
            sides.append(self._run(moved, self._rows)["f"].item())
        # What was added may have been rounded, so the distance is measured.
        with np.errstate(all="ignore"):
            return float((sides[0] - sides[1]) / ((at + h) - (at - h)))
