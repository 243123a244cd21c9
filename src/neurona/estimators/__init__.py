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
    from neurona.estimators.bases.basis_classifier import BasisClassifier
    from neurona.estimators.bases.basis_features import BasisFeatures
    from neurona.estimators.bases.basis_regressor import BasisRegressor
    from neurona.estimators.bases.counting import count_features
    from neurona.estimators.bayesian import (
        BayesianLinearRegression,
        BayesianNetworkRegressor,
    )
    from neurona.estimators.mlp import MLPClassifier, MLPRegressor
    from neurona.estimators.neurons.logistic_neuron import LogisticNeuron
    from neurona.estimators.neurons.mcculloch_pitts import McCullochPitts
    from neurona.estimators.neurons.perceptron import Perceptron
    from neurona.estimators.neurons.threshold_unit import ThresholdUnit
    from neurona.estimators.suggest import suggest_head, suggest_model
    from neurona.estimators.tables.table import TableClassifier, TableRegressor

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
    "neurona.estimators.bases.basis_classifier": ("BasisClassifier",),
    "neurona.estimators.bases.basis_features": ("BasisFeatures",),
    "neurona.estimators.bases.basis_regressor": ("BasisRegressor",),
    "neurona.estimators.bayesian": (
        "BayesianLinearRegression",
        "BayesianNetworkRegressor",
    ),
    "neurona.estimators.bases.counting": ("count_features",),
    "neurona.estimators.neurons.logistic_neuron": ("LogisticNeuron",),
    "neurona.estimators.neurons.mcculloch_pitts": ("McCullochPitts",),
    "neurona.estimators.mlp": ("MLPClassifier", "MLPRegressor"),
    "neurona.estimators.neurons.perceptron": ("Perceptron",),
    "neurona.estimators.suggest": (
        "suggest_head",
        "suggest_model",
    ),
    "neurona.estimators.tables.table": (
        "TableClassifier",
        "TableRegressor",
    ),
    "neurona.estimators.neurons.threshold_unit": ("ThresholdUnit",),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
