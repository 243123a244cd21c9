"""A stack of linear layers is one layer."""

import numpy as np
import pytest

from neurona import Dense, Network
from neurona.course.lessons.linear_stack import multiply_out
from neurona.errors import OptionError
from neurona.show.page import to_html

# Products of a few numbers near 1, added in another order.
ROUNDING = 1e-13


def test_two_layers_by_hand():
    # W₁ (1×2) = [a, b], W₂ (2×1): W = a·c + b·d, as one would write it.
    lesson = multiply_out("1-2-1", seed=4)
    (a, b), (c, d) = lesson.weights[0][0], lesson.weights[1][:, 0]
    weight, bias = lesson.products[-1]
    assert weight[0, 0] == pytest.approx(a * c + b * d)
    offset = lesson.biases[0][0] * c + lesson.biases[0][1] * d + lesson.biases[1][0]
    assert bias[0] == pytest.approx(offset)


@pytest.mark.parametrize("network", ["2-3-1", "3-4-4-2", "2-3-2-1", "1-1-1-1-1"])
def test_layers_and_product_agree(network):
    for seed in range(5):
        assert multiply_out(network, seed=seed).largest_difference < ROUNDING


def test_a_networks_own_weights_are_multiplied_without_its_activations():
    network = Network([Dense(4, "relu"), Dense(2, "tanh")], n_inputs=3, dtype="float64")
    lesson = multiply_out(network)
    p = network.parameters
    product = p["dense_1.weight"] @ p["dense_2.weight"]
    assert np.allclose(lesson.products[-1][0], product, rtol=ROUNDING)
    assert lesson.text == "3-4-2"


def test_only_what_is_not_linear_bends():
    lesson = multiply_out("2-3-1", seed=1)
    assert np.abs(lesson.bending(bend=False)).max() < ROUNDING
    assert np.abs(lesson.bending(bend=True)).max() > 1e-3


def test_large_matrices_are_told_by_their_size():
    assert "20 × 30" in to_html(multiply_out("20-30-2").page())


def test_one_layer_has_nothing_to_multiply():
    with pytest.raises(OptionError, match="nothing to multiply"):
        multiply_out("2-1")
