"""What an MLP remembers from one epoch to the next, and when it stops."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.estimators.mlp.rates import Rates

__all__ = ["SolverMemory", "begin_curves", "judge_epoch", "safe_epochs", "stop_message"]


@dataclass
class SolverMemory:
    """What a solver remembers between calls of ``partial_fit``.

    Parameters
    ----------
    rates : Rates
    slots : dict of str to array
        Memory of the rule; empty before the first step.
    step : int
        How many are done.
    plain, shown : dict of str to array
        Where weights are averaged: those that training goes on from, and the averages
        that the estimator was given for them.
    """

    rates: Rates
    slots: dict[str, Array] = field(default_factory=dict)
    step: int = 0
    plain: dict[str, Array] = field(default_factory=dict)
    shown: dict[str, Array] = field(default_factory=dict)

    def goes_on_from(self, given: dict[str, Array]) -> dict[str, Array]:
        """Weights to train: the plain ones, unless the estimator was given others."""
        if all(given[name] is value for name, value in self.shown.items()):
            return {**given, **self.plain}
        return given

    @property
    def learning_rate(self) -> float:
        """Of the next step."""
        return self.rates.rate


def begin_curves(estimator: Any) -> None:
    """Set what is told of a fit, before its first epoch."""
    estimator.loss_curve_ = []
    estimator.validation_loss_curve_ = None
    estimator._no_improvement_count = 0
    stopping = estimator.early_stopping
    estimator.validation_scores_ = [] if stopping else None
    estimator.best_validation_score_ = -np.inf if stopping else None
    estimator.best_loss_ = None if stopping else np.inf


def safe_epochs(estimator: Any) -> float:
    """Epochs that are run in any case, however bad they turn out.

    Notes
    -----
    A fit stops where the count of epochs without improvement exceeds
    ``n_iter_no_change``, and each epoch adds at most 1 to it.
    """
    left: float = estimator.n_iter_no_change - estimator._no_improvement_count + 1
    return max(1, left)


def judge_epoch(
    estimator: Any, score: float | None, validation_loss: float | None = None
) -> bool:
    """Count an epoch as an improvement or not, by scikit-learn's rule.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        The loss of the epoch ends its curve.
    score : float, optional
        On the rows held out, with early stopping.
    validation_loss : float, optional
        Decides between epochs of the same score. Where some classes weigh much more
        than others, a score is soon as high as it can be, and says no more.

    Returns
    -------
    bool
        Whether its weights are the best so far.
    """
    if score is not None:
        estimator.validation_scores_.append(score)
        worse = score < estimator.best_validation_score_ + estimator.tol
        best = score > estimator.best_validation_score_
        if validation_loss is not None and score == estimator.best_validation_score_:
            before = estimator._best_validation_loss
            worse, best = (
                validation_loss > before - estimator.tol,
                validation_loss < before,
            )
        if best:
            estimator.best_validation_score_ = score
            estimator._best_validation_loss = validation_loss
    else:
        loss = estimator.loss_curve_[-1]
        worse = loss > estimator.best_loss_ - estimator.tol
        best = loss < estimator.best_loss_
        if best:
            estimator.best_loss_ = loss
    count = estimator._no_improvement_count
    estimator._no_improvement_count = count + 1 if worse else 0
    return bool(best)


def stop_message(estimator: Any) -> str:
    """Sentence that says that nothing improved."""
    what = (
        "Validation score did not improve more than"
        if estimator.early_stopping
        else "Training loss did not improve more than"
    )
    patience = estimator.n_iter_no_change
    shown = f"{patience:d}" if math.isfinite(patience) else "inf"
    return f"{what} tol={estimator.tol:f} for {shown} consecutive epochs."
