"""Dropout: units left out at random while training."""

from __future__ import annotations

from dataclasses import dataclass

from neurona import graph as g
from neurona.graph import Node
from neurona.nn.build import Build
from neurona.nn.layers.layer import Layer
from neurona.settings import Share

__all__ = ["Dropout"]


@dataclass(frozen=True, eq=False, repr=False)
class Dropout(Layer):
    """Inverted dropout: in training each number is 0 with probability p.

    Parameters
    ----------
    rate : float
        p, in [0, 1).
    name : str, optional

    Notes
    -----
    Math: a·m/(1 − p), m being 1 with probability 1 − p and else 0.
    Laws: the expected value is a; in evaluation the layer is the identity. The mask
    depends on the seed, the layer's name and the step alone.
    Source: N. Srivastava et al., "Dropout", 2014, section 10 (the inverted form).

    Examples
    --------
    >>> Dropout(0.2)
    Dropout(0.2)
    """

    rate: Share

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Mask and scale where masks are in force; nothing else."""
        (x,) = inputs
        if not build.drops or self.rate == 0:
            return x
        # Outside training a draw is one network, the same for each row.
        shape = x.shape if build.training else x.shape[1:]
        mask = build.mark("m", build.mask(shape, self.rate))
        return g.where(mask, x * (1.0 / (1.0 - self.rate)), 0.0)
