"""What follows a normalization: a scale and a shift for each unit."""

from __future__ import annotations

from neurona.graph import Node
from neurona.nn.build import Build
from neurona.nn.initializers import Constant, Zeros

__all__ = ["affine"]


def affine(width: int, build: Build, *, trainable: bool) -> tuple[Node, Node]:
    """γ and β of the present layer, (width,) each, which start at 1 and 0."""
    scale, shift = (
        build.parameter(name, (width,), start, trainable=trainable, is_weight=False)
        for name, start in (("scale", Constant(1.0)), ("shift", Zeros()))
    )
    return scale, shift
