"""What a layer is, and how layers are joined."""

from __future__ import annotations

import abc
import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Final, Literal

from neurona.errors import OptionError, ShapeError
from neurona.graph import Node, show_shape
from neurona.messages import _, ngettext
from neurona.nn.activations import ActivationFunction
from neurona.nn.build import SEED, STEP, Build
from neurona.settings import Choice, Count, changed_settings, check_settings

__all__ = [
    "Connection",
    "Input",
    "Layer",
    "assigned_names",
    "row_width",
    "snake_case",
]

NAME: Final = re.compile(r"\w[\w -]*")
"""Full names join those of layers and parameters by dots, so a name has none."""

RESERVED: Final = frozenset({SEED, STEP, "step", "learning_rate", "row_weight"})
"""Names under which a step receives its scalars and the weights of its rows."""


def snake_case(name: str) -> str:
    """Class name as a layer is called: ``BatchNorm`` gives ``batch_norm``.

    Examples
    --------
    >>> snake_case("BatchNorm")
    'batch_norm'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True, eq=False)
class Connection:
    """The output of a layer on given inputs, before any graph is built.

    Layers are called on connections as functions are on values; the network then
    writes the same connections into one graph for training and one for evaluation.

    Parameters
    ----------
    layer : Layer or Input
        What makes this value.
    inputs : tuple of Connection
        What it is made from.
    """

    layer: Layer | Input
    inputs: tuple[Connection, ...] = ()


@dataclass(frozen=True, eq=False)
class Input:
    """A named input of a network.

    Parameters
    ----------
    name : str
        Letters, digits, spaces, ``_`` and ``-``.
    size : int
        Numbers per row, at least 1.
    dtype : {"float", "integer"}
        Integer for what an Embedding looks up.

    Raises
    ------
    OptionError
        A setting is of another kind, or the name is one that training uses.

    Examples
    --------
    >>> Input("city", 1, dtype="integer")
    Input(name='city', size=1, dtype='integer')
    """

    name: str
    size: Count
    dtype: Literal["float", "integer"] = "float"

    def __post_init__(self) -> None:
        check_settings(self)
        if not NAME.fullmatch(self.name):
            raise OptionError(
                _(
                    "{name!r} cannot name an input: use letters, digits, spaces, _ "
                    "and -"
                ).format(name=self.name)
            )
        if self.name in RESERVED:
            raise OptionError(
                _(
                    "an input cannot be called {name!r}, which training uses itself: "
                    "choose another name"
                ).format(name=self.name)
            )

    def __call__(self) -> Connection:
        """Make the connection that stands for this input."""
        return Connection(self)


@dataclass(frozen=True, eq=False, kw_only=True)
class Layer(abc.ABC):
    """A piece of a network: settings only, no numbers.

    A layer writes itself into a graph through :meth:`apply`; its parameters live in
    the network. Using one layer object twice shares its parameters.

    Parameters
    ----------
    name : str, optional
        By default the class in lower case and a number, such as ``dense_1``.
    """

    name: str | None = None

    inputs: ClassVar[int | None] = 1
    """Number of inputs; ``None`` for any number from 1."""

    def __post_init__(self) -> None:
        check_settings(self)
        if self.name is not None and not NAME.fullmatch(self.name):
            raise OptionError(
                _(
                    "{name!r} cannot name a layer: use letters, digits, spaces, _ and -"
                ).format(name=self.name)
            )

    @abc.abstractmethod
    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Write the layer into a graph and return its output."""

    def __call__(self, *inputs: Connection | Input) -> Connection:
        """Join the layer to what it reads.

        Raises
        ------
        OptionError
            The number of inputs is not the layer's.
        """
        if self.inputs is None and not inputs:
            raise OptionError(
                _("{layer} needs at least one input").format(layer=type(self).__name__)
            )
        if self.inputs is not None and len(inputs) != self.inputs:
            raise OptionError(
                ngettext(
                    "{layer} takes {wanted} input, not {found}",
                    "{layer} takes {wanted} inputs, not {found}",
                    self.inputs,
                ).format(
                    layer=type(self).__name__, wanted=self.inputs, found=len(inputs)
                )
            )
        joined = (x() if isinstance(x, Input) else x for x in inputs)
        return Connection(self, tuple(joined))

    def children(self) -> tuple[Layer, ...]:
        """Layers inside this one."""
        return ()

    def settings(self) -> Iterator[tuple[str, Any]]:
        """Settings that differ from their defaults, by name."""
        return changed_settings(self)

    def __repr__(self) -> str:
        """Call that makes an equal layer: what has a default is named, but for f."""
        values, named = [], []
        required = {f.name for f in fields(self) if f.default is MISSING}
        for name, value in self.settings():
            if name in required or isinstance(value, ActivationFunction):
                values.append(show_setting(value))
            else:
                named.append(f"{name}={show_setting(value)}")
        return f"{type(self).__name__}({', '.join(values + named)})"


MOST_SHOWN: Final = 8
"""Numbers of a sequence that are printed before it is cut short."""


def show_setting(value: Any) -> str:
    """Setting as it is written in a call: by name alone where that says it all.

    Examples
    --------
    >>> from neurona.nn.activations import ELU
    >>> show_setting(ELU()), show_setting(ELU(alpha=0.5)), show_setting((1.0, 2.0))
    ("'elu'", 'ELU(alpha=0.5)', '[1.0, 2.0]')
    """
    if isinstance(value, Choice) and value.is_plain:
        return repr(value.name)
    if isinstance(value, tuple):
        long = len(value) > MOST_SHOWN and isinstance(value[0], float)
        parts = [show_setting(part) for part in (value[:2] if long else value)]
        return f"[{', '.join([*parts, '…'] if long else parts)}]"
    return repr(value)


def row_width(x: Node, build: Build) -> int:
    """Numbers per row of what a layer reads.

    Raises
    ------
    ShapeError
        It is not rows of real numbers, (N, width).
    """
    if len(x.shape) == 2 and x.dtype == "float":
        width = x.shape[1]
        if isinstance(width, int):
            return width
    raise ShapeError(
        _(
            "{layer} reads rows of real numbers, not {dtype} values of shape {shape}"
        ).format(layer=build.prefix, dtype=x.dtype, shape=show_shape(x.shape))
    )


def assigned_names(layers: Iterable[Layer]) -> dict[Layer, str]:
    """Give each distinct layer its name: its own, or its class and a number.

    Raises
    ------
    OptionError
        Two layers have the same name.
    """
    names: dict[Layer, str] = {}
    counts: dict[str, int] = {}
    for layer in layers:
        if layer in names:
            continue
        kind = snake_case(type(layer).__name__)
        counts[kind] = counts.get(kind, 0) + 1
        name = layer.name or f"{kind}_{counts[kind]}"
        if name in names.values():
            raise OptionError(
                _("two layers are both called {name!r}: rename one").format(name=name)
            )
        names[layer] = name
    return names
