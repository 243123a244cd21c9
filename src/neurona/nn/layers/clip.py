"""Numbers kept between two bounds, as a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import graph as g
from neurona.arrays import Array
from neurona.errors import OptionError, ShapeError
from neurona.graph import Node
from neurona.messages import _
from neurona.nn.build import Build
from neurona.nn.layers.layer import Layer, row_width

__all__ = ["Clip"]


@dataclass(frozen=True, eq=False, repr=False)
class Clip(Layer):
    """Each number as it is between two bounds, and the nearer bound beyond them.

    Parameters
    ----------
    low : sequence of float or array
        Lower bound of each column.
    high : sequence of float or array
        Upper bound of each column, not below the lower one.
    name : str, optional

    Notes
    -----
    Math: a = max(min(x, high), low). Shapes: (N, I) → (N, I).
    Laws: the gradient passes between the bounds and is 0 beyond them; the bounds are
    states (``low``, ``high``): saved with the network, never trained.

    Examples
    --------
    >>> Clip([-1.0], [2.0]).of(np.array([[-3.0], [0.5], [7.0]])).tolist()
    [[-1.0], [0.5], [2.0]]
    """

    low: Sequence[float]
    high: Sequence[float]

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            value: Any = getattr(self, name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, name, value.tolist())
        super().__post_init__()
        if len(self.low) != len(self.high) or not self.low:
            raise OptionError(
                _(
                    "Clip needs two bounds per column, not {low} lower and {high} "
                    "upper ones"
                ).format(low=len(self.low), high=len(self.high))
            )
        for low, high in zip(self.low, self.high, strict=True):
            if low > high:
                raise OptionError(
                    _(
                        "Clip needs lower bounds that are at most the upper ones, but "
                        "{low:g} is above {high:g}"
                    ).format(low=low, high=high)
                )

    def of(self, rows: Array) -> Array:
        """What the layer makes of rows (N, I), in their own type."""
        return np.clip(rows, self.low, self.high).astype(rows.dtype)

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """The larger of low and the smaller of x and high."""
        (x,) = inputs
        width = row_width(x, build)
        if width != len(self.low):
            raise ShapeError(
                _("{layer} has bounds for {known} columns, but reads {width}").format(
                    layer=build.prefix, known=len(self.low), width=width
                )
            )
        low = build.state("low", (width,), self.low)
        high = build.state("high", (width,), self.high)
        return g.maximum(g.minimum(x, high), low)
