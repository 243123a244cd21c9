"""The steps of a run, in calls of the engine that are short enough to be stopped."""

from __future__ import annotations

import time
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neurona.arrays import Array
from neurona.data.batches import rows_per_batch
from neurona.mapped_arrays import Pages
from neurona.native.stop_flag import StopFlag
from neurona.optimize import ConstantRate
from neurona.train.compiled import compile_step
from neurona.train.engines import resolve_engine, runner_of
from neurona.train.orders import EpochOrders
from neurona.train.run import FitRun
from neurona.train.runner import StepRunner, Stretch
from neurona.train.step import Step

__all__ = ["Steps"]


CHUNK_SECONDS: Final = 0.025
"""Aimed length of the engine's calls, between which progress is told and Ctrl-C is
heard: even one that takes twice as long ends within a twentieth of a second."""

FASTEST_GROWTH: Final = 8
"""Largest factor between one call's number of steps and the next one's."""


class Steps:
    """Runs the steps of a run, wherever it stands.

    Parameters
    ----------
    run : FitRun

    Attributes
    ----------
    step : Step
    batch_size : int
        Rows of every batch but a shorter last one.
    batches : int
        Of an epoch.
    at_once : int
        How many steps the next call should run, given how long the last one took.
    """

    def __init__(self, run: FitRun) -> None:
        self._run = run
        self.batch_size = rows_per_batch(run.train.count, run.batch_size)
        self.batches = -(-run.train.count // self.batch_size)
        self.at_once = 1
        compiled = compile_step(
            run.architecture,
            run.step,
            run.dtype,
            self.batch_size,
            native=resolve_engine(run.options.engine) == "native",
        )
        self.step: Step = compiled.step
        self._runner: StepRunner = runner_of(compiled, run.dtype, run.options.threads)
        self._orders = EpochOrders(
            run.train, seed=run.seed, shuffle=run.options.shuffle
        )
        self._pages = Pages(run.train.data.values())

    def load(self, values: Mapping[str, Array]) -> None:
        """Take over parameters, states and slots."""
        self._runner.load(values, self._run.train.data)

    def read(self, values: MutableMapping[str, Array]) -> None:
        """Replace values by what they have become: by new arrays."""
        self._runner.read(values)

    def advance(
        self,
        place: tuple[int, int],
        first: int,
        count: int,
        sums: NDArray[np.float64],
        memory: Mapping[str, Any],
        flag: StopFlag | None = None,
    ) -> NDArray[np.float64]:
        """Run some steps in one call, and return the learning rates of those done.

        Parameters
        ----------
        place : tuple of int
            Epoch and batch of the first step, both from 0.
        first : int
            Number of the first step in the whole run, from 1.
        count : int
            How many.
        sums : float64 array (epochs, 2)
            Added to, a line for each epoch that the steps touch.
        memory : mapping
            What the schedule remembers.
        flag : StopFlag, optional
            Once it is set, the rest of the steps is not done.
        """
        epoch, batch = place
        rows = self._run.train.count
        skipped = batch * self.batch_size
        epochs, within = divmod(batch + count, self.batches)
        stop = epochs * rows + within * self.batch_size
        stretch = Stretch(
            order=self._orders.take(epoch, skipped, stop - skipped),
            batch_size=self.batch_size,
            epoch_rows=rows,
            skipped=skipped,
            learning_rates=self.rates(first, count, memory),
            first_step=first,
            seed=self._run.seed,
        )
        began = time.perf_counter()
        done = self._runner.advance(stretch, sums, flag)
        self._pages.touch(len(stretch.order) * self._pages.row_bytes)
        if done < count:
            return stretch.learning_rates[:done]
        seconds = max(time.perf_counter() - began, 1e-9)
        wanted = int(count * CHUNK_SECONDS / seconds)
        self.at_once = max(1, min(wanted, FASTEST_GROWTH * count))
        return stretch.learning_rates

    def rates(
        self, first: int, count: int, memory: Mapping[str, Any]
    ) -> NDArray[np.float64]:
        """Learning rates of some steps, the first counted from 1."""
        run = self._run
        rate = run.step.optimizer.learning_rate
        if isinstance(run.schedule, ConstantRate):
            return np.full(count, rate)
        total = self.batches * run.options.epochs
        factors = [
            run.schedule.at(step, self.batches, total, memory)
            for step in range(first, first + count)
        ]
        return rate * np.array(factors)
