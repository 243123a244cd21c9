"""The names that an expression may use: the graph's own operations and activations."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from neurona import graph as g
from neurona.graph import Node
from neurona.nn.activations import (
    ELU,
    GELU,
    SELU,
    ActivationFunction,
    Heaviside,
    LeakyReLU,
    ReLU,
    SiLU,
)

__all__ = ["CONSTANTS", "FUNCTIONS", "Function"]


@dataclass(frozen=True)
class Function:
    """A function of an expression.

    Parameters
    ----------
    build : callable
        From the nodes of its arguments to a node.
    least, most : int
        Number of arguments.
    settings : tuple of str
        Names of trailing arguments that must be plain numbers.
    """

    build: Callable[..., Node]
    least: int = 1
    most: int = 1
    settings: tuple[str, ...] = ()


def activation(kind: type[ActivationFunction], *settings: str) -> Function:
    """Function that applies an activation, its settings given after the argument."""

    def build(x: Node, *values: Any) -> Node:
        return kind(**dict(zip(settings, values, strict=False))).apply(x)

    return Function(build, 1, 1 + len(settings), settings)


def tangent(x: Node) -> Node:
    return g.sin(x) / g.cos(x)


_OPERATIONS: Final[Mapping[str, Function]] = {
    "abs": Function(g.absolute),
    "exp": Function(g.exp),
    "expm1": Function(g.expm1),
    "log": Function(g.log),
    "log1p": Function(g.log1p),
    "sqrt": Function(g.sqrt),
    "sin": Function(g.sin),
    "cos": Function(g.cos),
    "tan": Function(tangent),
    "arctan": Function(g.arctan),
    "erf": Function(g.erf),
    "tanh": Function(g.tanh),
    "sigmoid": Function(g.sigmoid),
    "softplus": Function(g.softplus),
    "sign": Function(g.sign),
    "heaviside": activation(Heaviside),
    "power": Function(g.power, 2, 2),
    "maximum": Function(g.maximum, 2, 2),
    "minimum": Function(g.minimum, 2, 2),
    "where": Function(g.where, 3, 3),
    "binary_cross_entropy": Function(g.binary_cross_entropy, 2, 2),
    "relu": activation(ReLU),
    "leaky_relu": activation(LeakyReLU, "slope"),
    "elu": activation(ELU, "alpha"),
    "selu": activation(SELU),
    "gelu": activation(GELU),
    "silu": activation(SiLU),
}

_ALIASES: Final = {
    "absolute": "abs", "ln": "log", "atan": "arctan", "σ": "sigmoid",
    "logistic": "sigmoid", "sgn": "sign", "step": "heaviside", "pow": "power",
    "max": "maximum", "min": "minimum", "swish": "silu", "sine": "sin",
}  # fmt: skip

FUNCTIONS: Final[Mapping[str, Function]] = {
    **_OPERATIONS,
    **{alias: _OPERATIONS[name] for alias, name in _ALIASES.items()},
}
"""Every function by each of its names."""

CONSTANTS: Final[Mapping[str, float]] = {"pi": math.pi, "π": math.pi, "e": math.e}
"""Numbers with a name."""
