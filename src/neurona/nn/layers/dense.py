"""The fully connected layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from neurona.graph import Node
from neurona.nn.activations import ActivationFunction, Identity, as_activation
from neurona.nn.build import Build
from neurona.nn.initializers import Initializer, Zeros, as_initializer
from neurona.nn.layers.layer import Layer, row_width
from neurona.nn.penalties import MaxNorm, Penalty
from neurona.settings import Count

__all__ = ["Dense"]

IDENTITY: Final = Identity()


@dataclass(frozen=True, eq=False, repr=False)
class Dense(Layer):
    """Fully connected layer: every output reads every input.

    Parameters
    ----------
    units : int
        Number of neurons, O, at least 1.
    activation : str or ActivationFunction
        By default the identity, so that a last ``Dense(3)`` gives logits.
    bias : bool
    initializer : str or Initializer, optional
        Of the weight. By default what suits the activation: He for the ReLU family,
        Glorot for tanh, sigmoid and the identity. The bias starts at 0.
    penalty : Penalty, optional
        On the weight, never on the bias.
    max_norm : float or MaxNorm, optional
        Largest Euclidean norm of the weights that lead to one unit.
    trainable : bool
        False freezes the layer.
    name : str, optional

    Notes
    -----
    Math: a = f(x W + b). Shapes: x (N, I), W (I, O), b (O,) → a (N, O).

    Examples
    --------
    >>> Dense(64, "relu")
    Dense(64, 'relu')
    """

    units: Count
    activation: ActivationFunction | type[ActivationFunction] | str = IDENTITY
    bias: bool = True
    initializer: Initializer | type[Initializer] | str | None = None
    penalty: Penalty | None = None
    max_norm: MaxNorm | float | None = None
    trainable: bool = True

    def __post_init__(self) -> None:
        fixed: dict[str, Any] = {"activation": as_activation(self.activation)}
        if self.initializer is not None:
            fixed["initializer"] = as_initializer(self.initializer)
        if self.max_norm is not None and not isinstance(self.max_norm, MaxNorm):
            fixed["max_norm"] = MaxNorm(self.max_norm)
        for name, value in fixed.items():
            object.__setattr__(self, name, value)
        super().__post_init__()

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Write x W + b and the activation into the graph."""
        (x,) = inputs
        activation = as_activation(self.activation)
        initializer = as_initializer(self.initializer or activation.initializer)
        weight = build.parameter(
            "weight",
            (row_width(x, build), self.units),
            initializer,
            trainable=self.trainable,
            penalty=self.penalty,
            max_norm=self.max_norm if isinstance(self.max_norm, MaxNorm) else None,
        )
        z = x @ weight
        if self.bias:
            z = z + build.parameter(
                "bias",
                (self.units,),
                Zeros(),
                trainable=self.trainable,
                is_weight=False,
            )
        return build.activate(activation, build.mark("z", z))
