"""The regressor."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from neurona.arrays import Array
from neurona.estimators.mlp.available import in_fit_context, while_stochastic
from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.losses import REGRESSION
from neurona.estimators.mlp.parameters import constrained, parameter
from neurona.nn.losses import LOSSES, Loss, as_loss

__all__ = ["MLPRegressor"]


@constrained
class LossFirst:
    """The regressor's first parameter; those of :class:`BaseMLP` follow."""

    loss: Any = parameter("squared_error", StrOptions({*REGRESSION, *LOSSES}), Loss)


@constrained
class MLPRegressor(RegressorMixin, BaseMLP, LossFirst):  # type: ignore[misc]
    """Multi-layer perceptron regressor: scikit-learn's, on neurona's engine."""

    def _output_activation(self) -> str:
        name = getattr(self.loss, "name", self.loss)
        return "exp" if name == "poisson" else "identity"

    def _loss(self, dtype: np.dtype[Any]) -> Loss:
        make = REGRESSION.get(self.loss) if isinstance(self.loss, str) else None
        return as_loss(self.loss) if make is None else make()

    def _validate_input(self, X: Any, y: Any, incremental: bool, reset: bool) -> Any:
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            multi_output=True,
            y_numeric=True,
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return X, y

    def _check_rows(self, X: Any, y: Any) -> Any:
        return self._validate_input(X, y, False, False)

    def _score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        return self._score_with(r2_score, X, y, sample_weight)

    def _predict(self, X: Any, *, check: bool = True) -> Array:
        found = self._outputs(X, check=check)[:, : self.n_outputs_]
        return found.ravel() if self.n_outputs_ == 1 else found

    @in_fit_context
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> MLPRegressor:
        """Fit the model to data matrix X and target(s) y."""
        self._fit(X, y, sample_weight, X_val, y_val)
        return self

    @while_stochastic
    @in_fit_context
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPRegressor:
        """Update the model with a single iteration over the given data."""
        self._fit(X, y, sample_weight, incremental=True)
        return self

    def predict(self, X: Any) -> Array:
        """Predict using the multi-layer perceptron model."""
        check_is_fitted(self)
        return self._predict(X)
