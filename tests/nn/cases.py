"""Every activation, loss, initializer, penalty and layer that the laws are tried on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import graph as g
from neurona.graph import BATCH, Node
from neurona.nn import activations as a
from neurona.nn import initializers as i
from neurona.nn import layers as k
from neurona.nn import losses as s
from neurona.nn import penalties as p
from neurona.nn.build import Build
from neurona.reference import Executable
from neurona.reference.random_numbers import stream_of

ACTIVATIONS = [
    *(kind() for kind in a.ACTIVATIONS.values()),
    a.Heaviside(strict=True), a.LeakyReLU(slope=0.2), a.ELU(alpha=0.5),
]  # fmt: skip

INITIALIZERS = [
    i.Zeros(), i.Constant(0.5), i.Uniform(), i.Uniform(-1, 2), i.Normal(),
    i.Normal(1, 0.1), i.GlorotUniform(), i.GlorotNormal(), i.HeUniform(), i.HeNormal(),
    i.LeCunNormal(), i.LeCunUniform(), i.Orthogonal(), i.Orthogonal(gain=2),
]  # fmt: skip

PENALTIES = [p.L2(0.1), p.L1(0.2), p.ElasticNet(0.1, 0.3)]

LOSSES = [
    s.MeanSquaredError(), s.MeanSquaredError(half=True), s.MeanAbsoluteError(),
    s.Minkowski(1.5), s.Minkowski(3), s.Huber(), s.Huber(delta=0.3), s.CrossEntropy(),
    s.CrossEntropy(label_smoothing=0.1), s.BinaryCrossEntropy(),
    s.BinaryCrossEntropy(label_smoothing=0.2), s.GaussianNLL(),
    s.GaussianNLL(full=False), s.Poisson(), s.Poisson(full=True),
]  # fmt: skip


def rows_of(seed: int, *shape: int) -> np.ndarray[Any, Any]:
    """Numbers from N(0, 1), the same for every run."""
    return np.random.default_rng(seed).normal(size=shape)


@dataclass(frozen=True)
class LayerCase:
    """A layer and what it reads."""

    layer: k.Layer
    inputs: tuple[Any, ...]

    def __str__(self) -> str:
        return repr(self.layer)


REAL = (rows_of(0, 5, 4),)

LAYERS = [
    LayerCase(k.Dense(3), REAL),
    LayerCase(k.Dense(3, "tanh", name="hidden 1"), REAL),
    LayerCase(k.Dense(2, a.ELU(alpha=0.5), bias=False, initializer="he"), REAL),
    LayerCase(k.Dense(2, "silu", penalty=p.L2(0.1), max_norm=1.5), REAL),
    LayerCase(k.Dense(3, "selu", trainable=False), REAL),
    LayerCase(k.Activation("softmax"), REAL),
    LayerCase(k.Activation(a.LeakyReLU(slope=0.2)), REAL),
    LayerCase(k.Dropout(0.4), REAL),
    LayerCase(k.Dropout(0), REAL),
    LayerCase(k.BatchNorm(), REAL),
    LayerCase(k.BatchNorm(momentum=0.3, epsilon=0.01), REAL),
    LayerCase(k.BatchNorm(trainable=False), REAL),
    LayerCase(k.LayerNorm(), REAL),
    LayerCase(k.LayerNorm(epsilon=0.1), REAL),
    LayerCase(k.Embedding(6, 2), (np.array([0, 5, 2, 2, 1]),)),
    LayerCase(
        k.Embedding(6, 2, initializer=i.Uniform(-1, 1), penalty=p.L1(1)),
        (np.array([[0, 5], [2, 2], [1, 0], [3, 3]]),),
    ),
    LayerCase(k.Concatenate(), (rows_of(1, 5, 2), rows_of(2, 5, 3))),
    LayerCase(k.Add(), (rows_of(1, 5, 3), rows_of(2, 5, 3))),
    LayerCase(k.Add([0.25, -2.0]), (rows_of(1, 5, 3), rows_of(2, 5, 3))),
    LayerCase(k.Scale([1, 2, 3, 4], [0.5, 1, 2, 4]), REAL),
    LayerCase(k.Clip([-1, 0, -0.5, 0.1], [1, 0, 0.5, 0.2]), REAL),
    LayerCase(k.Residual([k.Dense(3, "tanh"), k.BatchNorm(), k.Dense(4)]), REAL),
    LayerCase(k.Residual([k.Residual([k.Dense(4, "sigmoid")])]), REAL),
]


class Written:
    """A layer written into a graph by itself, with a value for every leaf."""

    def __init__(
        self, layer: k.Layer, inputs: tuple[Any, ...], *, training: bool = True
    ) -> None:
        self.build = Build(training)
        self.inputs = tuple(
            g.input(
                f"x{n}",
                (BATCH, *np.shape(value)[1:]),
                "integer" if np.asarray(value).dtype.kind == "i" else "float",
            )
            for n, value in enumerate(inputs)
        )
        with self.build.inside("layer"):
            self.output = layer.apply(self.inputs, self.build)
        self.values: dict[Node, Any] = dict(zip(self.inputs, inputs, strict=True))
        self.values |= {self.build.seed: 3, self.build.step: 7}
        for name, parameter in self.build.parameters.items():
            drawn = parameter.initializer.draw(parameter.shape, 0, stream_of(name))
            self.values[parameter.node] = drawn
        for state in self.build.states.values():
            self.values[state.node] = state.initial

    def run(self, *nodes: Node) -> list[np.ndarray[Any, Any]]:
        found = Executable(g.Graph.of(*nodes))(self.values)
        return [found[str(n)] for n in range(len(nodes))]

    @property
    def value(self) -> np.ndarray[Any, Any]:
        return self.run(self.output)[0]

    @property
    def real_leaves(self) -> list[Node]:
        """Whatever a gradient may be taken in."""
        nodes = [x for x in self.inputs if x.dtype == "float"]
        return nodes + [p.node for p in self.build.parameters.values()]
