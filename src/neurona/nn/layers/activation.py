"""An activation function as a layer of its own."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.graph import Node
from neurona.nn.activations import ActivationFunction, as_activation
from neurona.nn.build import Build
from neurona.nn.layers.layer import Layer

__all__ = ["Activation"]


@dataclass(frozen=True, eq=False, repr=False)
class Activation(Layer):
    """Activation function as a layer of its own, such as after a normalization.

    Parameters
    ----------
    function : str, type or ActivationFunction
    name : str, optional

    Notes
    -----
    Shapes: (N, I) → (N, I).

    Examples
    --------
    >>> Activation("relu")
    Activation('relu')
    """

    function: ActivationFunction | type[ActivationFunction] | str

    def __post_init__(self) -> None:
        object.__setattr__(self, "function", as_activation(self.function))
        super().__post_init__()

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Apply the function to each number."""
        (z,) = inputs
        return build.activate(as_activation(self.function), z)
