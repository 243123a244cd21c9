"""The training loop: epochs, validation, stopping, checkpoints."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurona.arrays import Array
from neurona.reference import Executable
from neurona.train.callback import Callback, Moment
from neurona.train.evaluate import evaluator_of
from neurona.train.fingerprint import digest_of
from neurona.train.history import Epoch
from neurona.train.interrupt import StopFlag, catch_interrupts
from neurona.train.run import Run, check_training_memory, open_folder
from neurona.train.runner import Sums
from neurona.train.state import (
    TrainingState,
    check_start,
    find_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from neurona.train.statistics import probe_of
from neurona.train.steps import Steps
from neurona.train.stopping import Stopping

__all__ = ["Run", "fit"]


SETTLE_SECONDS: Final = 0.25
"""Least time between two looks at the weights where calls run over many epochs."""

SAVE_SECONDS = 1.0
"""Least time before a checkpoint and between two, the last apart."""

SAVE_SHARE: Final = 0.05
"""Largest share of the time that saving may take where the network is large."""


def fit(
    run: Run,
    start: Mapping[str, Array],
    callbacks: list[Callback],
    publish: Callable[[Mapping[str, Array]], None],
) -> TrainingState:
    """Train.

    Parameters
    ----------
    run : Run
    start : mapping of str to array
        Parameters and states before the first step. They are copied, so that nobody
        changes them meanwhile.
    callbacks : list of Callback
    publish : callable of mapping of str to array
        Given the present parameters and states before callbacks hear of an epoch.

    Returns
    -------
    TrainingState
        Its ``best`` holds the parameters, states and slots to keep. Its history says
        how the run ended; after Ctrl-C that is "interrupted", and after a loss that is
        no finite number "diverged", with the best finite weights kept.

    Raises
    ------
    CheckpointError
        There is a checkpoint to resume from, but it is damaged or of another run.
    OptionError
        The parameters with all that training adds to them do not fit in memory.
    OutputError
        The checkpoint cannot be written; found before the first step.
    """
    return _Fit(run, start, callbacks, publish).run()


@dataclass(frozen=True, eq=False)
class _Anchor:
    """Where a run stood, between two epochs, when its weights were last looked at."""

    values: dict[str, Array]
    epoch: int
    step: int
    stopping: Stopping


class _Fit:
    """One fit under way."""

    def __init__(
        self,
        run: Run,
        start: Mapping[str, Array],
        callbacks: list[Callback],
        publish: Callable[[Mapping[str, Array]], None],
    ) -> None:
        self.settings = run
        self.options = run.options
        self.callbacks = callbacks
        self.publish = publish
        check_training_memory(run)
        self.steps = Steps(run)
        step = self.steps.step
        averaged = step.averaged
        self.average = Executable(averaged, run.dtype) if averaged else None
        self.watched, self.evaluate = evaluator_of(run)
        self.probe = probe_of(run)
        slots = {name: v.astype(run.dtype) for name, v in step.slots.items()}
        self.state = TrainingState(
            values={
                **{name: np.array(value) for name, value in start.items()},
                **slots,
            },
            stopping=Stopping(run.options.patience, run.options.min_change),
            schedule=run.schedule.start(),
            epochs=run.options.epochs,
            start="" if run.options.checkpoint is None else digest_of(start),
        )
        self.network = tuple(start)
        self.start = dict(self.state.values)
        self.save_after = time.monotonic() + SAVE_SECONDS
        self.batches = self.steps.batches
        # Whether nothing between two epochs asks for the weights, or for a choice.
        self.spans = (
            self.watched is None
            and self.probe is None
            and run.options.patience is None
            and run.options.checkpoint is None
            and not self.state.schedule
            and all(type(c).on_epoch is Callback.on_epoch for c in callbacks)
        )
        self.anchor: _Anchor | None = None
        # From where the best epoch can be found again: now, and at the anchor.
        self.best_after: _Anchor | None = None
        self.best_before: _Anchor | None = None
        self.settle_after = 0.0
        # Whether the runner has gone on from the values of the state.
        self.ahead = False
        self.flag = StopFlag()

    def run(self) -> TrainingState:
        state = self.state
        if self.options.checkpoint is not None:
            open_folder(self.options.checkpoint)
            found = (
                find_checkpoint(self.options.checkpoint)
                if self.options.resume
                else None
            )
            if found is not None:
                state = self.resumed(found)
        for callback in self.callbacks:
            callback.on_start(state.history, self.moment())
        try:
            with catch_interrupts() as self.flag:
                self.loop(self.flag)
        finally:
            for callback in self.callbacks:
                callback.on_end(state.history)
        state.history.best_epoch = state.stopping.best_epoch
        self.settle_weights()
        return state

    def resumed(self, path: Path) -> TrainingState:
        """Take over the state of a checkpoint."""
        settings, present = self.settings, self.state.start
        state = read_checkpoint(path, settings.fingerprint, self.state)
        self.state = state
        check_start(state, present, self.left())
        # Whoever stopped a run meant it, unless more epochs are asked for.
        if state.history.stopped != "callback" or self.options.epochs > state.epochs:
            state.history.stopped = "running"
        state.epochs = max(state.epochs, self.options.epochs)
        return state

    def left(self) -> Iterator[dict[str, Array]]:
        """Weights that a run in this state leaves in its network when it ends."""
        present = self.weights(self.state.values, self.state.step)
        for values in (self.state.best, present):
            if values:
                yield {name: values[name] for name in self.network}

    def loop(self, flag: StopFlag) -> None:
        state, history = self.state, self.state.history
        self.steps.load(state.values)
        while history.stopped == "running":
            if flag.raised:
                history.stopped = "interrupted"
            elif state.batch == 0 and state.stopping.should_stop:
                history.stopped = "patience"
            elif state.epoch >= self.options.epochs:
                history.stopped = "epochs"
            elif self.epochs_at_once() > 1:
                self.run_epochs(self.epochs_at_once())
            elif self.settle() and self.finish_epoch(flag):
                self.after_epoch()
                if history.stopped == "running":
                    self.save_if_due()
            if history.stopped in ("epochs", "interrupted") and not self.settle():
                history.stopped = "running"
        if history.stopped != "diverged":
            if flag.raised:
                # Whoever asked to stop means all that would follow, too.
                history.stopped = "interrupted"
            self.save()

    # Many epochs in one call --------------------------------------------------------

    def epochs_at_once(self) -> int:
        """How many whole epochs the next call may run over; 0 for less than one."""
        if not self.spans or self.state.batch:
            return 0
        left = self.options.epochs - self.state.epoch
        return min(self.steps.at_once // self.batches, left)

    def run_epochs(self, count: int) -> None:
        """Run whole epochs in one call, and judge them by their losses."""
        settings, state = self.settings, self.state
        if self.anchor is None:
            self.drop_anchor()
        sums = np.zeros((count, 2))
        began = time.perf_counter()
        rates = self.advance(count * self.batches, sums)
        # Who was asked to stop may be within an epoch.
        count, state.batch = divmod(len(rates), self.batches)
        if state.batch:
            state.sums = Sums(*sums[count].tolist())
        if not np.isfinite(sums[:, 0]).all():
            self.retrace()
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
        rows = settings.train.count
        moment = Moment(state.epoch, self.options.epochs, rows, rows, losses[-1])
        for callback in self.callbacks:
            callback.on_progress(moment)

    def drop_anchor(self) -> None:
        """Remember where the run stands, to come back to if it leaves the numbers."""
        state = self.state
        stopping = replace(state.stopping)
        self.anchor = _Anchor(dict(state.values), state.epoch, state.step, stopping)
        self.best_before = self.best_after
        self.settle_after = time.monotonic() + SETTLE_SECONDS

    def settle(self) -> bool:
        """Look at the weights after epochs run at once; False where they are lost."""
        if self.anchor is None:
            return True
        self.fetch()
        if not self.is_finite():
            self.retrace()
            return False
        self.anchor = None
        if self.callbacks:
            values = self.weights(self.state.values, self.state.step)
            self.publish({name: values[name] for name in self.network})
        return True

    def retrace(self) -> None:
        """Go back to where the weights were numbers, and on from there one by one."""
        anchor, state = self.anchor, self.state
        assert anchor is not None
        state.values, state.stopping = anchor.values, anchor.stopping
        state.epoch, state.step = anchor.epoch, anchor.step
        state.batch, state.sums = 0, Sums()
        del state.history.epochs[anchor.epoch :]
        state.history.best_epoch = state.stopping.best_epoch
        self.steps.load(state.values)
        self.best_after = self.best_before
        self.anchor, self.ahead, self.spans = None, False, False

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
        self.state.keep(self.weights(values, step), step)

    # Steps --------------------------------------------------------------------------

    def advance(self, count: int, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Run some steps in one call, and return the learning rates of those done."""
        state = self.state
        self.ahead = True
        return self.steps.advance(
            (state.epoch, state.batch),
            state.step + 1,
            count,
            sums,
            state.schedule,
            self.flag,
        )

    def fetch(self) -> None:
        """Bring the values of the state up to date."""
        if self.ahead:
            self.steps.read(self.state.values)
            self.ahead = False

    def finish_epoch(self, flag: StopFlag) -> bool:
        """Run what is left of an epoch; False where the run must end here."""
        state = self.state
        while state.batch < self.batches:
            if flag.raised:
                return False
            count = min(self.steps.at_once, self.batches - state.batch)
            began = time.perf_counter()
            sums = np.array([[state.sums.loss, state.sums.weight]])
            count = len(self.advance(count, sums))
            state.sums = Sums(*sums[0].tolist())
            state.batch += count
            state.step += count
            # Looked at only where values are kept: it costs as much as a small step.
            kept = state.batch == self.batches or flag.raised
            if kept:
                self.fetch()
            state.seconds += time.perf_counter() - began
            if not math.isfinite(state.sums.loss) or (kept and not self.is_finite()):
                state.history.stopped = "diverged"
                return False
            moment = self.moment()
            for callback in self.callbacks:
                callback.on_progress(moment)
            if state.batch < self.batches:
                self.save_if_due()
        return True

    def is_finite(self) -> bool:
        """Whether every parameter, state and slot is."""
        return all(bool(np.isfinite(x).all()) for x in self.state.values.values())

    def moment(self) -> Moment:
        settings, state = self.settings, self.state
        rows = settings.train.count
        return Moment(
            epoch=state.epoch + 1,
            epochs=self.options.epochs,
            samples=min(state.batch * self.steps.batch_size, rows),
            samples_per_epoch=rows,
            loss=state.sums.mean,
        )

    def after_epoch(self) -> None:
        """Judge a finished epoch, and say so in the history if the run ends there."""
        settings, state = self.settings, self.state
        began = time.perf_counter()
        values = self.weights(state.values, state.step)
        validated = None
        metrics: Mapping[str, float] = {}
        if self.watched is not None and self.evaluate is not None:
            rows = self.watched
            scores = self.evaluate(values, rows.data, rows.count, rows.index)
            metrics = scores.metrics
            validated = scores.loss if settings.validation is not None else None
        epoch = Epoch(
            epoch=state.epoch + 1,
            loss=state.sums.mean,
            validation_loss=validated,
            metrics=metrics,
            learning_rate=float(self.steps.rates(state.step, 1, state.schedule)[0]),
            seconds=state.seconds + time.perf_counter() - began,
            statistics={} if self.probe is None else self.probe(values),
        )
        if not math.isfinite(epoch.score):
            state.history.stopped = "diverged"
            return
        state.history.epochs.append(epoch)
        if state.stopping.after_epoch(epoch.epoch, epoch.score):
            state.keep(values, state.step)
            self.best_after = None
        state.history.best_epoch = state.stopping.best_epoch
        state.schedule = settings.schedule.after_epoch(state.schedule, epoch.score)
        state.epoch += 1
        state.batch, state.sums, state.seconds = 0, Sums(), 0.0
        if self.callbacks:
            self.publish({name: values[name] for name in self.network})
        stop = [callback.on_epoch(epoch, state.history) for callback in self.callbacks]
        if any(stop):
            state.history.stopped = "callback"

    def weights(self, values: Mapping[str, Array], step: int) -> Mapping[str, Array]:
        """Values to judge: the weights' moving average for them where there is one."""
        if self.average is None or step == 0:
            return values
        return {**values, **self.average({**values, "step": step})}

    def settle_weights(self) -> None:
        """Put the weights that the run leaves behind into the state's ``best``."""
        state = self.state
        diverged = state.history.stopped == "diverged"
        if diverged and self.best_after is not None:
            self.replay_best()
        if state.best and (diverged or self.options.patience is not None):
            return
        if diverged:
            state.keep(self.start, 0)
        else:
            self.fetch()
            state.keep(self.weights(state.values, state.step), state.step)

    def save_if_due(self) -> None:
        if time.monotonic() > self.save_after:
            self.save()

    def save(self) -> None:
        settings = self.settings
        if self.options.checkpoint is None:
            return
        self.fetch()
        began = time.monotonic()
        write_checkpoint(self.options.checkpoint, self.state, settings.fingerprint)
        ended = time.monotonic()
        self.save_after = ended + max(SAVE_SECONDS, (ended - began) / SAVE_SHARE)
