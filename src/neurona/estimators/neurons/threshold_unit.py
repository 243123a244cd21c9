"""The threshold logic unit: weights and a threshold, by hand or by the old rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from neurona.arrays import Array
from neurona.errors import DataError, OptionError
from neurona.estimators.neurons.mistake_rule import fires
from neurona.estimators.neurons.perceptron import Perceptron
from neurona.messages import _
from neurona.settings import checked

__all__ = ["ThresholdUnit"]


class ThresholdUnit(ClassifierMixin, BaseEstimator):
    """One unit that fires where its weighted sum reaches a threshold (a TLU).

    Math:     ŷ = 1 where Σ wᵢ xᵢ ≥ θ, that is z = w·x + b ≥ 0 with b = −θ, else 0
    Shapes:   X (N, d) -> (N,)

    Parameters
    ----------
    weights : sequence of float, optional
        w, set by hand; a fit starts from them, by default from 0.
    threshold : float, optional
        θ; 0 by default.
    strict : bool
        Whether it fires above the threshold alone.
    alpha, max_iter, shuffle, random_state
        As :class:`neurona.Perceptron` has them.

    Attributes
    ----------
    weights_ : array (d,)
    threshold_ : float
    classes_ : array (2,)
        The second is the one that fires.
    perceptron_ : Perceptron
        What learned, with its updates and its convergence.

    Notes
    -----
    With weights it answers without a fit, 1 or 0. The notes print the bias as +θ
    (S2:164), with which a unit would fire on nothing: it is −θ.

    Examples
    --------
    >>> ThresholdUnit((2, 1, 1), threshold=2).predict([[1, 0, 0], [0, 0, 0]])
    array([1, 0])
    >>> unit = ThresholdUnit(shuffle=False).fit([[0, 0], [0, 1], [1, 1]], [0, 0, 1])
    >>> unit.weights_.tolist(), unit.threshold_
    ([2.0, 0.0], 2.0)
    """

    def __init__(
        self,
        weights: Any = None,
        threshold: float | None = None,
        *,
        strict: bool = False,
        alpha: float = 1.0,
        max_iter: int = 1000,
        shuffle: bool = True,
        random_state: Any = None,
    ) -> None:
        self.weights = weights
        self.threshold = threshold
        self.strict = strict
        self.alpha = alpha
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return self.weights is not None or hasattr(self, "weights_")

    def fit(self, X: Any, y: Any) -> ThresholdUnit:
        """Learn weights and threshold by the old rule.

        Raises
        ------
        OptionError
            A setting is out of its range.
        ValueError
            Rows that cannot be learned from, in scikit-learn's words; or not two
            classes.
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        if type_of_target(y) == "multiclass":
            raise DataError(
                _(
                    "Only binary classification is supported by one unit. The type of "
                    "the target is multiclass: use a Perceptron, which has a unit for "
                    "each class"
                )
            )
        perceptron = Perceptron(
            self.alpha, strict=self.strict, max_iter=self.max_iter,
            shuffle=self.shuffle, random_state=self.random_state,
        )  # fmt: skip
        weights, threshold = self._by_hand(X.shape[1])
        self.perceptron_ = perceptron.fit(X, y, weights, [-threshold])
        self.classes_ = perceptron.classes_
        self.weights_ = perceptron.coef_[0]
        # Subtracting from 0 keeps −0 out of sight.
        self.threshold_ = float(0.0 - perceptron.intercept_[0])
        self.n_iter_ = perceptron.n_iter_
        return self

    def decision_function(self, X: Any) -> Array:
        """Weighted sum less the threshold, z = w·x − θ, (N,)."""
        check_is_fitted(self)
        if hasattr(self, "weights_"):
            X = validate_data(self, X, dtype=np.float64, reset=False)
            weights, threshold = self.weights_, self.threshold_
        else:
            X = check_array(X, dtype=np.float64)
            weights, threshold = self._by_hand(X.shape[1])
        z: Array = X @ weights - threshold
        return z

    def predict(self, X: Any) -> Array:
        """Class of each row: the second where the unit fires, else the first, (N,)."""
        fired = fires(self.decision_function(X), self.strict).astype(np.int64)
        return np.asarray(getattr(self, "classes_", np.array([0, 1]))[fired])

    def _by_hand(self, width: int) -> tuple[Array, float]:
        """Weights and threshold as they were given, 0 where none were."""
        checked("strict", self.strict, bool)
        threshold = checked(
            "threshold", 0.0 if self.threshold is None else self.threshold, float
        )
        if self.weights is None:
            return np.zeros(width), threshold
        try:
            weights = np.asarray(self.weights, np.float64)
        except (TypeError, ValueError):
            weights = np.full(width, np.nan)
        if weights.shape != (width,) or not np.isfinite(weights).all():
            raise OptionError(
                _("weights must be {count} finite numbers, one for each column").format(
                    count=width
                )
            )
        return weights, threshold
