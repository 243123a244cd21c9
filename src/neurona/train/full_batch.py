"""Fits by a full-batch solver: an iteration is an epoch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.messages import _
from neurona.native.stop_flag import make_stop_flag
from neurona.train.blame import find_cause
from neurona.train.callback import Callback, Moment
from neurona.train.evaluate import evaluator_of
from neurona.train.full_gradient import FullGradient
from neurona.train.history import Epoch, StopReason
from neurona.train.interrupt import catch_interrupts
from neurona.train.options import FitOptions
from neurona.train.rows import Rows
from neurona.train.run import FitRun
from neurona.train.solvers import Solver
from neurona.train.solvers.floor import curvature_along, gain_below
from neurona.train.state import TrainingState
from neurona.train.statistics import probe_of
from neurona.train.stopping import Stopping

__all__ = ["fit_full_batch", "refuse_for_solver"]


ROUNDINGS: Final = 4.0
"""A loss that could fall by so many times its rounding is as low as can be told."""

WIDENED_BYTES: Final = 2**28
"""Data up to this size are looked at in float64 to tell whether a solver converged."""


class _Stopped(Exception):
    """Raised through a solver to end it."""

    def __init__(self, reason: StopReason) -> None:
        self.reason = reason


class _Look(NamedTuple):
    """What a solver sees at a vector.

    Parameters
    ----------
    value : float
        Loss with penalties; infinite where it is no number.
    gradient : array (P,)
    loss : float
        Penalties apart.
    norm : float
        Length of the gradient.
    states : dict of str to array
        What they become there.
    """

    value: float
    gradient: NDArray[np.float64]
    loss: float
    norm: float
    states: dict[str, Array]


NOT_FOR_SOLVERS: Final = (
    "clip_norm", "clip_value", "average", "batch_size", "schedule", "checkpoint"
)  # fmt: skip
"""Options that mean nothing where a solver looks at all rows at once."""


def refuse_for_solver(solver: Solver, options: FitOptions) -> None:
    """Refuse options that mean nothing where a solver looks at all rows at once.

    Raises
    ------
    OptionError
        One of them was given; the message names it.

    Examples
    --------
    >>> from neurona.train.solvers import LBFGS
    >>> refuse_for_solver(LBFGS(), FitOptions(schedule="cosine"))
    Traceback (most recent call last):
    ...
    neurona.errors.OptionError: lbfgs looks at all rows and chooses its steps itself, \
