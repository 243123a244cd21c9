"""The range test's rates, and the rate it suggests."""

import numpy as np
import pytest

from neurona.errors import OptionError
from neurona.optimize import range_test_rates, suggest_learning_rate

DIGITS = 1e-9


def test_rates_multiply_by_the_ratio_of_case_g29():
    # 10/1e-5 is six decades: 10^(6/500) = 1.0280162981 at each of 500 steps
    rates = range_test_rates(1e-5, 10.0, steps=500)
    assert rates.shape == (501,)
    np.testing.assert_allclose(rates[1:] / rates[:-1], 1.0280162981, rtol=DIGITS)
    np.testing.assert_allclose([rates[0], rates[-1]], [1e-5, 10], rtol=DIGITS)


@pytest.mark.parametrize("limits", [(1.0, 1.0), (1.0, 0.1), (0.0, 1.0), (-1.0, 1.0)])
def test_rates_must_rise_from_a_positive_one(limits):
    with pytest.raises(OptionError, match="low"):
        range_test_rates(*limits)


def loss_of(rates, fall, rise):
    """Flat, then falling about one rate, then blowing up about another."""
    decade = np.log10(rates)
    with np.errstate(over="ignore"):
        down = 1 / (1 + np.exp(8 * (decade - np.log10(fall))))
        return down + np.expm1(np.exp(8 * (decade - np.log10(rise))))


def test_suggestion_is_where_the_loss_falls_fastest():
    rates = range_test_rates(1e-5, 10.0, steps=500)
    found = suggest_learning_rate(rates, loss_of(rates, 1e-2, 1.0))
    # The average lags by about ten steps, that is by a factor of 1.028¹⁰ = 1.32.
    assert 1e-2 < found < 1.5e-2


def test_noise_moves_the_suggestion_little():
    rates = range_test_rates(1e-5, 10.0, steps=500)
    noise = np.random.default_rng(0).normal(0, 0.02, len(rates))
    found = suggest_learning_rate(rates, loss_of(rates, 1e-2, 1.0) + noise)
    assert 3e-3 < found < 3e-2


@pytest.mark.parametrize("end", [np.nan, np.inf])
def test_what_follows_a_loss_that_is_not_finite_is_left_out(end):
    rates = range_test_rates(1e-5, 10.0, steps=500)
    losses = loss_of(rates, 1e-2, 1.0)
    expected = suggest_learning_rate(rates, losses)
    losses[rates > 1] = end
    losses[-1] = -100.0
    assert suggest_learning_rate(rates, losses) == expected


@pytest.mark.parametrize(
    "losses", [[1.0, 2.0, 3.0], [np.nan, 1.0, 0.5], [1.0, np.nan, 0.5]]
)
def test_a_loss_that_never_fell_suggests_nothing(losses):
    with pytest.raises(OptionError, match="never fell"):
        suggest_learning_rate([0.1, 0.2, 0.3], losses)


@pytest.mark.parametrize(
    ("rates", "losses"),
    [([0.1, 0.2], [1.0]), ([0.2, 0.1], [1.0, 0.5]), ([0.0, 0.1], [1.0, 0.5])],
)
def test_rates_and_losses_must_fit(rates, losses):
    with pytest.raises(OptionError, match="range test"):
        suggest_learning_rate(rates, losses)


def test_nothing_tried_suggests_nothing():
    with pytest.raises(OptionError, match="never fell"):
        suggest_learning_rate([], [])
