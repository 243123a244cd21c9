"""Networks behind scikit-learn's interface.

>>> from neurona import TableRegressor
>>> TableRegressor(epochs=5, quality="fast").get_params()["epochs"]
5
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.estimators.bayesian import (
        BayesianLinearRegression,
        BayesianNetworkRegressor,
    )
    from neurona.estimators.table import TableClassifier, TableRegressor

__all__ = [
    "BayesianLinearRegression",
    "BayesianNetworkRegressor",
    "TableClassifier",
    "TableRegressor",
]

_HOMES = {
    "neurona.estimators.bayesian": (
        "BayesianLinearRegression",
        "BayesianNetworkRegressor",
    ),
    "neurona.estimators.table": ("TableClassifier", "TableRegressor"),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
