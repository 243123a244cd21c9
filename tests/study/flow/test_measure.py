"""What is measured of the flow through a network, against what can be worked out."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from neurona import Dense, Input, Network
from neurona.nn.activations import Sigmoid
from neurona.nn.layers import Activation, BatchNorm, Concatenate, Dropout, Residual
from neurona.nn.layers.layer import Layer
from neurona.study.flow import FlowRecorder, Spread, gradient_flow
from neurona.study.flow.jacobian import LayerJacobian

EXACT = 1e-12  # float64 on the same arithmetic
SETTLED = 1e-3  # what 24 rounds of the power iteration leave of the norm


def test_a_chain_of_two_units_is_measured_as_by_hand():
    # a1 = tanh(2·1) = .9640276; ŷ = −3·a1; l = (ŷ − 1)²; ∂l/∂ŷ = 2(ŷ − 1);
    # ∂l/∂a1 = −3·∂l/∂ŷ; ‖∂a1/∂x‖ = 2(1 − a1²).
    network = Network([Dense(1, "tanh"), Dense(1)], n_inputs=1, dtype="float64")
    network.parameters = {
        "dense_1.weight": [[2.0]], "dense_1.bias": [0.0],
        "dense_2.weight": [[-3.0]], "dense_2.bias": [0.0],
    }  # fmt: skip
    flow = gradient_flow(network, [[1.0]], [1.0])
    a = np.tanh(2.0)
    out_grad = 2 * (-3 * a - 1)
    first, last = flow.layers
    assert first.activations.mean == pytest.approx(a, rel=EXACT)
    assert last.gradient_norm == pytest.approx(abs(out_grad), rel=EXACT)
    assert first.gradient_norm == pytest.approx(3 * abs(out_grad), rel=EXACT)
    assert first.jacobian == pytest.approx(2 * (1 - a * a), rel=EXACT)
    assert flow.jacobian_products["dense_2"] == pytest.approx(
        6 * (1 - a * a), rel=EXACT
    )
    assert first.weight_gradient_norm == pytest.approx(
        3 * abs(out_grad) * (1 - a * a), rel=EXACT
    )
    assert flow.loss == pytest.approx((-3 * a - 1) ** 2, rel=EXACT)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_the_norm_of_a_jacobian_is_its_largest_singular_value(activation):
    rng = np.random.default_rng(0)
    W, x = rng.normal(size=(4, 3)), rng.normal(size=(5, 4))
    values = {"d.weight": W, "d.bias": np.zeros(3)}
    z = x @ W
    slopes = {
        "relu": (z > 0).astype(float),
        "sigmoid": np.exp(-z) / (1 + np.exp(-z)) ** 2,
        "tanh": 1 - np.tanh(z) ** 2,
    }[activation]
    wanted = [np.linalg.norm(W * slope, 2) for slope in slopes]
    found = LayerJacobian(Dense(3, activation), "d", [4])(values, [x])
    assert found == pytest.approx(wanted, rel=SETTLED)


def test_dead_and_saturated_units_are_shares_of_the_units():
    network = Network([Dense(4, "relu"), Dense(4, "sigmoid"), Dense(1)], n_inputs=1)
    network.parameters["dense_1.weight"] = [[1.0, 1.0, 1.0, 1.0]]
    network.parameters["dense_1.bias"] = [-9.0, 0.0, 0.0, 0.0]
    network.parameters["dense_2.weight"] = np.zeros((4, 4))
    network.parameters["dense_2.bias"] = [0.0, 9.0, 0.0, -9.0]
    flow = gradient_flow(network, [[1.0], [2.0]])
    assert flow["dense_1"].dead == 0.25
    assert flow["dense_2"].saturated_units == flow["dense_2"].saturated == 0.5
    assert flow["dense_3"].dead is None
    assert flow.loss is None


def test_every_kind_of_layer_is_measured():
    x, y = Input("x", 3), Input("y", 3)
    hidden = Residual([Dense(4, "tanh"), Dense(3)])(x)
    joined = Concatenate()(hidden, y)
    normal = Dropout(0.5)(Activation("sigmoid")(BatchNorm()(joined)))
    network = Network(inputs=[x, y], outputs={"out": Dense(2)(normal)})
    rng = np.random.default_rng(0)
    rows = {"x": rng.normal(size=(8, 3)), "y": rng.normal(size=(8, 3))}
    flow = gradient_flow(network, rows, rng.integers(0, 2, 8))
    assert flow["residual_1.dense_1"].activation == "tanh"
    assert flow["residual_1.dense_1"].dead == 0
    assert flow["activation_1"].saturated == 0
    # Joined, x and y pass unchanged: [∂/∂x ∂/∂y] has norm 1.
    assert flow["concatenate_1"].jacobian == pytest.approx(1, rel=SETTLED)
    assert flow["dropout_1"].jacobian == pytest.approx(1, rel=SETTLED)
    json.dumps(flow.to_json(), allow_nan=False)


def test_the_product_of_norms_bounds_the_whole():
    network = Network([Dense(6, "tanh") for _ in range(4)], n_inputs=6, dtype="float64")
    x = np.random.default_rng(0).normal(size=(1, 6))
    flow = gradient_flow(network, x)
    whole, point = np.eye(6), x[0]
    for i in range(1, 5):
        W = network.parameters[f"dense_{i}.weight"]
        point = np.tanh(point @ W)
        whole = whole @ (W * (1 - point**2))
    bound = flow.jacobian_products["dense_4"]
    assert np.linalg.norm(whole, 2) <= bound * (1 + SETTLED)


def test_a_picture_tells_the_mean_that_was_measured_and_not_that_of_its_bars():
    # Activations 0, 0, 0 and 4: mean 1, deviation √3; from bars it would be more.
    network = Network([Dense(1, "relu")], n_inputs=1, dtype="float64")
    network.parameters = {"dense_1.weight": [[1.0]], "dense_1.bias": [0.0]}
    page = gradient_flow(network, [[-1.0], [-2.0], [0.0], [4.0]]).page()
    (picture,) = page.blocks[-1].blocks
    assert picture.description == "dense_1: mean 1, deviation 1.732."
    assert picture.text.endswith("1 ± 1.732")


def test_a_recorder_measures_before_and_after_each_epoch_it_is_asked_for():
    X = np.linspace(-1, 1, 20)[:, None]
    network = Network([Dense(4, "sigmoid"), Dense(1)], n_inputs=1)
    recorder = FlowRecorder(network, X, X[:, 0] ** 2, every=2, jacobians=True)
    network.fit(X, X[:, 0] ** 2, epochs=5, callbacks=recorder, engine="reference")
    history = recorder.history
    assert history.epochs == [0, 2, 4]
    losses = [moment.loss for moment in history.moments]
    assert losses[-1] < losses[0]
    assert set(history.series(lambda layer: layer.saturated)) == {"dense_1"}
    assert "dense_2" in repr(history.page())


def test_a_spread_of_numbers_too_large_to_square_is_finite():
    spread = Spread.of(np.array([1e200, -1e200]))
    assert (spread.mean, spread.deviation) == (0.0, 1e200)


def test_a_reader_of_a_use_before_the_last_has_no_jacobian_of_another():
    a, b = Input("a", 2), Input("b", 2)
    shared = Dense(2, "tanh")
    early, late = Dense(2, "tanh"), Dense(2, "tanh")
    joined = Concatenate()(early(shared(a)), late(shared(b)))
    network = Network(inputs=[a, b], outputs=Dense(1)(joined), seed=0)
    X = {"a": np.ones((4, 2)), "b": -np.ones((4, 2))}
    flow = gradient_flow(network, X)
    known = {layer.name for layer in flow.layers if layer.jacobian is not None}
    names = network.architecture.names
    assert names[late] in known
    assert names[early] not in known
    assert names[shared] not in known


@dataclass(frozen=True, eq=False, repr=False)
class Doubled(Layer):
    """σ(2x), as a layer that no study knows."""

    def apply(self, inputs, build):
        (x,) = inputs
        return build.activate(Sigmoid(), 2.0 * x)


def test_the_function_of_any_layer_is_looked_at():
    network = Network([Doubled(), Dense(1)], n_inputs=1)
    layer = gradient_flow(network, [[-20.0], [0.0]]).layers[0]
    assert (layer.activation, layer.saturated) == ("sigmoid", 0.5)
