"""The exponential moving average, plain and corrected."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.errors import OptionError
from neurona.optimize import MovingAverage, ewma

DIGITS = 1e-9


def test_moving_average_gives_the_digits_of_case_g15():
    # V₁ = .1·30 = 3, V₂ = .9·3 + .1·28 = 5.5, V₃ = 4.95 + 3.1 = 8.05,
    # V₄ = 7.245 + 2.9 = 10.145, V₅ = 9.1305 + 3.3 = 12.4305
    # corrected: 3/.1, 5.5/.19, 8.05/.271, 10.145/.3439, 12.4305/.40951
    values, corrected = ewma([30, 28, 31, 29, 33], beta=0.9)
    expected = np.array([3, 5.5, 8.05, 10.145, 12.4305])
    np.testing.assert_allclose(values, expected, rtol=DIGITS)
    shares = [0.1, 0.19, 0.271, 0.3439, 0.40951]
    np.testing.assert_allclose(corrected, expected / shares, rtol=DIGITS)
    np.testing.assert_allclose(
        corrected, [30, 28.9473684, 29.7047970, 29.4998546, 30.3545701], rtol=1e-8
    )


def test_weights_of_past_values_fade_by_beta():
    # The share of x_(t−k) in V_t: .1, .09, .081, and .729 for everything before.
    shares = [ewma(row, beta=0.9)[0][-1] for row in np.eye(100)[:-4:-1]]
    np.testing.assert_allclose(shares, [0.1, 0.09, 0.081], rtol=DIGITS)
    before = ewma([1.0] * 10 + [0.0] * 3, beta=0.9)[0]
    np.testing.assert_allclose(before[-1] / before[9], 0.729, rtol=DIGITS)


def test_after_ten_steps_a_value_has_lost_two_thirds_of_its_weight():
    values = ewma([10.0] + [0.0] * 10, beta=0.9)[0]
    np.testing.assert_allclose(values[-1], 0.9**10, rtol=DIGITS)
    assert round(values[-1], 4) == 0.3487


@given(
    value=st.floats(-1e6, 1e6, allow_subnormal=False),
    beta=st.floats(0, 0.999),
    length=st.integers(1, 20),
)
def test_the_corrected_average_of_a_constant_is_the_constant(value, beta, length):
    corrected = ewma([value] * length, beta)[1]
    np.testing.assert_allclose(corrected, value, rtol=DIGITS, atol=1e-300)


def test_without_memory_the_average_is_the_series():
    values, corrected = ewma([1.0, 5.0, -2.0], beta=0.0)
    assert values.tolist() == corrected.tolist() == [1.0, 5.0, -2.0]


def test_an_empty_series_has_an_empty_average():
    values, corrected = ewma([], beta=0.9)
    assert values.shape == corrected.shape == (0,)


@pytest.mark.parametrize("series", [3.0, [[1.0, 2.0]], ["a"], [True]])
def test_only_a_list_of_numbers_has_an_average(series):
    with pytest.raises(OptionError, match="list of numbers"):
        ewma(series, beta=0.9)


@pytest.mark.parametrize("beta", [1.0, -0.1, float("nan"), "slow"])
def test_beta_outside_its_range_is_refused(beta):
    with pytest.raises(OptionError, match="beta"):
        MovingAverage(beta)
