"""Which engine runs the steps of a fit."""

from __future__ import annotations

import warnings
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from neurona.errors import EngineWarning, OptionError, unknown_name
from neurona.messages import _
from neurona.native.available import engine_available, note_missing_engine
from neurona.native.tasks import CannotLower
from neurona.train.native_runner import NativeRunner
from neurona.train.runner import ReferenceRunner, Runner
from neurona.train.step import Step

__all__ = ["ENGINES", "EngineName", "make_runner", "resolve_engine"]

EngineName: TypeAlias = Literal["auto", "native", "reference"]
ENGINES: tuple[EngineName, ...] = ("auto", "native", "reference")


def resolve_engine(engine: str) -> EngineName:
    """The engine that a name stands for: "auto" is the native one where it was built.

    Raises
    ------
    OptionError
        There is no such engine, or the native one was asked for and is not built.
    """
    if engine not in ENGINES:
        raise OptionError(unknown_name(_("engine"), engine, ENGINES))
    if engine == "reference":
        return "reference"
    if engine_available():
        return "native"
    if engine == "native":
        raise OptionError(
            _(
                "the native engine is not built: install neurona where there is a C++ "
                "compiler, or use engine='reference'"
            )
        )
    note_missing_engine()
    return "reference"


def make_runner(
    step: Step,
    engine: str,
    dtype: DTypeLike,
    batch_size: int,
    threads: int | None = None,
) -> Runner:
    """Runner of a step on the engine asked for.

    A step that the native engine cannot run goes to the reference, with a warning that
    names the operation.

    Parameters
    ----------
    step : Step
    engine : {"auto", "native", "reference"}
    dtype : {float32, float64}
    batch_size : int
        Rows of the largest batch.
    threads : int, optional
        Of the native engine; by default the fastest number.
    """
    if resolve_engine(engine) == "reference":
        return ReferenceRunner(step, dtype)
    try:
        return NativeRunner(step, np.dtype(dtype), batch_size, threads)
    except CannotLower as error:
        warnings.warn(
            _("{why}; training runs on the reference").format(why=error),
            EngineWarning,
            stacklevel=2,
        )
        return ReferenceRunner(step, dtype)
