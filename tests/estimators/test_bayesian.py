"""Answers that say how sure they are: true to closed forms, and to new observations."""

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import BayesianRidge, Ridge
from sklearn.utils.estimator_checks import (
    check_param_validation,
    parametrize_with_checks,
)

from neurona import BayesianLinearRegression, BayesianNetworkRegressor, Dense, Network
from neurona.errors import DataError, OptionError
from neurona.nn import BatchNorm, Dropout
from neurona.statistics import (
    DropoutPosterior,
    dropout_answers,
    last_layer_posterior,
    line_posterior,
)


def line(rows=60, seed=0, noise=0.5):
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(rows, 3)) * [1, 2, 0.5] + [0, 5, -1]
    return X, X @ [1.0, -0.5, 2.0] + 3 + noise * draw.normal(size=rows)


def wave(rows, seed, noise=0.2):
    draw = np.random.default_rng(seed)
    X = draw.uniform(-3, 3, size=(rows, 1))
    return X, np.sin(X[:, 0]) + noise * draw.normal(size=rows)


def test_the_most_probable_weights_are_those_of_ridge():
    X, y = line()
    model = BayesianLinearRegression(alpha=4.0, noise_std=0.5).fit(X, y)
    ridge = Ridge(alpha=4.0 * 0.5**2).fit(X, y)
    np.testing.assert_allclose(model.coef_, ridge.coef_, rtol=1e-10)
    assert model.intercept_ == pytest.approx(ridge.intercept_, rel=1e-10)


def test_the_posterior_is_bayes_rule_on_a_grid():
    x, y = np.array([0.5, 1.0, 2.0]), np.array([1.2, 1.8, 4.3])
    found = line_posterior(x[:, None], y, 0.7, 0.4)
    grid = np.linspace(0, 4, 40_001)
    log = stats.norm(0, 0.7**-0.5).logpdf(grid)
    log = log + stats.norm(grid[:, None] * x, 0.4).logpdf(y).sum(axis=1)
    weight = np.exp(log - log.max()) / np.exp(log - log.max()).sum()
    mean = weight @ grid
    assert found.mean[0] == pytest.approx(mean, rel=1e-8)
    variance = weight @ np.square(grid - mean)
    assert found.covariance[0, 0] == pytest.approx(variance, rel=1e-8)


def test_by_default_the_data_choose_prior_and_noise():
    X, y = line(200)
    model = BayesianLinearRegression().fit(X, y)
    likeliest = BayesianRidge(max_iter=1000).fit(X, y)
    np.testing.assert_allclose(model.predict(X), likeliest.predict(X), rtol=1e-6)
    assert model.noise_std_ == pytest.approx(0.5, abs=0.06)
    mean, std = model.predict(X, return_std=True)
    assert (std > model.noise_std_).all()
    draws = model.sample(X[:5], 4000, random_state=0)
    np.testing.assert_allclose(draws.mean(axis=0), mean[:5], atol=0.02)
    np.testing.assert_allclose(draws.std(axis=0), model.band(X[:5]).model_std, rtol=0.1)


@pytest.mark.parametrize("rows", [40, 200])
def test_a_lines_band_holds_nine_of_ten_observations(rows):
    found = []
    for seed in range(20):
        X, y = line(rows + 500, seed)
        model = BayesianLinearRegression().fit(X[:rows], y[:rows])
        found.append(model.band(X[rows:]).coverage(y[rows:], 0.9))
    assert 0.87 <= np.mean(found) <= 0.93


@pytest.mark.parametrize("method", ["laplace", "dropout"])
def test_a_networks_band_holds_nine_of_ten_observations(method):
    X, y = wave(300, 1)
    model = BayesianNetworkRegressor(method=method, random_state=0).fit(X, y)
    new, truth = wave(2000, 2)
    assert 0.85 <= model.band(new).coverage(truth, 0.9) <= 0.95
    assert model.noise_std_ == pytest.approx(0.2, abs=0.06)
    low, high = model.interval([[0.0], [9.0]])
    assert high[1] - low[1] > 1.2 * (high[0] - low[0])


