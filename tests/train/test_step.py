"""The graph of one training step."""

import numpy as np
import pytest

from neurona import graph as g
from neurona.network import Network
from neurona.nn import Dense, Input
from neurona.nn.architecture import Architecture
from neurona.nn.losses import MeanSquaredError
from neurona.nn.penalties import L1, L2, ElasticNet
from neurona.optimize import SGD, Adam
from neurona.train.examples import prepare_examples, target_specs
from neurona.train.step import StepOptions, build_step

# The same sums in float64, perhaps in another order.
ROUNDING = 1e-12

X = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
Y = np.array([1.0, 2.0, -1.0])
W = np.array([[0.5], [-1.0]])


def step_of(layers, n_inputs=2, optimizer=None, **options):
    architecture = Architecture.sequential(layers, Input("x", n_inputs))
    losses = {"output": MeanSquaredError()}
    data = prepare_examples(
        architecture, losses, np.ones((1, n_inputs)), np.ones(1), np.dtype("f8")
    )
    targets = target_specs(architecture, losses, data)
    optimizer = optimizer or SGD(0.1)
    return build_step(architecture, StepOptions(losses, targets, optimizer, **options))


def linear(**settings):
    network = Network([Dense(1, bias=False, **settings)], n_inputs=2, dtype="float64")
    network.parameters["dense_1.weight"] = W
    return network


STEP_OF_ONE_NEURON = """\
input x: float (N, 1)
parameter dense_1.weight: float (1, 1)
%1 = matmul(x, dense_1.weight): float (N, 1)  # dense_1
parameter dense_1.bias: float (1,)
%2 = add(%1, dense_1.bias): float (N, 1)  # dense_1
input target/output: float (N, 1)
%3 = subtract(%2, target/output): float (N, 1)  # loss
%4 = multiply(%3, %3): float (N, 1)  # loss
%5 = sum(%4, axes=(1,), keepdims=False): float (N,)  # loss
%6 = sum(%5, axes=(0,), keepdims=False): float ()  # loss
input learning_rate: float ()
%7 = divide(1.0, N): float ()  # loss
%8 = reshape(%7, shape=(1,)): float (1,)  # loss
%9 = broadcast(%8, shape=(N,)): float (N,)  # loss
%10 = reshape(%9, shape=(N, 1)): float (N, 1)  # loss
%11 = multiply(%10, %3): float (N, 1)  # loss
%12 = add(%11, %11): float (N, 1)  # loss
%13 = contract_rows(x, %12): float (1, 1)  # dense_1
%14 = multiply(learning_rate, %13): float (1, 1)  # optimizer
%15 = subtract(dense_1.weight, %14): float (1, 1)  # optimizer
%16 = sum(%12, axes=(0,), keepdims=False): float (1,)  # dense_1
%17 = multiply(learning_rate, %16): float (1,)  # optimizer
%18 = subtract(dense_1.bias, %17): float (1,)  # optimizer
return loss_sum=%6, weight_sum=N, dense_1.weight=%15, dense_1.bias=%18
"""


def test_the_whole_step_of_one_neuron_as_text():
    shown = g.show(step_of([Dense(1)], n_inputs=1).graph)
    assert shown.rstrip() == STEP_OF_ONE_NEURON.rstrip()


def test_a_frozen_layer_has_no_gradient_no_slot_and_no_new_value():
    layers = [Dense(2, "tanh", trainable=False), Dense(1)]
    step = step_of(layers, optimizer=Adam(), average=0.9)
    names = [*step.graph.outputs, *step.slots]
    assert not [name for name in names if "dense_1" in name]
    assert "dense_2.weight" in names
    # What only the frozen layer's gradient would need is not there: tanh' and its x.
    products = [n for n in step.graph.nodes if n.operation == "contract_rows"]
    assert len(products) == 1


def test_the_first_layer_does_not_compute_the_gradient_of_its_input():
    step = step_of([Dense(3, "tanh"), Dense(1)])
    transposed = [n for n in step.graph.nodes if n.operation == "transpose"]
    assert len(transposed) <= 1


