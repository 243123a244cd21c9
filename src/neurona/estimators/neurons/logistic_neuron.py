"""One sigmoid neuron that learns by gradient descent."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.estimators.class_targets import ClassTargets
from neurona.estimators.neurons.start_array import start_array
from neurona.messages import _
from neurona.network import Network
from neurona.nn import Dense
from neurona.optimize import SGD

__all__ = ["LogisticNeuron"]

LARGEST_DRAW: Final = 2**31 - 1
"""Of scikit-learn's generators, to be a seed of ours."""


class LogisticNeuron(ClassifierMixin, BaseEstimator):
    """Neuron that answers with a probability: a network of one dense unit.

    Math:     p = σ(w·x + b), J = −(1/N) Σ [y ln p + (1 − y) ln(1 − p)],
              w ← w − η ∂J/∂w, b ← b − η ∂J/∂b
    Shapes:   X (N, d), y (N,) -> coef_ (1, d), intercept_ (1,)

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    batch_size : int or "full"
        Rows of a step: all of them (gradient descent), a few (mini-batches) or 1
        (stochastic gradient descent).
    epochs : int
    l2 : float
        λ of the penalty λ/(2N)·‖w‖², N the rows of a step.
    shuffle : bool
        Whether each epoch visits the rows in another order.
    random_state : int, RandomState or None
        Of the orders.

    Attributes
    ----------
    coef_ : array (1, d)
    intercept_ : array (1,)
    classes_ : array (2,)
        The probability is that of the second.
    loss_curve_ : list of float
        Mean loss of each epoch, as its steps met it.
    n_iter_ : int
    network_ : Network
        The neuron itself: it can be explained, saved and drawn as any network.

    Notes
    -----
    Layer, loss, gradient and step are those of every other network: there is no second
    formula. Weights start at 0, since the loss is convex. Source: notes S2:360-400.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]
    >>> LogisticNeuron(random_state=0).fit(X, y).predict(X)
    array([0, 1, 1, 1])
    """

    def __init__(
        self,
        learning_rate: float = 0.5,
        *,
        batch_size: int | Literal["full"] = "full",
        epochs: int = 200,
        l2: float = 0.0,
        shuffle: bool = True,
        random_state: Any = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.l2 = l2
        self.shuffle = shuffle
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        coef_init: Any = None,
        intercept_init: Any = None,
    ) -> LogisticNeuron:
        """Descend for a number of epochs.

        Parameters
        ----------
        X : array (N, d)
        y : array (N,)
        sample_weight : array (N,), optional
            With all rows in a step, a weight of 2 is the row twice.
        coef_init : array (1, d), optional
            Weights to start from; by default 0.
        intercept_init : array (1,), optional

        Raises
        ------
        OptionError
            A setting is out of its range.
        ValueError
            Rows that cannot be learned from, in scikit-learn's words; or not two
            classes.
        """
        optimizer = SGD(learning_rate=self.learning_rate)
        X, y = validate_data(self, X, y, dtype=np.float64)
        if type_of_target(y) == "multiclass":
            raise DataError(
                _(
                    "Only binary classification is supported by one neuron. The type "
                    "of the target is multiclass"
                )
            )
        known = ClassTargets.of(y)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
        seed = int(check_random_state(self.random_state).randint(LARGEST_DRAW))
        network = Network(
            [Dense(1, "sigmoid", name="neuron")],
            n_inputs=X.shape[1], dtype="float64", seed=seed,
        )  # fmt: skip
        network.parameters = {
            "neuron.weight": start_array("coef_init", coef_init, (1, X.shape[1])).T,
            "neuron.bias": start_array("intercept_init", intercept_init, (1,)),
        }
        history = network.fit(
            X, known.targets, loss="binary_cross_entropy", optimizer=optimizer,
            batch_size=self.batch_size, epochs=self.epochs, l2=self.l2,
            shuffle=self.shuffle, sample_weight=sample_weight,
        )  # fmt: skip
        self.network_ = network
        self.classes_ = known.classes
        self.coef_ = np.array(network.parameters["neuron.weight"]).T
        self.intercept_ = np.array(network.parameters["neuron.bias"])
        self.loss_curve_ = list(history.loss)
        self.n_iter_ = len(self.loss_curve_)
        return self

    def decision_function(self, X: Any) -> Array:
        """Pre-activation z = w·x + b of each row, (N,)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        z: Array = (X @ self.coef_.T + self.intercept_).ravel()
        return z

    def predict_proba(self, X: Any) -> Array:
        """Probability of each class, (N, 2)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        p = np.asarray(self.network_.predict(X)).ravel()
        return np.column_stack([1 - p, p])

    def predict(self, X: Any) -> Array:
        """Class of each row: the second where z ≥ 0, that is p ≥ ½, (N,)."""
        fired = (self.decision_function(X) >= 0).astype(np.int64)
        return np.asarray(self.classes_[fired])
