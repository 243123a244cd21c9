"""Random networks whose layers are joined in any way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from neurona import (
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Input,
    LayerNorm,
    Network,
    Residual,
)
from neurona.nn.activations import ACTIVATIONS
from neurona.nn.layers import Activation, Clip, Scale
from tests.explain.networks import Example, example

WIDEST = 6
ENDS = (
    ("identity", "mse"),
    ("sigmoid", "binary_cross_entropy"),
    ("identity", "binary_cross_entropy"),
    ("softmax", "cross_entropy"),
    ("identity", "cross_entropy"),
    ("softmax", "mse"),
    ("tanh", "huber"),
    ("softplus", "mae"),
    ("tanh", "gaussian_nll"),
    ("tanh", "poisson"),
)
"""Activation and loss of an output."""

Value = tuple[Any, int]
"""What a layer gave, and its width."""


def activations(draw: Any) -> str:
    return draw(st.sampled_from(sorted(ACTIVATIONS)))


def dense(draw: Any, width: int = 0) -> tuple[Dense, int]:
    units = width or draw(st.integers(1, WIDEST))
    layer = Dense(
        units, activations(draw), bias=draw(st.booleans()), trainable=draw(likely)
    )
    return layer, units


likely = st.sampled_from([True, True, True, False])


def of_one(draw: Any, width: int) -> tuple[Any, int]:
    """A layer that reads one value of a width, and what it gives."""
    same: list[Callable[[], Any]] = [
        lambda: Activation(activations(draw)),
        lambda: Dropout(0.5),
        lambda: BatchNorm(trainable=draw(likely)),
        lambda: LayerNorm(trainable=draw(likely)),
        lambda: Scale([0.5] * width, [float(i + 1) for i in range(width)]),
        lambda: Clip([-0.5] * width, [float(i) for i in range(width)]),
        lambda: Residual(inside(draw, width)),
    ]
    if draw(st.booleans()):
        return dense(draw)
    return draw(st.sampled_from(same))(), width


def inside(draw: Any, width: int) -> list[Any]:
    """Layers of a block, the last of its width."""
    layers, now = [], width
    for _layer in range(draw(st.integers(0, 1))):
        layer, now = of_one(draw, now)
        layers.append(layer)
    return [*layers, dense(draw, width)[0]]


@st.composite
def examples(draw: Any, depth: int = 6) -> Example:
    """A network of up to so many layers between its inputs and its outputs."""
    inputs = [
        Input(name, draw(st.integers(1, WIDEST)))
        for name in ("x", "other")[: draw(st.integers(1, 2))]
    ]
    values: list[Value] = [(entry(), entry.size) for entry in inputs]
    if draw(st.booleans()):
        columns = Input("kinds", draw(st.integers(1, 5)), dtype="integer")
        width = draw(st.integers(1, 3))
        inputs.append(columns)
        values.append((Embedding(3, width)(columns), width * columns.size))
    shared: list[tuple[Any, int, int]] = []
    for _step in range(draw(st.integers(0, depth))):
        node, width = draw(st.sampled_from(values))
        again = [kept for kept in shared if kept[1] == width]
        if len(values) > 1 and draw(st.integers(0, 4)) == 0:
            parts = [draw(st.sampled_from(values)) for _part in range(2)] + [
                (node, width)
            ]
            joined = Concatenate()(*(part for part, _width in parts))
            values.append((joined, sum(width for _part, width in parts)))
        elif again and draw(st.booleans()):
            layer, _reads, units = draw(st.sampled_from(again))
            values.append((layer(node), units))
        else:
            layer, units = of_one(draw, width)
            shared.append((layer, width, units))
            values.append((layer(node), units))
    outputs, losses = {}, {}
    for name in ("one", "two")[: draw(st.integers(1, 2))]:
        ending, losses[name] = draw(st.sampled_from(ENDS))
        units = draw(st.integers(1, 3)) * (2 if losses[name] != "mae" else 1)
        # What was made last is read, so that it is not left out.
        node = values[-1][0] if name == "one" else draw(st.sampled_from(values))[0]
        outputs[name] = Dense(units, ending)(node)
    used = Network(inputs=inputs, outputs=outputs, dtype="float64")
    return example(used, losses, seed=draw(st.integers(0, 999)), size=0.7)