def test_everything_frozen_still_trains_to_no_effect():
    network = linear(trainable=False)
    history = network.fit(X, Y, loss="mse", optimizer="adam", epochs=2, average=0.9)
    assert (network.parameters["dense_1.weight"] == W).all()
    assert history.loss[0] == history.loss[1]


def test_losses_are_weighted_means():
    # Residuals of x·(.5, −1): −1.5 − 1, 1 − 2, .5 + 1 → squares 6.25, 1, 2.25.
    weights = [2.0, 1.0, 0.0]
    loss, gradients = linear().loss_and_gradients(
        X, Y, loss="mse", sample_weight=weights
    )
    assert loss == pytest.approx((2 * 6.25 + 1) / 3, rel=ROUNDING)
    # 2/3·Σ wᵢ rᵢ xᵢ = 2/3·(2·(−2.5)·(1, 2) + (−1)·(0, −1))
    expected = [[2 / 3 * -5.0], [2 / 3 * (-10.0 + 1.0)]]
    assert gradients["dense_1.weight"] == pytest.approx(
        np.array(expected), rel=ROUNDING
    )


def test_weights_that_sum_to_nothing_give_a_zero_gradient_and_no_nan():
    network = linear()
    loss, gradients = network.loss_and_gradients(
        X, Y, loss="mse", sample_weight=[0.0, 0.0, 0.0]
    )
    assert loss == 0.0
    assert not gradients["dense_1.weight"].any()
    # One batch of a fit may weigh nothing, as long as not all do.
    history = network.fit(
        X, Y, loss="mse", optimizer="sgd", sample_weight=[0, 0, 1], batch_size=2,
        shuffle=False, epochs=1,
    )  # fmt: skip
    alone = linear()
    assert (
        history.loss
        == alone.fit(X[2:], Y[2:], loss="mse", optimizer="sgd", epochs=1).loss
    )
    assert (network.parameters.vector == alone.parameters.vector).all()


def test_doubling_every_weight_changes_nothing():
    one, two = (
        linear().loss_and_gradients(X, Y, loss="mse", sample_weight=w)
        for w in ([1.0, 2.0, 4.0], [2.0, 4.0, 8.0])
    )
    assert one[0] == two[0]
    assert (one[1]["dense_1.weight"] == two[1]["dense_1.weight"]).all()


@pytest.mark.parametrize(("reduction", "factor"), [("mean", 1.0), ("sum", 3.0)])
def test_a_step_on_the_sum_is_as_many_times_longer_as_there_are_rows(reduction, factor):
    network = linear()
    network.fit(
        X, Y, loss="mse", optimizer=SGD(0.01), epochs=1, batch_size=3,
        shuffle=False, reduction=reduction,
    )  # fmt: skip
    residual = X @ W - Y[:, None]
    slope = factor * 2 / 3 * X.T @ residual
    assert network.parameters["dense_1.weight"] == pytest.approx(W - 0.01 * slope)


def test_case_g19_penalties_as_the_notes_have_them():
    # W = [[1, −2], [3, .5]], λ = .1, N = 10: ‖W‖² = 14.25, Σ|w| = 6.5.
    w = np.array([[1.0, -2.0], [3.0, 0.5]])
    layer = Network([Dense(2)], n_inputs=2, dtype="float64")
    layer.parameters["dense_1.weight"] = w
    zeros = np.zeros((10, 2))
    plain, __ = layer.loss_and_gradients(zeros, zeros, loss="mse")
    loss, gradients = layer.loss_and_gradients(zeros, zeros, loss="mse", l2=0.1)
    assert plain == 0.0
    assert loss == pytest.approx(0.07125, rel=ROUNDING)
    assert gradients["dense_1.weight"] == pytest.approx(
        np.array([[0.01, -0.02], [0.03, 0.005]]), rel=ROUNDING
    )
    loss, gradients = layer.loss_and_gradients(zeros, zeros, loss="mse", l1=0.1)
    assert loss == pytest.approx(0.065, rel=ROUNDING)
    assert (gradients["dense_1.weight"] == 0.01 * np.sign(w)).all()


