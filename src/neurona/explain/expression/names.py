"""The names that an expression may use: operations, activations and losses.

Operations are the graph's, activations those of the registry, so that a new one is read
the day it is written. Names are Spanish too: ``sen`` is ``sin``.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias

from neurona import graph as g
from neurona.explain.trace import ELEMENTWISE
from neurona.graph import Node
from neurona.nn.activations import ACTIVATIONS, ALIASES, ActivationFunction

__all__ = ["CONSTANTS", "FUNCTIONS", "Function", "Operand", "folded"]

Operand: TypeAlias = Node | tuple[Node, ...]
"""A number of an expression, or a list of them."""


@dataclass(frozen=True)
class Function:
    """A function of an expression.

    Parameters
    ----------
    build : callable
        From the nodes of its arguments to a node; of a function of lists, from tuples
        of nodes to an operand.
    least : int
    most : int or None
        Number of arguments; ``None`` for any.
    settings : tuple of str
        Names of trailing arguments that must be plain numbers.
    of_lists : bool
        Whether it takes lists whole; any other is applied to each of their numbers.
    """

    build: Callable[..., Operand]
    least: int = 1
    most: int | None = 1
    settings: tuple[str, ...] = ()
    of_lists: bool = False


def activation(kind: type[ActivationFunction]) -> Function:
    """Function that applies an activation, its numbers given after the argument."""
    settings = tuple(f.name for f in fields(kind) if isinstance(f.default, float))

    def build(x: Node, *values: Any) -> Node:
        return kind(**dict(zip(settings, values, strict=False))).apply(x)

    return Function(build, 1, 1 + len(settings), settings)


def operation(name: str) -> Function:
    """Function that applies an operation of the graph."""
    arity = g.OPERATIONS[name].arity or 1
    return Function(getattr(g, name), arity, arity)


def added(parts: Sequence[Node]) -> Node:
    total, *rest = parts
    for part in rest:
        total = total + part
    return total


def softmax(*arguments: tuple[Node, ...]) -> Operand:
    """E^z of each number over the sum of all, given apart or as one list."""
    powers = [g.exp(z) for several in arguments for z in several]
    total = added(powers)
    return tuple(power / total for power in powers)


def cross_entropy(y: tuple[Node, ...], p: tuple[Node, ...]) -> Node:
    """−Σ y ln p; a class that is certainly not the target adds nothing."""
    terms = [
        share * g.log(probability)
        for share, probability in zip(y, p, strict=True)
        if share.attributes.get("value") != 0.0
    ]
    return -added(terms) if terms else g.constant(0.0)


def averaged(part: Callable[[Node], Node]) -> Function:
    """Loss that averages some function of p − y over the outputs."""

    def build(y: tuple[Node, ...], p: tuple[Node, ...]) -> Node:
        total = added([part(b - a) for a, b in zip(y, p, strict=True)])
        return total if len(y) == 1 else total / float(len(y))

    return Function(build, 2, 2, of_lists=True)


_NAMED: Final[Mapping[str, Function]] = {
    **{name: operation(name) for name in sorted(ELEMENTWISE) if hasattr(g, name)},
    **{name: activation(kind) for name, kind in ACTIVATIONS.items()},
    "tan": Function(lambda x: g.sin(x) / g.cos(x)),
    "softmax": Function(softmax, 1, None, of_lists=True),
    "cross_entropy": Function(cross_entropy, 2, 2, of_lists=True),
    "mse": averaged(lambda gap: gap**2.0),
    "mae": averaged(g.absolute),
}

_ALIASES: Final[Mapping[str, str]] = {
    "abs": "absolute", "ln": "log", "atan": "arctan", "σ": "sigmoid",
    "sgn": "sign", "pow": "power", "max": "maximum", "min": "minimum",
    "sen": "sin", "seno": "sin", "coseno": "cos", "tg": "tan", "arctg": "arctan",
    "raiz": "sqrt", "signo": "sign", "escalon": "heaviside", "sigmoide": "sigmoid",
    "logistica": "sigmoid", "maximo": "maximum", "minimo": "minimum",
    "ecm": "mse", "eam": "mae", "entropia_cruzada": "cross_entropy",
    **{alias: name for alias, name in ALIASES.items()},
}  # fmt: skip

FUNCTIONS: Final[Mapping[str, Function]] = {
    **_NAMED,
    **{alias: _NAMED[name] for alias, name in _ALIASES.items()},
}
"""Every function by each of its names, in English and in Spanish."""

CONSTANTS: Final[Mapping[str, float]] = {"pi": math.pi, "π": math.pi, "e": math.e}
"""Numbers with a name."""


def folded(name: str) -> str:
    """Name of a function as it is looked up: without accents and capitals.

    Examples
    --------
    >>> folded("Raíz"), folded("σ")
    ('raiz', 'σ')
    """
    parts = unicodedata.normalize("NFD", name)
    return "".join(c for c in parts if not unicodedata.combining(c)).lower()
