"""Rows that are held out, and everybody else who looks at each epoch."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.estimators.mlp.hooks import TaskHooks
from neurona.estimators.mlp.numbers import keep_values, values_of
from neurona.estimators.mlp.task import OUTPUT, TrainingTask
from neurona.train.callback import Moment, as_callbacks
from neurona.train.evaluate import Evaluator
from neurona.train.examples import target_specs
from neurona.train.history import Epoch, History
from neurona.train.step import ROW_WEIGHT

__all__ = ["EpochWatch", "HeldOut"]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Validation rows.

    Parameters
    ----------
    X : array or sparse matrix (N, d)
    y : array
        As predictions are compared with it.
    sample_weight : array (N,), optional
    task : TrainingTask
        The same, as the engine reads them.
    """

    X: Any
    y: Array
    sample_weight: Array | None
    task: TrainingTask

    def evaluator(self) -> Any:
        """Mean loss over them, penalties apart, as a function of the weights."""
        task, losses = self.task, {OUTPUT: self.task.loss}
        evaluate = Evaluator(
            task.architecture,
            losses,
            target_specs(task.architecture, losses, task.data),
            {},
            task.dtype,
            weighted=ROW_WEIGHT in task.data,
        )
        return lambda values: evaluate(values, task.data, task.rows).loss


class EpochWatch:
    """Looks at each epoch of an estimator, where anybody asked for it.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
    rows_told : int
        What an epoch adds to ``t_``.
    held_out : HeldOut, optional
    hooks : TaskHooks, optional
        scikit-learn's callbacks.
    """

    def __init__(
        self,
        estimator: Any,
        rows_told: int,
        held_out: HeldOut | None,
        hooks: TaskHooks | None,
    ) -> None:
        self.estimator = estimator
        self.rows_told = rows_told
        self.held_out = held_out
        self.hooks = hooks
        self.callbacks = as_callbacks(estimator.callbacks)
        self.history = History()
        self.evaluate = None if held_out is None else held_out.evaluator()
        self.each_epoch = bool(held_out or self.callbacks or hooks)
        self.began = time.perf_counter()

    def begin(self) -> None:
        """Before the first epoch."""
        for callback in self.callbacks:
            callback.on_start(
                self.history,
                Moment(1, self.estimator.max_iter, 0, self.rows_told, np.nan),
            )

    def before_epoch(self) -> None:
        """Where epochs are run one by one: another begins."""
        if self.hooks is not None:
            self.hooks.before_epoch()

    def score(self) -> float | None:
        """Score on the rows held out, where it decides when to stop."""
        held, estimator = self.held_out, self.estimator
        if held is None or not estimator.early_stopping:
            return None
        found = estimator._score(held.X, held.y, held.sample_weight)
        if estimator.verbose:
            print(f"Validation score: {found:f}")
        return float(found)

    def keep_best(self) -> None:
        """Remember the present weights as the best."""
        self.estimator._best = {
            k: v.copy() for k, v in values_of(self.estimator).items()
        }

    @property
    def breaks_ties(self) -> bool:
        """Whether the validation loss decides between equal scores."""
        return getattr(self.estimator, "class_weight", None) is not None

    def validated(self, loss: float, rate: float) -> float | None:
        """Take note of an epoch; the loss on the rows held out."""
        validation_loss = None
        if self.evaluate is not None:
            validation_loss = self.evaluate(values_of(self.estimator))
            self.estimator.validation_loss_curve_.append(validation_loss)
        elif getattr(self.estimator, "validation_loss_curve_", None) is not None:
            self.estimator.validation_loss_curve_.append(math.nan)
        if self.callbacks:
            now = time.perf_counter()
            number = len(self.history) + 1
            seconds, self.began = now - self.began, now
            self.history.epochs.append(
                Epoch(number, loss, validation_loss, {}, rate, seconds)
            )
        return validation_loss

    def stops(self) -> bool:
        """Whether a callback ends the fit."""
        asked = [
            callback.on_epoch(self.history.epochs[-1], self.history)
            for callback in self.callbacks
        ]
        if self.hooks is not None:
            asked.append(self.hooks.after_epoch())
        return any(asked)

    def end(self) -> None:
        """After the last epoch: with early stopping the best weights come back."""
        best = getattr(self.estimator, "_best", None)
        if self.estimator.early_stopping and best is not None:
            keep_values(self.estimator, best)
        for callback in self.callbacks:
            callback.on_end(self.history)
        if self.hooks is not None:
            self.hooks.end()
