"""Regressions that say how sure they are: a line, and a network."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import BayesianRidge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from neurona.estimators.parameters import constrained, named, parameter
from neurona.network import Network
from neurona.nn import Dense, Dropout
from neurona.optimize import Adam
from neurona.statistics.band import PredictiveBand
from neurona.statistics.dropout_draws import DropoutPosterior
from neurona.statistics.last_layer import LastLayerPosterior, last_layer_posterior
from neurona.statistics.weight_posterior import line_posterior

__all__ = ["BayesianLinearRegression", "BayesianNetworkRegressor"]

POSITIVE: Final = Interval(Real, 0, None, closed="neither")


class BandRegressor(RegressorMixin, BaseEstimator):
    """A regression whose every answer is a distribution."""

    def band(self, X: Any) -> PredictiveBand:
        """Mean and standard deviation of the answer to each row."""
        raise NotImplementedError

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """Expected answers (N,); with ``return_std`` their standard deviations too."""
        band = self.band(X)
        return (band.mean, band.std) if return_std else band.mean

    def interval(self, X: Any, level: float = 0.9) -> tuple[NDArray[Any], NDArray[Any]]:
        """Where an observation lies with a probability of ``level``: (low, high)."""
        return self.band(X).interval(level)

    def _read(self, X: Any) -> NDArray[Any]:
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, reset=False, dtype=np.float64))


@constrained
class BayesianLinearRegression(BandRegressor):
    """A line whose weights are believed with a Gaussian, prior and posterior.

    Parameters
    ----------
    alpha : float, optional
        Precision of the prior of each weight, N(0, 1/α); by default the one under
        which the data are most probable (by scikit-learn's ``BayesianRidge``).
    noise_std : float, optional
        σ of an observation about the line; by default likewise.

    Attributes
    ----------
    coef_ : array (d,)
        Most probable weights: those of ridge regression with strength α·σ².
    intercept_ : float
    covariance_ : array (d + 1, d + 1)
        Of the weights and, last, the intercept about the means of the columns.
    alpha_, noise_std_ : float
        As used.

    Notes
    -----
    Math: S = (A + ΦᵀΦ/σ²)⁻¹, m = SΦᵀy/σ²; a row is answered by N(φᵀm, σ² + φᵀSφ).
    The intercept has a flat prior.
    Source: C. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 3.3.

    Examples
    --------
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.1, 2.9, 5.2, 6.8]
    >>> model = BayesianLinearRegression(alpha=1e-6, noise_std=0.2).fit(X, y)
    >>> model.coef_.round(2)
    array([1.94])
    >>> near, far = model.predict([[1.5], [15.0]], return_std=True)[1]
    >>> bool(near < far)
    True
    """

    alpha: float | None = named(None, Interval(Real, 0, None, closed="left"), None)
    noise_std: float | None = named(None, POSITIVE, None)

    def fit(self: Any, X: Any, y: Any) -> Any:
        """Find the posterior."""
        self._validate_params()
        X, y = validate_data(
            self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2
        )
        self._mean = X.mean(axis=0)
        alpha, noise = self.alpha, self.noise_std
        if alpha is None or noise is None:
            likeliest = BayesianRidge(max_iter=1000).fit(X, y)
            alpha = float(likeliest.lambda_) if alpha is None else alpha
            noise = float(likeliest.alpha_) ** -0.5 if noise is None else noise
        self.alpha_, self.noise_std_ = float(alpha), float(noise)
        precision = np.r_[np.full(X.shape[1], self.alpha_), 0.0]
        self._line = line_posterior(self._features(X), y, precision, self.noise_std_)
        self.coef_ = self._line.mean[:-1]
        self.intercept_ = float(self._line.mean[-1] - self._mean @ self.coef_)
        self.covariance_ = self._line.covariance
        return self

    def band(self: Any, X: Any) -> PredictiveBand:
        """Mean and standard deviation of the answer to each row."""
        rows = self._read(X)
        return self._line.band(self._features(rows))  # type: ignore[no-any-return]

    def sample(
        self: Any, X: Any, count: int = 1, random_state: Any = None
    ) -> NDArray[Any]:
        """Lines drawn from the posterior, at rows of X: (count, N)."""
        rows = self._read(X)
        features = self._features(rows)
        draw = check_random_state(random_state)
        line = self._line
        weights = draw.multivariate_normal(line.mean, line.covariance, count)
        return np.asarray(weights @ features.T)

    def _features(self: Any, X: NDArray[Any]) -> NDArray[Any]:
        return np.hstack([X - self._mean, np.ones((len(X), 1))])


@constrained
class BayesianNetworkRegressor(BandRegressor):
    """A network that says how sure it is.

    Parameters
    ----------
    hidden : sequence of int
        Units of the hidden layers.
    method : {"laplace", "dropout"}
        ``laplace``: the last layer's weights are believed with a Gaussian, as a
        Bayesian line over what the hidden layers give. ``dropout``: answers under many
        random masks.
    activation : str
        Of the hidden layers.
    dropout : float
        Share of hidden units left out, in (0, 1), with ``dropout``.
    alpha : float
        Precision of the prior of the last layer's weights, with ``laplace``.
    draws : int
        Masks, with ``dropout``.
    epochs : int
    learning_rate : float
        Of Adam.
    random_state : int, RandomState or None

    Attributes
    ----------
    network_ : Network
        Reads and answers standardized numbers.
    noise_std_ : float
        σ of an observation, in the target's unit.

    Notes
    -----
    With ``dropout`` a fifth of the rows is held out to learn σ from.

    Examples
    --------
    >>> X = np.linspace(-2, 2, 80).reshape(-1, 1)
    >>> model = BayesianNetworkRegressor(epochs=60, random_state=0)
    >>> low, high = model.fit(X, np.sin(X[:, 0])).interval([[0.0], [6.0]])
    >>> bool(high[0] - low[0] < high[1] - low[1])
    True
    """

    hidden: Any = parameter((50, 50), "array-like", tuple)
    method: str = named("laplace", StrOptions({"laplace", "dropout"}))
    activation: str = named("tanh", str)
    dropout: float = named(0.1, Interval(Real, 0, 1, closed="neither"))
    alpha: float = named(1.0, POSITIVE)
    draws: int = named(100, Interval(Integral, 2, None, closed="left"))
    epochs: int = named(300, Interval(Integral, 1, None, closed="left"))
    learning_rate: float = named(0.01, POSITIVE)
    random_state: Any = named(None, "random_state")

    def fit(self: Any, X: Any, y: Any) -> Any:
        """Train, and find how sure the answers are."""
        self._validate_params()
        X, y = validate_data(
            self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2
        )
        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self._scales = StandardScaler().fit(X), StandardScaler().fit(y[:, None])
        of_rows, of_y = self._scales
        y = of_y.transform(y[:, None])[:, 0]
        self._posterior = METHODS[self.method](self, of_rows.transform(X), y)
        self.network_ = self._posterior.network
        self.noise_std_ = float(self._posterior.noise_std * of_y.scale_[0])
        return self

    def band(self: Any, X: Any) -> PredictiveBand:
        """Mean and standard deviation of the answer to each row."""
        rows = self._read(X)
        of_rows, of_y = self._scales
        found = self._posterior.band(of_rows.transform(rows))
        return found.in_unit(of_y.scale_[0], of_y.mean_[0])  # type: ignore[no-any-return]


def trained_network(
    asked: Any, X: NDArray[Any], y: NDArray[Any], dropout: float = 0.0
) -> Network:
    """Network of an estimator's parameters, trained on standardized rows."""
    layers: list[Any] = []
    for units in asked.hidden:
        layers += [Dense(int(units), asked.activation)]
        layers += [Dropout(dropout)] if dropout else []
    network = Network([*layers, Dense(1)], n_inputs=X.shape[1], seed=asked._seed)
    network.fit(
        X, y, loss="mse", optimizer=Adam(learning_rate=asked.learning_rate),
        schedule="cosine", epochs=asked.epochs, batch_size=min(32, len(X)),
    )  # fmt: skip
    return network


def by_laplace(
    asked: Any, X: NDArray[Any], y: NDArray[Any]
) -> LastLayerPosterior | DropoutPosterior:
    """Posterior of the last layer."""
    network = trained_network(asked, X, y)
    return last_layer_posterior(network, X, y, asked.alpha)


def by_dropout(
    asked: Any, X: NDArray[Any], y: NDArray[Any]
) -> LastLayerPosterior | DropoutPosterior:
    """Spread under masks, and the noise from rows that did not train."""
    X, held, y, truth = train_test_split(X, y, test_size=0.2, random_state=asked._seed)
    network = trained_network(asked, X, y, asked.dropout)
    found = DropoutPosterior(network, 0.0, asked.draws, asked._seed)
    noise = np.sqrt(np.mean(np.square(found.band(held).mean - truth)))
    return dataclasses.replace(found, noise_std=float(noise))


METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "laplace": by_laplace,
    "dropout": by_dropout,
}
