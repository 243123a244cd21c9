"""Layers of an MLP, from how scikit-learn describes one."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.messages import _
from neurona.nn import Activation, BatchNorm, Dense, Dropout
from neurona.nn.activations import ActivationFunction, as_activation
from neurona.nn.architecture import Architecture
from neurona.nn.layers import Input, Layer

__all__ = ["Shape", "architecture_of", "dense_names", "shape_of"]


@dataclass(frozen=True)
class Shape:
    """What an architecture is made from.

    Parameters
    ----------
    units : tuple of int
        Of input, hidden layers and output.
    activations : tuple of ActivationFunction
        Of each hidden layer.
    dropout : tuple of float
        After each hidden layer.
    batch_norm : bool
        Between each hidden layer and its activation.
    """

    units: tuple[int, ...]
    activations: tuple[ActivationFunction, ...]
    dropout: tuple[float, ...]
    batch_norm: bool


def hidden_units(hidden_layer_sizes: Any) -> list[int]:
    """Sizes of the hidden layers as a list.

    Raises
    ------
    ValueError
        One is not above 0.
    TypeError
        One is no whole number.
    """
    if not hasattr(hidden_layer_sizes, "__iter__"):
        hidden_layer_sizes = [hidden_layer_sizes]
    sizes = list(hidden_layer_sizes)
    if np.any(np.array(sizes) <= 0):
        raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    # Raises what scikit-learn does for what is no whole number.
    return [operator.index(size) for size in sizes]


def for_each(name: str, value: Any, count: int) -> list[Any]:
    """Setting of each hidden layer: one for all, or a list of as many.

    Raises
    ------
    ValueError
    """
    if isinstance(value, str) or not isinstance(value, Sequence | np.ndarray):
        return [value] * count
    if len(value) != count:
        raise ValueError(
            _(
                "{name} has {found} entries for {count} hidden layers: give one for "
                "each, or a single one for all"
            ).format(name=name, found=len(value), count=count)
        )
    return list(value)


def shape_of(
    estimator: Any, n_features: int, n_outputs: int, fitted: Sequence[int] = ()
) -> Shape:
    """Shape that an estimator's parameters ask for.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
    n_features, n_outputs : int
    fitted : sequence of int, optional
        Units of every layer of one that is fitted, whatever its parameters say now.

    Raises
    ------
    ValueError
    """
    sizes = fitted[:-1] if fitted else estimator.hidden_layer_sizes
    hidden = hidden_units(sizes)
    activations = for_each("activation", estimator.activation, len(hidden))
    dropout = for_each("dropout", estimator.dropout, len(hidden))
    return Shape(
        units=(n_features, *hidden, n_outputs),
        activations=tuple(as_activation(each) for each in activations),
        dropout=tuple(float(each) for each in dropout),
        batch_norm=estimator.batch_norm,
    )


@functools.lru_cache(maxsize=64)
def architecture_of(shape: Shape) -> Architecture:
    """Network that ends in what the loss reads: logits, or plain numbers."""
    layers: list[Layer] = []
    parts = zip(shape.units[1:-1], shape.activations, shape.dropout, strict=True)
    for units, activation, dropout in parts:
        if shape.batch_norm:
            layers += [Dense(units), BatchNorm(), Activation(activation)]
        else:
            layers += [Dense(units, activation)]
        if dropout:
            layers += [Dropout(dropout)]
    layers += [Dense(shape.units[-1])]
    return Architecture.sequential(layers, Input("input", shape.units[0]))


def dense_names(count: int) -> tuple[list[str], list[str]]:
    """Names of the weights and of the biases of so many dense layers.

    Examples
    --------
    >>> dense_names(1)
    (['dense_1.weight'], ['dense_1.bias'])
    """
    layers = [f"dense_{i + 1}" for i in range(count)]
    return [f"{n}.weight" for n in layers], [f"{n}.bias" for n in layers]
