"""A neural network you can see through, and faster than the ones you can't.

>>> import numpy as np
>>> from neurona import Dense, Network
>>> network = Network([Dense(8, "tanh"), Dense(1)], n_inputs=2, seed=0)
>>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0.0, 1, 1, 0])
>>> history = network.fit(X, y, loss="mse", batch_size=1, epochs=300)
>>> network.predict(X).round().ravel().tolist()
[0.0, 1.0, 1.0, 0.0]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

__version__ = "0.1.0"

if TYPE_CHECKING:
    from neurona import (
        course,
        explain,
        gradient,
        graph,
        reference,
        statistics,
        study,
    )
    from neurona.estimators import (
        BasisClassifier,
        BasisFeatures,
        BasisRegressor,
        BayesianLinearRegression,
        BayesianNetworkRegressor,
        LogisticNeuron,
        McCullochPitts,
        MLPClassifier,
        MLPRegressor,
        Perceptron,
        TableClassifier,
        TableRegressor,
        ThresholdUnit,
        count_features,
        suggest_head,
        suggest_model,
    )
    from neurona.network import Network, load
    from neurona.nn import (
        Activation,
        Add,
        BatchNorm,
        Clip,
        Concatenate,
        Dense,
        Dropout,
        Embedding,
        Input,
        LayerNorm,
        Residual,
        Scale,
    )
    from neurona.optimize import (
        SGD,
        AdaGrad,
        Adam,
        AdamW,
        AMSGrad,
        Lion,
        Momentum,
        Nadam,
        Nesterov,
        RMSProp,
    )
    from neurona.train.many import Job, fit_many
    from neurona.train.solvers import LBFGS, ConjugateGradients, GradientDescent

_HOMES = {
    "neurona": (
        "course",
        "explain",
        "gradient",
        "graph",
        "reference",
        "statistics",
        "study",
    ),
    "neurona.estimators": (
        "BasisClassifier",
        "BasisFeatures",
        "BasisRegressor",
        "BayesianLinearRegression",
        "BayesianNetworkRegressor",
        "LogisticNeuron",
        "McCullochPitts",
        "Perceptron",
        "MLPClassifier",
        "MLPRegressor",
        "TableClassifier",
        "TableRegressor",
        "ThresholdUnit",
        "count_features",
        "suggest_head",
        "suggest_model",
    ),
    "neurona.network": ("Network", "load"),
    "neurona.nn": (
        "Activation",
        "Add",
        "BatchNorm",
        "Clip",
        "Concatenate",
        "Dense",
        "Dropout",
        "Embedding",
        "Input",
        "LayerNorm",
        "Residual",
        "Scale",
    ),
    "neurona.optimize": (
        "AMSGrad",
        "AdaGrad",
        "Adam",
        "AdamW",
        "Lion",
        "Momentum",
        "Nadam",
        "Nesterov",
        "RMSProp",
        "SGD",
    ),
    "neurona.train.many": ("Job", "fit_many"),
    "neurona.train.solvers": ("ConjugateGradients", "GradientDescent", "LBFGS"),
}

__all__ = [
    "LBFGS",
    "SGD",
    "AMSGrad",
    "Activation",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Add",
    "BasisClassifier",
    "BasisFeatures",
    "BasisRegressor",
    "BatchNorm",
    "BayesianLinearRegression",
    "BayesianNetworkRegressor",
    "Clip",
    "Concatenate",
    "ConjugateGradients",
    "Dense",
    "Dropout",
    "Embedding",
    "GradientDescent",
    "Input",
    "Job",
    "LayerNorm",
    "Lion",
    "LogisticNeuron",
    "MLPClassifier",
    "MLPRegressor",
    "McCullochPitts",
    "Momentum",
    "Nadam",
    "Nesterov",
    "Network",
    "Perceptron",
    "RMSProp",
    "Residual",
    "Scale",
    "TableClassifier",
    "TableRegressor",
    "ThresholdUnit",
    "count_features",
    "course",
    "explain",
    "fit_many",
    "gradient",
    "graph",
    "load",
    "reference",
    "statistics",
    "study",
    "suggest_head",
    "suggest_model",
]


__getattr__, __dir__ = lazy_names(__name__, _HOMES)
