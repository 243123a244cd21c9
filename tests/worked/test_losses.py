"""Worked examples on losses, with the arithmetic that a student can follow."""

import math

import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import DataError
from neurona.gradient import backward
from neurona.graph import BATCH, Spec
from neurona.nn.layers import Scale
from neurona.nn.losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    GaussianNLL,
    MeanAbsoluteError,
    MeanSquaredError,
    reduce,
)
from neurona.reference import evaluate
from tests.nn.cases import Written

# The numbers below are rounded to seven digits.
SEVEN_DIGITS = 1e-6
TEN_DIGITS = 1e-9


def value_and_slope(loss, output, target, end=None):
    """Losses of rows and the slope of their sum in what the last layer computed."""
    output = np.asarray(output, float)
    z = g.input("z", (BATCH, output.shape[1]))
    node = end(z) if end else z
    y = loss.prepare_target(target, node.spec)
    spec = loss.target_spec(node.spec, y)
    t = g.input("t", spec.shape, spec.dtype)
    rows = loss.per_row(node, t)
    return evaluate([rows, backward(g.sum(rows), [z])[0]], {z: output, t: y})


@pytest.mark.parametrize(
    ("label", "loss"),
    [
        (0, 0.3566749),  # −ln .7
        (1, 1.6094379),  # −ln .2
        (2, 2.3025851),  # −ln .1
    ],
)
def test_case_g13_cross_entropy_is_minus_ln_of_the_true_class(label, loss):
    # Logits ln p give back the probabilities p, since they sum to 1.
    rows, slope = value_and_slope(CrossEntropy(), np.log([[0.7, 0.2, 0.1]]), [label])
    assert rows == pytest.approx([loss], rel=SEVEN_DIGITS)
    # dL/dz = s − y; for the second class (.7, .2 − 1, .1).
    expected = np.array([0.7, 0.2, 0.1]) - np.eye(3)[label]
    assert slope[0] == pytest.approx(expected, rel=TEN_DIGITS)


def test_case_g13_numbers_that_do_not_sum_to_one_are_no_probabilities():
    # .87 + .1 + .1 = 1.07.
    with pytest.raises(DataError, match=r"row 0 .* sum to 1.07, not to 1"):
        CrossEntropy().prepare_target([[0.87, 0.1, 0.1]], Spec((BATCH, 3)))


def test_case_g13_softmax_of_large_logits_does_not_overflow():
    # e^1000 overflows; less the largest, the logits are −2, −1, 0.
    z = g.input("z", (BATCH, 3))
    found = evaluate([CrossEntropy().link(z)], {z: [[1000.0, 1001.0, 1002.0]]})[0]
    assert found[0] == pytest.approx(
        [0.0900306, 0.2447285, 0.6652410], rel=SEVEN_DIGITS
    )


@pytest.mark.parametrize(
    ("a", "y", "loss"),
    [
        (0.9, 1, 0.1053605),  # −ln .9
        (0.9, 0, 2.3025851),  # −ln .1
        (0.5, 1, 0.6931472),  # −ln .5
    ],
)
def test_case_g14_binary_cross_entropy(a, y, loss):
    logit = math.log(a / (1 - a))
    rows, slope = value_and_slope(BinaryCrossEntropy(), [[logit]], [y])
    assert rows == pytest.approx([loss], rel=SEVEN_DIGITS)
    # dL/dz = a − y: for a = .9 and y = 0 it is .9.
    assert slope.tolist() == [[pytest.approx(a - y, rel=TEN_DIGITS)]]


def test_case_g14_the_slope_in_the_probability_is_steeper_than_in_the_logit():
    # dL/da = (a − y)/(a(1 − a)) = .9/.09 = 10, which da/dz = .09 takes back to .9.
    a = g.input("a")
    loss = -g.log(1.0 - a)
    assert evaluate(backward(loss, [a]), {a: 0.9})[0] == pytest.approx(10.0)


