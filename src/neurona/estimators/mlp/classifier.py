"""The classifier."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import column_or_1d, compute_sample_weight
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import (
    _check_partial_fit_first_call,
    type_of_target,
    unique_labels,
)
from sklearn.utils.validation import check_is_fitted, validate_data

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.estimators.mlp.available import in_fit_context, while_stochastic
from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.losses import (
    CLASSIFICATION,
    OnProbabilities,
    largest_log_loss,
)
from neurona.estimators.parameters import constrained, named
from neurona.messages import _
from neurona.nn.losses import LOSSES, Loss, as_loss

__all__ = ["MLPClassifier"]

LOG_LOSS = "log_loss"

SUITS: Final = {"softmax": "cross_entropy", "logistic": "binary_cross_entropy"}
"""Loss over classes of each output activation: another would train other answers."""


@constrained
class MLPClassifier(ClassifierMixin, BaseMLP):
    """Multi-layer perceptron classifier: scikit-learn's, on neurona's engine.

    Every parameter, default, attribute and method of the class of this name in
    ``sklearn.neural_network`` has the same meaning here, and the same data and
    ``random_state`` give the same weights to rounding. Only what that class does not
    have is described below.

    Parameters
    ----------
    activation : str, ActivationFunction, or a list of one for each hidden layer
        Any of neurona's besides scikit-learn's four.
    solver : str or Optimizer
        Any optimizer of neurona's besides ``lbfgs``, ``sgd`` and ``adam``. Named, it
        has the rate ``learning_rate_init``; as an object, its own.
    learning_rate : str or Schedule
        Any schedule of neurona's, for every solver but ``lbfgs``.
    initializer : str or Initializer, optional
        Of the weights; biases then start at 0.
    dropout : float or a list of them
        Share of each hidden layer's units that is left out at random, in [0, 1).
    batch_norm : bool
        Whether each hidden layer is normalized before its activation.
    l1 : float
        λ/n·Σ|w| is added to the loss, as ``alpha``/(2n)·Σw² is.
    clip_norm, clip_value : float, optional
        Limits on the gradient: on its norm, on each entry. For every solver but
        ``lbfgs``, as ``average`` is.
    average : float, optional
        Decay of a moving average of the weights, which is what is kept.
    callbacks : callable of (epoch, history), or a list of them
        Called after each epoch; one that returns True ends the fit.
    n_threads : int, optional
        At most so many; the bits stay the same.
    loss : str or Loss
        Any of neurona's besides ``log_loss``; those between numbers compare the
        probabilities with 0 and 1.
    class_weight : dict or "balanced", optional
        Multiplies the weights of the rows. With ``early_stopping`` each class is then
        held out in its share, and of epochs with the same score the one with the lower
        validation loss is better.

    Attributes
    ----------
    validation_loss_curve_ : list of float or None
        Loss on the rows held out after each epoch, penalties apart.
    network_ : Network
        A copy to look into, explain and save.

    Examples
    --------
    >>> from neurona import MLPClassifier
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> X, y = load_wine(return_X_y=True)
    >>> model = make_pipeline(
    ...     StandardScaler(), MLPClassifier(max_iter=500, random_state=0)
    ... )
    >>> model.fit(X[::2], y[::2]).score(X[1::2], y[1::2]) > 0.95
    True
    """

    loss: Any = named(LOG_LOSS, StrOptions({LOG_LOSS, *LOSSES}), Loss)
    class_weight: Any = named(None, dict, list, StrOptions({"balanced"}), None)

    def _output_activation(self) -> str:
        multiclass = self._label_binarizer.y_type_ == "multiclass"
        return "softmax" if multiclass else "logistic"

    def _loss(self, dtype: np.dtype[Any]) -> Loss:
        if self.loss == LOG_LOSS:
            return CLASSIFICATION[self.out_activation_](largest_log_loss(dtype))
        loss = as_loss(self.loss)
        if loss.head == "real":
            return OnProbabilities(loss, self.out_activation_)
        suits = SUITS[self.out_activation_]
        if loss.head != LOSSES[suits].head:
            raise OptionError(
                _("the loss {loss} does not suit this y: use {other}").format(
                    loss=loss.name, other=suits
                )
            )
        return loss

    def _validate_input(self, X: Any, y: Any, incremental: bool, reset: bool) -> Any:
        X, y = self._checked(X, y, reset=reset)
        known = hasattr(self, "classes_")
        if not known or (not self.warm_start and not incremental):
            self._label_binarizer = LabelBinarizer().fit(y)
            self.classes_ = self._label_binarizer.classes_
        else:
            self._check_classes(unique_labels(y))
        return X, self._encoded(y)

    def _checked(self, X: Any, y: Any, *, reset: bool) -> Any:
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            multi_output=True,
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return X, y

    def _check_rows(self, X: Any, y: Any) -> Any:
        X, y = self._checked(X, y, reset=False)
        unknown = np.setdiff1d(unique_labels(y), self.classes_)
        if len(unknown):
            raise ValueError(
                _("`y_val` has classes that `y` has not: {unknown}").format(
                    unknown=unknown
                )
            )
        return X, self._encoded(y)

    def _encoded(self, y: Any) -> Any:
        """A column of each class, or one that says whether y is the second."""
        kind, classes = self._label_binarizer.y_type_, self.classes_
        if kind == "multiclass":
            return y[:, None] == classes
        if kind == "binary" and len(classes) == 2:
            return y[:, None] == classes[1:]
        return self._label_binarizer.transform(y).astype(bool)

    def _check_classes(self, classes: Any) -> None:
        """Refuse classes that an earlier call did not have."""
        if self.warm_start:
            if set(classes) != set(self.classes_):
                raise ValueError(
                    "warm_start can only be used where `y` has the same "
                    "classes as in the previous call to fit. Previously "
                    f"got {self.classes_}, `y` has {classes}"
                )
        elif len(np.setdiff1d(classes, self.classes_, assume_unique=True)):
            raise ValueError(
                "`y` has classes not in `self.classes_`. "
                f"`self.classes_` has {self.classes_}. 'y' has {classes}."
            )

    def _weights(self, y: Array, sample_weight: Array | None) -> Array | None:
        if self.class_weight is None:
            return sample_weight
        labels = self._as_given(y)
        weights: Array = compute_sample_weight(self.class_weight, labels)
        return weights if sample_weight is None else weights * sample_weight

    def _as_given(self, y: Array) -> Any:
        return self._label_binarizer.inverse_transform(y)

    def _stratifies(self) -> bool:
        """Whether each class is held out in its share: scikit-learn's, of two alone."""
        weighed = self.class_weight is not None and self.out_activation_ == "softmax"
        return bool(self.n_outputs_ == 1 or weighed)

    def _score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        return self._score_with(accuracy_score, X, y, sample_weight)

    def _predict(self, X: Any, *, check: bool = True) -> Any:
        found = self._outputs(X, check=check)
        if self.n_outputs_ == 1:
            found = found.ravel()
        return self._label_binarizer.inverse_transform(found)

    @in_fit_context
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> MLPClassifier:
        """Train on rows.

        Parameters
        ----------
        X : array, table or sparse matrix (N, d)
        y : array (N,) or (N, K)
        sample_weight : array (N,), optional
            How much each row counts, at least 0.
        X_val, y_val : optional
            Rows that are not trained on: their loss is kept epoch by epoch, and with
            ``early_stopping`` they are what decides, in place of a share of ``X``.
        """
        self._fit(X, y, sample_weight, X_val, y_val)
        return self

    @while_stochastic
    @in_fit_context
    def partial_fit(
        self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None
    ) -> MLPClassifier:
        """Train for one epoch, from where the last call left off.

        Parameters
        ----------
        X, y, sample_weight
            As for ``fit``.
        classes : array, optional
            Every class there will be; needed in the first call.
        """
        if _check_partial_fit_first_call(self, classes):
            several = type_of_target(y).startswith("multilabel")
            self._label_binarizer = LabelBinarizer().fit(y if several else classes)
        self._fit(X, y, sample_weight, incremental=True)
        return self

    def predict(self, X: Any) -> Any:
        """Class of each row, or 0 and 1 for each label."""
        check_is_fitted(self)
        return self._predict(X)

    def predict_proba(self, X: Any) -> Array:
        """Probability of each class, in the order of ``classes_``."""
        check_is_fitted(self)
        found = self._outputs(X)
        if self.n_outputs_ == 1:
            return np.hstack([1 - found, found])
        return found

    def predict_log_proba(self, X: Any) -> Array:
        """Logarithm of each probability."""
        found = self.predict_proba(X)
        return np.log(found, out=found)

    def decision_function(self, X: Any) -> Array:
        """Logits: what the output layer gives before its activation.

        Notes
        -----
        scikit-learn's class has none. What prefers it to ``predict_proba`` where it is
        there, such as ``CalibratedClassifierCV``, calibrates logits here and
        probabilities there.
        """
        check_is_fitted(self)
        found = self._outputs(X, "identity")
        return found.ravel() if self.n_outputs_ == 1 else found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
