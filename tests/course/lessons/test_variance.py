"""The argument on variances holds within what chance allows."""

import math

import pytest

from neurona import Dense, Network
from neurona.course.lessons.variance import follow_variances
from neurona.errors import OptionError
from neurona.show.page import to_html

# Of 65,536 weights and 65,536 values of z, correlated within a row.
CHANCE = 0.15


def sizes(lesson):
    return [math.sqrt(layer.a_square) for layer in lesson.layers]


def test_each_claim_of_he_is_met():
    for layer in follow_variances(activation="relu").layers:
        assert layer.weight_variance == pytest.approx(layer.weight_claim, rel=0.05)
        assert layer.z_variance == pytest.approx(layer.z_claim, rel=CHANCE)
        assert layer.a_square == pytest.approx(layer.a_claim, rel=2 * CHANCE)


def test_each_claim_on_the_way_back_is_met():
    layers = follow_variances(activation="relu").layers
    for layer in layers[:-1]:
        assert layer.delta_square == pytest.approx(layer.delta_claim, rel=CHANCE)
    assert layers[-1].delta_claim is None


def test_relu_with_he_keeps_its_size_as_case_g21_has_it():
    assert all(0.6 < size < 1.1 for size in sizes(follow_variances()))


def test_tanh_with_glorot_shrinks_slowly_as_case_g21_has_it():
    found = sizes(follow_variances(activation="tanh", initializer="glorot"))
    assert found[0] == pytest.approx(0.628, abs=0.02)
    assert found[-1] == pytest.approx(0.229, abs=0.02)


def test_small_weights_let_nothing_through_as_case_g21_has_it():
    found = sizes(follow_variances(activation="tanh", initializer="small"))
    assert found[5] < 1e-3


def test_weights_of_one_make_the_signal_explode():
    found = sizes(follow_variances(width=64, depth=4, initializer="large"))
    # √(64/2) a layer.
    assert found[-1] / found[0] == pytest.approx((64 / 2) ** 1.5, rel=0.5)


def test_a_networks_own_weights_are_looked_at():
    network = Network([Dense(50, "relu"), Dense(50, "relu"), Dense(2)], n_inputs=20)
    lesson = follow_variances(network)
    assert [layer.units for layer in lesson.layers] == [50, 50, 2]
    assert lesson.layers[0].weight_variance == pytest.approx(
        float(network.parameters["dense_1.weight"].astype(float).var())
    )
    assert to_html(lesson.page())


def test_a_network_given_by_its_units():
    assert [x.inputs for x in follow_variances("20-10-5").layers] == [20, 10]


def test_json_has_null_where_nothing_is_claimed():
    layers = follow_variances(width=8, depth=2, activation="gelu").to_json()["layers"]
    assert layers[0]["a_claim"] is None
    assert layers[0]["z_claim"] > 0


@pytest.mark.parametrize(
    "options",
    [
        {"activation": "softmax"},
        {"activation": "rleu"},
        {"initializer": "hee"},
        {"width": 0},
        {"width": 10_000},
    ],
)
def test_what_cannot_be_followed_is_refused(options):
    with pytest.raises(OptionError):
        follow_variances(**options)
