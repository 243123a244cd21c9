"""Worked linear models: least squares, ridge, polynomials, radial bases, XOR."""

import math

import numpy as np
import pytest

from neurona import Dense, Network
from neurona import graph as g
from neurona.gradient import backward
from neurona.nn.losses import BinaryCrossEntropy, MeanSquaredError, reduce
from neurona.reference import evaluate

# The numbers below are rounded to six or seven digits.
SEVEN_DIGITS = 1e-6
# What remains of a slope that is 0 by hand.
ROUNDING = 1e-12

# --- Case G1: XOR through a line, the third column being the 1 of the bias ----------

X = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def loss_and_slope(loss, weights, reduction="mean"):
    """Loss of ŷ = Xw over the four rows, and its slope in w."""
    w = g.parameter("w", (3, 1))
    x, t = g.input("x", (g.BATCH, 3)), g.input("t", (g.BATCH, 1))
    total = reduce(loss.per_row(x @ w, t), None, reduction)
    feeds = {w: np.reshape(weights, (3, 1)), x: X, t: Y}
    value, slope = evaluate([total, *backward(total, [w])], feeds)
    return float(value), slope.ravel()


def test_case_g1_the_normal_equations_of_xor():
    # Each entry counts the rows in which both columns are 1.
    assert (X.T @ X).tolist() == [[2, 1, 2], [1, 2, 2], [2, 2, 4]]
    inverse = [[1, 0, -0.5], [0, 1, -0.5], [-0.5, -0.5, 0.75]]
    assert (X.T @ X @ inverse).tolist() == np.eye(3).tolist()
    # Two rows have y = 1: one with x₁, one with x₂, both with the 1.
    assert (X.T @ Y).ravel().tolist() == [1, 1, 2]
    # w = (1 − .5·2, 1 − .5·2, −.5 − .5 + .75·2).
    w = inverse @ X.T @ Y
    assert w.ravel().tolist() == [0, 0, 0.5]
    assert (X @ w).ravel().tolist() == [0.5, 0.5, 0.5, 0.5]


def test_case_g1_the_singular_values_of_xor():
    # XᵀX has the eigenvalues (7 ± √33)/2 and 1: their roots.
    found = np.linalg.svd(X, compute_uv=False)
    by_hand = [
        math.sqrt((7 + math.sqrt(33)) / 2),
        1,
        math.sqrt((7 - math.sqrt(33)) / 2),
    ]
    assert found == pytest.approx(by_hand, rel=ROUNDING)
    assert found == pytest.approx([2.524338, 1, 0.792287], rel=SEVEN_DIGITS)


@pytest.mark.parametrize(
    ("loss", "reduction", "least"),
    [
        # Residuals ±.5: four squares of .25, their mean, and half of it.
        (MeanSquaredError(), "sum", 1.0),
        (MeanSquaredError(), "mean", 0.25),
        (MeanSquaredError(half=True), "mean", 0.125),
    ],
)
def test_case_g1_the_least_squared_error_of_xor(loss, reduction, least):
    value, slope = loss_and_slope(loss, [0, 0, 0.5], reduction)
    assert value == least
    assert slope.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("loss", "reduction", "slope"),
    [
        # −2 Xᵀy, Xᵀy being (1, 1, 2) as above; over N = 4; and half of that.
        (MeanSquaredError(), "sum", [-2, -2, -4]),
        (MeanSquaredError(), "mean", [-0.5, -0.5, -1]),
        (MeanSquaredError(half=True), "mean", [-0.25, -0.25, -0.5]),
    ],
)
def test_case_g1_the_slope_at_zero_under_each_convention(loss, reduction, slope):
    assert loss_and_slope(loss, [0, 0, 0], reduction)[1].tolist() == slope


def test_case_g1_the_logistic_optimum_of_xor_is_the_coin():
    # p = σ(0) = ½ everywhere: Xᵀ(½ − y) = (½·2 − 1, ½·2 − 1, ½·4 − 2) = 0, and the
    # loss, which is convex, is −ln ½.
    value, slope = loss_and_slope(BinaryCrossEntropy(), [0, 0, 0])
    assert value == pytest.approx(math.log(2), rel=ROUNDING)
    assert slope.tolist() == [0, 0, 0]


# --- Case G24: lines, ridge, polynomials, radial bases ------------------------------


def slopes_of(columns, y, weights, **penalty):
    """Mean squared error of a linear network without a bias, and its slope."""
    network = Network(
        [Dense(1, bias=False)], n_inputs=np.shape(columns)[1], dtype="float64"
    )
    network.parameters["dense_1.weight"] = np.reshape(weights, (-1, 1))
    value, slopes = network.loss_and_gradients(columns, y, loss="mse", **penalty)
    return value, slopes["dense_1.weight"].ravel()


LINE = np.array([[1.0, 1], [1, 2], [1, 3], [1, 4]])
HEIGHTS = np.array([2.1, 3.9, 6.2, 7.8])


