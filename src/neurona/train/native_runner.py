"""Runs training steps on the native engine."""

from __future__ import annotations

import time
from collections.abc import Mapping, MutableMapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurona.arrays import Array
from neurona.native.execute import NativeProgram
from neurona.native.program import Program
from neurona.native.stop_flag import StopFlag
from neurona.train.runner import StepRunner, Stretch
from neurona.train.thread_choice import ThreadChoice

__all__ = ["NativeRunner"]


class NativeRunner(StepRunner):
    """A step's program and the memory it runs in.

    Parameters
    ----------
    program : Program
    dtype : {float32, float64}
    threads : int, optional
        By default the number that turns out fastest. The bits do not depend on it.
    """

    def __init__(
        self, program: Program, dtype: np.dtype[Any], threads: int | None
    ) -> None:
        self._program = NativeProgram(program, dtype)
        self._choice = ThreadChoice(threads, shares_work=self._program.shares_work)
        self._data: Mapping[str, Array] | None = None
        # What the engine's memory was last equal to; empty where it has moved on.
        self._held: dict[str, Array] = {}

    def load(self, values: Mapping[str, Array], data: Mapping[str, Array]) -> None:
        """Take over parameters, states and slots, and the rows of every input."""
        if self._data is not data:
            self._program.set_data(data)
            self._data = data
        leaves = self._program.program.leaves
        if not self._held or any(
            values[name] is not self._held[name] for name in leaves
        ):
            self._program.write(values)
            self._held = {name: values[name] for name in leaves}

    def advance(
        self,
        stretch: Stretch,
        sums: NDArray[np.float64],
        flag: StopFlag | None = None,
    ) -> int:
        """Run some steps, and return how many: fewer only where the flag was set."""
        self._held = {}
        done = 0
        while done < stretch.steps:
            count, threads = self._choice.next_steps(stretch.steps - done)
            part = stretch.part(done, count)
            steps = np.arange(part.first_step, part.first_step + count, dtype="f8")
            began = time.perf_counter()
            ran = self._program.advance(
                part.order,
                part.batch_size,
                part.batch_rows(),
                {"learning_rate": part.learning_rates, "step": steps},
                sums[stretch.batch(done)[2] :],
                epoch_rows=part.epoch_rows,
                skipped=part.skipped,
                seed=part.seed,
                first_step=part.first_step,
                threads=threads,
                stop=flag,
            )
            done += ran
            if ran < count:
                break
            self._choice.learn(count, time.perf_counter() - began, threads)
        return done

    def read(self, values: MutableMapping[str, Array]) -> None:
        """Replace values by what they have become."""
        self._program.read_updated(values)
        self._held = {name: values[name] for name in self._program.program.leaves}
