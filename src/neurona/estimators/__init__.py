"""Models behind scikit-learn's interface: networks, and the line that led to them.

``McCullochPitts``, which learns nothing, is a plain object; the others are estimators.

>>> from neurona import TableRegressor
>>> TableRegressor(epochs=5, quality="fast").get_params()["epochs"]
5
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.estimators.basis_classifier import BasisClassifier
    from neurona.estimators.basis_features import BasisFeatures
    from neurona.estimators.basis_regressor import BasisRegressor
    from neurona.estimators.bayesian import (
        BayesianLinearRegression,
        BayesianNetworkRegressor,
    )
    from neurona.estimators.counting import count_features
    from neurona.estimators.logistic_neuron import LogisticNeuron
    from neurona.estimators.mcculloch_pitts import McCullochPitts
    from neurona.estimators.mlp import MLPClassifier, MLPRegressor
    from neurona.estimators.perceptron import Perceptron
    from neurona.estimators.suggest import suggest_head, suggest_model
    from neurona.estimators.table import TableClassifier, TableRegressor
    from neurona.estimators.threshold_unit import ThresholdUnit

__all__ = [
    "BasisClassifier",
    "BasisFeatures",
    "BasisRegressor",
    "BayesianLinearRegression",
    "BayesianNetworkRegressor",
    "LogisticNeuron",
    "MLPClassifier",
    "MLPRegressor",
    "McCullochPitts",
    "Perceptron",
    "TableClassifier",
    "TableRegressor",
    "ThresholdUnit",
    "count_features",
    "suggest_head",
    "suggest_model",
]

_HOMES = {
    "neurona.estimators.basis_classifier": ("BasisClassifier",),
    "neurona.estimators.basis_features": ("BasisFeatures",),
    "neurona.estimators.basis_regressor": ("BasisRegressor",),
    "neurona.estimators.bayesian": (
        "BayesianLinearRegression",
        "BayesianNetworkRegressor",
    ),
    "neurona.estimators.counting": ("count_features",),
    "neurona.estimators.logistic_neuron": ("LogisticNeuron",),
    "neurona.estimators.mcculloch_pitts": ("McCullochPitts",),
    "neurona.estimators.mlp": ("MLPClassifier", "MLPRegressor"),
    "neurona.estimators.perceptron": ("Perceptron",),
    "neurona.estimators.suggest": (
        "suggest_head",
        "suggest_model",
    ),
    "neurona.estimators.table": (
        "TableClassifier",
        "TableRegressor",
    ),
    "neurona.estimators.threshold_unit": ("ThresholdUnit",),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
