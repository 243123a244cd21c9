"""Many epochs in one call of the engine, and the way back where it went too far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.train.callback import Callback, Moment
from neurona.train.run import FitRun
from neurona.train.runner import Sums
from neurona.train.stopping import Stopping
from neurona.train.walk import Walk

__all__ = ["Speculation"]

SETTLE_SECONDS: Final = 0.25
"""Least time between two looks at the weights where calls run over many epochs."""


@dataclass(frozen=True, eq=False)
class Anchor:
    """Where a run stood, between two epochs, when its weights were last looked at."""

    values: dict[str, Array]
    epoch: int
    step: int
    stopping: Stopping


class Speculation:
    """Runs whole epochs at once, as if their weights would stay numbers.

    Parameters
    ----------
    run : FitRun
    walk : Walk
    callbacks : list of Callback
    publish : callable of mapping of str to array
        Given the present values before callbacks may look at them.
    possible : bool
        Whether nothing between two epochs asks for the weights, or for a choice.
    """

    def __init__(
        self,
        run: FitRun,
        walk: Walk,
        callbacks: list[Callback],
        publish: Callable[[Mapping[str, Array]], None],
        possible: bool,
    ) -> None:
        self.run = run
        self.walk = walk
        self.state = walk.state
        self.steps = walk.steps
        self.batches = walk.steps.batches
        self.callbacks = callbacks
        self.publish = publish
        self.possible = possible
        self.anchor: Anchor | None = None
        # From where the best epoch can be found again: now, and at the anchor.
        self.best_after: Anchor | None = None
        self.best_before: Anchor | None = None
        self.settle_after = 0.0

    def epochs_at_once(self) -> int:
        """How many whole epochs the next call may run over; 0 for less than one."""
        if not self.possible or self.state.batch:
            return 0
        left = self.run.options.epochs - self.state.epoch
        return min(self.steps.at_once // self.batches, left)

    def advance(self, count: int) -> None:
        """Run whole epochs in one call, and judge them by their losses."""
        state = self.state
        if self.anchor is None:
            self._drop_anchor()
        sums = np.zeros((count, 2))
        began = time.perf_counter()
        rates = self.walk.advance(count * self.batches, sums)
        # Who was asked to stop may be within an epoch.
        count, state.batch = divmod(len(rates), self.batches)
        if state.batch:
            state.sums = Sums(*sums[count].tolist())
        if not np.isfinite(sums[:, 0]).all():
            self._retrace()
            return
        weights = np.where(sums[:, 1] == 0.0, 1.0, sums[:, 1])
        losses = np.where(sums[:, 1] == 0.0, 0.0, sums[:, 0] / weights).tolist()[:count]
        first = state.epoch + 1
        if state.stopping.after_epochs(first, losses):
            self.best_after = self.anchor
        state.epoch += count
        state.step += len(rates)
        seconds = (time.perf_counter() - began) / max(count, 1)
        ends = rates[self.batches - 1 :: self.batches]
        state.history.add(losses, ends.tolist(), seconds)
        state.history.best_epoch = state.stopping.best_epoch
        if time.monotonic() > self.settle_after and not self.settle():
            return
        if not losses:
            return
        rows, epochs = self.run.train.count, self.run.options.epochs
        moment = Moment(state.epoch, epochs, rows, rows, losses[-1])
        for callback in self.callbacks:
            callback.on_progress(moment)

    def _drop_anchor(self) -> None:
        """Remember where the run stands, to come back to if it leaves the numbers."""
        state = self.state
        stopping = replace(state.stopping)
        self.anchor = Anchor(dict(state.values), state.epoch, state.step, stopping)
        self.best_before = self.best_after
        self.settle_after = time.monotonic() + SETTLE_SECONDS

    def settle(self) -> bool:
        """Look at the weights after epochs run at once; False where they are lost."""
        if self.anchor is None:
            return True
        self.walk.fetch()
        if not self.walk.is_finite():
            self._retrace()
            return False
        self.anchor = None
        if self.callbacks:
            self.publish(self.walk.weights(self.state.values, self.state.step))
        return True

    def _retrace(self) -> None:
        """Go back to where the weights were numbers, and on from there one by one."""
        anchor, state = self.anchor, self.state
        assert anchor is not None
        state.values, state.stopping = anchor.values, anchor.stopping
        state.epoch, state.step = anchor.epoch, anchor.step
        state.batch, state.sums = 0, Sums()
        del state.history.epochs[anchor.epoch :]
        state.history.best_epoch = state.stopping.best_epoch
        self.walk.load()
        self.best_after = self.best_before
        self.anchor, self.possible = None, False

    def replay_best(self) -> None:
        """Find the weights after the best epoch, which a call ran over, once more."""
        start, best = self.best_after, self.state.stopping.best_epoch
        assert start is not None
        assert best is not None
        values = dict(start.values)
        self.steps.load(values)
        count = best * self.batches - start.step
        sums = np.zeros((best - start.epoch, 2))
        self.steps.advance((start.epoch, 0), start.step + 1, count, sums, {})
        self.steps.read(values)
        step = start.step + count
        self.state.keep(self.walk.weights(values, step), step)
