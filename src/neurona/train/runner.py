"""Runs training steps: the reference's loop, and what any engine must offer."""

from __future__ import annotations

import abc
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import DTypeLike, NDArray

from neurona.arrays import Array
from neurona.data.batches import RowGatherer
from neurona.native.stop_flag import StopFlag
from neurona.nn.build import SEED, STEP
from neurona.reference import Executable, WrongIndex
from neurona.train.step import LOSS_SUM, WEIGHT_SUM, Step

__all__ = ["ReferenceRunner", "StepRunner", "Stretch", "Sums"]


@dataclass
class Sums:
    """Σ wᵢ lᵢ and Σ wᵢ over the steps so far, in float64."""

    loss: float = 0.0
    weight: float = 0.0

    @property
    def mean(self) -> float:
        """Their ratio; 0 where no row has weight."""
        return self.loss / self.weight if self.weight else 0.0


@dataclass(frozen=True, eq=False)
class Stretch:
    """Steps that follow each other, perhaps over several epochs.

    Parameters
    ----------
    order : int64 array
        Rows to visit, epoch after epoch.
    batch_size : int
    epoch_rows : int
        Rows of a whole epoch, whose last batch may be shorter.
    skipped : int
        Rows of the first epoch that were visited before: a number of whole batches.
    learning_rates : float64 array (steps,)
    first_step : int
        Number of the first step, counted from 1.
    seed : int
        Of the random masks.

    Examples
    --------
    >>> stretch = Stretch(np.arange(10), 2, 5, 0, np.ones(6), 1, 0)
    >>> [stretch.batch(i) for i in range(4)]
    [(0, 2, 0), (2, 4, 0), (4, 5, 0), (5, 7, 1)]
    >>> later = stretch.part(4, 2)
    >>> later.order, later.skipped, later.first_step
    (array([7, 8, 9]), 2, 5)
    """

    order: NDArray[np.int64]
    batch_size: int
    epoch_rows: int
    skipped: int
    learning_rates: NDArray[np.float64]
    first_step: int
    seed: int

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self.learning_rates)

    def batch(self, step: int) -> tuple[int, int, int]:
        """Of a step, counted from 0: first place in the order, end, and epoch."""
        batches = -(-self.epoch_rows // self.batch_size)
        epoch, batch = divmod(self.skipped // self.batch_size + step, batches)
        within = batch * self.batch_size
        first = epoch * self.epoch_rows + within - self.skipped
        return first, first + min(self.batch_size, self.epoch_rows - within), epoch

    def batch_rows(self) -> NDArray[np.int64]:
        """Rows of each batch."""
        batches = -(-self.epoch_rows // self.batch_size)
        rows = np.full(self.steps, self.batch_size, np.int64)
        last = batches - 1 - self.skipped // self.batch_size
        rows[last::batches] = self.epoch_rows - (batches - 1) * self.batch_size
        return rows

    def part(self, first: int, count: int) -> Stretch:
        """Some of the steps, the first counted from 0."""
        if first == 0 and count == self.steps:
            return self
        start, _end, epoch = self.batch(first)
        stop = self.batch(first + count - 1)[1]
        return replace(
            self,
            order=self.order[start:stop],
            skipped=start + self.skipped - epoch * self.epoch_rows,
            learning_rates=self.learning_rates[first : first + count],
            first_step=self.first_step + first,
        )


class StepRunner(abc.ABC):
    """Holds what training changes, and runs steps on it.

    What it holds is loaded once and read when it is needed: in between, an engine may
    keep it wherever it likes.
    """

    @abc.abstractmethod
    def load(self, values: Mapping[str, Array], data: Mapping[str, Array]) -> None:
        """Take over parameters, states and slots, and the rows of every input."""

    @abc.abstractmethod
    def advance(
        self,
        stretch: Stretch,
        sums: NDArray[np.float64],
        flag: StopFlag | None = None,
    ) -> int:
        """Run some steps, and return how many: fewer only where the flag was set.

        Parameters
        ----------
        stretch : Stretch
        sums : float64 array (epochs, 2)
            Σ wᵢ lᵢ and Σ wᵢ of each epoch that the stretch touches: added to, one batch
            after the other, so that it does not matter how an epoch is cut.
        flag : StopFlag, optional
            An engine may look at it while it runs, and abandon a step: then it is as if
            that step had not begun.
        """

    @abc.abstractmethod
    def read(self, values: MutableMapping[str, Array]) -> None:
        """Replace values by what they have become: by new arrays, never in place."""

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
        """Load, run one step of an epoch per learning rate, and read.

        Parameters
        ----------
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
        rates = np.asarray(learning_rates, np.float64)
        stretch = Stretch(order, batch_size, len(order), 0, rates, first_step, seed)
        lines = np.array([[sums.loss, sums.weight]])
        self.load(values, data)
        self.advance(stretch, lines)
        self.read(values)
        sums.loss, sums.weight = lines[0].tolist()


class ReferenceRunner(StepRunner):
    """The definition of a run: one evaluation of the step's graph per batch."""

    def __init__(self, step: Step, dtype: DTypeLike) -> None:
        self._execute = Executable(step.graph, dtype)
        self._leaves = frozenset(step.graph.leaves)
        self._values: dict[str, Array] = {}
        self._data: Mapping[str, Array] = {}

    def load(self, values: Mapping[str, Array], data: Mapping[str, Array]) -> None:
        """Take over parameters, states and slots, and the rows of every input."""
        self._values = dict(values)
        self._data = {name: data[name] for name in data if name in self._leaves}

    def advance(
        self,
        stretch: Stretch,
        sums: NDArray[np.float64],
        flag: StopFlag | None = None,
    ) -> int:
        """Run some steps, and return how many: fewer only where the flag was set."""
        gatherer = RowGatherer(list(self._data.values()), stretch.batch_size)
        for i, rate in enumerate(stretch.learning_rates.tolist()):
            if flag is not None and flag.is_set:
                return i
            start, stop, epoch = stretch.batch(i)
            rows = stretch.order[start:stop]
            batch = dict(zip(self._data, gatherer.gather(rows), strict=True))
            step = stretch.first_step + i
            clock = {"learning_rate": rate, "step": step}
            clock |= {SEED: stretch.seed, STEP: step}
            try:
                new = self._execute({**self._values, **batch, **clock}, rows=len(rows))
            except WrongIndex as error:
                raise error.in_rows(rows) from None
            sums[epoch] += float(new.pop(LOSS_SUM)), float(new.pop(WEIGHT_SUM))
            self._values.update(new)
        return stretch.steps

    def read(self, values: MutableMapping[str, Array]) -> None:
        """Replace values by what they have become."""
        values.update(self._values)
