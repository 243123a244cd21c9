"""Steps and what an engine makes of them: compiled once for each structure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.graph import Graph
from neurona.native.lower import lower_graph_to_program
from neurona.native.program import Program
from neurona.native.task import CannotLower
from neurona.nn.architecture import Architecture
from neurona.train.step import LOSS_SUM, WEIGHT_SUM, Step, StepOptions, build_step
from neurona.train.structures import (
    StructureCache,
    key_of_architecture,
    key_of_options,
)

__all__ = ["CompiledStep", "compile_step", "lowered", "planned_rows"]

STEPS: Final = StructureCache()
PROGRAMS: Final = StructureCache()

LEAST_ROWS: Final = 32
MANY_ROWS: Final = 4096


def planned_rows(rows: int) -> int:
    """Rows that a program is planned for, given those of the largest batch.

    Somewhat more, so that another number of rows finds the same program: a power of
    two, and from 4096 a multiple of that.

    Examples
    --------
    >>> planned_rows(1), planned_rows(100), planned_rows(1_000_000)
    (32, 128, 1003520)
    """
    if rows > MANY_ROWS:
        return -(-rows // MANY_ROWS) * MANY_ROWS
    return max(LEAST_ROWS, 1 << (rows - 1).bit_length())


@dataclass(frozen=True, eq=False)
class CompiledStep:
    """A step, and the program for it where the engine can run it.

    Parameters
    ----------
    step : Step
    program : Program or CannotLower or None
        None where it was not asked for.
    """

    step: Step
    program: Program | CannotLower | None


def lowered(
    make: Callable[[], Graph], dtype: np.dtype[Any], rows: int, sums: tuple[str, ...]
) -> Program | CannotLower:
    """Program of a graph, or why there is none."""
    try:
        return lower_graph_to_program(make(), dtype=dtype, most_rows=rows, sums=sums)
    except CannotLower as error:
        # A traceback would keep alive all that it passed through.
        return error.with_traceback(None)


def compile_step(
    architecture: Architecture,
    options: StepOptions,
    dtype: np.dtype[Any],
    batch_size: int,
    *,
    native: bool,
) -> CompiledStep:
    """Build and lower a step, or find one of the same structure.

    Parameters
    ----------
    architecture : Architecture
    options : StepOptions
    dtype : {float32, float64}
    batch_size : int
        Rows of the largest batch.
    native : bool
        Whether a program is wanted.
    """
    layers, rest = key_of_architecture(architecture), key_of_options(options)
    known = layers is not None and rest is not None
    key = (layers, rest) if known else None
    step = STEPS.get(key, lambda: build_step(architecture, options))
    if not native:
        return CompiledStep(step, None)
    rows = planned_rows(batch_size)
    program = PROGRAMS.get(
        (key, dtype.str, rows) if known else None,
        lambda: lowered(lambda: step.graph, dtype, rows, (LOSS_SUM, WEIGHT_SUM)),
    )
    return CompiledStep(step, program)
