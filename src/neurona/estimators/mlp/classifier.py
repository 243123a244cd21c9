"""The classifier."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

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
from neurona.estimators.mlp.available import in_fit_context, while_stochastic
from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.losses import CLASSIFICATION, largest_log_loss
from neurona.estimators.mlp.parameters import constrained, parameter
from neurona.nn.losses import LOSSES, Loss, as_loss

__all__ = ["MLPClassifier"]

LOG_LOSS = "log_loss"


@constrained
class MLPClassifier(ClassifierMixin, BaseMLP):  # type: ignore[misc]
    """Multi-layer perceptron classifier: scikit-learn's, on neurona's engine."""

    _: KW_ONLY
    loss: Any = parameter(LOG_LOSS, StrOptions({LOG_LOSS, *LOSSES}), Loss)
    class_weight: Any = parameter(None, dict, list, StrOptions({"balanced"}), None)

    def _output_activation(self) -> str:
        multiclass = self._label_binarizer.y_type_ == "multiclass"
        return "softmax" if multiclass else "logistic"

    def _loss(self, dtype: np.dtype[Any]) -> Loss:
        if self.loss == LOG_LOSS:
            return CLASSIFICATION[self.out_activation_](largest_log_loss(dtype))
        return as_loss(self.loss)

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
                f"`y_val` has classes not in `self.classes_`. `self.classes_` has "
                f"{self.classes_}. 'y_val' has {unknown}."
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
        """Fit the model to data matrix X and target(s) y."""
        self._fit(X, y, sample_weight, X_val, y_val)
        return self

    @while_stochastic
    @in_fit_context
    def partial_fit(
        self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None
    ) -> MLPClassifier:
        """Update the model with a single iteration over the given data."""
        if _check_partial_fit_first_call(self, classes):
            several = type_of_target(y).startswith("multilabel")
            self._label_binarizer = LabelBinarizer().fit(y if several else classes)
        self._fit(X, y, sample_weight, incremental=True)
        return self

    def predict(self, X: Any) -> Any:
        """Predict using the multi-layer perceptron classifier."""
        check_is_fitted(self)
        return self._predict(X)

    def predict_proba(self, X: Any) -> Array:
        """Probability estimates."""
        check_is_fitted(self)
        found = self._outputs(X)
        if self.n_outputs_ == 1:
            return np.hstack([1 - found, found])
        return found

    def predict_log_proba(self, X: Any) -> Array:
        """Return the log of probability estimates."""
        found = self.predict_proba(X)
        return np.log(found, out=found)

    def decision_function(self, X: Any) -> Array:
        """Logits: what the output layer gives before its activation."""
        check_is_fitted(self)
        found = self._outputs(X, "identity")
        return found.ravel() if self.n_outputs_ == 1 else found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
