"""Runs training steps: the reference's loop, and what any engine must offer."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from neurona.data.batches import RowGatherer, cut_into_batches
from neurona.nn.build import SEED, STEP
from neurona.reference import Executable
from neurona.train.step import LOSS_SUM, WEIGHT_SUM, Step

__all__ = ["ReferenceRunner", "Runner", "Sums"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


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
