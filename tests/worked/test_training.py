"""Worked training: every step of the notes' small examples, and their statistics."""

import numpy as np
import pytest

from neurona import SGD, Dense, Dropout, Network
from neurona.reference.random_numbers import mask, stream_of

# The cases are printed with seven digits, or computed with ten.
SEVEN_DIGITS = 1e-6
TEN_DIGITS = 1e-9


# --- Case G6b: two e-mails, one neuron, cross-entropy, all rows at once -------------


def test_case_g6b_one_step_of_logistic_regression():
    # x = (1, 5) → 1 and (1, 0) → 0; w = (−1, 0), b = −.5, η = .5.
    X, y = [[1.0, 5.0], [1.0, 0.0]], [1, 0]
    network = Network([Dense(1)], n_inputs=2, dtype="float64")
    network.parameters["dense_1.weight"] = [[-1.0], [0.0]]
    network.parameters["dense_1.bias"] = [-0.5]

    # z = −1.5 in both rows; p = σ(−1.5) = .1824255.
    # J = −½(ln .1824255 + ln(1 − .1824255)) = ½(1.7014133 + .2014133) = .9514133.
    loss, gradients = network.loss_and_gradients(X, y, loss="binary_cross_entropy")
    assert loss == pytest.approx(0.9514133, rel=SEVEN_DIGITS)
    # ½ Σ (p − y) x: ½((−.8175745)·1 + .1824255·1) and ½·(−.8175745)·5.
    weight = gradients["dense_1.weight"].ravel()
    assert weight == pytest.approx([-0.3175745, -2.0439362], rel=SEVEN_DIGITS)
    assert gradients["dense_1.bias"] == pytest.approx([-0.3175745], rel=SEVEN_DIGITS)

    network.fit(
        X, y, loss="binary_cross_entropy", optimizer=SGD(0.5), batch_size="full",
        epochs=1,
    )  # fmt: skip
    # w − η dw = (−1 + .5·.3175745, .5·2.0439362); b likewise.
    found = network.parameters["dense_1.weight"].ravel()
    assert found == pytest.approx([-0.8412128, 1.0219681], rel=SEVEN_DIGITS)
    assert network.parameters["dense_1.bias"] == pytest.approx([-0.3412128], rel=1e-6)
    assert network.evaluate(X, y)["loss"] == pytest.approx(0.1434406, rel=SEVEN_DIGITS)
    assert network.predict_proba(X)[0, 0] > 0.5 > network.predict_proba(X)[1, 0]


# --- Case G1: XOR has no line -------------------------------------------------------

XOR, ANSWERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])


def test_case_g1_the_best_line_through_xor_says_one_half_everywhere():
    network = Network([Dense(1)], n_inputs=2, dtype="float64")
    network.fit(
        XOR, ANSWERS, loss="mse", optimizer=SGD(0.3), batch_size="full", epochs=400
    )
    # w = (0, 0), b = .5: MSE = mean of (±.5)² = .25.
    assert network.parameters.vector == pytest.approx([0, 0, 0.5], abs=SEVEN_DIGITS)
    assert network.evaluate(XOR, ANSWERS)["loss"] == pytest.approx(0.25)


def test_case_g1_the_logistic_optimum_of_xor_is_ln_2():
    network = Network([Dense(1)], n_inputs=2, dtype="float64")
    network.fit(XOR, ANSWERS, optimizer=SGD(1.0), batch_size="full", epochs=500)
    assert network.losses["output"].name == "binary_cross_entropy"
    assert network.parameters.vector == pytest.approx([0, 0, 0], abs=SEVEN_DIGITS)
    assert network.evaluate(XOR, ANSWERS)["loss"] == pytest.approx(0.693147, rel=1e-6)


# --- Case G9b: how many epochs XOR takes, one sample at a time ----------------------

SOLVED = 0.05
"""MSE below which the four answers are told apart: the best line has .25."""


def xor_loss(draw: str, rate: float, epochs: int, seed: int) -> float:
    """Loss after the notes' own loop: nine random numbers, rows in order."""
    network = Network([Dense(2, "sigmoid"), Dense(1)], n_inputs=2, dtype="float64")
    numbers = getattr(np.random.default_rng(seed), draw)(size=9)
    network.parameters.vector[...] = numbers
    network.fit(
        XOR, ANSWERS, loss="mse", optimizer=SGD(rate), batch_size=1, epochs=epochs,
        shuffle=False,
    )  # fmt: skip
    return network.evaluate(XOR, ANSWERS)["loss"]