def test_a_linear_networks_posterior_is_a_lines():
    X, y = line(80)
    network = Network([Dense(1)], n_inputs=3, dtype="float64")
    network.fit(X, y, loss="mse", optimizer="lbfgs", epochs=200)
    found = last_layer_posterior(network, X, y, 1e-9)
    design = np.c_[X, np.ones(80)]
    residuals = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    noise = np.sqrt(residuals @ residuals / (80 - 4))
    assert found.noise_std == pytest.approx(noise, rel=1e-6)
    wanted = line_posterior(design, y, [1e-9] * 3 + [0], noise).band(design)
    np.testing.assert_allclose(found.band(X).std, wanted.std, rtol=1e-6)


def test_masks_are_those_of_the_seed():
    X, y = wave(60, 0)
    model = BayesianNetworkRegressor(
        (8,), method="dropout", epochs=5, random_state=0
    ).fit(X, y)
    band = DropoutPosterior(model.network_, 0.1, seed=3).band
    np.testing.assert_array_equal(band(X).mean, band(X).mean)
    other = DropoutPosterior(model.network_, 0.1, seed=4).band(X)
    assert (other.mean != band(X).mean).any()


def test_what_is_said_of_a_row_does_not_depend_on_the_rows_beside_it():
    X, y = wave(40, 0)
    layers = [Dense(6, "tanh"), BatchNorm(), Dropout(0.2), Dense(1)]
    network = Network(layers, n_inputs=1, dtype="float64")
    network.fit(X, y, epochs=5)
    alone = dropout_answers(network, X[:1], draws=4)
    np.testing.assert_allclose(
        dropout_answers(network, X, draws=4)[:, :1], alone, rtol=1e-12
    )
    assert alone.std() > 0


def test_a_last_layer_without_a_bias_has_no_posterior_of_one():
    X, y = line(80)
    network = Network([Dense(1, bias=False)], n_inputs=3, dtype="float64")
    network.fit(X, y, loss="mse", optimizer="lbfgs", epochs=200)
    found = last_layer_posterior(network, X, y, 0.3)
    assert found.line.covariance.shape == (3, 3)
    wanted = line_posterior(X, y, 0.3, found.noise_std).band(X)
    np.testing.assert_allclose(found.band(X).std, wanted.std, rtol=1e-10)


def test_residuals_of_zero_leave_a_posterior():
    network = Network([Dense(1)], n_inputs=1, dtype="float64")
    for value in network.parameters.values():
        value[...] = 0
    X = np.arange(5.0)[:, None]
    found = last_layer_posterior(network, X, np.zeros(5)).band(X)
    assert np.isfinite(found.std).all()
    assert (found.std < 1e-12).all()


def test_what_has_no_posterior_is_refused():
    X, y = wave(20, 0)
    with pytest.raises(OptionError, match="ends in"):
        last_layer_posterior(Network([Dense(1, "tanh")], n_inputs=1), X, y)
    wide = Network([Dense(30), Dense(1)], n_inputs=1)
    with pytest.raises(OptionError, match="more rows than weights"):
        last_layer_posterior(wide, X, y, precision=0)
    few = last_layer_posterior(wide, X, y, precision=1.0).band(X)
    assert np.isfinite(few.std).all()
    with pytest.raises(OptionError, match="no dropout"):
        DropoutPosterior(Network([Dense(1)], n_inputs=1), 0.1).band(X)
    several = Network([Dense(3), Dropout(0.5), Dense(2)], n_inputs=1)
    with pytest.raises(OptionError, match="answers 2"):
        DropoutPosterior(several, 0.1).band(X)
    with pytest.raises(DataError, match="leave some weights open"):
        line_posterior(np.ones((3, 2)), np.ones(3), 0.0, 0.1)
    with pytest.raises(OptionError, match="noise_std"):
        line_posterior(np.ones((3, 2)), np.ones(3), 1.0, 0.0)
    with pytest.raises(ValueError, match="draws"):
        BayesianNetworkRegressor(draws=1).fit(X, y)


@parametrize_with_checks([BayesianLinearRegression()])
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks(
    [
        BayesianNetworkRegressor((10,), epochs=100, method=method)
        for method in ("laplace", "dropout")
    ]
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_own_checks_of_networks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("kind", [BayesianLinearRegression, BayesianNetworkRegressor])
def test_wrong_parameters_are_refused(kind):
    check_param_validation(kind.__name__, kind())
