"""Batch normalization."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from neurona import graph as g
from neurona.graph import Node
from neurona.nn.build import Build
from neurona.nn.layers.affine import affine
from neurona.nn.layers.layer import Layer, row_width
from neurona.settings import Interval, Positive

__all__ = ["BatchNorm"]


@dataclass(frozen=True, eq=False, repr=False)
class BatchNorm(Layer):
    """Each unit's values brought to mean 0 and variance 1 over the batch.

    Parameters
    ----------
    momentum : float
        Weight of the present batch in the running statistics, in [0, 1], as in
        PyTorch; Keras's is 1 less this.
    epsilon : float
        Added to the variance, above 0.
    trainable : bool
        False freezes the layer: it uses its running statistics in training too, and
        leaves them as they are.
    name : str, optional

    Notes
    -----
    Math: y = γ (x − μ)/√(σ² + ε) + β. In training μ and σ² are those of the batch, σ²
    divided by N; in evaluation the running ones, r ← (1 − m) r + m·batch, where the
    batch's variance is divided by N − 1.
    Shapes: (N, I) → (N, I); γ (``scale``), β (``shift``) and both states (I,).
    Numerics: a batch of one row gives β, and draws the running variance towards 0.
    Laws: neither γ nor β is penalized.
    Source: S. Ioffe, C. Szegedy, "Batch normalization", 2015, algorithm 1.

    Examples
    --------
    >>> BatchNorm()
    BatchNorm()
    """

    momentum: Annotated[float, Interval(0, 1, "[]")] = 0.1
    epsilon: Positive = 1e-5
    trainable: bool = True

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Normalize by the batch in training, by the running statistics else."""
        (x,) = inputs
        width = row_width(x, build)
        mean = build.state("mean", (width,), 0.0)
        variance = build.state("variance", (width,), 1.0)
        centred = x - mean
        if build.training and self.trainable:
            mean = build.mark("μ", g.mean(x, 0))
            centred = x - mean
            variance = build.mark("σ²", g.mean(centred * centred, 0))
            rows = g.rows()
            unbiased = variance * (rows / g.maximum(rows - 1.0, 1.0))
            build.update_state("mean", partial(self.blend, mean))
            build.update_state("variance", partial(self.blend, unbiased))
        scale, shift = affine(width, build, trainable=self.trainable)
        return scale * (centred / g.sqrt(variance + self.epsilon)) + shift

    def blend(self, batch: Node, running: Node) -> Node:
        """Running statistic moved towards that of the batch."""
        return (1.0 - self.momentum) * running + self.momentum * batch
