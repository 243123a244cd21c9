"""Layer normalization."""

from __future__ import annotations

from dataclasses import dataclass

from neurona import graph as g
from neurona.graph import Node
from neurona.nn.build import Build
from neurona.nn.layers.affine import affine
from neurona.nn.layers.layer import Layer, row_width
from neurona.settings import Positive

__all__ = ["LayerNorm"]


@dataclass(frozen=True, eq=False, repr=False)
class LayerNorm(Layer):
    """Each row brought to mean 0 and variance 1 over its own numbers.

    Parameters
    ----------
    epsilon : float
        Added to the variance, above 0.
    trainable : bool
        False freezes the layer.
    name : str, optional

    Notes
    -----
    Math: y = γ (x − μ)/√(σ² + ε) + β, with μ and σ² of the row, σ² divided by I.
    Shapes: (N, I) → (N, I); γ (``scale``) and β (``shift``) are (I,).
    Laws: training and evaluation are the same; neither γ nor β is penalized.
    Source: J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization", 2016.

    Examples
    --------
    >>> LayerNorm(epsilon=1e-3)
    LayerNorm(epsilon=0.001)
    """

    epsilon: Positive = 1e-5
    trainable: bool = True

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Normalize each row."""
        (x,) = inputs
        scale, shift = affine(row_width(x, build), build, trainable=self.trainable)
        centred = x - build.mark("μ", g.mean(x, -1, keepdims=True))
        variance = build.mark("σ²", g.mean(centred * centred, -1, keepdims=True))
        return scale * (centred / g.sqrt(variance + self.epsilon)) + shift
