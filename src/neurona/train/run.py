"""What determines a fit, and whether there is room for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from neurona.errors import OutputError, system_reason
from neurona.files import check_writable
from neurona.messages import _
from neurona.nn.architecture import Architecture
from neurona.optimize import Schedule
from neurona.train.memory import check_memory
from neurona.train.metrics import Metric
from neurona.train.options import FitOptions
from neurona.train.rows import Rows
from neurona.train.state import CHECKPOINT_NAME
from neurona.train.step import StepOptions

__all__ = ["FitRun", "check_training_memory", "open_folder"]


@dataclass(frozen=True, eq=False)
class FitRun:
    """Everything that determines a fit but the weights it starts from.

    Parameters
    ----------
    architecture : Architecture
    options : FitOptions
        As they were asked for; what other parts here settle stands there.
    step : StepOptions
    schedule : Schedule
    train, validation : Rows
    dtype : {float32, float64}
    batch_size : int or None
        ``None`` for all rows at once.
    seed : int
    metrics : mapping of str to Metric
    fingerprint : mapping of str to JSON value
        What must be the same for a run to resume.
    """

    architecture: Architecture
    options: FitOptions
    step: StepOptions
    schedule: Schedule
    train: Rows
    validation: Rows | None
    dtype: np.dtype[Any]
    batch_size: int | Literal["full"] | None
    seed: int
    metrics: Mapping[str, Metric]
    fingerprint: Mapping[str, Any]


def check_training_memory(run: FitRun) -> None:
    """Refuse a fit whose arrays of the parameters' size cannot fit, before any is made.

    They are the parameters in the network, in training and as they started, their
    gradient, the best, the slots of the optimizer and the moving average.

    Raises
    ------
    OptionError
    """
    parameters = run.architecture.evaluation.build.parameters.values()
    count = sum(int(np.prod(p.shape, dtype=object)) for p in parameters)
    slots = [slot for slot in run.step.optimizer.slots().values() if not slot.scalar]
    copies = 5 + len(slots) + (run.step.average is not None)
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
                path=os.fspath(path), reason=system_reason(error)
            )
        ) from error
    check_writable(Path(path) / CHECKPOINT_NAME)
