"""The learning-rate range test: training a copy of a network at rising rates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from neurona.arrays import Array
from neurona.data.batches import cut_into_batches, epoch_order, rows_per_batch
from neurona.nn.architecture import Architecture
from neurona.optimize import range_test_rates, suggest_learning_rate
from neurona.train.compiled import compile_step
from neurona.train.engines import resolve_engine, runner_of
from neurona.train.runner import Stretch, Sums
from neurona.train.step import StepOptions

__all__ = ["RangeTest", "run_range_test"]


SMOOTHING: Final = 0.9
"""Decay of the moving average that is watched: single batches are noisy."""

WORST: Final = 4.0
"""How many times the lowest smoothed loss one may be before the test stops."""

WINDOW: Final = 0.05
"""Share of the steps on either side that a loss is averaged over before slopes are
taken, lest the noise of single batches be taken for a fall."""

START_OF_FALL: Final = 0.1
"""Share of the whole fall after which it has begun: slopes before it are noise."""


@dataclass(frozen=True, eq=False)
class RangeTest:
    """What a range test found.

    Parameters
    ----------
    rates, losses : array (T,)
        Learning rates, and the loss of the batch that each step met, before the step.
        The test ends early where the loss runs away.
    suggestion : float
        The rate at which the smoothed loss fell fastest.
    """

    rates: NDArray[np.float64]
    losses: NDArray[np.float64]
    suggestion: float


def run_range_test(
    architecture: Architecture,
    options: StepOptions,
    start: Mapping[str, Array],
    data: Mapping[str, Array],
    *,
    low: float,
    high: float,
    steps: int,
    batch_size: int | Literal["full"] | None,
    seed: int,
    dtype: np.dtype[Any],
) -> RangeTest:
    """Take one step at each rate.

    Parameters
    ----------
    architecture : Architecture
    options : StepOptions
    start : mapping of str to array
        Parameters and states to start from; they stay as they are.
    data : mapping of str to array
        Inputs and targets by name.
    low, high : float
    steps : int
    batch_size : int, "full" or None
    seed : int
    dtype : {float32, float64}

    Raises
    ------
    OptionError
        The loss never fell, or an option is outside its range.

    Notes
    -----
    Source: Smith, "Cyclical learning rates for training neural networks", 2015, section
    3.3. It stops once the smoothed loss is four times its lowest value, or not finite.
    """
    rates = range_test_rates(low, high, steps)
    count = len(next(iter(data.values())))
    size = rows_per_batch(count, batch_size)
    native = resolve_engine("auto") == "native"
    compiled = compile_step(architecture, options, dtype, size, native=native)
    slots = {name: value.astype(dtype) for name, value in compiled.step.slots.items()}
    runner = runner_of(compiled, dtype, threads=None)
    runner.load({**start, **slots}, data)
    batches = endless_batches(count, size, seed)
    losses: list[float] = []
    lowest, average = math.inf, 0.0
    for number, rate in enumerate(rates, start=1):
        order, lines = next(batches), np.zeros((1, 2))
        runner.advance(
            Stretch(order, size, len(order), 0, np.array([rate]), number, seed), lines
        )
        loss = Sums(*lines[0].tolist()).mean
        losses.append(loss)
        average = SMOOTHING * average + (1 - SMOOTHING) * loss
        smooth = average / (1 - SMOOTHING**number)
        lowest = min(lowest, smooth)
        # A loss may be negative, such as that of a density: then only NaN stops it.
        if not math.isfinite(smooth) or 0 < WORST * lowest < smooth:
            break
    found = np.array(losses)
    tried = rates[: len(found)]
    return RangeTest(tried, found, suggest(tried, found))


def suggest(rates: NDArray[np.float64], losses: NDArray[np.float64]) -> float:
    """Rate at which the loss falls fastest, the noise of single batches apart.

    Parameters
    ----------
    rates, losses : array (T,)

    Raises
    ------
    OptionError
        The loss never fell.
    """
    reach = int(WINDOW * len(losses))
    # What ran away at the end would spoil the means of the good losses before it.
    start = losses[: reach + 1]
    start = start[np.isfinite(start)]
    highest = start.max() if start.size else np.inf
    smooth = centred_mean(np.where(losses <= highest, losses, highest), reach)
    lowest = int(np.argmin(smooth))
    fallen = smooth[0] - START_OF_FALL * (smooth[0] - smooth[lowest])
    begin = int(np.flatnonzero(smooth[: lowest + 1] >= fallen)[-1])
    return suggest_learning_rate(rates[begin:], smooth[begin:])


def centred_mean(losses: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Mean of each loss and of as many on either side as there are, up to a reach.

    Examples
    --------
    >>> centred_mean(np.array([1.0, 5.0, 3.0, 1.0]), 1).tolist()
    [3.0, 3.0, 3.0, 2.0]
    """
    count = len(losses)
    sums = np.concatenate([[0.0], np.cumsum(losses)])
    first = np.maximum(np.arange(count) - reach, 0)
    after = np.minimum(np.arange(count) + reach + 1, count)
    return np.asarray((sums[after] - sums[first]) / (after - first))


def endless_batches(count: int, size: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Batches of one shuffled epoch after another."""
    epoch = 0
    while True:
        yield from cut_into_batches(epoch_order(count, seed=seed, epoch=epoch), size)
        epoch += 1
