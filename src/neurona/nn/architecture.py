"""The shape of a network: named inputs, layers joined, named outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from neurona import graph as g
from neurona.errors import ModelFileError, NeuronaError, OptionError
from neurona.graph import Node
from neurona.messages import _
from neurona.nn.build import Build
from neurona.nn.layers import layer_from_config, layer_to_config
from neurona.nn.layers.layer import Connection, Input, Layer, assigned_names

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
        An output reads an input that is not listed, or names repeat.
    """

    inputs: tuple[Input, ...]
    outputs: Mapping[str, Connection]

    def __post_init__(self) -> None:
        names = [entry.name for entry in self.inputs]
        if len(set(names)) < len(names):
            raise OptionError(
                _("two inputs have the same name: {names}").format(names=names)
            )
        if not self.outputs:
            raise OptionError(_("a network needs at least one output"))
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

    @classmethod
    def sequential(cls, layers: Sequence[Layer], entry: Input) -> Architecture:
        """Layers one after the other, from one input to one output."""
        if not layers:
            raise OptionError(_("a network needs at least one layer"))
        value = entry()
        for layer in layers:
            value = layer(value)
        return cls((entry,), {"output": value})

    @cached_property
    def connections(self) -> tuple[Connection, ...]:
        """Every connection, each after those it reads."""
        order: dict[Connection, None] = {}
        for output in self.outputs.values():
            pending = [(output, False)]
            while pending:
                connection, ready = pending.pop()
                if ready:
                    order[connection] = None
                elif connection not in order:
                    pending.append((connection, True))
                    pending += [(part, False) for part in reversed(connection.inputs)]
        return tuple(order)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Distinct layers in the order of use."""
        used = (c.layer for c in self.connections)
        return tuple(dict.fromkeys(x for x in used if isinstance(x, Layer)))

    @cached_property
    def names(self) -> Mapping[Layer, str]:
        """The name of each layer."""
        return assigned_names(self.layers)

    def write(self, *, training: bool) -> Written:
        """Write the network into a graph.

        Parameters
        ----------
        training : bool
            Whether dropout masks and batch statistics are in force.

        Raises
        ------
        ShapeError
            A layer cannot read what it is given; the message names the layer.
        """
        build = Build(training)
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
            with build.inside(name):
                parts = tuple(made[part] for part in connection.inputs)
                made[connection] = connection.layer.apply(parts, build)
            build.activations[name] = made[connection]
        outputs = {name: made[value] for name, value in self.outputs.items()}
        return Written(build, inputs, outputs)

    @cached_property
    def evaluation(self) -> Written:
        """The network as it predicts: no masks, running statistics."""
        return self.write(training=False)

    def to_config(self) -> dict[str, Any]:
        """Description in JSON's terms, from which the same network is made again."""
        number = {c: i for i, c in enumerate(self.connections)}
        return {
            "inputs": [
                {"name": x.name, "size": x.size, "dtype": x.dtype} for x in self.inputs
            ],
            "layers": {
                name: layer_to_config(layer) for layer, name in self.names.items()
            },
            "connections": list(self._connection_configs(number)),
            "outputs": {name: number[c] for name, c in self.outputs.items()},
        }

    def _connection_configs(
        self, number: Mapping[Connection, int]
    ) -> Iterator[dict[str, Any]]:
        for connection in self.connections:
            if isinstance(connection.layer, Input):
                yield {"input": connection.layer.name}
            else:
                yield {
                    "layer": self.names[connection.layer],
                    "inputs": [number[part] for part in connection.inputs],
                }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Architecture:
        """Network described by :meth:`to_config`.

        Raises
        ------
        ModelFileError
            The description is not one.
        """
        try:
            return cls._read(config)
        except ModelFileError:
            raise
        except (NeuronaError, KeyError, TypeError, IndexError, ValueError) as error:
            raise ModelFileError(
                _("the file describes no network that can be built: {why}").format(
                    why=error
                )
            ) from None

    @classmethod
    def _read(cls, config: Mapping[str, Any]) -> Architecture:
        inputs = {
            x["name"]: Input(x["name"], x["size"], x["dtype"]) for x in config["inputs"]
        }
        layers = {
            name: layer_from_config(entry) for name, entry in config["layers"].items()
        }
        made: list[Connection] = []
        sources = {name: entry() for name, entry in inputs.items()}
        for entry in config["connections"]:
            if "input" in entry:
                made.append(sources[entry["input"]])
            else:
                parts = [made[i] for i in entry["inputs"]]
                made.append(layers[entry["layer"]](*parts))
        outputs = {name: made[i] for name, i in config["outputs"].items()}
        return cls(tuple(inputs.values()), outputs)
