"""The sum of several inputs, each with its weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import ClassVar

from neurona import graph as g
from neurona.errors import ShapeError
from neurona.graph import Node
from neurona.messages import _
from neurona.nn.build import Build
from neurona.nn.layers.layer import Layer, row_width

__all__ = ["Add"]


@dataclass(frozen=True, eq=False, repr=False)
class Add(Layer):
    """The sum of several inputs, each with its weight.

    Parameters
    ----------
    weights : sequence of float
        One for each input, such as 1/2 twice for the mean of two; by default 1 each.
    name : str, optional

    Notes
    -----
    Math: a = w₁ x₁ + w₂ x₂ + …. Shapes: (N, I), (N, I), … → (N, I).
    Laws: the gradient of xᵢ is wᵢ times the incoming one; the weights are settings and
    are never trained.

    Examples
    --------
    >>> from neurona.nn.layers import Dense, Input
    >>> x = Input("x", 4)
    >>> len(Add()(Dense(1)(Dense(8, "relu")(x)), Dense(1)(x)).inputs)
    2
    >>> Add([0.5, 0.5])
    Add(weights=[0.5, 0.5])
    """

    inputs: ClassVar[int | None] = None

    weights: Sequence[float] = ()

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Write w₁ x₁ + w₂ x₂ + … into the graph."""
        for x in inputs:
            row_width(x, build)
            if x.spec != inputs[0].spec:
                raise ShapeError(
                    _("{layer} adds {a} and {b}: make both of one width").format(
                        layer=build.prefix,
                        a=g.show_shape(inputs[0].shape),
                        b=g.show_shape(x.shape),
                    )
                )
        if not self.weights:
            return reduce(add, inputs)
        if len(self.weights) != len(inputs):
            raise ShapeError(
                _("{layer} has {weights} weights, but {inputs} inputs").format(
                    layer=build.prefix, weights=len(self.weights), inputs=len(inputs)
                )
            )
        return reduce(add, (x * w for x, w in zip(inputs, self.weights, strict=True)))
