"""The solver ``lbfgs``: SciPy's, over the loss and gradient of all rows."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import scipy.optimize
from numpy.typing import NDArray
from sklearn.utils.optimize import _check_optimize_result

from neurona.estimators.mlp.numbers import keep_values, values_of
from neurona.estimators.mlp.task import TrainingTask, step_options
from neurona.estimators.mlp.watch import EpochWatch
from neurona.optimize import SGD
from neurona.train.full_gradient import FullGradient
from neurona.train.rows import Rows

__all__ = ["fit_lbfgs"]

STOPPED: Final = 99
"""SciPy's word for a search that a callback ended."""


def fit_lbfgs(estimator: Any, task: TrainingTask, watch: EpochWatch) -> None:
    """Train, and tell the iterations and the loss.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        With weights to start from.
    task : TrainingTask
        In float64, which SciPy computes in.
    watch : EpochWatch
    """
    look = FullGradient(
        task.architecture,
        step_options(estimator, task, SGD()),
        Rows(task.data),
        task.dtype,
        threads=estimator.n_threads,
    )
    values = {n: np.asarray(v, task.dtype) for n, v in values_of(estimator).items()}

    def loss_and_gradient(
        x: NDArray[np.float64],
    ) -> tuple[float, NDArray[np.float64]]:
        value, gradient, states = look({**values, **look.values(x)})
        values.update(states)
        return value, gradient

    def publish(x: NDArray[np.float64]) -> None:
        values.update(look.values(x))
        keep_values(estimator, values)

    def after_iteration(intermediate_result: Any) -> None:
        publish(intermediate_result.x)
        watch.validated(float(intermediate_result.fun), math.nan)
        if watch.stops():
            raise StopIteration
        watch.before_epoch()

    watch.begin()
    watch.before_epoch()
    found = scipy.optimize.minimize(
        loss_and_gradient,
        look.vector(values),
        method="L-BFGS-B",
        jac=True,
        callback=after_iteration if watch.each_epoch else None,
        options={
            "maxfun": estimator.max_fun,
            "maxiter": estimator.max_iter,
            "gtol": estimator.tol,
        },
    )
    if found.status == STOPPED:
        estimator.n_iter_ = found.nit
    else:
        estimator.n_iter_ = _check_optimize_result("lbfgs", found, estimator.max_iter)
    estimator.loss_ = found.fun
    publish(found.x)
    watch.end()
