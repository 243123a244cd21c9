"""Several inputs side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from neurona import graph as g
from neurona.graph import Node
from neurona.nn.build import Build
from neurona.nn.layers.layer import Layer, row_width

__all__ = ["Concatenate"]


@dataclass(frozen=True, eq=False, repr=False)
class Concatenate(Layer):
    """Several inputs side by side.

    Parameters
    ----------
    name : str, optional

    Notes
    -----
    Shapes: (N, I₁), (N, I₂), … → (N, I₁ + I₂ + …).

    Examples
    --------
    >>> from neurona.nn.layers import Embedding, Input
    >>> city = Input("city", 1, "integer")
    >>> numbers = Input("numbers", 4)
    >>> len(Concatenate()(Embedding(10, 3)(city), numbers).inputs)
    2
    """

    inputs: ClassVar[int | None] = None

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Join the rows."""
        for x in inputs:
            row_width(x, build)
        return g.concatenate(inputs)
