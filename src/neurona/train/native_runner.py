"""Runs training steps on the native engine."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neurona.native.execute import NativeProgram
from neurona.native.lower import lower_graph_to_program
from neurona.train.runner import Sums
from neurona.train.step import LOSS_SUM, WEIGHT_SUM, Step

__all__ = ["NativeRunner", "allowed_threads"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

MOST_THREADS: Final = 8
"""A batch is cut into at most so many blocks; more threads would have no work."""

TRIAL_SECONDS: Final = 0.004
"""About how long each number of threads is tried before one is chosen."""


def allowed_threads() -> int:
    """Threads that this process may use: no more than the processors it may run on.

    ``OMP_NUM_THREADS``, which joblib sets in its workers, is a limit too.

    Examples
    --------
    >>> allowed_threads() >= 1
    True
    """
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:
        count = os.cpu_count() or 1
    limit = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    if limit.isdigit():
        count = min(count, int(limit))
    return max(1, min(count, MOST_THREADS))


class NativeRunner:
    """A step's program and the memory it runs in.

    Parameters
    ----------
    step : Step
    dtype : {float32, float64}
    batch_size : int
        Rows of the largest batch.
    threads : int, optional
        By default the number that turns out fastest in the first steps. The bits do
        not depend on it.

    Raises
    ------
    CannotLower
        The step holds something that the engine cannot run.
    """

    def __init__(
        self, step: Step, dtype: np.dtype[Any], batch_size: int, threads: int | None
    ) -> None:
        program = lower_graph_to_program(
            step.graph,
            dtype=dtype,
            most_rows=batch_size,
            sums=(LOSS_SUM, WEIGHT_SUM),
        )
        self._program = NativeProgram(program, dtype)
        self._data: Mapping[str, Array] | None = None
        self._held: dict[str, Array] = {}
        self._threads = threads
        self._trials: list[tuple[float, int]] = []

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
        if self._data is not data:
            self._program.set_data(data)
            self._data = data
        if any(values[name] is not held for name, held in self._held.items()) or (
            not self._held
        ):
            self._program.write(values)
        done = 0
        while done < len(learning_rates):
            count, threads = self._next_stretch(len(learning_rates) - done)
            rates = np.asarray(learning_rates[done : done + count], np.float64)
            steps = np.arange(first_step + done, first_step + done + count, dtype="f8")
            began = time.perf_counter()
            found = self._program.run(
                order[done * batch_size : (done + count) * batch_size],
                batch_size,
                {"learning_rate": rates, "step": steps},
                seed=seed,
                first_step=first_step + done,
                threads=threads,
            )
            self._learn((time.perf_counter() - began) / count, threads)
            sums.loss += found[LOSS_SUM]
            sums.weight += found[WEIGHT_SUM]
            done += count
        for name in self._program.program.updated:
            values[name] = self._program.read(name, values[name])
        self._held = {name: values[name] for name in self._program.program.leaves}

    def _next_stretch(self, left: int) -> tuple[int, int]:
        """How many steps to run next, and on how many threads."""
        if self._threads is not None:
            return left, self._threads
        most = allowed_threads()
        if most == 1:
            self._threads = 1
            return left, 1
        threads = 1 if len(self._trials) % 2 == 0 else most
        seconds = self._trials[-1][0] if self._trials else TRIAL_SECONDS
        return min(left, max(1, int(TRIAL_SECONDS / seconds))), threads

    def _learn(self, seconds: float, threads: int) -> None:
        """Take note of how long a step took; choose once each number was tried."""
        if self._threads is not None:
            return
        self._trials.append((seconds, threads))
        # The first trial warms the caches; the best of the others decides.
        if len(self._trials) >= 7:
            self._threads = min(self._trials[1:])[1]
