"""Runs training steps: the reference's loop, and what any engine must offer."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from neurona.data.batches import RowGatherer, cut_into_batches
from neurona.errors import EngineWarning, OptionError, unknown_name
from neurona.messages import _
from neurona.native.available import engine_available, note_missing_engine
from neurona.nn.build import SEED, STEP
from neurona.reference import Executable
from neurona.train.step import LOSS_SUM, WEIGHT_SUM, Step

__all__ = [
    "ENGINES",
    "EngineName",
    "ReferenceRunner",
    "Runner",
    "Sums",
    "make_runner",
    "resolve_engine",
]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
EngineName: TypeAlias = Literal["auto", "native", "reference"]
ENGINES: tuple[EngineName, ...] = ("auto", "native", "reference")


@dataclass
class Sums:
    """Σ wᵢ lᵢ and Σ wᵢ over the steps so far, in float64."""

    loss: float = 0.0
    weight: float = 0.0

    @property
    def mean(self) -> float:
        """Their ratio; 0 where no row has weight."""
        return self.loss / self.weight if self.weight else 0.0


class Runner(Protocol):
    """Runs a number of steps in one call.

    Parameters of ``run``
    ---------------------
    values : mapping of str to array
        Parameters, states and slots: replaced by what they become.
    data : mapping of str to array
        All rows of every input of the step.
    order : int64 array
        Rows to visit, in batches of ``batch_size``.
    learning_rates : sequence of float
        One per step.
    first_step : int
        Number of the first of them, counted from 1.
    seed : int
        Of the random masks.
    sums : Sums
        Added to.
    """

    def run(
        self,
        values: MutableMapping[str, Array],
        data: Mapping[str, Array],
        order: NDArray[np.int64],
        batch_size: int,
        learning_rates: Sequence[float],
        first_step: int,
        seed: int,
        sums: Sums,
    ) -> None:
        """Run one step per learning rate."""


class ReferenceRunner:
    """The definition of a run: one evaluation of the step's graph per batch."""

    def __init__(self, step: Step, dtype: DTypeLike) -> None:
        self._execute = Executable(step.graph, dtype)
        self._leaves = frozenset(step.graph.leaves)
        self._gatherer: RowGatherer | None = None
        self._data: Mapping[str, Array] | None = None

    def run(
        self,
        values: MutableMapping[str, Array],
        data: Mapping[str, Array],
        order: NDArray[np.int64],
        batch_size: int,
        learning_rates: Sequence[float],
        first_step: int,
        seed: int,
        sums: Sums,
    ) -> None:
        """Run one step per learning rate."""
        used = {name: array for name, array in data.items() if name in self._leaves}
        if self._gatherer is None or self._data is not data:
            self._gatherer = RowGatherer(list(used.values()), batch_size)
            self._data = data
        batches = cut_into_batches(order, batch_size)
        for i, (rows, rate) in enumerate(zip(batches, learning_rates, strict=True)):
            batch = dict(zip(used, self._gatherer.gather(rows), strict=True))
            step = first_step + i
            clock = {"learning_rate": rate, "step": step, SEED: seed, STEP: step}
            new = self._execute({**values, **batch, **clock}, rows=len(rows))
            sums.loss += float(new.pop(LOSS_SUM))
            sums.weight += float(new.pop(WEIGHT_SUM))
            values.update(new)


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
    # The compiled module exists only where it was built.
    from neurona.native.tasks import CannotLower
    from neurona.train.native_runner import NativeRunner

    try:
        return NativeRunner(step, np.dtype(dtype), batch_size, threads)
    except CannotLower as error:
        warnings.warn(
            _("{why}; training runs on the reference").format(why=error),
            EngineWarning,
            stacklevel=2,
        )
        return ReferenceRunner(step, dtype)