so schedule cannot be used with it: leave it out, or choose another optimizer
    """
    for name in NOT_FOR_SOLVERS:
        # All rows at once is what a solver does.
        if getattr(options, name) not in (None, "auto", "full"):
            raise OptionError(
                _(
                    "{solver} looks at all rows and chooses its steps itself, so "
                    "{option} cannot be used with it: leave it out, or choose another "
                    "optimizer"
                ).format(solver=solver.name, option=name)
            )


def refuse_network(run: FitRun, solver: Solver) -> None:
    """Refuse a network whose loss is no function of its parameters alone."""
    build = run.architecture.write(training=True).build
    if build.masks:
        raise OptionError(
            _(
                "{solver} cannot train with dropout ({layer}), since each look at the "
                "loss would give another: leave the layer out, or choose another "
                "optimizer"
            ).format(solver=solver.name, layer=next(iter(build.masks)))
        )
    for name, parameter in build.parameters.items():
        if parameter.max_norm is not None and parameter.trainable:
            raise OptionError(
                _(
                    "{solver} knows no limits such as the norm of {name}: use a "
                    "penalty, or choose another optimizer"
                ).format(solver=solver.name, name=name)
            )


def fit_full_batch(
    run: FitRun,
    solver: Solver,
    start: Mapping[str, Array],
    callbacks: list[Callback],
    publish: Callable[[Mapping[str, Array]], None],
) -> TrainingState:
    """Train by a solver.

    Parameters
    ----------
    run : FitRun
        Its epochs are the most iterations.
    solver : Solver
    start, callbacks, publish
        As for :func:`neurona.train.fit.fit`.

    Returns
    -------
    TrainingState
        Its ``best`` holds the parameters and states to keep.

    Raises
    ------
    OptionError
        The network has random masks, or limits on its parameters.
    """
    refuse_network(run, solver)
    return _FullBatch(run, solver, start, callbacks, publish).run()


class _FullBatch:
    """One such fit under way."""

    def __init__(
        self,
        run: FitRun,
        solver: Solver,
        start: Mapping[str, Array],
        callbacks: list[Callback],
        publish: Callable[[Mapping[str, Array]], None],
    ) -> None:
        self.settings = run
        self.options = run.options
        self.solver = solver
        self.callbacks = callbacks
        self.publish = publish
        self.gradient = self.gradient_of(run.train, run.dtype)
        self.watched, self.evaluate = evaluator_of(run)
        self.probe = probe_of(run)
        self.state = TrainingState(
            values={name: np.array(value) for name, value in start.items()},
            stopping=Stopping(run.options.patience, run.options.min_change),
            epochs=run.options.epochs,
        )
        self.start = dict(self.state.values)
        self.flag = make_stop_flag()
        self.began = time.perf_counter()
        # Where the solver stands, the length of the gradient there, and what it saw
        # wherever it looked of late.
        self.x = self.gradient.vector(start)
        self.norm = 0.0
        self.seen: dict[bytes, _Look] = {}

    def run(self) -> TrainingState:
        state = self.state
        for callback in self.callbacks:
            callback.on_start(state.history, self.moment(0))
        try:
            with catch_interrupts() as self.flag:
                state.history.stopped = self.solve()
        finally:
            for callback in self.callbacks:
                callback.on_end(state.history)
        state.history.best_epoch = state.stopping.best_epoch
        diverged = state.history.stopped == "diverged"
        if diverged:
            state.history.cause = find_cause(self.settings, self.start, stepped=False)
        if diverged and not state.best:
            state.keep(self.start, 0)
        elif not diverged and (not state.best or self.options.patience is None):
            state.keep(state.values, state.step)
        return state

    def solve(self) -> StopReason:
        """Let the solver go downhill; why it ended."""
        if not self.x.size:
            # Every layer is frozen: there is no lower place to go to.
            return "converged"
        epochs, state, solver = self.options.epochs, self.state, self.solver
        try:
            while True:
                # Rounding of a mean over many rows: that of the numbers themselves.
                precision = 4.0 * float(np.finfo(self.gradient.dtype).eps)
                before, done = self.function(self.x)[0], state.epoch
                solver.minimize(
                    self.function,
                    self.x.copy(),
                    epochs - done,
                    self.after_iteration,
                    precision,
                )
                if state.epoch >= epochs:
                    return "epochs"
                loss = self.function(self.x)[0]
                if self.is_flat(precision):
                    return "converged"
                # From elsewhere, in other units, a solver may yet find a way down, as
                # it may where the tolerance is far too large for the gradient's units,
                # or the gradient all rounding.
                if before - loss <= precision * abs(loss) and not solver.tolerance:
                    if self.gradient is self.wide:
                        return "stalled"
                    self.gradient = self.wide
                    self.seen.clear()
                solver = replace(solver, tolerance=0.0)
        except _Stopped as stopped:
            return stopped.reason

    def is_flat(self, precision: float) -> bool:
        """Whether what is left to gain is below the tolerance or the rounding."""
        x, function = self.x, self.widely
        loss, gradient = function(x)
        gain = gain_below(function, x)
        # What a network of zeros loses: the scale of the targets.
        zeros = function(np.zeros_like(x))[0]
        scale = max(abs(loss), abs(zeros) if math.isfinite(zeros) else 0.0)
        # What it may cost that the network holds its weights rounded, up and down.
        eps = float(np.finfo(self.settings.dtype).eps)
        rounding = eps * np.random.default_rng(0).choice([-1.0, 1.0], len(x)) * x
        lost = 0.0
        if rounding.any():
            bent = curvature_along(function, x, gradient, rounding)
            lost = max(float(rounding @ bent), 0.0)
        if lost > math.sqrt(4.0 * eps) * scale:
            return False
        if np.abs(gradient).max() <= self.solver.tolerance:
            return gain <= self.solver.tolerance * scale
        return gain <= ROUNDINGS * (precision * abs(loss) + lost)

    @cached_property
    def wide(self) -> FullGradient:
        """Loss and gradient in float64, where twice the data can be held with ease."""
        run = self.settings
        if sum(array.nbytes for array in run.train.data.values()) > WIDENED_BYTES:
            return self.gradient
        dtype = np.dtype(np.float64)
        data = {
            name: array.astype(dtype, copy=False) if array.dtype.kind == "f" else array
            for name, array in run.train.data.items()
        }
        return self.gradient_of(replace(run.train, data=data), dtype)

    def gradient_of(self, rows: Rows, dtype: np.dtype[Any]) -> FullGradient:
        """Loss and gradient over rows, in a precision."""
        run = self.settings
        return FullGradient(
            run.architecture, run.step, rows, dtype,
            engine=run.options.engine, threads=run.options.threads,
        )  # fmt: skip

    def widely(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Loss and gradient at a vector, in float64."""
        values = {**self.state.values, **self.wide.values(x)}
        return self.wide(values, self.between)[:2]

    def function(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Loss and gradient at a vector."""
        look = self.look(x)
        return look.value, look.gradient.copy()

    def look(self, x: NDArray[np.float64]) -> _Look:
        """What is seen at a vector: what was seen there of late, if anything was."""
        known = self.seen.get(x.tobytes())
        if known is not None:
            return known
        values = {**self.state.values, **self.gradient.values(x)}
        value, gradient, states = self.gradient(values, self.between)
        norm = float(np.sqrt(gradient @ gradient))
        if not self.norm:
            self.norm = norm
            if not math.isfinite(value):
                raise _Stopped("diverged")
        # A solver takes a step to where it looked last, or shortly before.
        while len(self.seen) > 3:
            del self.seen[next(iter(self.seen))]
        if not math.isfinite(value):
            value, gradient = math.inf, np.nan_to_num(gradient)
        found = _Look(value, gradient, self.gradient.loss, norm, states)
        self.seen[x.tobytes()] = found
        return found

    def between(self, rows: int) -> None:
        """Tell progress and hear Ctrl-C between two calls of the engine."""
        if self.flag.is_set:
            raise _Stopped("interrupted")
        for callback in self.callbacks:
            callback.on_progress(self.moment(rows))

    def moment(self, rows: int) -> Moment:
        losses = self.state.history.loss[-1:]
        return Moment(
            epoch=self.state.epoch + 1,
            epochs=self.options.epochs,
            samples=rows,
            samples_per_epoch=self.settings.train.count,
            loss=losses[0] if losses else 0.0,
        )

    def after_iteration(self, x: NDArray[np.float64]) -> None:
        """Judge where an iteration has led."""
        settings, state = self.settings, self.state
        x = np.asarray(x, np.float64)
        look = self.look(x)
        rate = float(np.linalg.norm(x - self.x)) / self.norm if self.norm else 0.0
        self.norm, self.x = look.norm, x.copy()
        found = {**self.gradient.values(x), **look.states}
        values = dict(state.values)
        for name, value in found.items():
            values[name] = value.astype(settings.dtype, copy=False)
        loss = look.loss
        if self.gradient.dtype != settings.dtype:
            # Of the weights as the network will hold them.
            self.gradient(values, self.between)
            loss = self.gradient.loss
        validated = None
        metrics: Mapping[str, float] = {}
        if self.watched is not None and self.evaluate is not None:
            watched = self.watched
            scores = self.evaluate(values, watched.data, watched.count, watched.index)
            metrics = scores.metrics
            validated = scores.loss if settings.validation is not None else None
        now = time.perf_counter()
        epoch = Epoch(
            epoch=state.epoch + 1,
            loss=loss,
            validation_loss=validated,
            metrics=metrics,
            learning_rate=rate,
            seconds=now - self.began,
            statistics={} if self.probe is None else self.probe(values),
        )
        self.began = now
        if not math.isfinite(epoch.loss):
            raise _Stopped("diverged")
        state.values = values
        state.epoch += 1
        state.step += 1
        state.history.epochs.append(epoch)
        improved = state.stopping.after_epoch(epoch.epoch, epoch.score)
        if improved or state.stopping.best_epoch is None:
            state.keep(values, state.step)
        state.history.best_epoch = state.stopping.best_epoch
        if self.callbacks:
            self.publish(values)
        if any([c.on_epoch(epoch, state.history) for c in self.callbacks]):
            raise _Stopped("callback")
        if self.flag.is_set:
            raise _Stopped("interrupted")
        if state.stopping.should_stop:
            raise _Stopped("patience")
