"""The shape of a network: named inputs, layers joined, named outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neurona import graph as g
from neurona.errors import ModelFileError, NeuronaError, OptionError
from neurona.graph import Node
from neurona.lazy import settled_property
from neurona.messages import _
from neurona.nn.build import Build
from neurona.nn.layers import Embedding, layer_from_config, layer_to_config
from neurona.nn.layers.layer import Connection, Input, Layer, assigned_names
from neurona.settings import shortened

__all__ = ["Architecture", "Written"]


@dataclass(frozen=True, eq=False)
class Written:
    """A network written into a graph.

    Parameters
    ----------
    build : Build
        Parameters, states and the output of each layer.
    inputs, outputs : mapping of str to Node
    """

    build: Build
    inputs: Mapping[str, Node]
    outputs: Mapping[str, Node]


@dataclass(frozen=True, eq=False)
class Architecture:
    """Layers and how they are joined: no numbers, no graph yet.

    Parameters
    ----------
    inputs : tuple of Input
    outputs : mapping of str to Connection

    Raises
    ------
    OptionError
        An output reads an input that is not listed, names repeat or are none, or a
        layer inside a residual block is used elsewhere as well.
    """

    inputs: tuple[Input, ...]
    outputs: Mapping[str, Connection]

    def __post_init__(self) -> None:
        if not self.outputs:
            raise OptionError(_("a network needs at least one output"))
        for value in (*self.inputs, *self.outputs.values()):
            if not isinstance(value, Input | Connection):
                raise OptionError(
                    _(
                        "inputs are Input objects and outputs are what a layer gives "
                        "when it is called on them, not {found}"
                    ).format(found=shortened(value))
                )
        for name in self.outputs:
            if not isinstance(name, str) or not name:
                raise OptionError(
                    _("{name!r} cannot name an output: use a text").format(name=name)
                )
        names = [entry.name for entry in self.inputs]
        if len(set(names)) < len(names):
            raise OptionError(
                _("two inputs have the same name: {names}").format(names=names)
            )
        for connection in self.connections:
            if isinstance(connection.layer, Input) and (
                connection.layer not in self.inputs
            ):
                raise OptionError(
                    _("input {name!r} is read but not listed among the inputs").format(
                        name=connection.layer.name
                    )
                )
        assigned_names(self.layers)
        refuse_shared_children(self.layers)

    @classmethod
    def sequential(cls, layers: Iterable[Layer], entry: Input) -> Architecture:
        """Layers one after the other, from one input to one output.

        Raises
        ------
        OptionError
            There are none, or one is no layer.
        """
        value = entry()
        for layer in layers:
            if not isinstance(layer, Layer):
                raise OptionError(
                    _("a network is made of layers, such as Dense(3), not {found}")
                    .format(found=shortened(layer))
                )  # fmt: skip
            value = layer(value)
        if not value.inputs:
            raise OptionError(_("a network needs at least one layer"))
        return cls((entry,), {"output": value})

    @classmethod
    def joined(
        cls,
        inputs: Sequence[Input] | None,
        outputs: Connection | Mapping[str, Connection],
    ) -> Architecture:
        """Layers that were joined by calling them.

        Parameters
        ----------
        inputs : sequence of Input, optional
            By default those that the outputs read, in the order of use.
        outputs : Connection or mapping of str to Connection
            A single one is called "output".
        """
        named = dict(outputs) if isinstance(outputs, Mapping) else {"output": outputs}
        if inputs is None:
            read = (c.layer for c in connections_behind(named.values()))
            inputs = list(dict.fromkeys(x for x in read if isinstance(x, Input)))
        return cls(tuple(inputs), named)

    def __getstate__(self) -> dict[str, Any]:
        """Copy as a flat list of connections, so that depth costs no recursion."""
        number = {connection: i for i, connection in enumerate(self.connections)}
        return {
            "inputs": self.inputs,
            "connections": [
                (connection.layer, tuple(number[part] for part in connection.inputs))
                for connection in self.connections
            ],
            "outputs": {name: number[value] for name, value in self.outputs.items()},
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take over a copy's connections, each after those it reads by number."""
        made: list[Connection] = []
        for layer, parts in state["connections"]:
            made.append(Connection(layer, tuple(made[part] for part in parts)))
        outputs = {name: made[i] for name, i in state["outputs"].items()}
        object.__setattr__(self, "inputs", tuple(state["inputs"]))
        object.__setattr__(self, "outputs", outputs)

    @settled_property
    def connections(self) -> tuple[Connection, ...]:
        """Every connection, each after those it reads."""
        return connections_behind(self.outputs.values())

    @settled_property
    def layers(self) -> tuple[Layer, ...]:
        """Distinct layers in the order of use."""
        used = (c.layer for c in self.connections)
        return tuple(dict.fromkeys(x for x in used if isinstance(x, Layer)))

    @settled_property
    def names(self) -> Mapping[Layer, str]:
        """The name of each layer."""
        return assigned_names(self.layers)

    @settled_property
    def categories(self) -> Mapping[str, int]:
        """How many categories each whole-number input may take, where it is limited."""
        found: dict[str, int] = {}
        for connection in self.connections:
            layer = connection.layer
            for part in connection.inputs:
                if isinstance(layer, Embedding) and isinstance(part.layer, Input):
                    name = part.layer.name
                    found[name] = min(layer.categories, found.get(name, 2**63))
        return found

    def write(self, *, training: bool, drops: bool | None = None) -> Written:
        """Write the network into a graph.

        Parameters
        ----------
        training : bool
            Whether batch statistics are in force.
        drops : bool, optional
            Whether dropout masks are; by default in training.

        Raises
        ------
        ShapeError
            A layer cannot read what it is given; the message names the layer.
        """
        build = Build(training, drops=drops)
        inputs = {
            entry.name: g.input(entry.name, (g.BATCH, entry.size), entry.dtype)
            for entry in self.inputs
        }
        made: dict[Connection, Node] = {}
        for connection in self.connections:
            if isinstance(connection.layer, Input):
                made[connection] = inputs[connection.layer.name]
                continue
            name = self.names[connection.layer]
            parts = tuple(made[part] for part in connection.inputs)
            made[connection] = build.use(connection.layer, name, parts)
        outputs = {name: made[value] for name, value in self.outputs.items()}
        return Written(build, inputs, outputs)

    @settled_property
    def evaluation(self) -> Written:
        """The network as it predicts: no masks, running statistics."""
        return self.write(training=False)

    def to_config(self) -> dict[str, Any]:
        """Description in JSON's terms, from which the same network is made again.

        Notes
        -----
        Laws: ``from_config(c).to_config() == c``.
        """
        number: dict[Connection, int] = {}
        listed: list[dict[str, Any]] = []
        entries: dict[Input, int] = {}
        for connection in self.connections:
            layer = connection.layer
            if isinstance(layer, Input):
                # Each call of an input makes a connection; they are one value.
                if layer not in entries:
                    entries[layer] = len(listed)
                    listed.append({"input": layer.name})
                number[connection] = entries[layer]
            else:
                number[connection] = len(listed)
                parts = [number[part] for part in connection.inputs]
                listed.append({"layer": self.names[layer], "inputs": parts})
        return {
            "inputs": [
                {"name": x.name, "size": x.size, "dtype": x.dtype} for x in self.inputs
            ],
            "layers": {
                name: layer_to_config(layer) for layer, name in self.names.items()
            },
            "connections": listed,
            "outputs": {name: number[c] for name, c in self.outputs.items()},
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Architecture:
        """Network described by :meth:`to_config`, found to be one that can be built.

        Raises
        ------
        ModelFileError
            The description is not one.
        """
        try:
            made = cls._read(config)
            if list(made.names.values()) != list(config["layers"]):
                raise ModelFileError(_("its layers are not those that are used"))
            # Whether the layers fit together shows when they are written.
            made.evaluation  # noqa: B018
        except (
            NeuronaError,
            AttributeError,
            KeyError,
            TypeError,
            IndexError,
            ValueError,
            MemoryError,
        ) as error:
            raise ModelFileError(
                _("the file describes no network that can be built: {why}").format(
                    why=error
                )
            ) from None
        return made

    @classmethod
    def _read(cls, config: Mapping[str, Any]) -> Architecture:
        inputs = {
            x["name"]: Input(x["name"], x["size"], x["dtype"]) for x in config["inputs"]
        }
        if len(inputs) < len(config["inputs"]):
            raise ModelFileError(_("two inputs have the same name"))
        layers = {
            name: layer_from_config(entry) for name, entry in config["layers"].items()
        }
        made: list[Connection] = []
        sources = {name: entry() for name, entry in inputs.items()}
        for entry in config["connections"]:
            if "input" in entry:
                made.append(sources[entry["input"]])
            else:
                parts = [made[i] for i in natural(entry["inputs"])]
                made.append(layers[entry["layer"]](*parts))
        numbers = config["outputs"]
        places = natural(numbers.values())
        outputs = {name: made[i] for name, i in zip(numbers, places, strict=True)}
        return cls(tuple(inputs.values()), outputs)


def connections_behind(outputs: Iterable[Connection]) -> tuple[Connection, ...]:
    """Every connection that some outputs need, each after those it reads."""
    order: dict[Connection, None] = {}
    for output in outputs:
        pending = [(output, False)]
        while pending:
            connection, ready = pending.pop()
            if ready:
                order[connection] = None
            elif isinstance(connection, Connection) and connection not in order:
                pending.append((connection, True))
                pending += [(part, False) for part in reversed(connection.inputs)]
    return tuple(order)


def refuse_shared_children(layers: Iterable[Layer]) -> None:
    """Refuse a layer that is inside another and is used elsewhere as well.

    Its parameters bear the name of the one it is inside, so each use would silently
    have its own.
    """
    seen = set(layers)
    pending = list(seen)
    while pending:
        for child in pending.pop().children():
            if child in seen:
                raise OptionError(
                    _(
                        "{layer} is inside a residual block and used elsewhere too, "
                        "but a layer in a block cannot be shared: make a second one"
                    ).format(layer=child)
                )
            seen.add(child)
            pending.append(child)


def natural(numbers: Iterable[Any]) -> Iterator[int]:
    """Positions as a file gives them, none of them counted from the end."""
    for number in numbers:
        if type(number) is not int or number < 0:
            raise ModelFileError(
                _("{number!r} is no number of a connection").format(number=number)
            )
        yield number
