"""Estimators: networks under scikit-learn's protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.estimators.mlp import MLPClassifier, MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]

__getattr__, __dir__ = lazy_names(
    __name__, {"neurona.estimators.mlp": ("MLPClassifier", "MLPRegressor")}
)
