"""Which engine runs the steps of a fit."""

from __future__ import annotations

import warnings
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from neurona.errors import EngineWarning, OptionError, unknown_name
from neurona.messages import _
from neurona.native.available import (
    engine_available,
    note_missing_engine,
    other_sources_sentence,
)
from neurona.native.program import Program
from neurona.train.compiled import CompiledStep, lowered
from neurona.train.native_runner import NativeRunner
from neurona.train.runner import ReferenceRunner, StepRunner
from neurona.train.step import LOSS_SUM, WEIGHT_SUM, Step

__all__ = ["ENGINES", "EngineName", "make_runner", "resolve_engine", "runner_of"]

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
            other_sources_sentence()
            or _(
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
) -> StepRunner:
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
    kind = np.dtype(dtype)
    program = None
    if resolve_engine(engine) == "native":
        sums = (LOSS_SUM, WEIGHT_SUM)
        program = lowered(lambda: step.graph, kind, batch_size, sums)
    return runner_of(CompiledStep(step, program), kind, threads)


def runner_of(
    compiled: CompiledStep, dtype: np.dtype[Any], threads: int | None
) -> StepRunner:
    """Runner of a step that is compiled already."""
    program = compiled.program
    if isinstance(program, Program):
        return NativeRunner(program, dtype, threads)
    if program is not None:
        warnings.warn(
            _("{why}; training runs on the reference").format(why=program),
            EngineWarning,
            stacklevel=2,
        )
    return ReferenceRunner(compiled.step, dtype)