def test_case_g17_normalization_divides_by_the_deviation_not_the_variance():
    # Mean 40/8 = 5; squares of the differences 9, 1, 1, 1, 0, 0, 4, 16 sum to 32, so
    # σ² = 32/8 = 4 and σ = 2.
    column = np.array([[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]]).T
    layer = Scale.of(column)
    assert (layer.mean, layer.deviation) == ((5.0,), (2.0,))
    found = Written(layer, (column,)).value[:, 0]
    assert found.tolist() == [-1.5, -0.5, -0.5, -0.5, 0.0, 0.0, 1.0, 2.0]


def test_case_g25_gaussian_log_likelihood():
    # −3/2·ln 2π = −2.7568155996; −3/2·ln .25 = 2.0794415417; Σr² = .14 and
    # −½·.14/.25 = −.28. They sum to −.9573740579; each residual is a row here.
    residuals = np.array([-0.1, 0.2, -0.3])
    output = np.column_stack([np.zeros(3), np.full(3, math.log(0.25))])
    rows, _ = value_and_slope(GaussianNLL(), output, residuals)
    assert -rows.sum() == pytest.approx(-0.9573740579, rel=TEN_DIGITS)
    # The other sign of each residual gives the same.
    assert value_and_slope(GaussianNLL(), output, -residuals)[0].tolist() == (
        pytest.approx(rows.tolist())
    )
    # The constant ½ ln 2π is all that the short form leaves out.
    short, _ = value_and_slope(GaussianNLL(full=False), output, residuals)
    assert (rows - short).tolist() == pytest.approx([0.5 * math.log(2 * math.pi)] * 3)


TARGETS = np.array([1.0, 2.0, 3.0, 4.0, 100.0])


def loss_of_one_number(loss, guess):
    """Mean loss of predicting one number for every target, and its slope."""
    c = g.input("c")
    t = g.input("t", (BATCH, 1))
    total = reduce(loss.per_row(g.broadcast(c, (BATCH, 1)), t), None)
    found = evaluate([total, *backward(total, [c])], {c: guess, t: TARGETS[:, None]})
    return [float(x) for x in found]


def test_case_g28_the_absolute_loss_is_least_at_the_median():
    # Two targets pull to each side of 3, and the distance of 100 does not matter.
    assert loss_of_one_number(MeanAbsoluteError(), 3.0)[1] == 0.0
    # Just beside it three pull back against two: slope ±(3 − 2)/5.
    assert loss_of_one_number(MeanAbsoluteError(), 3.5)[1] == pytest.approx(0.2)
    assert loss_of_one_number(MeanAbsoluteError(), 2.5)[1] == pytest.approx(-0.2)


def test_case_g28_the_squared_loss_is_least_at_the_mean():
    # (1 + 2 + 3 + 4 + 100)/5 = 22: one far target has moved it past all the others.
    assert loss_of_one_number(MeanSquaredError(), 22.0)[1] == pytest.approx(
        0, abs=1e-12
    )
    least = loss_of_one_number(MeanSquaredError(), 22.0)[0]
    for guess in (21.9, 22.1):
        assert loss_of_one_number(MeanSquaredError(), guess)[0] > least


def test_the_half_option_makes_the_slope_the_residual():
    # ½(3 − 1)² = 2 and slope 2; without the half 4 and slope 4.
    for half, value in ((True, 2.0), (False, 4.0)):
        rows, slope = value_and_slope(MeanSquaredError(half=half), [[3.0]], [1.0])
        assert rows.tolist() == [value]
        assert slope.tolist() == [[value]]


def test_mse_averages_over_samples_and_outputs():
    # Squares 1, 4, 9, 16 over two rows of two outputs: 30/4 = 7.5.
    rows, _ = value_and_slope(
        MeanSquaredError(), [[1.0, 2.0], [3.0, 4.0]], np.zeros((2, 2))
    )
    assert rows.mean() == 7.5
