"""What a network asks for while its layers write themselves into a graph."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from neurona import graph as g
from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.graph import Node, Shape
from neurona.messages import _
from neurona.nn.activations import ActivationFunction
from neurona.nn.initializers import Initializer
from neurona.nn.penalties import MaxNorm, Penalty
from neurona.reference.random_numbers import SEED, STEP, stream_of

__all__ = ["SEED", "STEP", "Activated", "Build", "Parameter", "State", "Use"]


@dataclass(frozen=True, eq=False)
class Parameter:
    """A trained array: its place in the graph, and how it starts and is restrained."""

    node: Node
    initializer: Initializer
    trainable: bool = True
    is_weight: bool = True
    penalty: Penalty | None = None
    max_norm: MaxNorm | None = None

    @property
    def name(self) -> str:
        """Name, such as ``dense_1.weight``."""
        return str(self.node.name)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape, without a batch axis."""
        return tuple(size for size in self.node.shape if isinstance(size, int))


@dataclass(frozen=True, eq=False)
class State:
    """An array that no gradient reaches, such as a running mean.

    Parameters
    ----------
    node : Node
    start : float or sequence of float
        Its value before any training: one number for all, or one for each.
    """

    node: Node
    start: float | Sequence[float] = 0.0

    @property
    def initial(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Value before any training, allocated when it is asked for."""
        return np.full(self.shape, self.start, np.float64)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape, without a batch axis."""
        return tuple(size for size in self.node.shape if isinstance(size, int))

    @property
    def name(self) -> str:
        """Name, such as ``batch_norm_1.mean``."""
        return str(self.node.name)


@dataclass(frozen=True, eq=False)
class Activated:
    """An activation function where a layer applies it: a = f(z)."""

    function: ActivationFunction
    z: Node
    a: Node


@dataclass(frozen=True, eq=False)
class Use:
    """One use of a layer: what it reads, what its inner nodes are, and what it gives.

    Parameters
    ----------
    name : str
        The layer's full name, such as ``residual_1.dense_2``.
    inputs : tuple of Node
    output : Node
    inner : mapping of str to Node
        Nodes on the way that have a letter of their own, such as z, in order.
    activated : tuple of Activated
        Activation functions that it applies itself.
    """

    name: str
    inputs: tuple[Node, ...]
    output: Node
    inner: Mapping[str, Node]
    activated: tuple[Activated, ...]


class Writes(Protocol):
    """What can be written into a graph: a layer."""

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Write it, and give its output."""


@dataclass(eq=False)
class Build:
    """One writing of a network into a graph, for training or for evaluation.

    Parameters
    ----------
    training : bool
        Whether batch statistics are in force.
    drops : bool, optional
        Whether dropout masks are; by default in training.

    Attributes
    ----------
    parameters, states : dict of str to Parameter or State
        What the layers asked for, in order.
    new_states : dict of str to Node
        What the states become after this step; one that is missing stays as it is.
    masks : dict of str to int
        How many masks each layer has asked for.
    activations : dict of str to Node
        The output of each layer by its full name.
    uses : list of Use
        Every use of a layer in the order of computation, each after those inside it.
    """

    training: bool
    parameters: dict[str, Parameter] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    new_states: dict[str, Node] = field(default_factory=dict)
    activations: dict[str, Node] = field(default_factory=dict)
    seed: Node = field(default_factory=lambda: g.input(SEED, (), "integer"))
    step: Node = field(default_factory=lambda: g.input(STEP, (), "integer"))
    path: tuple[str, ...] = ()
    masks: dict[str, int] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    inner: dict[str, Node] = field(default_factory=dict)
    activated: list[Activated] = field(default_factory=list)
    drops: bool | None = None

    def __post_init__(self) -> None:
        if self.drops is None:
            self.drops = self.training

    def use(self, layer: Writes, name: str, inputs: tuple[Node, ...]) -> Node:
        """Write a layer inside the present one, and remember what it is made of.

        Parameters
        ----------
        layer : Layer
        name : str
            Its own name, without those of the layers around it.
        inputs : tuple of Node
        """
        around = self.inner, self.activated
        self.inner, self.activated = {}, []
        try:
            with self.inside(name):
                output = layer.apply(inputs, self)
                full, own = self.prefix, tuple(self.activated)
            self.uses.append(Use(full, inputs, output, self.inner, own))
            self.activations[full] = output
        finally:
            self.inner, self.activated = around
        return output

    def mark(self, letter: str, node: Node) -> Node:
        """Say what a node inside the present layer is called, such as z; give it."""
        self.inner[letter] = node
        return node

    def activate(self, function: ActivationFunction, z: Node) -> Node:
        """Write f(z), and remember that it is one."""
        a = function.apply(z)
        self.activated.append(Activated(function, z, a))
        return a

    @contextlib.contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Make every name and source inside belong to the named layer."""
        before = self.path
        self.path = (*before, name)
        try:
            with g.source(self.prefix):
                yield
        finally:
            self.path = before

    def initial_values(self, seed: int) -> Iterator[tuple[str, Array]]:
        """Parameters as they are drawn from a seed, then states, one at a time."""
        for name, p in self.parameters.items():
            yield name, p.initializer.draw(p.shape, seed, stream_of(name))
        for name, state in self.states.items():
            yield name, state.initial

    @property
    def prefix(self) -> str:
        """Full name of the layer being written, such as ``residual_1.dense_2``."""
        return ".".join(self.path)

    def parameter(
        self,
        name: str,
        shape: Sequence[int],
        initializer: Initializer,
        *,
        trainable: bool = True,
        is_weight: bool = True,
        penalty: Penalty | None = None,
        max_norm: MaxNorm | None = None,
    ) -> Node:
        """Parameter of the present layer; the same node if the layer is used again."""
        full = f"{self.prefix}.{name}"
        if full not in self.parameters:
            self.parameters[full] = Parameter(
                g.parameter(full, tuple(shape)),
                initializer,
                trainable,
                is_weight,
                penalty,
                max_norm,
            )
        found = self.parameters[full]
        self._check_shared(full, found.node.shape, tuple(shape))
        return found.node

    def state(
        self, name: str, shape: Sequence[int], start: float | Sequence[float]
    ) -> Node:
        """State of the present layer; the same node if the layer is used again.

        Parameters
        ----------
        name : str
        shape : sequence of int
        start : float or sequence of float
            Its value before any training: one number for all, or one for each.
        """
        full = f"{self.prefix}.{name}"
        if full not in self.states:
            self.states[full] = State(g.parameter(full, tuple(shape)), start)
        found = self.states[full]
        self._check_shared(full, found.node.shape, tuple(shape))
        return found.node

    def update_state(self, name: str, update: Callable[[Node], Node]) -> None:
        """Say what a state becomes after this step.

        Parameters
        ----------
        name : str
            Of the state.
        update : callable
            From its value so far to the next: a layer used twice updates it twice.
        """
        full = f"{self.prefix}.{name}"
        before = self.new_states.get(full, self.states[full].node)
        self.new_states[full] = update(before)

    def mask(self, shape: Shape, rate: float) -> Node:
        """Random mask of the present layer, true with probability 1 − rate.

        A layer used twice draws a mask of its own each time.
        """
        count = self.masks[self.prefix] = self.masks.get(self.prefix, 0) + 1
        stream = stream_of(self.prefix if count == 1 else f"{self.prefix}#{count}")
        return g.random_mask(
            shape, rate=rate, stream=stream, seed=self.seed, step=self.step
        )

    @staticmethod
    def _check_shared(name: str, known: Shape, asked: Shape) -> None:
        if known != asked:
            raise OptionError(
                _(
                    "{name} is shared, but is asked for with shape {a} here and {b} "
                    "there: a layer used twice needs inputs of one width"
                ).format(name=name, a=g.show_shape(known), b=g.show_shape(asked))
            )