@pytest.mark.parametrize("draw", ["random", "standard_normal"])
def test_case_g9b_a_hundred_epochs_do_not_solve_xor(draw):
    losses = [xor_loss(draw, 0.1, 100, seed) for seed in range(2)]
    assert min(losses) > SOLVED


@pytest.mark.slow
@pytest.mark.parametrize("draw", ["random", "standard_normal"])
@pytest.mark.parametrize("rate", [0.1, 0.01])
def test_case_g9b_a_hundred_epochs_solve_xor_for_none_of_ten_seeds(draw, rate):
    losses = [xor_loss(draw, rate, 100, seed) for seed in range(10)]
    assert min(losses) > SOLVED


@pytest.mark.slow
def test_case_g9b_five_thousand_epochs_solve_xor():
    losses = [xor_loss("standard_normal", 0.1, 5000, seed) for seed in range(3)]
    assert max(losses) < SOLVED


# --- Case G20: inverted dropout in a network ----------------------------------------


def test_case_g20_dropout_doubles_what_it_keeps_and_does_nothing_in_evaluation():
    # p = .5, a = (1, 2, 3, 4): with mask (1, 0, 0, 1) the layer gives (2, 0, 0, 8).
    network = Network([Dropout(0.5), Dense(1, bias=False)], n_inputs=4, dtype="float64")
    network.parameters["dense_1.weight"] = np.ones((4, 1))
    a = np.array([[1.0, 2.0, 3.0, 4.0]])
    assert network.transform(a, "dropout_1").tolist() == a.tolist()
    seen = set()
    for step in range(1, 30):
        kept = mask(3, stream_of("dropout_1"), step, (1, 4), 0.5)
        masked = np.where(kept[0], 2 * a[0], 0.0)
        loss, gradients = network.loss_and_gradients(
            a, [0.0], loss="mse", training=True, seed=3, step=step
        )
        assert loss == pytest.approx(masked.sum() ** 2, rel=TEN_DIGITS)
        # dL/dw = 2 ŷ · (what the layer gives)
        expected = 2 * masked.sum() * masked
        assert gradients["dense_1.weight"].ravel() == pytest.approx(expected)
        seen.add(tuple(masked))
    assert len(seen) > 8


# --- Case G24: linear regression and ridge ------------------------------------------

LINE_X, LINE_Y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([2.1, 3.9, 6.2, 7.8])


def fitted_line(**penalty):
    """Line by full-batch descent; 2λ_max of [[1, x]] is about 17, so η = .05."""
    network = Network([Dense(1)], n_inputs=1, dtype="float64")
    network.fit(
        LINE_X, LINE_Y, loss="mse", optimizer=SGD(0.05), batch_size="full",
        epochs=1200, **penalty,
    )  # fmt: skip
    bias, weight = network.parameters["dense_1.bias"], network.parameters.vector[0]
    return float(bias[0]), float(weight), network.evaluate(LINE_X, LINE_Y)["loss"]


def test_case_g24_the_line_of_least_squares():
    bias, weight, loss = fitted_line()
    assert (bias, weight) == pytest.approx((0.15, 1.94), rel=SEVEN_DIGITS)
    assert loss == pytest.approx(0.0205, rel=SEVEN_DIGITS)


def test_case_g24_ridge_with_a_free_bias():
    # Ridge is least for Σr² + λw² with λ = 1. Ours is Σr²/N + l2/(2N)·w²: l2 = 2.
    bias, weight, __ = fitted_line(l2=2.0)
    assert (bias, weight) == pytest.approx((0.9583333, 1.6166667), rel=SEVEN_DIGITS)


# --- Case G28: what the losses call the middle --------------------------------------


@pytest.mark.parametrize(
    ("loss", "middle", "rate"), [("mae", 3, 0.5), ("mse", 22, 0.4)]
)
def test_case_g28_a_constant_is_trained_to_the_median_or_the_mean(loss, middle, rate):
    # One bias and nothing else: targets 1, 2, 3, 4, 100.
    network = Network([Dense(1)], n_inputs=1, dtype="float64")
    network.fit(
        np.zeros((5, 1)), [1.0, 2.0, 3.0, 4.0, 100.0], loss=loss, optimizer=SGD(rate),
        schedule="cosine", batch_size="full", epochs=150,
    )  # fmt: skip
    found = network.parameters["dense_1.bias"][0]
    assert found == pytest.approx(middle, abs=0.05)
