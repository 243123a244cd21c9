"""Residual block: what its layers add to their input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neurona import graph as g
from neurona.errors import OptionError, ShapeError
from neurona.graph import Node
from neurona.messages import _
from neurona.nn.build import Build
from neurona.nn.layers.layer import Layer, assigned_names

__all__ = ["Residual"]


@dataclass(frozen=True, eq=False, repr=False)
class Residual(Layer):
    """Residual block: x + f(x), f being its layers one after the other.

    Parameters
    ----------
    layers : sequence of Layer
        At least one, each with one input and used nowhere else. The last must give the
        shape that the first reads.
    name : str, optional

    Notes
    -----
    Shapes: (N, I) → (N, I).
    Laws: the gradient of x is the incoming one plus what comes through f, so that it
    reaches the first of many blocks undiminished. Full names of the layers inside
    begin with the block's, such as ``residual_1.dense_1``.
    Source: K. He et al., "Deep residual learning", 2016, equation 1.

    Examples
    --------
    >>> from neurona.nn.layers import Dense
    >>> Residual([Dense(8, "relu"), Dense(4)])
    Residual([Dense(8, 'relu'), Dense(4)])
    """

    layers: Sequence[Layer]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.layers:
            raise OptionError(_("a residual block needs at least one layer"))
        if len(set(self.layers)) < len(self.layers):
            raise OptionError(
                _("a layer stands twice in a residual block: make a second one")
            )
        assigned_names(self.layers)

    def children(self) -> tuple[Layer, ...]:
        """The layers of the block."""
        return tuple(self.layers)

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Write x + f(x) into the graph."""
        (x,) = inputs
        value = x
        for layer, name in assigned_names(self.layers).items():
            value = build.use(layer, name, (value,))
        if value.spec != x.spec:
            raise ShapeError(
                _(
                    "{layer} adds its output, {found}, to its input, {wanted}: end it "
                    "in a layer of the input's width, such as Dense({width})"
                ).format(
                    layer=build.prefix,
                    found=g.show_shape(value.shape),
                    wanted=g.show_shape(x.shape),
                    width=x.shape[-1],
                )
            )
        return x + value
