"""What determines a fit, and whether there is room for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from neurona.errors import OutputError
from neurona.files import check_writable
from neurona.messages import _
from neurona.nn.architecture import Architecture
from neurona.optimize import Schedule
from neurona.train.memory import check_memory
from neurona.train.metrics import Metric
from neurona.train.rows import Rows
from neurona.train.state import CHECKPOINT_NAME
from neurona.train.step import StepOptions

__all__ = ["Run", "check_training_memory", "open_folder"]


@dataclass(frozen=True, eq=False)
class Run:
    """Everything that determines a fit but the weights it starts from.

    Parameters
    ----------
    architecture : Architecture
    options : StepOptions
    schedule : Schedule
    train, validation : Rows
    dtype : {float32, float64}
    batch_size : int or None
        ``None`` for all rows at once.
    epochs : int
        At least 1.
    patience : int or None
        Epochs without improvement; the best weights are then restored. ``None``: no
        early stopping.
    min_change : float
    shuffle : bool
    seed : int
    metrics : mapping of str to Metric
    engine : {"auto", "native", "reference"}
    threads : int or None
        Of the native engine; the bits do not depend on it.
    checkpoint : path, optional
        A folder, made if need be.
    resume : bool
        Whether to go on from the checkpoint, if there is one.
    fingerprint : mapping of str to JSON value
        What must be the same for a run to resume.
    statistics : bool
        Whether each epoch ends with a look at every layer.
    """

    architecture: Architecture
    options: StepOptions
    schedule: Schedule
    train: Rows
    validation: Rows | None
    dtype: np.dtype[Any]
    batch_size: int | Literal["full"] | None
    epochs: int
    patience: int | None
    min_change: float
    shuffle: bool
    seed: int
    metrics: Mapping[str, Metric]
    engine: str
    threads: int | None
    checkpoint: str | os.PathLike[str] | None
    resume: bool
    fingerprint: Mapping[str, Any]
    statistics: bool = False


def check_training_memory(run: Run) -> None:
    """Refuse a fit whose arrays of the parameters' size cannot fit, before any is made.

    They are the parameters in the network, in training and as they started, their
    gradient, the best, the slots of the optimizer and the moving average.

    Raises
    ------
    OptionError
    """
    parameters = run.architecture.evaluation.build.parameters.values()
    count = sum(int(np.prod(p.shape, dtype=object)) for p in parameters)
    slots = [slot for slot in run.options.optimizer.slots().values() if not slot.scalar]
    copies = 5 + len(slots) + (run.options.average is not None)
    check_memory(count, run.dtype.itemsize, copies)


def open_folder(path: str | os.PathLike[str]) -> None:
    """Make the folder of a checkpoint if need be, and try whether it can be written.

    Raises
    ------
    OutputError
    """
    try:
        Path(path).mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            _("the checkpoint folder {path} cannot be made: {reason}").format(
                path=os.fspath(path), reason=error.strerror or error
            )
        ) from error
    check_writable(Path(path) / CHECKPOINT_NAME)
