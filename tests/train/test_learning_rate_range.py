"""The learning-rate range test on a network."""

import numpy as np
import pytest

from neurona import SGD, Adam, Dense, Network
from neurona.errors import DataError, OptionError
from tests.train.runs import X, everything, rows_of

INPUTS = rows_of(4, 200, 2)
TARGETS = INPUTS @ [1.0, -2.0] + 0.3 * rows_of(5, 200)


def linear(**settings):
    return Network([Dense(1)], n_inputs=2, dtype="float64", **settings)


def test_case_g29_rates_rise_by_one_factor_from_low_to_high():
    # Six decades in 500 steps: 10^(6/500) = 1.0280162981 each.
    found = linear().learning_rate_test(INPUTS, TARGETS)
    assert found.rates[0] == pytest.approx(1e-5)
    factors = found.rates[1:] / found.rates[:-1]
    assert factors == pytest.approx(np.full(len(factors), 1.0280162981), rel=1e-9)
    assert found.rates[-1] <= 10 * (1 + 1e-12)


def test_each_step_is_taken_at_its_own_rate():
    # Gradient descent by hand, all rows at once.
    x, y = INPUTS, TARGETS[:, None]
    network = linear()
    w = network.parameters["dense_1.weight"].copy()
    b = network.parameters["dense_1.bias"].copy()
    found = network.learning_rate_test(
        x, y, optimizer=SGD(0.1), low=1e-3, high=1e-1, steps=20, batch_size="full"
    )
    for rate, loss in zip(found.rates, found.losses, strict=True):
        residual = x @ w + b - y
        assert loss == pytest.approx(np.mean(residual**2), rel=1e-9)
        w = w - rate * 2 / len(x) * x.T @ residual
        b = b - rate * 2 * residual.mean(axis=0)


def test_the_network_stays_as_it_was():
    network = everything()
    before = network.parameters.vector.copy(), network.states.vector.copy()
    network.learning_rate_test(X, X[:, 0] > 0, loss="cross_entropy", steps=60)
    assert (network.parameters.vector == before[0]).all()
    assert (network.states.vector == before[1]).all()
    assert network.history is network.losses is None


def test_it_stops_once_the_loss_runs_away():
    found = linear().learning_rate_test(INPUTS, TARGETS, optimizer="sgd", high=1e3)
    assert len(found.rates) == len(found.losses) < 501
    assert found.losses[-1] > 4 * found.losses.min()
    # Descent on a quadratic bowl of slope 2·E[x²] ≈ 2 diverges above a rate near 1.
    assert found.rates[-1] < 10
    assert 1e-3 < found.suggestion < 1


def test_a_loss_that_is_not_finite_ends_it():
    found = linear().learning_rate_test(
        INPUTS, TARGETS, optimizer="sgd", low=1e-3, high=1e300, steps=400
    )
    assert len(found.rates) < 401
    assert found.rates[0] < found.suggestion < 1


@pytest.mark.parametrize("batch_size", [64, "full"])
def test_the_suggestion_trains(batch_size):
    y = (INPUTS[:, 0] * INPUTS[:, 1] > 0).astype(int)
    network = Network([Dense(16, "tanh"), Dense(2)], n_inputs=2)
    found = network.learning_rate_test(INPUTS, y, steps=150, batch_size=batch_size)
    assert found.rates[0] < found.suggestion < found.rates[-1]
    history = network.fit(
        INPUTS, y, optimizer=Adam(found.suggestion), epochs=60, batch_size=batch_size
    )
    assert history.loss[-1] < 0.7 * history.loss[0]


def test_the_same_seed_gives_the_same_bits():
    one, two, other = (
        linear().learning_rate_test(INPUTS, TARGETS, steps=30, seed=s)
        for s in (1, 1, 2)
    )
    assert (one.losses == two.losses).all()
    assert (one.losses != other.losses).any()


@pytest.mark.parametrize("option", [
    {"low": 0.0}, {"low": 1.0, "high": 0.1}, {"steps": 0}, {"batch_size": 0},
    {"seed": -1}, {"optimizer": "adm"}, {"loss": "mes"},
])  # fmt: skip
def test_an_option_that_cannot_be_is_refused(option):
    with pytest.raises(OptionError):
        linear().learning_rate_test(INPUTS, TARGETS, **option)


def test_bad_data_are_refused():
    with pytest.raises(DataError, match="row 0"):
        linear().learning_rate_test([[np.nan, 1.0]], [1.0])
