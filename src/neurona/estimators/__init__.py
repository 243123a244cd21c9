"""Models under scikit-learn's protocol: the historical line and linear models on bases.

``McCullochPitts``, which learns nothing, is a plain object; the others are estimators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.estimators.logistic_neuron import LogisticNeuron
    from neurona.estimators.mcculloch_pitts import McCullochPitts
    from neurona.estimators.perceptron import Perceptron
    from neurona.estimators.threshold_unit import ThresholdUnit

_HOMES = {
    "neurona.estimators.logistic_neuron": ("LogisticNeuron",),
    "neurona.estimators.mcculloch_pitts": ("McCullochPitts",),
    "neurona.estimators.perceptron": ("Perceptron",),
    "neurona.estimators.threshold_unit": ("ThresholdUnit",),
}

__all__ = ["LogisticNeuron", "McCullochPitts", "Perceptron", "ThresholdUnit"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
