"""Run-time scalars of many steps at once, in float64."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurona.graph import Node, topological_order
from neurona.reference import DEFINITIONS

__all__ = ["ScalarTable"]


class ScalarTable:
    """Run-time scalars made ready to be computed for many steps, again and again.

    Parameters
    ----------
    scalars : sequence of Node
        Made of inputs of shape (), constants and N.

    Examples
    --------
    >>> from neurona import graph as g
    >>> rate = g.input("rate")
    >>> table = ScalarTable([rate / g.rows()])
    >>> table({"rate": np.array([1.0, 2.0])}, np.array([4, 2]))
    array([[0.25],
           [1.  ]])
    """

    def __init__(self, scalars: Sequence[Node]) -> None:
        nodes = topological_order(scalars)
        place = {node: i for i, node in enumerate(nodes)}
        self._constants: list[tuple[int, Any]] = []
        self._inputs: list[tuple[int, str]] = []
        self._rows: list[int] = []
        self._steps: list[tuple[int, Any, tuple[int, ...]]] = []
        for i, node in enumerate(nodes):
            if node.operation == "constant":
                self._constants.append((i, np.asarray(node.attributes["value"])))
            elif node.operation == "rows":
                self._rows.append(i)
            elif node.operation == "input":
                self._inputs.append((i, str(node.name)))
            else:
                definition = partial(DEFINITIONS[node.operation], **node.attributes)
                parts = tuple(place[part] for part in node.inputs)
                self._steps.append((i, definition, parts))
        self._count = len(nodes)
        self._places = [place[node] for node in scalars]

    @property
    def is_constant(self) -> bool:
        """Whether every step has the same scalars, whatever its rows."""
        return not self._rows and not self._inputs

    def __call__(
        self, feeds: Mapping[str, NDArray[np.float64]], rows: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Values of the scalars for each step.

        Parameters
        ----------
        feeds : mapping of str to array (steps,)
            Values of the inputs.
        rows : int array (steps,)
            Rows of each batch.

        Returns
        -------
        float64 array (steps, scalars)
        """
        values: list[Any] = [None] * self._count
        for i, value in self._constants:
            values[i] = value
        for i, name in self._inputs:
            values[i] = np.asarray(feeds[name])
        for i in self._rows:
            values[i] = rows.astype(np.float64)
        if self._steps:
            with np.errstate(all="ignore"):
                for i, definition, parts in self._steps:
                    values[i] = np.asarray(definition(*[values[p] for p in parts]))
        table = np.empty((len(rows), len(self._places)))
        for column, place in enumerate(self._places):
            table[:, column] = values[place]
        return table
