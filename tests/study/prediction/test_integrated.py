"""Integrated gradients against what can be worked out, and their completeness."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import Dense, Embedding, Input, Network
from neurona.errors import DataError, OptionError
from neurona.nn.initializers import Normal
from neurona.nn.layers import Concatenate
from neurona.study.prediction import explain_prediction, integrate_gradients

COMPLETE = 1e-6  # of the output: many bends, each closed in upon to 1e-8
EXACT = 1e-9


def output_of(network):
    return network.architecture.evaluation.outputs["output"]


def test_a_product_is_shared_evenly():
    # f = (x1 + x2)² through two squares is not linear; from 0, ∫ 2t(x1+x2)·x1 dt
    # = (x1 + x2)·x1. tanh near 0 would only be close to it, so a sine is used:
    # f = sin(x1 + x2), φ1 = x1·(sin s − sin 0)/s with s = x1 + x2.
    network = Network([Dense(1, "sine")], n_inputs=2, dtype="float64")
    network.parameters["dense_1.weight"] = [[1.0], [1.0]]
    x = np.array([0.7, 0.2])
    found = integrate_gradients(
        network, output_of(network), {"x": x}, {"x": np.zeros(2)}
    )
    wanted = x * np.sin(0.9) / 0.9
    assert found.values["x"] == pytest.approx(wanted, rel=EXACT)


def test_the_bend_of_a_relu_is_closed_in_upon():
    # max(x − ⅓, 0) from 0 to 1: the slope is 1 on the last two thirds of the way.
    network = Network([Dense(1, "relu")], n_inputs=1, dtype="float64")
    network.parameters["dense_1.weight"] = [[1.0]]
    network.parameters["dense_1.bias"] = [-1 / 3]
    found = integrate_gradients(
        network, output_of(network), {"x": np.ones(1)}, {"x": np.zeros(1)}
    )
    assert found.total == pytest.approx(2 / 3, abs=1e-8)
    assert abs(found.gap) < 1e-8


@settings(max_examples=25, deadline=None)
@given(
    activation=st.sampled_from(["relu", "leaky_relu", "tanh", "sigmoid", "gelu"]),
    seed=st.integers(0, 1000),
    width=st.integers(1, 12),
)
def test_contributions_add_up_to_the_difference(activation, seed, width):
    start = Normal(std=1.0)
    layers = [Dense(width, activation, initializer=start) for _ in range(2)]
    network = Network([*layers, Dense(1)], n_inputs=3, seed=seed, dtype="float64")
    rng = np.random.default_rng(seed)
    found = integrate_gradients(
        network,
        output_of(network),
        {"x": rng.normal(size=3)},
        {"x": rng.normal(size=3)},
    )
    size = max(abs(found.output), abs(found.baseline_output), 1e-6)
    assert abs(found.gap) < COMPLETE * size


def test_threshold_units_leave_a_gap_that_is_told():
    network = Network([Dense(4, "heaviside"), Dense(1)], n_inputs=1, seed=1)
    network.parameters["dense_1.bias"] = [-0.5, -0.2, -0.1, -0.4]
    network.parameters["dense_1.weight"] = [[1.0, 1.0, 1.0, 1.0]]
    network.parameters["dense_2.weight"] = [[1.0], [1.0], [1.0], [1.0]]
    found = explain_prediction(network, [[1.0]], baseline="zero")
    assert found.total == 0
    assert found.gap == pytest.approx(-4)
    assert "jumps" in repr(found.page())


@pytest.mark.parametrize("ending", ["identity", "softmax"])
def test_the_logit_of_the_predicted_class_is_explained(ending):
    network = Network([Dense(3, ending)], n_inputs=2, dtype="float64", seed=2)
    X, y = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -1.0]]), [0, 1, 2]
    network.fit(X, y, epochs=1, loss="cross_entropy", engine="reference")
    found = explain_prediction(network, X, 0)
    number = int(found.prediction)
    z = X @ network.parameters["dense_1.weight"] + network.parameters["dense_1.bias"]
    assert number == z[0].argmax()
    assert found.output == pytest.approx(z[0, number], rel=EXACT)
    shares = np.exp(z[0]) / np.exp(z[0]).sum()
    assert found.probability == pytest.approx(shares[number], rel=EXACT)
    # Linear: the weight times the way from the mean.
    way = X[0] - X.mean(axis=0)
    wanted = network.parameters["dense_1.weight"][:, number] * way
    named = {entry.column: entry.value for entry in found.contributions}
    assert [named["x1"], named["x2"]] == pytest.approx(wanted, rel=1e-6)


def test_of_a_single_output_class_0_is_spoken_for_by_minus_z():
    network = Network([Dense(1, "sigmoid")], n_inputs=1, dtype="float64")
    network.parameters["dense_1.weight"] = [[2.0]]
    found = explain_prediction(network, [[-3.0]], baseline="zero")
    assert found.prediction == "0"
    assert found.output == pytest.approx(6.0)
    assert found.contributions[0].value == pytest.approx(6.0)


def test_an_output_may_be_chosen_and_must_exist():
    network = Network([Dense(2)], n_inputs=1, dtype="float64")
    network.parameters["dense_1.weight"] = [[1.0, 5.0]]
    found = explain_prediction(network, [[1.0]], answer=1, baseline="zero")
    assert found.prediction == pytest.approx(5.0)
    with pytest.raises(OptionError, match="from 0 to 1"):
        explain_prediction(network, [[1.0]], answer=2)


def test_a_row_that_does_not_exist_is_refused():
    network = Network([Dense(1)], n_inputs=1)
    with pytest.raises(DataError, match="no row 5"):
        explain_prediction(network, [[1.0]], 5)
    with pytest.raises(OptionError, match="baseline"):
        explain_prediction(network, [[1.0]], baseline="median")


def with_an_embedding():
    x, city = Input("x", 2), Input("city", 2, dtype="integer")
    joined = Concatenate()(x(), Embedding(3, 2)(city))
    return Network(inputs=[x, city], outputs=Dense(1)(joined), seed=3, dtype="float64")


def test_a_category_adds_what_its_row_of_the_table_adds():
    network = with_an_embedding()
    rows = {"x": np.ones((2, 2)), "city": np.array([[0, 2], [1, 1]])}
    weight = network.parameters["dense_1.weight"][:, 0]
    table = network.parameters["embedding_1.weight"]
    for baseline, start in (
        ("zero", np.zeros(2)),
        ("mean", table[[0, 1]].mean(axis=0)),
    ):
        found = explain_prediction(network, rows, 0, baseline=baseline)
        named = {entry.column: entry for entry in found.contributions}
        assert named["city 2"].cell == "2"
        # Linear: the weights of the first column's numbers times the way to its row.
        wanted = (table[0] - start) @ weight[2:4]
        assert named["city 1"].value == pytest.approx(wanted, rel=1e-6)
        assert abs(found.gap) < EXACT


def test_of_several_outputs_the_first_is_explained_or_the_one_asked_for():
    x = Input("x", 2)
    hidden = Dense(3, "tanh")(x)
    outputs = {"kind": Dense(1, "sigmoid")(hidden), "size": Dense(2)(hidden)}
    network = Network(inputs=[x], outputs=outputs, dtype="float64")
    X = [[1.0, 2.0], [0.0, -1.0]]
    chances, sizes = network.predict_proba(X)["kind"], network.predict(X)["size"]
    found = explain_prediction(network, X, 1)
    assert found.prediction == f"kind {int(chances[1, 0] >= 0.5)}"
    found = explain_prediction(network, X, 1, output="size", answer=1)
    assert found.explained == "size 1"
    assert found.output == pytest.approx(sizes[1, 1], rel=EXACT)
    assert abs(found.gap) < COMPLETE
    with pytest.raises(OptionError, match="kind"):
        explain_prediction(network, X, output="kinds")
