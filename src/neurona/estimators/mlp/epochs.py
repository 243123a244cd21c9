"""Stochastic solvers: as many epochs a call as cannot be one too many."""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from neurona.arrays import Array
from neurona.estimators.mlp.numbers import keep_values, values_of
from neurona.estimators.mlp.progress import (
    SolverMemory,
    judge_epoch,
    safe_epochs,
    stop_message,
)
from neurona.estimators.mlp.rates import rates_of
from neurona.estimators.mlp.rules import rule_of
from neurona.estimators.mlp.task import TrainingTask, step_options
from neurona.estimators.mlp.watch import EpochWatch
from neurona.reference import Executable
from neurona.train.compiled import compile_step
from neurona.train.engines import resolve_engine, runner_of
from neurona.train.interrupt import catch_interrupts
from neurona.train.runner import Stretch

__all__ = ["Epochs"]

USUAL_BATCH_SIZE: Final = 200

MOST_VISITS: Final = 2**22
"""Rows that one call of the engine visits at most, an epoch apart."""


class Epochs:
    """One training by a stochastic solver.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        With weights to start from. What it tells of itself is brought up to date.
    task : TrainingTask
    watch : EpochWatch
    incremental : bool
        Whether this is a ``partial_fit``: one epoch, that goes on from the last one.
    """

    def __init__(
        self,
        estimator: Any,
        task: TrainingTask,
        watch: EpochWatch,
        *,
        incremental: bool,
    ) -> None:
        self.estimator, self.task, self.watch = estimator, task, watch
        self.incremental = incremental
        rule = rule_of(estimator)
        self.batch_size = batch_size_of(estimator, task.rows)
        self.batches = -(-task.rows // self.batch_size)
        compiled = compile_step(
            task.architecture,
            step_options(estimator, task, rule),
            task.dtype,
            self.batch_size,
            native=resolve_engine("auto") == "native",
        )
        step = compiled.step
        self.runner = runner_of(compiled, task.dtype, estimator.n_threads)
        self.averaged = Executable(step.averaged, task.dtype) if step.averaged else None
        if not incremental or not hasattr(estimator, "_optimizer"):
            estimator._optimizer = SolverMemory(rates_of(estimator, rule.learning_rate))
        self.progress: SolverMemory = estimator._optimizer
        if self.progress.slots.keys() != step.slots.keys():
            self.progress.slots = {
                name: value.astype(task.dtype) for name, value in step.slots.items()
            }
        self.seed = (
            estimator._random_state.randint(2**31 - 1)
            if step_is_random(estimator)
            else 0
        )
        self.order = np.arange(task.rows)

    def run(self) -> None:
        """Train until the rules of the estimator end it."""
        estimator = self.estimator
        start = self.progress.goes_on_from(values_of(estimator))
        names = tuple(start)
        values = {
            name: np.asarray(value, self.task.dtype)
            for name, value in {**start, **self.progress.slots}.items()
        }
        self.runner.load(values, self.task.data)
        estimator.n_iter_ = 0
        self.watch.begin()
        with catch_interrupts() as flag:
            while not self.call(values, names, flag):
                pass
        if flag.is_set:
            warnings.warn("Training interrupted by user.", stacklevel=4)
        self.publish(values)
        self.progress.slots = {n: v for n, v in values.items() if n not in names}
        self.watch.end()

    def call(self, values: dict[str, Array], names: Any, flag: Any) -> bool:
        """Run some epochs in one call; True where the training ends there."""
        epochs = self.epochs_at_once()
        self.watch.before_epoch()
        estimator, progress = self.estimator, self.progress
        rates = progress.rates.of_epochs(
            epochs, self.batches, estimator.t_, self.task.rows
        )
        stretch = Stretch(
            order=self.next_orders(epochs),
            batch_size=self.batch_size,
            epoch_rows=self.task.rows,
            skipped=0,
            learning_rates=rates,
            first_step=progress.step + 1,
            seed=self.seed,
        )
        sums = np.zeros((epochs, 2))
        done = self.runner.advance(stretch, sums, flag)
        progress.step += done
        for loss in (sums[:, 0] / self.task.rows).tolist()[: done // self.batches]:
            if self.after_epoch(loss, values):
                return True
        return done < len(rates) or flag.is_set

    def epochs_at_once(self) -> int:
        """How many epochs can be run before anybody need look at them."""
        estimator = self.estimator
        if self.incremental or estimator.verbose or self.watch.each_epoch:
            return 1
        if self.progress.rates.watches:
            return 1
        room = max(1, MOST_VISITS // self.task.rows)
        left = estimator.max_iter - estimator.n_iter_
        return int(min(safe_epochs(estimator), left, room))

    def next_orders(self, epochs: int) -> NDArray[np.int64]:
        """Rows in the order that epochs visit them: scikit-learn's own shuffles."""
        if not self.estimator.shuffle:
            return np.tile(self.order, epochs)
        draw = self.estimator._random_state
        orders = np.empty((epochs, len(self.order)), np.int64)
        for line in orders:
            places = np.arange(len(self.order))
            draw.shuffle(places)
            self.order = self.order[places]
            line[:] = self.order
        return orders.ravel()

    def publish(self, values: dict[str, Array]) -> None:
        """Give the estimator the weights as they are now."""
        self.runner.read(values)
        progress, shown = self.progress, values
        if self.averaged is not None and progress.step:
            averages = self.averaged({**values, "step": progress.step})
            progress.plain = {name: values[name] for name in averages}
            progress.shown = averages
            shown = {**values, **averages}
        keep_values(self.estimator, shown)

    def after_epoch(self, loss: float, values: dict[str, Array]) -> bool:
        """Take note of a finished epoch; True where the training ends with it."""
        estimator, rates = self.estimator, self.progress.rates
        estimator.n_iter_ += 1
        estimator.loss_ = loss
        estimator.t_ += self.watch.rows_told
        estimator.loss_curve_.append(loss)
        if estimator.verbose:
            print(f"Iteration {estimator.n_iter_}, loss = {loss:.8f}")
        if self.watch.each_epoch:
            self.publish(values)
        validation_loss = self.watch.validated(loss, rates.rate)
        score = self.watch.score()
        tie = validation_loss if self.watch.breaks_ties else None
        best = judge_epoch(estimator, score, tie)
        if best and score is not None:
            self.watch.keep_best()
        watched = loss if validation_loss is None else validation_loss
        rates.after_epoch(estimator.t_, watched)
        if estimator._no_improvement_count > estimator.n_iter_no_change:
            stops, said = rates.stops()
            if estimator.verbose:
                print(f"{stop_message(estimator)} {said}")
            if stops:
                return True
            estimator._no_improvement_count = 0
        if self.watch.stops() or self.incremental:
            return True
        if estimator.n_iter_ < estimator.max_iter:
            return False
        warnings.warn(
            f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached "
            "and the optimization hasn't converged yet.",
            ConvergenceWarning,
            stacklevel=6,
        )
        return True


def batch_size_of(estimator: Any, rows: int) -> int:
    """Rows of a step."""
    asked = estimator.batch_size
    if asked == "auto":
        return min(USUAL_BATCH_SIZE, rows)
    if asked > rows:
        warnings.warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to "
            "be clipped",
            stacklevel=6,
        )
    return int(np.clip(asked, 1, rows))


def step_is_random(estimator: Any) -> bool:
    """Whether masks are drawn, which need a seed of their own."""
    return bool(np.any(np.asarray(estimator.dropout) > 0))
