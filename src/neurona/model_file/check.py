"""What a model file says, every claim of it checked before it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from neurona.arrays import Array
from neurona.errors import ModelFileError
from neurona.graph import input as graph_input
from neurona.messages import _
from neurona.model_file.parts import part_from_config
from neurona.model_file.record import ModelRecord
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.optimize import Optimizer
from neurona.settings import Count, Natural, NonNegative, Seed, checked
from neurona.train.history import History
from neurona.train.options import (
    check_options,
    check_seed,
    kept_settings,
    with_defaults,
)
from neurona.train.solvers import Solver
from neurona.train.step import average_name, slot_name

__all__ = ["CheckedModel", "check_model"]

Shapes = Mapping[str, tuple[int, ...]]

SETTLED: Final[Mapping[str, Any]] = {
    "patience": Count | None,
    "batch_size": Count | Literal["full"],
    "seed": Seed,
    "metrics": tuple[str],
    "step": Natural,
}
"""What a file may hold where a fit may be asked for more."""


@dataclass(frozen=True, eq=False)
class CheckedModel:
    """A model whose parts fit together.

    Parameters
    ----------
    record : ModelRecord
        As the file has it.
    architecture : Architecture
    seed : int
        Of the network.
    dtype : {float32, float64}
    losses : mapping of str to Loss, or None
        Of each output, where it was trained.
    history : History or None
    """

    record: ModelRecord
    architecture: Architecture
    seed: int
    dtype: np.dtype[Any]
    losses: Mapping[str, Loss] | None
    history: History | None


def check_model(record: ModelRecord) -> CheckedModel:
    """Believe what a model file says, or refuse it.

    Raises
    ------
    NeuronaError
        Its parts do not fit together, or a number is not finite.
    """
    architecture = Architecture.from_config(record.architecture)
    dtype = np.dtype(record.dtype)
    build = architecture.evaluation.build
    shapes = {name: p.shape for name, p in build.parameters.items()}
    check_tensors(record.parameters, shapes, dtype)
    states = {name: state.shape for name, state in build.states.items()}
    check_tensors(record.states, states, dtype)
    losses = None
    slots: Shapes = {}
    if record.training is not None:
        losses = read_losses(record.training.get("loss"), architecture)
        optimizer = check_training(record.training)
        trained = {n: p.shape for n, p in build.parameters.items() if p.trainable}
        averaged = record.training.get("average") is not None
        slots = slot_shapes(optimizer, trained, averaged=averaged)
    elif record.slots:
        raise ModelFileError(_("it has the memory of an optimizer, but names none"))
    check_tensors(record.slots, slots, dtype)
    return CheckedModel(
        record,
        architecture,
        check_seed(record.architecture.get("seed")),
        dtype,
        losses,
        None if record.history is None else History.from_json(record.history),
    )


def check_tensors(
    found: Mapping[str, Array], wanted: Shapes, dtype: np.dtype[Any]
) -> None:
    """Refuse arrays that are not those which a network has."""
    for name in (*wanted, *found):
        if name not in found or name not in wanted:
            raise ModelFileError(
                _("{name} is in the file or in its network, but not in both").format(
                    name=name
                )
            )
        if found[name].shape != wanted[name] or found[name].dtype != dtype:
            raise ModelFileError(_("{name} does not fit its network").format(name=name))
        if not np.isfinite(found[name]).all():
            raise ModelFileError(
                _("{name} holds a number that is not finite").format(name=name)
            )


def read_losses(config: Any, architecture: Architecture) -> dict[str, Loss]:
    """Loss of each output, each one that its output fits."""
    outputs = architecture.evaluation.outputs
    if not isinstance(config, Mapping) or set(config) != set(outputs):
        raise ModelFileError(_("its losses are not those of its outputs"))
    losses = {name: part_from_config(config[name], "loss") for name in outputs}
    for name, loss in losses.items():
        spec = loss.target_spec(outputs[name].spec)
        loss.per_row(outputs[name], graph_input("target", spec.shape, spec.dtype))
    return losses


def check_training(training: Mapping[str, Any]) -> Optimizer | Solver:
    """Optimizer of a training whose every setting is one that a fit could have."""
    training = with_defaults(training)
    wanted = {*kept_settings(), "step"}
    if set(training) != wanted:
        name = min(wanted ^ set(training), key=str)
        raise ModelFileError(
            _("{name} is among the settings of its training or must be").format(
                name=name
            )
        )
    check_options({name: training[name] for name in kept_settings()})
    # What a fit leaves open is settled when it is kept.
    for name, kind in SETTLED.items():
        checked(name, training[name], kind)
    weights = training["class_weight"]
    if isinstance(weights, Mapping):
        for value in weights.values():
            checked("class_weight", value, NonNegative)
    else:
        checked("class_weight", weights, Literal["balanced"] | None)
    part_from_config(training["schedule"], "schedule")
    optimizer: Optimizer | Solver = part_from_config(training["optimizer"], "optimizer")
    return optimizer


def slot_shapes(
    optimizer: Optimizer | Solver, trained: Shapes, *, averaged: bool
) -> dict[str, tuple[int, ...]]:
    """What an optimizer remembers of the parameters it trains, and their average."""
    shapes = {
        slot_name(slot, name): () if entry.scalar else shape
        for name, shape in trained.items()
        for slot, entry in optimizer.slots().items()
    }
    if averaged:
        shapes |= {average_name(name): shape for name, shape in trained.items()}
    return shapes
