"""Operations of a gradient, counted by hand, and in both orders the same product."""

import pytest

from neurona import Dense, Network
from neurona.explain.cost import explain_cost
from neurona.nn.layers import LayerNorm


def test_a_2_2_1_network_is_counted_by_hand():
    network = Network([Dense(2, "sigmoid"), Dense(1)], n_inputs=2)
    cost = explain_cost(network, "mse", measure=False)
    # Forward: two sums of 2 products and 2 additions (8) and 2 activations; then one
    # sum of 2 products and 2 additions (4) and its activation.
    assert [c.forward for c in cost.stages] == [10, 5]
    # Back: f′ (1), then w·δ for 2 units (4); f′ (2), then 2 × 2 by a vector (8).
    assert [c.back for c in cost.stages] == [10, 5]
    # Weights: one product each.
    assert [c.weights for c in cost.stages] == [4, 2]
    # Onward: f′ on the 2 × 2 of W (4); then 2 × 2 by 2 × 1 (8) and f′ on 2 (2); and at
    # last the slope of the loss on 2 numbers (4).
    assert [c.onward for c in cost.stages] == [4, 10]
    assert cost.onward == 18


@pytest.mark.parametrize("n", [10, 100, 1000])
def test_reverse_order_grows_as_n_squared_and_forward_order_as_n_cubed(n):
    layers = [Dense(n, "tanh"), Dense(n, "tanh"), Dense(n)]
    small = explain_cost(Network(layers, n_inputs=n), "mse", measure=False)
    twice = [Dense(2 * n, "tanh"), Dense(2 * n, "tanh"), Dense(2 * n)]
    large = explain_cost(Network(twice, n_inputs=2 * n), "mse", measure=False)
    # The terms of lower order are of the size 1/n.
    assert large.back / small.back == pytest.approx(4, rel=2 / n)
    assert large.onward / small.onward == pytest.approx(8, rel=2 / n)
    assert small.back == small.forward
    assert small.ratio == pytest.approx(2 * n / 3, rel=3 / n)


def test_the_forward_order_is_measured_slower():
    network = Network([Dense(300, "tanh"), Dense(300)], n_inputs=300)
    cost = explain_cost(network, "mse")
    assert cost.ratio > 100
    # A matrix by a matrix runs nearer to the machine's peak than one by a vector, so
    # the measured ratio is smaller than the counted one; it stays far above 1.
    assert cost.measured_ratio > 3


def test_what_would_take_too_long_is_counted_and_not_timed():
    network = Network([Dense(1200, "tanh"), Dense(1200)], n_inputs=1200)
    cost = explain_cost(network, "mse")
    assert cost.onward > 2e9
    assert cost.times is None
    assert cost.to_json()["seconds"] is None
    assert cost.page().blocks


def test_the_document_adds_up():
    network = Network([Dense(8, "relu"), Dense(3)], n_inputs=5)
    record = explain_cost(network, "cross_entropy").to_json()
    for key in ("forward", "reverse", "weights"):
        assert record[key] == sum(layer[key] for layer in record["layers"])
    assert record["seconds"]["reverse"] > 0


def test_another_layer_is_counted_from_its_graph():
    network = Network([Dense(3), LayerNorm(), Dense(1)], n_inputs=2)
    cost = explain_cost(network, "mse")
    _dense, norm, _last = cost.stages
    # μ: a sum of 3 and a division; σ²: 3 differences, 3 squares, a sum of 3 and a
    # division; then 3 differences, the root of σ² + ε (2), and 3 each of the quotient,
    # the scale and the shift.
    assert norm.forward == 4 + 10 + 14
    assert norm.back > norm.forward
    assert cost.times is None
    assert cost.page().blocks
