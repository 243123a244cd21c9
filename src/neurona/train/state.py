"""Everything a run needs to go on, and its file: the checkpoint."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from neurona.arrays import Array
from neurona.errors import CheckpointError, CheckpointOptionError, ModelFileError
from neurona.files import read_tensors, write_tensors
from neurona.messages import _
from neurona.settings import shortened
from neurona.train.fingerprint import DIGEST, digest_of, fingerprint_of
from neurona.train.history import History
from neurona.train.options import with_defaults
from neurona.train.runner import Sums
from neurona.train.stopping import Stopping

__all__ = [
    "CHECKPOINT_NAME",
    "TrainingState",
    "check_caller_options",
    "check_start",
    "find_checkpoint",
    "read_checkpoint",
    "write_checkpoint",
]


CHECKPOINT_NAME: Final = "checkpoint.safetensors"
"""The one file in a checkpoint folder."""

START: Final = "starting weights"
"""Entry of a fingerprint: the digest of what a run started from."""


@dataclass
class TrainingState:
    """A run at some moment between two steps.

    Parameters
    ----------
    values : dict of str to array
        Parameters, states and slots as they stand.
    stopping : Stopping
    history : History
        Of the whole epochs so far.
    epoch : int
        Epochs done.
    batch : int
        Batches done of the epoch under way.
    step : int
        Steps done in all.
    sums : Sums
        Of the epoch under way.
    seconds : float
        Wall time spent so far in the epoch under way.
    best : dict of str to array
        The values to keep: those after the best epoch, slots included, the moving
        average of the weights in place of the weights where there is one. Empty
        before there is such an epoch.
    best_step : int
        Steps done when they were so: the slots among them belong to it.
    schedule : dict
        What a schedule remembers between epochs, in JSON's terms.
    epochs : int
        How many there were to be.
    start : str
        Digest of the parameters and states before the first step.
    """

    values: dict[str, Array]
    stopping: Stopping
    history: History = field(default_factory=History)
    epoch: int = 0
    batch: int = 0
    step: int = 0
    sums: Sums = field(default_factory=Sums)
    seconds: float = 0.0
    best: dict[str, Array] = field(default_factory=dict)
    best_step: int = 0
    schedule: dict[str, Any] = field(default_factory=dict)
    epochs: int = 0
    start: str = ""

    def keep(self, values: Mapping[str, Array], step: int) -> None:
        """Note values as those to keep, of a step: arrays are replaced, not changed."""
        self.best = {name: values[name] for name in self.values}
        self.best_step = step


def write_checkpoint(
    folder: str | os.PathLike[str],
    state: TrainingState,
    fingerprint: Mapping[str, Any],
) -> None:
    """Write a run's state to its folder, whole or not at all.

    Parameters
    ----------
    folder : path
        Exists.
    fingerprint : mapping of str to JSON value
        Options and digests of the data: a run that resumes must have the same.
    """
    stopping = state.stopping
    metadata = {
        "kind": "checkpoint",
        "fingerprint": {**fingerprint, START: state.start},
        "history": state.history.to_json(),
        "epoch": state.epoch,
        "batch": state.batch,
        "step": state.step,
        "best_step": state.best_step,
        "epochs": state.epochs,
        "sums": [state.sums.loss, state.sums.weight],
        "seconds": state.seconds,
        "schedule": state.schedule,
        "stopping": {
            "best": stopping.best if math.isfinite(stopping.best) else None,
            "best_epoch": stopping.best_epoch,
            "waited": stopping.waited,
        },
    }
    tensors = {f"value/{name}": array for name, array in state.values.items()}
    tensors |= {f"best/{name}": array for name, array in state.best.items()}
    write_tensors(Path(folder) / CHECKPOINT_NAME, tensors, metadata)


def find_checkpoint(folder: str | os.PathLike[str]) -> Path | None:
    """Checkpoint file of a folder, where there is one."""
    path = Path(folder) / CHECKPOINT_NAME
    return path if path.is_file() else None


def read_checkpoint(
    path: Path, fingerprint: Mapping[str, Any], fresh: TrainingState
) -> TrainingState:
    """State to go on from.

    Parameters
    ----------
    path : Path
    fingerprint : mapping of str to JSON value
        Of the run that resumes.
    fresh : TrainingState
        That run before its first step: it fixes patience, names and shapes.

    Raises
    ------
    CheckpointError
        The file is damaged, or was written with other options or data; the message
        names the first that differs. Whether the run starts from the same weights is
        left to :func:`check_start`.
    """
    try:
        found = read_tensors(path)
        metadata = found.metadata
        if metadata.get("kind") != "checkpoint":
            raise ModelFileError(_("it is no checkpoint"))
        found_print = dict(metadata["fingerprint"])
        start = str(found_print.pop(START, ""))
        check_fingerprint(found_print, fingerprint)
        stopping = metadata["stopping"]
        best = stopping["best"]
        loss, weight = metadata["sums"]
        state = TrainingState(
            values=part(found.tensors, "value/", fresh.values),
            stopping=Stopping(
                fresh.stopping.patience,
                fresh.stopping.min_change,
                math.inf if best is None else float(best),
                stopping["best_epoch"],
                int(stopping["waited"]),
            ),
            history=History.from_json(metadata["history"]),
            epoch=int(metadata["epoch"]),
            batch=int(metadata["batch"]),
            step=int(metadata["step"]),
            sums=Sums(float(loss), float(weight)),
            seconds=float(metadata["seconds"]),
            best_step=int(metadata["best_step"]),
            schedule=dict(metadata["schedule"]),
            epochs=int(metadata["epochs"]),
            start=start,
        )
        if any(name.startswith("best/") for name in found.tensors):
            state.best = part(found.tensors, "best/", fresh.values)
    except (
        AttributeError,
        KeyError,
        OverflowError,
        TypeError,
        ValueError,
    ) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(
            _("the checkpoint {path} cannot be used: {why}").format(
                path=path, why=error
            )
        ) from None
    return state


def check_caller_options(path: Path, options: Mapping[str, Any]) -> None:
    """Refuse to resume a run of other options, before its data are read.

    Whatever else may be wrong with the file is left to :func:`read_checkpoint`.

    Parameters
    ----------
    path : Path
    options : mapping of str to JSON value
        What a fit is given as ``checkpoint_options``.

    Raises
    ------
    CheckpointOptionError
        The message names the first option that differs.
    """
    try:
        found = dict(read_tensors(path).metadata["fingerprint"])
    except (KeyError, TypeError, ValueError):
        return
    wanted = fingerprint_of(options)
    check_fingerprint({name: found.get(name) for name in wanted}, wanted)


def part(
    tensors: Mapping[str, Array], prefix: str, wanted: Mapping[str, Array]
) -> dict[str, Array]:
    made = {}
    for name, like in wanted.items():
        array = tensors[prefix + name]
        if array.shape != like.shape or array.dtype != like.dtype:
            raise CheckpointError(
                _("the checkpoint's {name} has shape {found}, not {wanted}").format(
                    name=name, found=array.shape, wanted=like.shape
                )
            )
        made[name] = array
    return made


def check_fingerprint(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    known = with_defaults(found)
    for name in [*wanted, *(name for name in found if name not in wanted)]:
        if known.get(name) != wanted.get(name):
            text = difference(name, known.get(name), wanted.get(name))
            raise CheckpointOptionError(text)


def check_start(
    state: TrainingState, present: str, left: Iterable[Mapping[str, Array]]
) -> None:
    """Refuse to resume a run on weights that are not its own.

    Parameters
    ----------
    state : TrainingState
        As the checkpoint has it.
    present : str
        Digest of the weights of the network that is to resume it.
    left : iterable of mapping of str to array
        Weights that the run may have left in its network when it ended.

    Raises
    ------
    CheckpointError
    """
    if present == state.start or present in map(digest_of, left):
        return
    raise CheckpointOptionError(
        _(
            "the checkpoint was made with other starting weights: resume with the "
            "network that began it or one of the same seed, or start from the beginning"
        )
    )


def difference(name: str, found: Any, wanted: Any) -> str:
    """Sentence for an option or an array that is not as it was."""
    if str(found).startswith(DIGEST) or str(wanted).startswith(DIGEST):
        return _(
            "the checkpoint was made with another {name}: resume with the same data, "
            "or start from the beginning"
        ).format(name=name)
    return _(
        "the checkpoint was made with another {name}: {found} there, {wanted} here; "
        "resume with the same, or start from the beginning"
    ).format(name=name, found=told(name, found), wanted=told(name, wanted))


def told(name: str, value: Any) -> str:
    """Value of an option; what a command leaves open is chosen automatically."""
    if value is None and name.startswith("--"):
        return _("automatic")
    return shortened(value)
