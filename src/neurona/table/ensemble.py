"""Several trained networks and a line as one network, which adds their answers."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.model_file import ModelRecord, check_model
from neurona.network import Network
from neurona.network.read_network import network_of
from neurona.nn import Add, Clip, Connection, Dense, Input
from neurona.nn.architecture import Architecture
from neurona.table.line import Line
from neurona.train.history import Epoch, History

__all__ = ["Share", "join_networks", "mean_history", "member_prefix"]

LINE: Final = "line"


@dataclass(frozen=True, eq=False)
class Share:
    """A part of a joined network and how much its answer counts.

    Parameters
    ----------
    part : Network or Line
        A network of layers one after the other, or a line over the same inputs.
    weight : float
    """

    part: Network | Line
    weight: float


def join_networks(
    shares: Sequence[Share],
    trained: Network,
    history: History,
    *,
    seed: int,
    read: Clip | None = None,
    give: Clip | None = None,
) -> Network:
    """One network that gives Σ wᵢ fᵢ(x), within bounds where they are given.

    Parameters
    ----------
    shares : sequence of Share
        All of them read the same inputs and give as many outputs.
    trained : Network
        Whose loss and settings of training the whole is said to have.
    history : History
        Of the whole.
    seed : int
    read, give : Clip, optional
        Bounds of what all of them read, and of the sum; layers with a name.

    Returns
    -------
    Network
        Layers are called as they were, behind ``member_1_``, ``member_2_``, …, or
        ``line``. Frozen layers, which are the same in all, stand once.

    Notes
    -----
    Laws: answers are the weighted sum of the parts' answers, but for rounding; the
    whole is an ordinary network, which is explained, saved and trained on like any.
    """
    entry = Input("x", trained.architecture.inputs[0].size)
    x = entry() if read is None else read(entry)
    values: list[Connection] = []
    parameters: dict[str, Array] = {}
    slots: dict[str, Array] = {}
    frozen: dict[str, Connection] = {}
    for number, share in enumerate(shares, start=1):
        if isinstance(share.part, Line):
            value = Dense(len(share.part.bias), name=LINE)(x)
            found = share.part.parameters()
            parameters |= behind(f"{LINE}.", found)
            slots |= behind(f"{LINE}.", fresh_slots(trained, found))
        else:
            prefix = member_prefix(number)
            value = member(share.part.architecture, prefix, x, frozen)
            parameters |= behind(prefix, share.part.parameters, frozen)
            slots |= behind(prefix, share.part.slots, frozen)
        values.append(value)
    whole = Add([share.weight for share in shares])(*values)
    if give is not None:
        whole = give(whole)
    bounds = {
        f"{clip.name}.{side}": np.asarray(getattr(clip, side), trained.dtype)
        for clip in (read, give)
        if clip is not None
        for side in ("low", "high")
    }
    architecture = Architecture.joined([entry], whole)
    record = ModelRecord(
        architecture={**architecture.to_config(), "seed": seed},
        dtype=str(trained.dtype),
        parameters={n: np.asarray(v, trained.dtype) for n, v in parameters.items()},
        states=bounds,
        slots={n: np.asarray(v, trained.dtype) for n, v in slots.items()},
        training=trained.training,
        history=history.to_json(),
    )
    return network_of(check_model(record))


def member_prefix(number: int) -> str:
    """What stands before the names of a member's layers, counted from 1."""
    return f"member_{number}_"


def member(
    architecture: Architecture,
    prefix: str,
    x: Connection,
    frozen: dict[str, Connection],
) -> Connection:
    """The output of a network that reads x, its names behind a prefix.

    Frozen layers stand once, under their own names, and are added to those there are.
    """
    made: dict[Connection, Connection] = {}
    for connection in architecture.connections:
        layer = connection.layer
        if isinstance(layer, Input):
            made[connection] = x
            continue
        name = architecture.names[layer]
        parts = [made[part] for part in connection.inputs]
        if getattr(layer, "trainable", True):
            made[connection] = replace(layer, name=prefix + name)(*parts)
        else:
            if name not in frozen:
                frozen[name] = replace(layer, name=name)(*parts)
            made[connection] = frozen[name]
    (output,) = architecture.outputs.values()
    return made[output]


def behind(
    prefix: str, values: Mapping[str, Array], frozen: Container[str] = ()
) -> dict[str, Array]:
    """Values with a prefix before the name of the layer, unless it is frozen."""
    found = {}
    for name, value in values.items():
        kind, slash, parameter = name.rpartition("/")
        layer = parameter.partition(".")[0]
        own = "" if layer in frozen else prefix
        found[f"{kind}{slash}{own}{parameter}"] = value
    return found


def fresh_slots(trained: Network, parameters: Mapping[str, Array]) -> dict[str, Array]:
    """Memory of the same optimizer for parameters that it has not stepped yet."""
    kinds = {name.rpartition("/")[0]: value for name, value in trained.slots.items()}
    return {
        f"{kind}/{name}": np.zeros(value.shape if of_one.ndim else ())
        for kind, of_one in kinds.items()
        for name, value in parameters.items()
    }


def mean_history(histories: Sequence[History], seconds: float) -> History:
    """Course of several trainings side by side: the mean of those under way.

    Parameters
    ----------
    histories : sequence of History
        At least one.
    seconds : float
        Wall time of all of them, shared out evenly over the epochs.
    """
    length = max(len(history) for history in histories)
    epochs = []
    for number in range(length):
        entries = [h.epochs[number] for h in histories if len(h) > number]
        held = [e.validation_loss for e in entries if e.validation_loss is not None]
        epochs.append(
            Epoch(
                epoch=number + 1,
                loss=mean([e.loss for e in entries]),
                validation_loss=mean(held) if held else None,
                metrics={
                    name: mean([e.metrics[name] for e in entries])
                    for name in entries[0].metrics
                },
                learning_rate=mean([e.learning_rate for e in entries]),
                seconds=seconds / length,
            )
        )
    best = min(epochs, key=lambda epoch: epoch.score).epoch if epochs else None
    reasons = {history.stopped for history in histories}
    return History(epochs, best, "patience" if "patience" in reasons else "epochs")


def mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
