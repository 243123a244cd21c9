"""Every parameter of the two MLPs: its default, and what it may be."""

from __future__ import annotations

from dataclasses import KW_ONLY
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval, Options, StrOptions

from neurona.estimators.mlp.hooks import CallbackSupport
from neurona.estimators.mlp.rates import RATES
from neurona.estimators.mlp.rules import SOLVERS
from neurona.estimators.parameters import constrained, of_option, parameter
from neurona.nn import Initializer
from neurona.nn.activations import ACTIVATIONS, ALIASES, ActivationFunction
from neurona.nn.initializers import INITIALIZERS
from neurona.optimize import SCHEDULES, Optimizer, Schedule
from neurona.train.options import FIT

__all__ = ["MLPParameters"]

NON_NEGATIVE = Interval(Real, 0, None, closed="left")
POSITIVE = Interval(Real, 0, None, closed="neither")
COUNT = Interval(Integral, 1, None, closed="left")
SHARE = Interval(Real, 0, 1, closed="left")


def of_fit(name: str) -> Any:
    """Declare a parameter that is the option of a fit of that name."""
    return of_option(FIT[name])


@constrained
class MLPParameters(CallbackSupport, BaseEstimator):
    """Parameters that classifier and regressor share, scikit-learn's first."""

    hidden_layer_sizes: Any = parameter((100,), "array-like", COUNT)
    activation: Any = parameter(
        "relu",
        StrOptions({*ACTIVATIONS, *ALIASES}),
        "array-like",
        ActivationFunction,
    )
    _: KW_ONLY
    solver: Any = parameter("adam", StrOptions(set(SOLVERS)), Optimizer)
    alpha: float = parameter(0.0001, NON_NEGATIVE)
    batch_size: Any = parameter("auto", StrOptions({"auto"}), COUNT)
    learning_rate: Any = parameter(
        "constant", StrOptions({*RATES, *SCHEDULES}), Schedule
    )
    learning_rate_init: float = parameter(0.001, POSITIVE)
    power_t: float = parameter(0.5, NON_NEGATIVE)
    max_iter: int = parameter(200, COUNT)
    shuffle: bool = parameter(True, "boolean")
    random_state: Any = parameter(None, "random_state")
    tol: float = parameter(1e-4, NON_NEGATIVE)
    verbose: Any = parameter(False, "verbose")
    warm_start: bool = parameter(False, "boolean")
    momentum: float = parameter(0.9, Interval(Real, 0, 1, closed="both"))
    nesterovs_momentum: bool = parameter(True, "boolean")
    early_stopping: bool = parameter(False, "boolean")
    validation_fraction: float = parameter(0.1, SHARE)
    beta_1: float = parameter(0.9, SHARE)
    beta_2: float = parameter(0.999, SHARE)
    epsilon: float = parameter(1e-8, POSITIVE)
    n_iter_no_change: Any = parameter(10, COUNT, Options(Real, {np.inf}))
    max_fun: int = parameter(15000, COUNT)
    # What scikit-learn's classes do not have.
    initializer: Any = parameter(None, None, StrOptions(set(INITIALIZERS)), Initializer)
    dropout: Any = parameter(0.0, SHARE, "array-like")
    batch_norm: bool = parameter(False, "boolean")
    l1: float = of_fit("l1")
    clip_norm: float | None = of_fit("clip_norm")
    clip_value: float | None = of_fit("clip_value")
    average: float | None = of_fit("average")
    callbacks: Any = of_fit("callbacks")
    n_threads: int | None = of_fit("threads")
