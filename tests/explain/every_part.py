"""An example of any part of a network, made from the fields that it declares."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, fields
from itertools import cycle, islice
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from neurona import Dense, Input, Network
from neurona.errors import NeuronaError
from neurona.nn.activations import ACTIVATIONS, ActivationFunction
from neurona.nn.layers import LAYERS, Layer
from neurona.nn.losses import LOSSES
from neurona.settings import Interval
from tests.explain.networks import Example, example

WIDTH = 2
"""Numbers of a row that an example reads."""


def made(kind: type, **settings: Any) -> Any:
    """An instance, what has no default being made up from its declaration."""
    hints = get_type_hints(kind, include_extras=True)
    needed = {
        entry.name: value_of(hints[entry.name])
        for entry in fields(kind)
        if entry.init and entry.default is MISSING
    }
    return kind(**{**needed, **settings})


def value_of(kind: Any) -> Any:
    """A value of a declared kind."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        (interval,) = (a for a in arguments if isinstance(a, Interval))
        inside = [WIDTH, 0.5, 1.5, (interval.low + interval.high) / 2]
        return arguments[0](next(n for n in inside if n in interval))
    if origin in (Union, types.UnionType):
        return value_of(arguments[0])
    if origin in (Sequence, tuple):
        inner = arguments[0]
        if isinstance(inner, type) and issubclass(inner, Layer):
            return [block_layer()]
        return [value_of(inner) for _column in range(WIDTH)]
    if isinstance(kind, type) and issubclass(kind, ActivationFunction):
        return next(iter(ACTIVATIONS.values()))()
    return {int: WIDTH, float: 0.5, bool: True, str: "name"}[kind]


def pairs(first: Iterable[str], second: Iterable[str]) -> Iterator[tuple[str, str]]:
    """All of two lists side by side, the shorter one over and over."""
    one, two = list(first), list(second)
    count = max(len(one), len(two))
    return islice(zip(cycle(one), cycle(two), strict=False), count)


def block_layer() -> Layer:
    """A layer that reads one row of numbers and gives one of the same width."""
    for kind in LAYERS.values():
        if kind.inputs == 1 and not holds_layers(kind):
            return made(kind)
    raise AssertionError("no layer can stand inside another")


def holds_layers(kind: type) -> bool:
    hints = get_type_hints(kind)
    return any("Layer" in str(hints[entry.name]) for entry in fields(kind))


def of_layer(kind: type[Layer]) -> Iterator[Example]:
    """Networks with a layer: alone, and between two others where it can stand there."""
    count = 2 if kind.inputs is None else kind.inputs
    for dtype in ("float", "integer"):
        try:
            inputs = [Input(f"x{i}", WIDTH, dtype) for i in range(count)]
            given = made(kind)(*inputs)
            yield example(Network(inputs=inputs, outputs=given, dtype="float64"))
            if dtype == "float":
                given = made(kind)(*(Dense(WIDTH, "tanh")(x) for x in inputs))
            yield example(
                Network(inputs=inputs, outputs=Dense(2)(given), dtype="float64")
            )
        except NeuronaError:
            if dtype == "integer":
                raise
        else:
            return


def of_function(kind: type[ActivationFunction], loss: type) -> Example:
    """A network with an activation in its middle that ends in a loss."""
    layers = [Dense(3, made(kind)), Dense(2)]
    network = Network(layers, n_inputs=WIDTH, dtype="float64")
    return example(network, made(loss))


FUNCTIONS = {
    f"{activation}, {loss}": of_function(ACTIVATIONS[activation], LOSSES[loss])
    for activation, loss in pairs(ACTIVATIONS, LOSSES)
}
"""Every activation with a loss, and every loss with an activation."""
