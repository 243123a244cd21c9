"""Worked threshold units: set by hand, with the arithmetic a student can follow."""

import itertools

import numpy as np
import pytest

from neurona import Activation, Dense, Network
from neurona.nn.activations import Heaviside

# The numbers below are rounded to seven digits, or to ten.
SEVEN_DIGITS = 1e-6
TEN_DIGITS = 1e-9

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def unit(weights, bias, activation="heaviside"):
    """One neuron with weights and bias set by hand."""
    network = Network([Dense(1, activation)], n_inputs=len(weights), dtype="float64")
    network.parameters["dense_1.weight"] = np.reshape(weights, (-1, 1))
    network.parameters["dense_1.bias"] = [bias]
    return network


def answers(network, X):
    """What a network of one output says of each row."""
    return network.predict(np.asarray(X, float)).ravel().tolist()


# --- Case G2: McCulloch and Pitts, Σx ≥ θ, which is H(Σx − θ) -----------------------


def test_case_g2_a_unit_fires_where_the_sum_reaches_the_threshold():
    # 1 + 0 + 0 + 1 = 2 and θ = 2: H(2 − 2) = H(0) = 1.
    assert answers(unit([1, 1, 1, 1], -2), [[1, 0, 0, 1]]) == [1]


@pytest.mark.parametrize(
    ("threshold", "table"),
    [
        (2, [0, 0, 0, 1]),  # AND: sums 0, 1, 1, 2
        (1, [0, 1, 1, 1]),  # OR
        (0, [1, 1, 1, 1]),  # always: even the sum 0 reaches 0
    ],
)
def test_case_g2_the_threshold_makes_and_or_and_always(threshold, table):
    assert answers(unit([1, 1], -threshold), CORNERS) == table


def test_case_g2_a_veto_is_a_weight_that_no_sum_can_outweigh():
    rows = np.array(list(itertools.product([0, 1], repeat=4)))
    # Weights (1, −2, −2, 1): with one veto at most 1 + 1 − 2 = 0, less than θ = 2.
    vetoed = np.array(answers(unit([1, -2, -2, 1], -2), rows))
    assert rows[vetoed == 1].tolist() == [[1, 0, 0, 1]]
    # Without vetoes every row with two or more ones fires: 6 + 4 + 1 = 11, of which
    # 10 wrongly.
    plain = np.array(answers(unit([1, 1, 1, 1], -2), rows))
    assert np.sum(plain != vetoed) == 10


# --- Case G2b: a threshold unit has weights, and its bias is −θ ---------------------


@pytest.mark.parametrize(
    ("x", "counted", "weighed"),
    [
        ([1, 0, 0], 0, 1),  # sums 1 and 2·1 = 2, against θ = 2
        ([1, 1, 0], 1, 1),  # 2 and 2 + 1 = 3
        ([0, 0, 0], 0, 0),  # 0 and 0: H(0 − 2) = 0
    ],
)
def test_case_g2b_weights_tell_inputs_apart(x, counted, weighed):
    assert answers(unit([1, 1, 1], -2), [x]) == [counted]
    assert answers(unit([2, 1, 1], -2), [x]) == [weighed]


def test_case_g2b_a_bias_of_plus_the_threshold_would_fire_on_nothing():
    # H(0 + 2) = 1.
    assert answers(unit([2, 1, 1], 2), [[0, 0, 0]]) == [1]


@pytest.mark.parametrize(("strict", "answer"), [(False, 1), (True, 0)])
def test_at_the_threshold_itself_a_unit_fires_unless_it_is_strict(strict, answer):
    # 1 + 1 − 2 = 0.
    network = unit([1, 1], -2, Heaviside(strict=strict))
    assert answers(network, [[1, 1]]) == [answer]


# --- Case G3: a line through the plane ----------------------------------------------


def test_case_g3_the_sign_of_2x_plus_2y_minus_1():
    signs = [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    # −2 − 2 − 1 = −5; −2 + 2 − 1 = −1; 2 − 2 − 1 = −1; 2 + 2 − 1 = 3.
    assert answers(unit([2, 2], -1, "identity"), signs) == [-5, -1, -1, 3]
    assert answers(unit([2, 2], -1, "sign"), signs) == [-1, -1, -1, 1]


# --- Case G4: XOR = OR and not AND, with weights set by hand ------------------------


def xor_network(activation, *, twice=False):
    """Hidden units 20x + 20y − 10 and −20x − 20y + 30; output 20a + 20b − 30.

    ``twice`` applies the activation to the hidden units once more.
    """
    again = [Activation(activation)] if twice else []
    network = Network(
        [Dense(2, activation, name="hidden"), *again, Dense(1, activation, name="out")],
        n_inputs=2,
        dtype="float64",
    )
    network.parameters = {
        "hidden.weight": [[20, -20], [20, -20]],
        "hidden.bias": [-10, 30],
        "out.weight": [[20], [20]],
        "out.bias": [-30],
    }
    return network


def test_case_g4_what_enters_the_hidden_units():
    network = xor_network("identity")
    found = network.transform(CORNERS, "hidden")
    # Rows 00, 01, 10, 11: −10, 20 − 10, 20 − 10, 40 − 10; and 30, 10, 10, −10.
    assert found[:, 0].tolist() == [-10, 10, 10, 30]
    assert found[:, 1].tolist() == [30, 10, 10, -10]


@pytest.mark.parametrize(
    ("activation", "table"),
    [
        # Hidden (−1, 1), (1, 1), (1, 1), (1, −1): 20a + 20b − 30 is −30, 10, 10, −30.
        ("sign", [-1, 1, 1, -1]),
        # Hidden (0, 1), (1, 1), (1, 1), (1, 0): −10, 10, 10, −10.
        ("heaviside", [0, 1, 1, 0]),
    ],
)
def test_case_g4_threshold_units_give_xor(activation, table):
    assert answers(xor_network(activation), CORNERS) == table


def test_case_g4_sigmoids_give_nearly_xor():
    # σ(−10) = 4.5398e-5 and σ(30) ≈ 1: the output is σ(20·1.0000454 − 30), about
    # σ(−9.99909) = 4.54391e-5; in the middle σ(40·.9999546 − 30) = σ(9.99818).
    found = answers(xor_network("sigmoid"), CORNERS)
    low, high = 4.543910e-5, 0.9999545195
    assert [found[0], found[3]] == pytest.approx([low, low], rel=SEVEN_DIGITS)
    assert [found[1], found[2]] == pytest.approx([high, high], rel=TEN_DIGITS)


def test_case_g4_neg_a_sign_applied_twice_does_no_harm():
    # sign(sign z) = sign z.
    assert answers(xor_network("sign", twice=True), CORNERS) == [-1, 1, 1, -1]


def test_case_g4_neg_a_step_applied_twice_always_fires():
    # H(H z) = 1, since H z ≥ 0: 20 + 20 − 30 = 10 for every row.
    assert answers(xor_network("heaviside", twice=True), CORNERS) == [1, 1, 1, 1]


def test_case_g4_neg_a_sigmoid_applied_twice_is_below_one_half_for_every_row():
    # σ(σ(−10)) = .5000113 and σ(σ(30)) = .7310586: σ(20·1.2310699 − 30) = σ(−5.3786).
    # In the middle 2·σ(σ(10)) = 1.4620993: σ(20·1.4620993 − 30) = σ(−.7580).
    found = answers(xor_network("sigmoid", twice=True), CORNERS)
    expected = [0.0045931, 0.3190776, 0.3190776, 0.0045931]
    # Seven decimals are given: half of the last.
    assert found == pytest.approx(expected, abs=5e-8)