def test_biases_are_not_penalized():
    network = Network([Dense(1)], n_inputs=2, dtype="float64")
    network.parameters["dense_1.bias"] = [100.0]
    network.parameters["dense_1.weight"] = [[0.0], [0.0]]
    loss, gradients = network.loss_and_gradients(X, [100.0] * 3, loss="mse", l1=9, l2=9)
    assert loss == 0.0
    assert gradients["dense_1.bias"] == 0.0


@pytest.mark.parametrize(
    ("penalty", "general"),
    [(L1(0.3), {"l1": 0.3}), (L2(0.2), {"l2": 0.2}),
     (ElasticNet(0.3, 0.2), {"l1": 0.3, "l2": 0.2})],
)  # fmt: skip
def test_a_layers_own_penalty_is_the_general_one_on_that_layer(penalty, general):
    own = linear(penalty=penalty).loss_and_gradients(X, Y, loss="mse")
    all_of_them = linear().loss_and_gradients(X, Y, loss="mse", **general)
    assert own[0] == pytest.approx(all_of_them[0], rel=ROUNDING)
    name = "dense_1.weight"
    assert own[1][name] == pytest.approx(all_of_them[1][name], rel=ROUNDING)


def test_in_a_penalty_n_is_the_rows_of_the_batch_the_partial_one_too():
    # Zero inputs: the weight feels the penalty alone, λ/N·w with N = 2 and then 1.
    network = linear()
    network.fit(
        np.zeros((3, 2)), np.zeros(3), loss="mse", optimizer=SGD(0.1), epochs=1,
        batch_size=2, shuffle=False, l2=1.0,
    )  # fmt: skip
    expected = W * (1 - 0.1 / 2) * (1 - 0.1 / 1)
    assert network.parameters["dense_1.weight"] == pytest.approx(expected, rel=ROUNDING)


def gradient_step(**options):
    network = linear()
    network.fit(
        X, Y, loss="mse", optimizer=SGD(1.0), epochs=1, batch_size="full",
        shuffle=False, **options,
    )  # fmt: skip
    return W - network.parameters["dense_1.weight"]


def test_clipping_the_norm_keeps_the_direction():
    free, clipped = gradient_step(), gradient_step(clip_norm=0.5)
    assert np.linalg.norm(clipped) == pytest.approx(0.5, rel=1e-5)
    assert clipped / np.linalg.norm(clipped) == pytest.approx(
        free / np.linalg.norm(free)
    )
    assert gradient_step(clip_norm=100.0) == pytest.approx(free)


def test_clipping_values_bounds_each_entry():
    free, clipped = gradient_step(), gradient_step(clip_value=0.5)
    assert np.abs(free).max() > 0.5
    assert clipped == pytest.approx(np.clip(free, -0.5, 0.5), rel=ROUNDING)


def test_max_norm_holds_after_every_step():
    network = Network([Dense(2, max_norm=0.1)], n_inputs=2, dtype="float64")
    network.fit(X, np.column_stack([Y, Y]), loss="mse", epochs=2, optimizer=SGD(0.5))
    norms = np.linalg.norm(network.parameters["dense_1.weight"], axis=0)
    assert norms.max() == pytest.approx(0.1)


def test_the_average_of_weights_is_what_is_kept():
    seen = []
    for epochs in (1, 2, 3):
        network = linear()
        network.fit(
            X, Y, loss="mse", optimizer=SGD(0.01), epochs=epochs, batch_size="full"
        )
        seen.append(network.parameters["dense_1.weight"].copy())
    network = linear()
    network.fit(
        X, Y, loss="mse", optimizer=SGD(0.01), epochs=3, batch_size="full", average=0.5
    )
    # V = ½V + ½w from 0, divided by 1 − ½³.
    expected = (0.125 * seen[0] + 0.25 * seen[1] + 0.5 * seen[2]) / 0.875
    assert network.parameters["dense_1.weight"] == pytest.approx(expected, rel=ROUNDING)


def test_slots_bear_the_name_of_their_parameter():
    step = step_of([Dense(1)], optimizer=Adam())
    assert set(step.slots) == {
        f"optimizer/{slot}/dense_1.{name}"
        for slot in Adam().slots()
        for name in ("weight", "bias")
    }
    assert set(step.slots) <= set(step.graph.outputs)
    g.verify(step.graph)