def test_case_g24_the_line_of_least_squares():
    # XᵀX = [[4, 10], [10, 30]], Xᵀy = (20, 59.7), determinant 20:
    # w = ((30·20 − 10·59.7)/20, (4·59.7 − 10·20)/20) = (.15, 1.94).
    # Residuals −.01, .13, −.23, .11: squares sum to .082, and .082/4 = .0205.
    value, slope = slopes_of(LINE, HEIGHTS, [0.15, 1.94])
    assert value == pytest.approx(0.0205, rel=SEVEN_DIGITS)
    assert slope == pytest.approx([0, 0], abs=ROUNDING)


def test_case_g24_ridge_on_the_bias_too():
    # Σr² + λ‖w‖² with λ = 1: (XᵀX + I) w = Xᵀy, determinant 5·31 − 100 = 55:
    # w = ((31·20 − 10·59.7)/55, (5·59.7 − 10·20)/55) = (23/55, 98.5/55).
    # Ours is Σr²/N + l2/(2N)·‖w‖², the same over N for l2 = 2λ.
    by_hand = [23 / 55, 98.5 / 55]
    assert by_hand == pytest.approx([0.4181818, 1.7909091], rel=SEVEN_DIGITS)
    _, slope = slopes_of(LINE, HEIGHTS, by_hand, l2=2.0)
    assert slope == pytest.approx([0, 0], abs=ROUNDING)


def test_case_g24_ridge_with_a_free_bias():
    # Only the slope is penalized: [[4, 10], [10, 31]], determinant 24:
    # b = (31·20 − 10·59.7)/24 = 23/24, w = (4·59.7 − 10·20)/24 = 38.8/24.
    network = Network([Dense(1)], n_inputs=1, dtype="float64")
    network.parameters = {"dense_1.weight": [[38.8 / 24]], "dense_1.bias": [23 / 24]}
    assert network.parameters.vector == pytest.approx(
        [1.6166667, 0.9583333], rel=SEVEN_DIGITS
    )
    _, slopes = network.loss_and_gradients(LINE[:, 1:], HEIGHTS, loss="mse", l2=2.0)
    for slope in slopes.values():
        assert slope.ravel() == pytest.approx([0], abs=ROUNDING)


POINTS, VALUES = np.arange(5.0), np.array([1.0, 2.0, 0.0, 2.0, 3.0])

# Polynomials that are orthogonal on five points, from x − 2 = −2..2, and Σp².
STEPS = POINTS - 2
ORTHOGONAL = [
    (np.array([1.0, 1, 1, 1, 1]), 5),
    (np.array([-2.0, -1, 0, 1, 2]), 10),
    (np.array([2.0, -1, -2, -1, 2]), 14),
    (np.array([-1.0, 2, 0, -2, 1]), 10),
    (np.array([1.0, -4, 6, -4, 1]), 70),
]


@pytest.mark.parametrize(
    ("degree", "error"),
    [
        # Σy² = 18. Each polynomial p takes (Σpy)²/Σp² away, whatever the others do:
        (0, 1.04),  # 8²/5 = 12.8: 5.2/5
        (1, 0.72),  # (−2 − 2 + 2 + 6)²/10 = 1.6: 3.6/5
        (2, 0.4914286),  # (2 − 2 − 2 + 6)²/14 = 16/14: 2.4571429/5
        (3, 0.4114286),  # (−1 + 4 − 4 + 3)²/10 = .4: 2.0571429/5
        (4, 0.0),  # (1 − 8 − 8 + 3)²/70 = 144/70 = 2.0571429: 0
    ],
)
def test_case_g24_polynomials_of_rising_degree(degree, error):
    used = ORTHOGONAL[: degree + 1]
    columns = np.column_stack([p for p, _ in used])
    weights = [p @ VALUES / square for p, square in used]
    value, slope = slopes_of(columns, VALUES, weights)
    assert value == pytest.approx(error, rel=SEVEN_DIGITS, abs=ROUNDING)
    assert slope == pytest.approx([0] * (degree + 1), abs=ROUNDING)


def test_case_g24_a_cubic_is_met_exactly():
    columns = np.column_stack([STEPS**power for power in range(4)])
    value, slope = slopes_of(columns, STEPS**3, [0, 0, 0, 1])
    assert value == 0
    assert slope.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("sigma", "alpha", "value"),
    [
        (1.0, 0.5, 0.6065307),  # e^(−½)
        (0.5, 2.0, 0.1353353),  # e^(−2)
    ],
)
def test_case_g24_a_radial_basis_falls_with_the_distance(sigma, alpha, value):
    # e^(−(x − c)²/(2σ²)) with x = 1 and c = 0; α = 1/(2σ²).
    assert alpha == 1 / (2 * sigma**2)
    x, centre = g.input("x"), g.input("centre")
    basis = g.exp(-alpha * (x - centre) ** 2)
    found = evaluate([basis], {x: 1.0, centre: 0.0})[0]
    assert float(found) == pytest.approx(value, rel=SEVEN_DIGITS)
