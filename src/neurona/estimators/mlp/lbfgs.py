"""The solver ``lbfgs``: SciPy's, over the loss and gradient of all rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.optimize
from numpy.typing import NDArray
from sklearn.utils.optimize import _check_optimize_result

from neurona.estimators.mlp.numbers import keep_values, values_of
from neurona.estimators.mlp.task import Task, step_options
from neurona.optimize import SGD
from neurona.train.full_gradient import FullGradient
from neurona.train.rows import Rows

__all__ = ["fit_lbfgs"]


def fit_lbfgs(estimator: Any, task: Task) -> None:
    """Train, and tell the iterations and the loss.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        With weights to start from.
    task : Task
        In float64, which SciPy computes in.
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

    found = scipy.optimize.minimize(
        loss_and_gradient,
        look.vector(values),
        method="L-BFGS-B",
        jac=True,
        options={
            "maxfun": estimator.max_fun,
            "maxiter": estimator.max_iter,
            "gtol": estimator.tol,
        },
    )
    estimator.n_iter_ = _check_optimize_result("lbfgs", found, estimator.max_iter)
    estimator.loss_ = found.fun
    dtype = np.result_type(*estimator.coefs_)
    values.update(look.values(found.x))
    keep_values(estimator, {n: v.astype(dtype) for n, v in values.items()})
