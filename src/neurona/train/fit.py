"""The training loop: epochs, validation, stopping, checkpoints."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from neurona.data.batches import rows_per_batch
from neurona.errors import OutputError
from neurona.files import check_writable
from neurona.messages import _
from neurona.nn.architecture import Architecture
from neurona.optimize import Schedule
from neurona.reference import Executable
from neurona.train.callback import Callback, Moment
from neurona.train.engines import make_runner
from neurona.train.evaluate import Evaluator
from neurona.train.examples import target_specs
from neurona.train.fingerprint import digest_of
from neurona.train.history import Epoch
from neurona.train.interrupt import StopFlag, catch_interrupts
from neurona.train.memory import check_memory
from neurona.train.metrics import Metric
from neurona.train.rows import Rows
from neurona.train.runner import Sums
from neurona.train.state import (
    CHECKPOINT_NAME,
    TrainingState,
    check_start,
    find_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from neurona.train.step import ROW_WEIGHT, Step, StepOptions, build_step
from neurona.train.stopping import Stopping

__all__ = ["Run", "fit"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

CHUNK_SECONDS: Final = 0.1
"""Aimed length of the stretches between which progress is told and Ctrl-C is heard."""

SAVE_SECONDS = 1.0
"""Least time before a checkpoint and between two, the last apart."""

SAVE_SHARE: Final = 0.05
"""Largest share of the time that saving may take where the network is large."""


@dataclass(frozen=True, eq=False)
class Run:
    """Everything that determines a fit but the weights it starts from.

    Parameters
    ----------
    architecture : Architecture
    options : StepOptions
    schedule : Schedule
    train, validation : Rows
    dtype : {float32, float64}
    batch_size : int or None
        ``None`` for all rows at once.
    epochs : int
        At least 1.
    patience : int or None
        Epochs without improvement; the best weights are then restored. ``None``: no
        early stopping.
    min_change : float
    shuffle : bool
    seed : int
    metrics : mapping of str to Metric
    engine : {"auto", "native", "reference"}
    threads : int or None
        Of the native engine; the bits do not depend on it.
    checkpoint : path, optional
        A folder, made if need be.
    resume : bool
        Whether to go on from the checkpoint, if there is one.
    fingerprint : mapping of str to JSON value
        What must be the same for a run to resume.
    """

    architecture: Architecture
    options: StepOptions
    schedule: Schedule
    train: Rows
    validation: Rows | None
    dtype: np.dtype[Any]
    batch_size: int | Literal["full"] | None
    epochs: int
    patience: int | None
    min_change: float
    shuffle: bool
    seed: int
    metrics: Mapping[str, Metric]
    engine: str
    threads: int | None
    checkpoint: str | os.PathLike[str] | None
    resume: bool
    fingerprint: Mapping[str, Any]


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
        self.callbacks = callbacks
        self.publish = publish
        check_training_memory(run)
        self.step: Step = build_step(run.architecture, run.options)
        self.batch_size = rows_per_batch(run.train.count, run.batch_size)
        self.runner = make_runner(
            self.step, run.engine, run.dtype, self.batch_size, run.threads
        )
        averaged = self.step.averaged
        self.average = Executable(averaged, run.dtype) if averaged else None
        watched = run.train if run.validation is None else run.validation
        needs_rows = run.validation is not None or bool(run.metrics)
        self.watched = watched if needs_rows else None
        # Targets and weights of the rows watched need not be of the training's kind.
        self.evaluate = Evaluator(
            run.architecture,
            run.options.losses,
            target_specs(run.architecture, run.options.losses, watched.data),
            run.metrics,
            run.dtype,
            weighted=ROW_WEIGHT in watched.data,
        )
        slots = {name: v.astype(run.dtype) for name, v in self.step.slots.items()}
        self.state = TrainingState(
            values={
                **{name: np.array(value) for name, value in start.items()},
                **slots,
            },
            stopping=Stopping(run.patience, run.min_change),
            schedule=run.schedule.start(),
            epochs=run.epochs,
            start="" if run.checkpoint is None else digest_of(start),
        )
        self.network = tuple(start)
        self.start = dict(self.state.values)
        self.save_after = time.monotonic() + SAVE_SECONDS
        self.batches = -(-run.train.count // self.batch_size)
        self.chunk = 1

    def run(self) -> TrainingState:
        settings, state = self.settings, self.state
        if settings.checkpoint is not None:
            open_folder(settings.checkpoint)
            found = find_checkpoint(settings.checkpoint) if settings.resume else None
            if found is not None:
                state = self.resumed(found)
        for callback in self.callbacks:
            callback.on_start(state.history, self.moment())
        try:
            with catch_interrupts() as flag:
                self.loop(flag)
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
        if state.history.stopped != "callback" or settings.epochs > state.epochs:
            state.history.stopped = "running"
        state.epochs = max(state.epochs, settings.epochs)
        return state

    def left(self) -> Iterator[dict[str, Array]]:
        """Weights that a run in this state leaves in its network when it ends."""
        for values in (self.state.best, self.weights()):
            if values:
                yield {name: values[name] for name in self.network}

    def loop(self, flag: StopFlag) -> None:
        state, history = self.state, self.state.history
        while history.stopped == "running":
            if flag.raised:
                history.stopped = "interrupted"
            elif state.batch == 0 and state.stopping.should_stop:
                history.stopped = "patience"
            elif state.epoch >= self.settings.epochs:
                history.stopped = "epochs"
            elif self.finish_epoch(flag):
                self.after_epoch()
                if history.stopped == "running":
                    self.save_if_due()
        if history.stopped != "diverged":
            if flag.raised:
                # Whoever asked to stop means all that would follow, too.
                history.stopped = "interrupted"
            self.save()

    def finish_epoch(self, flag: StopFlag) -> bool:
        """Run what is left of an epoch; False where the run must end here."""
        settings, state = self.settings, self.state
        rows = settings.train
        order = rows.order(
            seed=settings.seed, epoch=state.epoch, shuffle=settings.shuffle
        )
        while state.batch < self.batches:
            if flag.raised:
                return False
            count = min(self.chunk, self.batches - state.batch)
            began = time.perf_counter()
            self.runner.run(
                state.values,
                rows.data,
                order[state.batch * self.batch_size :][: count * self.batch_size],
                self.batch_size,
                [self.rate(state.step + 1 + i) for i in range(count)],
                state.step + 1,
                settings.seed,
                state.sums,
            )
            state.batch += count
            state.step += count
            seconds = time.perf_counter() - began
            state.seconds += seconds
            self.adapt_chunk(count, seconds)
            # Looked at only where values are kept: it costs as much as a small step.
            kept = state.batch == self.batches or flag.raised
            if not math.isfinite(state.sums.loss) or (kept and not self.is_finite()):
                state.history.stopped = "diverged"
                return False
            moment = self.moment()
            for callback in self.callbacks:
                callback.on_progress(moment)
            if state.batch < self.batches:
                self.save_if_due()
        return True

    def adapt_chunk(self, count: int, seconds: float) -> None:
        """Choose how many steps make up about a tenth of a second."""
        if seconds > 0:
            self.chunk = max(1, min(int(count * CHUNK_SECONDS / seconds), 2 * count))

    def is_finite(self) -> bool:
        """Whether every parameter, state and slot is."""
        return all(bool(np.isfinite(x).all()) for x in self.state.values.values())

    def rate(self, step: int) -> float:
        """Learning rate of a step, counted from 1."""
        settings = self.settings
        total = self.batches * settings.epochs
        factor = settings.schedule.at(step, self.batches, total, self.state.schedule)
        return settings.options.optimizer.learning_rate * factor

    def moment(self) -> Moment:
        settings, state = self.settings, self.state
        rows = settings.train.count
        return Moment(
            epoch=state.epoch + 1,
            epochs=settings.epochs,
            samples=min(state.batch * self.batch_size, rows),
            samples_per_epoch=rows,
            loss=state.sums.mean,
        )

    def after_epoch(self) -> None:
        """Judge a finished epoch, and say so in the history if the run ends there."""
        settings, state = self.settings, self.state
        began = time.perf_counter()
        values = self.weights()
        validated = None
        metrics: Mapping[str, float] = {}
        if self.watched is not None:
            rows = self.watched
            scores = self.evaluate(values, rows.data, rows.count, rows.index)
            metrics = scores.metrics
            validated = scores.loss if settings.validation is not None else None
        epoch = Epoch(
            epoch=state.epoch + 1,
            loss=state.sums.mean,
            validation_loss=validated,
            metrics=metrics,
            learning_rate=self.rate(state.step),
            seconds=state.seconds + time.perf_counter() - began,
        )
        if not math.isfinite(epoch.score):
            state.history.stopped = "diverged"
            return
        state.history.epochs.append(epoch)
        if state.stopping.after_epoch(epoch.epoch, epoch.score):
            state.keep(values)
        state.history.best_epoch = state.stopping.best_epoch
        state.schedule = settings.schedule.after_epoch(state.schedule, epoch.score)
        state.epoch += 1
        state.batch, state.sums, state.seconds = 0, Sums(), 0.0
        if self.callbacks:
            self.publish({name: values[name] for name in self.network})
        stop = [callback.on_epoch(epoch, state.history) for callback in self.callbacks]
        if any(stop):
            state.history.stopped = "callback"

    def weights(self) -> Mapping[str, Array]:
        """Values to judge: the weights' moving average for them where there is one."""
        values = self.state.values
        if self.average is None or self.state.step == 0:
            return values
        return {**values, **self.average({**values, "step": self.state.step})}

    def settle_weights(self) -> None:
        """Put the weights that the run leaves behind into the state's ``best``."""
        state = self.state
        diverged = state.history.stopped == "diverged"
        if state.best and (diverged or self.settings.patience is not None):
            return
        state.keep(self.start if diverged else self.weights())
        if diverged:
            state.best_step = 0

    def save_if_due(self) -> None:
        if time.monotonic() > self.save_after:
            self.save()

    def save(self) -> None:
        settings = self.settings
        if settings.checkpoint is None:
            return
        began = time.monotonic()
        write_checkpoint(settings.checkpoint, self.state, settings.fingerprint)
        ended = time.monotonic()
        self.save_after = ended + max(SAVE_SECONDS, (ended - began) / SAVE_SHARE)


def check_training_memory(run: Run) -> None:
    """Refuse a fit whose arrays of the parameters' size cannot fit, before any is made.

    They are the parameters in the network, in training and as they started, their
    gradient, the best, the slots of the optimizer and the moving average.

    Raises
    ------
    OptionError
    """
    parameters = run.architecture.evaluation.build.parameters.values()
    count = sum(int(np.prod(p.shape, dtype=object)) for p in parameters)
    slots = [slot for slot in run.options.optimizer.slots().values() if not slot.scalar]
    copies = 5 + len(slots) + (run.options.average is not None)
    check_memory(count, run.dtype.itemsize, copies)


def open_folder(path: str | os.PathLike[str]) -> None:
    """Make the folder of a checkpoint if need be, and try whether it can be written.

    Raises
    ------
    OutputError
    """
    try:
        Path(path).mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            _("the checkpoint folder {path} cannot be made: {reason}").format(
                path=os.fspath(path), reason=error.strerror or error
            )
        ) from error
    check_writable(Path(path) / CHECKPOINT_NAME)
