"""Spread of a signal and of a gradient in each layer, claimed and measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona import graph as g
from neurona.arrays import Array
from neurona.explain.slopes import slope_node
from neurona.graph import BATCH, Graph
from neurona.nn.activations import (
    ActivationFunction,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Tanh,
)
from neurona.nn.initializers import Initializer, Normal
from neurona.reference import Executable
from neurona.reference.random_numbers import normals, stream_of

__all__ = ["ROWS", "LayerVariance", "measure", "promised_variance"]

ROWS: Final = 256
"""Random rows that are sent through."""


@dataclass(frozen=True)
class LayerVariance:
    """Spread in one layer, claimed and measured; claims start from what is measured.

    Parameters
    ----------
    inputs, units : int
    activation : str
    weight_variance, weight_claim : float
        Var(w), and what the initializer promises; None where it promises nothing.
    z_variance, z_claim : float
        Var(z), and n Var(w) E[a²] of the layer before.
    a_square, a_claim : float
        E[a²], and what follows from Var(z); None where no rule is known.
    delta_square, delta_claim : float
        E[(∂L/∂z)²], and what follows from the layer after; None for the last.
    """

    inputs: int
    units: int
    activation: str
    weight_variance: float
    weight_claim: float | None
    z_variance: float
    z_claim: float
    a_square: float
    a_claim: float | None
    delta_square: float
    delta_claim: float | None


def promised_variance(start: Initializer, shape: tuple[int, ...]) -> float | None:
    """Variance that an initializer gives weights of a shape; None without a rule."""
    name, (inputs, outputs) = start.name, shape
    if name.startswith("he_"):
        return 2 / inputs
    if name.startswith("lecun_"):
        return 1 / inputs
    if name.startswith("glorot_"):
        return 2 / (inputs + outputs)
    return start.std**2 if isinstance(start, Normal) else None


def measure(
    weights: list[Array],
    functions: list[ActivationFunction],
    weight_claims: list[float | None],
    seed: int,
) -> tuple[LayerVariance, ...]:
    """Send random rows through the layers, and random gradients back."""
    a = normals(seed, stream_of("inputs"), (ROWS, weights[0].shape[0]))
    squares, zs, slopes = [mean_square(a)], [], []
    for weight, function in zip(weights, functions, strict=True):
        z = a @ weight
        a, slope = apply(function, z)
        zs.append(float(z.var()))
        squares.append(mean_square(a))
        slopes.append(slope)
    back = normals(seed, stream_of("gradients"), a.shape)
    deltas: list[float] = []
    for weight, slope in zip(reversed(weights), reversed(slopes), strict=True):
        delta = back * slope
        deltas.append(mean_square(delta))
        back = delta @ weight.T
    deltas.reverse()
    found = []
    for k, (weight, function) in enumerate(zip(weights, functions, strict=True)):
        spread = float(weight.var())
        claim, factor = None, slope_rule(function)
        if k + 1 < len(weights) and factor is not None:
            after = weights[k + 1]
            claim = after.shape[1] * float(after.var()) * deltas[k + 1] * factor
        found.append(
            LayerVariance(
                inputs=weight.shape[0],
                units=weight.shape[1],
                activation=function.name,
                weight_variance=spread,
                weight_claim=weight_claims[k],
                z_variance=zs[k],
                z_claim=weight.shape[0] * spread * squares[k],
                a_square=squares[k + 1],
                a_claim=square_rule(function, zs[k]),
                delta_square=deltas[k],
                delta_claim=claim,
            )
        )
    return tuple(found)


def mean_square(values: Array) -> float:
    return float(np.mean(np.square(values)))


def apply(function: ActivationFunction, z: Array) -> tuple[Array, Array]:
    """f(z) and f′(z), as the graph defines them."""
    node = g.input("z", (BATCH, z.shape[1]))
    a = function.apply(node)
    slope = slope_node(a, node)
    found = Executable(Graph({"a": a, "slope": slope}))({"z": z}, len(z))
    return found["a"], found["slope"]


def square_rule(function: ActivationFunction, variance: float) -> float | None:
    """E[f(z)²] that the argument takes for a z of mean 0; None where it has none."""
    share = slope_rule(function)
    if share is None:
        return None
    return share * variance + (0.25 if isinstance(function, Sigmoid) else 0.0)


def slope_rule(function: ActivationFunction) -> float | None:
    """E[f′(z)²] that the argument takes; None where it has none."""
    match function:
        case ReLU():
            return 0.5
        case LeakyReLU(slope):
            return (1 + slope**2) / 2
        case Tanh() | Identity():
            return 1.0
        case Sigmoid():
            return 1 / 16
    return None
