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
from neurona.estimators.parameters import constrained, parameter
from neurona.nn.losses import LOSSES, Loss, as_loss

__all__ = ["MLPRegressor"]


@constrained
class LossFirst:
    """The regressor's first parameter; those of :class:`BaseMLP` follow."""

    loss: Any = parameter("squared_error", StrOptions({*REGRESSION, *LOSSES}), Loss)


@constrained
class MLPRegressor(RegressorMixin, BaseMLP, LossFirst):
    """Multi-layer perceptron regressor: scikit-learn's, on neurona's engine.

    Every parameter, default, attribute and method of the class of this name in
    ``sklearn.neural_network`` has the same meaning here, and the same data and
    ``random_state`` give the same weights to rounding. Only what that class does not
    have is described below.

    Parameters
    ----------
    loss : str or Loss
        Any of neurona's over numbers besides ``squared_error`` and ``poisson``.
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

    Attributes
    ----------
    validation_loss_curve_ : list of float or None
        Loss on the rows held out after each epoch, penalties apart.
    network_ : Network
        A copy to look into, explain and save.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor
    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> model = MLPRegressor("huber", solver="lbfgs", max_iter=500, random_state=0)
    >>> model.fit(X, np.abs(X).ravel()).score(X, np.abs(X).ravel()) > 0.99
    True
    """

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
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPRegressor:
        """Train for one epoch, from where the last call left off.

        Parameters
        ----------
        X, y, sample_weight
            As for ``fit``.
        """
        self._fit(X, y, sample_weight, incremental=True)
        return self

    def predict(self, X: Any) -> Array:
        """What is predicted for each row: (N,), or (N, K) for several numbers."""
        check_is_fitted(self)
        return self._predict(X)
