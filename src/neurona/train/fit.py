"""The training loop: epochs, validation, stopping, checkpoints."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.native.stop_flag import StopFlag
from neurona.train.blame import find_cause
from neurona.train.callback import Callback, Moment
from neurona.train.evaluate import evaluator_of
from neurona.train.fingerprint import digest_of
from neurona.train.history import Epoch
from neurona.train.interrupt import catch_interrupts
from neurona.train.run import FitRun, check_training_memory, open_folder
from neurona.train.runner import Sums
from neurona.train.speculation import Speculation
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
from neurona.train.walk import Walk

__all__ = ["FitRun", "fit"]


SAVE_SECONDS = 1.0
"""Least time before a checkpoint and between two, the last apart."""

SAVE_SHARE: Final = 0.05
"""Largest share of the time that saving may take where the network is large."""


def fit(
    run: FitRun,
    start: Mapping[str, Array],
    callbacks: list[Callback],
    publish: Callable[[Mapping[str, Array]], None],
) -> TrainingState:
    """Train.

    Parameters
    ----------
    run : FitRun
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


class _Fit:
    """One fit under way."""

    def __init__(
        self,
        run: FitRun,
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
        self.watched, self.evaluate = evaluator_of(run)
        self.probe = probe_of(run)
        slots = {name: v.astype(run.dtype) for name, v in self.steps.step.slots.items()}
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
        self.is_resumed = False
        self.save_after = time.monotonic() + SAVE_SECONDS
        self.batches = self.steps.batches
        self.walk, self.ahead = self.start_from(self.state)

    def start_from(self, state: TrainingState) -> tuple[Walk, Speculation]:
        """What carries a state on, step by step and many epochs at once."""
        run = self.settings
        walk = Walk(run, self.steps, state)
        watches = (type(callback).on_epoch for callback in self.callbacks)
        possible = (
            self.watched is None
            and self.probe is None
            and run.options.patience is None
            and run.options.checkpoint is None
            and not state.schedule
            and all(watch is Callback.on_epoch for watch in watches)
        )
        ahead = Speculation(run, walk, self.callbacks, self.publish_weights, possible)
        return walk, ahead

    def publish_weights(self, values: Mapping[str, Array]) -> None:
        """Give the network values of its own."""
        self.publish({name: values[name] for name in self.network})

    def run(self) -> TrainingState:
        state = self.state
        if self.options.checkpoint is not None:
            open_folder(self.options.checkpoint)
            folder = self.options.checkpoint
            if self.options.resume and (found := find_checkpoint(folder)) is not None:
                state = self.resumed(found)
        for callback in self.callbacks:
            callback.on_start(state.history, self.moment())
        try:
            with catch_interrupts() as self.walk.flag:
                self.loop(self.walk.flag)
        finally:
            for callback in self.callbacks:
                callback.on_end(state.history)
        state.history.best_epoch = state.stopping.best_epoch
        if state.history.stopped == "diverged":
            before = None
            if not self.is_resumed:
                before = {name: self.start[name] for name in self.network}
            state.history.cause = find_cause(self.settings, before, stepped=True)
        self.settle_weights()
        return state

    def resumed(self, path: Path) -> TrainingState:
        """Take over the state of a checkpoint."""
        settings, present = self.settings, self.state.start
        state = read_checkpoint(path, settings.fingerprint, self.state)
        self.state, self.is_resumed = state, True
        self.walk, self.ahead = self.start_from(state)
        check_start(state, present, self.left())
        # Whoever stopped a run meant it, unless more epochs are asked for.
        if state.history.stopped != "callback" or self.options.epochs > state.epochs:
            state.history.stopped = "running"
        state.epochs = max(state.epochs, self.options.epochs)
        return state

    def left(self) -> Iterator[dict[str, Array]]:
        """Weights that a run in this state leaves in its network when it ends."""
        present = self.walk.weights(self.state.values, self.state.step)
        for values in (self.state.best, present):
            if values:
                yield {name: values[name] for name in self.network}

    def loop(self, flag: StopFlag) -> None:
        state, history = self.state, self.state.history
        self.walk.load()
        while history.stopped == "running":
            if flag.is_set:
                history.stopped = "interrupted"
            elif state.batch == 0 and state.stopping.should_stop:
                history.stopped = "patience"
            elif state.epoch >= self.options.epochs:
                history.stopped = "epochs"
            elif self.ahead.epochs_at_once() > 1:
                self.ahead.advance(self.ahead.epochs_at_once())
            elif self.ahead.settle() and self.finish_epoch(flag):
                self.after_epoch()
                if history.stopped == "running":
                    self.save_if_due()
            if history.stopped in ("epochs", "interrupted") and not self.ahead.settle():
                history.stopped = "running"
        if history.stopped != "diverged":
            if flag.is_set:
                # Whoever asked to stop means all that would follow, too.
                history.stopped = "interrupted"
            self.save()

    def finish_epoch(self, flag: StopFlag) -> bool:
        """Run what is left of an epoch; False where the run must end here."""
        state = self.state
        while state.batch < self.batches:
            if flag.is_set:
                return False
            count = min(self.steps.at_once, self.batches - state.batch)
            began = time.perf_counter()
            sums = np.array([[state.sums.loss, state.sums.weight]])
            count = len(self.walk.advance(count, sums))
            state.sums = Sums(*sums[0].tolist())
            state.batch += count
            state.step += count
            # Looked at only where values are kept: it costs as much as a small step.
            kept = state.batch == self.batches or flag.is_set
            if kept:
                self.walk.fetch()
            state.seconds += time.perf_counter() - began
            if not math.isfinite(state.sums.loss) or (
                kept and not self.walk.is_finite()
            ):
                state.history.stopped = "diverged"
                return False
            moment = self.moment()
            for callback in self.callbacks:
                callback.on_progress(moment)
            if state.batch < self.batches:
                self.save_if_due()
        return True

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
        values = self.walk.weights(state.values, state.step)
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
        if not math.isfinite(epoch.loss):
            state.history.stopped = "diverged"
            return
        state.history.epochs.append(epoch)
        improved = state.stopping.after_epoch(epoch.epoch, epoch.score)
        # Where no score was a number yet, the last weights are the ones to keep.
        if improved or state.stopping.best_epoch is None:
            state.keep(values, state.step)
            self.ahead.best_after = None
        state.history.best_epoch = state.stopping.best_epoch
        state.schedule = settings.schedule.after_epoch(state.schedule, epoch.score)
        state.epoch += 1
        state.batch, state.sums, state.seconds = 0, Sums(), 0.0
        if self.callbacks:
            self.publish_weights(values)
        stop = [callback.on_epoch(epoch, state.history) for callback in self.callbacks]
        if any(stop):
            state.history.stopped = "callback"

    def settle_weights(self) -> None:
        """Put the weights that the run leaves behind into the state's ``best``."""
        state = self.state
        diverged = state.history.stopped == "diverged"
        if diverged and self.ahead.best_after is not None:
            self.ahead.replay_best()
        if state.best and (diverged or self.options.patience is not None):
            return
        if diverged:
            state.keep(self.start, 0)
        else:
            self.walk.keep()

    def save_if_due(self) -> None:
        if time.monotonic() > self.save_after:
            self.save()

    def save(self) -> None:
        settings = self.settings
        if self.options.checkpoint is None:
            return
        self.walk.fetch()
        began = time.monotonic()
        write_checkpoint(self.options.checkpoint, self.state, settings.fingerprint)
        ended = time.monotonic()
        self.save_after = ended + max(SAVE_SECONDS, (ended - began) / SAVE_SHARE)
