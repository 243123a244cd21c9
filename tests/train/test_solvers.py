"""Full-batch solvers: where they end, what they leave behind, what they refuse."""

import itertools
import signal
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from scipy.optimize import minimize

import neurona
from neurona import (
    LBFGS,
    BatchNorm,
    ConjugateGradients,
    Dense,
    Dropout,
    GradientDescent,
    Network,
)
from neurona.errors import DivergenceWarning, OptionError
from neurona.network.data import values_of
from neurona.network.training import losses_for, prepare
from neurona.nn.activations import ActivationFunction
from neurona.train.callback import Callback
from neurona.train.engines import resolve_engine
from neurona.train.full_gradient import FullGradient
from neurona.train.rows import Rows
from neurona.train.solvers import SOLVERS
from neurona.train.solvers.units import Units, look_down, units_of
from neurona.train.step import StepOptions
from tests.train.runs import X, Y

ENGINES = ["reference"] + ["native"] * (resolve_engine("auto") == "native")

SAME_SUM = 1e-12
"""Sums in float64 of a few dozen rows, added up in another order."""


def rows(count):
    return np.random.default_rng(4).normal(size=(count, 3))


def network(dtype="float64", **changes):
    return Network(
        [Dense(5, "tanh", **changes), Dense(3)], n_inputs=3, seed=2, dtype=dtype
    )


@pytest.mark.parametrize("optimizer", list(SOLVERS))
@pytest.mark.parametrize("engine", ENGINES)
def test_a_linear_model_ends_at_the_least_squares_solution(optimizer, engine):
    X = rows(40)
    y = X @ [1.0, -2.0, 0.5] + 3.0 + 0.1 * rows(40)[:, 0]
    linear = Network([Dense(1)], n_inputs=3, seed=0, dtype="float64")
    history = linear.fit(
        X, y, optimizer=SOLVERS[optimizer](tolerance=1e-9), epochs=500, engine=engine
    )
    wanted = np.linalg.lstsq(np.column_stack([X, np.ones(40)]), y, rcond=None)[0]
    assert history.stopped == "converged"
    # The loss is flat at its lowest: to half the digits, the weights are seen no more.
    assert linear.parameters.vector == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("count", [30, 2500])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_loss_and_gradient_are_those_of_all_rows_at_once(engine, count, reduction):
    X = rows(count)
    Y = (X[:, 0] > 0).astype(int)
    weight = np.linspace(0, 2, count)
    net = network()
    options = {"l1": 0.3, "l2": 0.7, "reduction": reduction}
    loss, grads = net.loss_and_gradients(
        X, Y, loss="cross_entropy", sample_weight=weight, **options
    )
    losses = losses_for(net, "cross_entropy", Y)
    data = prepare(net, X, Y, losses, weight)
    from neurona.train.examples import target_specs

    step = StepOptions(
        losses, target_specs(net.architecture, losses, data), neurona.SGD(),
        weighted=True, **options,
    )  # fmt: skip
    full = FullGradient(
        net.architecture, step, Rows(data), net.dtype, engine=engine
    )  # fmt: skip
    value, vector, states = full(values_of(net))
    assert states == {}
    assert value == pytest.approx(loss, rel=SAME_SUM)
    wanted = np.concatenate([g.ravel() for g in grads.values()])
    assert vector == pytest.approx(wanted, rel=1e-9, abs=SAME_SUM * abs(wanted).max())


def test_lbfgs_takes_the_path_of_scipy_on_the_same_function():
    net = network()
    start = net.parameters.vector.copy()

    def function(x):
        net.parameters.vector[...] = x
        loss, grads = net.loss_and_gradients(X, Y, loss="cross_entropy", l2=0.1)
        return loss, np.concatenate([g.ravel() for g in grads.values()])

    found = minimize(
        function, start, jac=True, method="L-BFGS-B", options={"maxiter": 8}
    )
    net.parameters.vector[...] = start
    history = net.fit(X, Y, loss="cross_entropy", optimizer="lbfgs", epochs=8, l2=0.1)
    assert len(history) == 8
    # Rounding, which each iteration amplifies.
    assert net.parameters.vector == pytest.approx(found.x, abs=1e-7)


@pytest.mark.parametrize("optimizer", list(SOLVERS))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_iteration_is_an_epoch_whose_penalized_loss_is_lower(optimizer, dtype):
    net, seen = network(dtype), []

    def note(epoch, history):
        seen.append(net.loss_and_gradients(X, Y, loss="cross_entropy", l2=0.1)[0])

    history = net.fit(
        X, Y, loss="cross_entropy", optimizer=optimizer, epochs=15, l2=0.1,
        callbacks=note, metrics="accuracy",
    )  # fmt: skip
    assert [e.epoch for e in history.epochs] == list(range(1, len(seen) + 1))
    assert all(b <= a for a, b in itertools.pairwise(seen))
    assert set(history.metrics) == {"accuracy"}
    assert all(rate > 0 for rate in history.learning_rate)
    # The weights kept are those of the last iteration.
    assert net.evaluate(X, Y)["loss"] == pytest.approx(history.loss[-1], rel=1e-5)


def test_gradient_descent_takes_the_first_step_that_goes_down_enough():
    # f = x²/2 from 3 with η = 4, 2, 1: 4 leads to −9, 2 to −3, 1 to 0.
    path = []
    solver = GradientDescent(first_step=4.0)
    solver.minimize(lambda x: (float(x @ x) / 2, x), np.array([3.0]), 5, path.append, 0)
    assert [p.tolist() for p in path] == [[0.0]]


def test_iterations_are_limited_by_epochs():
    history = network().fit(X, Y, loss="cross_entropy", optimizer="cg", epochs=3)
    assert (len(history), history.stopped) == (3, "epochs")


def test_patience_restores_the_best_iteration():
    net = network()
    held = np.arange(30, len(X))
    noise = np.random.default_rng(0).integers(0, 3, len(X))
    history = net.fit(
        X, noise, loss="cross_entropy", optimizer="lbfgs", epochs=200, patience=5,
        validation=held,
    )  # fmt: skip
    assert history.stopped == "patience"
    best = history.validation_loss[history.best_epoch - 1]
    assert best == min(history.validation_loss)
    found = net.evaluate(X[held], noise[held])["loss"]
    assert found == pytest.approx(best, rel=SAME_SUM)


def test_a_callback_stops_it():
    history = network().fit(
        X, Y, loss="cross_entropy", optimizer=LBFGS, epochs=50,
        callbacks=lambda epoch, history: epoch.epoch == 4,
    )  # fmt: skip
    assert (len(history), history.stopped) == (4, "callback")


def test_ctrl_c_between_two_calls_stops_it_and_keeps_the_last_iteration():
    class Press(Callback):
        def on_progress(self, moment):
            if moment.epoch == 3 and moment.samples == moment.samples_per_epoch:
                signal.raise_signal(signal.SIGINT)

    net = network()
    with pytest.raises(KeyboardInterrupt):
        net.fit(
            X, Y, loss="cross_entropy", optimizer="lbfgs", epochs=50, callbacks=Press()
        )
    assert net.history.stopped == "interrupted"
    assert net.evaluate(X, Y)["loss"] == pytest.approx(net.history.loss[-1], rel=1e-9)


def test_a_loss_that_is_no_number_from_the_start_is_divergence():
    net = Network([Dense(1)], n_inputs=1, seed=0)
    net.parameters["dense_1.weight"][...] = 1e30
    before = net.parameters.vector.copy()
    with pytest.warns(DivergenceWarning):
        net.fit([[1.0], [2.0]], [0.0, 1.0], loss="mse", optimizer="lbfgs")
    assert (net.parameters.vector == before).all()


def test_the_same_bits_for_any_number_of_threads():
    X = rows(5000)
    found = []
    for threads in (1, 2, 3):
        net = network("float32")
        net.fit(
            X, X[:, :1] > 0, loss="cross_entropy", optimizer="lbfgs", epochs=8,
            threads=threads,
        )  # fmt: skip
        found.append(net.parameters.vector.tobytes())
    assert len(set(found)) == 1


def test_batch_statistics_are_those_of_all_rows():
    X = rows(3000)
    net = Network(
        [Dense(4), BatchNorm(), Dense(1)], n_inputs=3, seed=1, dtype="float64"
    )
    history = net.fit(X, X[:, 0] * X[:, 1], optimizer="lbfgs", epochs=6)
    again = net.loss_and_gradients(X, X[:, 0] * X[:, 1], training=True)[0]
    assert history.loss[-1] == pytest.approx(again, rel=1e-9)
    assert (net.states["batch_norm_1.mean"] != 0).all()


def test_frozen_layers_stay_as_they_are():
    net = network(trainable=False)
    before = net.parameters["dense_1.weight"].copy()
    net.fit(X, Y, loss="cross_entropy", optimizer="cg", epochs=5)
    assert (net.parameters["dense_1.weight"] == before).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batch_size", 8), ("schedule", "cosine"), ("clip_norm", 1.0),
        ("clip_value", 1.0), ("average", 0.9), ("checkpoint", "folder"),
    ],
)  # fmt: skip
def test_options_of_stochastic_steps_are_refused_by_name(name, value):
    with pytest.raises(OptionError, match=f"lbfgs .* {name} cannot"):
        network().fit(X, Y, loss="cross_entropy", optimizer="lbfgs", **{name: value})


@pytest.mark.parametrize("size", ["auto", "full", None])
def test_all_rows_are_a_batch_size_it_accepts(size):
    net = network()
    net.fit(X, Y, loss="cross_entropy", optimizer="lbfgs", epochs=1, batch_size=size)
    assert net.training["batch_size"] == "full"


def test_dropout_is_refused_and_its_layer_named():
    net = Network([Dense(4), Dropout(0.5), Dense(3)], n_inputs=3)
    with pytest.raises(OptionError, match="dropout_1"):
        net.fit(X, Y, loss="cross_entropy", optimizer="lbfgs")


def test_limits_on_weights_are_refused():
    with pytest.raises(OptionError, match=r"dense_1\.weight"):
        network(max_norm=1.0).fit(X, Y, loss="cross_entropy", optimizer="lbfgs")


def test_an_unknown_name_offers_solvers_too():
    with pytest.raises(OptionError, match="lbfgs"):
        network().fit(X, Y, optimizer="lbfg")


@pytest.mark.parametrize("solver", [LBFGS(memory=5), ConjugateGradients(1e-3)])
def test_a_model_file_keeps_the_solver(tmp_path, solver):
    net = network()
    net.fit(X, Y, loss="cross_entropy", optimizer=solver, epochs=2)
    net.save(tmp_path / "model.safetensors")
    again = neurona.load(tmp_path / "model.safetensors")
    assert again.training == net.training
    assert again.history.stopped == "epochs"
    assert (again.parameters.vector == net.parameters.vector).all()


@pytest.mark.parametrize("optimizer", list(SOLVERS))
def test_where_every_layer_is_frozen_there_is_nowhere_to_go(optimizer):
    frozen = Network([Dense(1, trainable=False)], n_inputs=3, seed=0)
    before = frozen.parameters.vector.copy()
    history = frozen.fit(X, X[:, 0], loss="mse", optimizer=optimizer, epochs=3)
    assert history.stopped == "converged"
    assert (frozen.parameters.vector == before).all()


# Scale: expectations from least squares in float64, and from parabolas by hand.


def line_of(scale, size=1.0):
    x = np.arange(10.0)[:, None] * size
    return x, scale * (3.0 * np.arange(10.0) + 1.0)


@pytest.mark.parametrize("optimizer", ["lbfgs", "cg"])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scale", [1e8, 1e15])
def test_a_line_of_any_size_is_fitted_in_float32(optimizer, engine, scale):
    x, y = line_of(scale)
    line = Network([Dense(1)], n_inputs=1, seed=0)
    history = line.fit(x, y, loss="mse", optimizer=optimizer, engine=engine, epochs=200)
    assert history.stopped == "converged"
    assert line.predict(x)[:, 0] == pytest.approx(y, rel=1e-4)
    assert line.parameters.vector == pytest.approx([3 * scale, scale], rel=1e-4)


@pytest.mark.parametrize("optimizer", ["lbfgs", "cg"])
@pytest.mark.parametrize("size", [1e-4, 1e-2, 1e2])
def test_inputs_of_any_size_are_fitted_in_float64(optimizer, size):
    x, y = line_of(1.0, size)
    line = Network([Dense(1)], n_inputs=1, seed=0, dtype="float64")
    solver = SOLVERS[optimizer](tolerance=1e-12)
    line.fit(x, y, loss="mse", optimizer=solver, epochs=500)
    assert line.predict(x)[:, 0] == pytest.approx(y, rel=1e-4)


@pytest.mark.parametrize("optimizer", list(SOLVERS))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_converged_is_said_only_where_the_gradient_says_so(optimizer, dtype):
    # Whatever the scale: the share of the loss that the best step down the gradient
    # would still take away, ‖g‖⁴/(2 gᵀHg), measured with the Hessian of a line.
    for scale in (1e-4, 1.0, 1e4, 1e8):
        x, y = line_of(scale)
        y = y + scale * np.sin(7 * x[:, 0])
        line = Network([Dense(1)], n_inputs=1, seed=0, dtype=dtype)
        history = line.fit(x, y, loss="mse", optimizer=optimizer, epochs=3000)
        if history.stopped != "converged":
            continue
        design = np.column_stack([x, np.ones(10)])
        w = line.parameters.vector.astype(np.float64)
        residual = design @ w - y
        gradient = 2 / 10 * design.T @ residual
        curved = 2 / 10 * gradient @ (design.T @ design) @ gradient
        gain = (gradient @ gradient) ** 2 / (2 * curved) if curved else 0.0
        rounding = np.finfo(dtype).eps * np.mean(residual**2)
        # 4 roundings of 4 eps each, and the error of one look at the curve.
        assert abs(gradient).max() <= 1e-5 or gain <= 32 * rounding


NORMAL = np.random.default_rng(0).normal(size=(100, 2))

HARD = {
    "a column 10⁴ times the other": NORMAL * [1, 1e4],
    "large": NORMAL[:, :1] * 1e6,
    "small": NORMAL[:, :1] * 1e-6,
    "far from 0": NORMAL[:, :1] + 1e4,
    "years": np.arange(1990.0, 2021.0)[:, None],
}
"""Inputs whose least squares float32 cannot see from a gradient in its precision."""


@pytest.mark.parametrize("optimizer", ["lbfgs", "cg"])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("inputs", list(HARD))
def test_a_line_over_hard_inputs_is_fitted_and_so_converged(
    inputs, dtype, engine, optimizer
):
    x = HARD[inputs]
    y = 3.0 * (x[:, 0] - x[:, 0].mean()) / x[:, 0].std() + 1.0
    line = Network([Dense(1)], n_inputs=x.shape[1], seed=0, dtype=dtype)
    history = line.fit(
        x, y, loss="mse", optimizer=optimizer, engine=engine, epochs=500
    )  # fmt: skip
    assert history.stopped == "converged"
    error = np.mean((line.predict(x)[:, 0] - y) ** 2)
    # Far from 0 the curvatures are 10¹⁶ apart: as much as float64 has.
    assert error < 1e-3 * np.var(y)
    # What was written down is the loss of the weights as they are kept.
    assert history.loss[-1] == pytest.approx(error, rel=1e-2, abs=1e-5)


@pytest.mark.parametrize("optimizer", list(SOLVERS))
@pytest.mark.parametrize("size", [1e-8, 1e-6])
def test_small_targets_are_not_fitted_because_the_gradient_is_small(size, optimizer):
    x = NORMAL[:, :1]
    y = size * (3.0 * x[:, 0] + 1.0)
    line = Network([Dense(1)], n_inputs=1, seed=0, dtype="float64")
    line.fit(x, y, loss="mse", optimizer=optimizer, epochs=500)
    assert np.mean((line.predict(x)[:, 0] - y) ** 2) < 1e-4 * np.var(y)


def test_a_network_driven_into_saturation_has_not_converged():
    network = Network([Dense(8, "tanh"), Dense(1)], n_inputs=1, seed=0)
    network.parameters["dense_2.bias"][...] = 1e7
    x = NORMAL[:, :1]
    y = 3.0 * x[:, 0] + 1.0
    history = network.fit(x, y, loss="mse", optimizer="lbfgs", epochs=500)
    # Its weights are millions, which float32 holds to a tenth: no floor can be told.
    assert history.loss[-1] > 0.5 * np.var(y)
    assert history.stopped == "stalled"


@pytest.mark.parametrize("optimizer", ["lbfgs", "cg"])
def test_who_finds_nothing_lower_beside_a_large_gradient_has_stalled(optimizer):
    # A corner: with the mean of |y − w| over 0 and 1, twice 1, the slope at w = 1 is
    # ⅓ on the one side and −1 on the other, wherever one looks.
    network = Network([Dense(1, bias=False)], n_inputs=1, seed=0, dtype="float64")
    network.parameters["dense_1.weight"] = [[1.0 + 1e-13]]
    history = network.fit(
        [[1.0], [1.0], [1.0]], [0.0, 1.0, 1.0], loss="mae", optimizer=optimizer,
        epochs=50,
    )  # fmt: skip
    assert history.stopped == "stalled"
    assert network.parameters.vector == pytest.approx([1.0], abs=1e-6)


def test_a_second_fit_of_a_fitted_model_says_that_it_is_one():
    X = rows(40)
    y = X @ [1.0, -2.0, 0.5] + 0.1 * rows(40)[:, 0] ** 2
    linear = Network([Dense(1)], n_inputs=3, seed=0)
    linear.fit(X, 1e6 * y, optimizer="lbfgs", epochs=500)
    before = linear.parameters.vector.copy()
    history = linear.fit(X, 1e6 * y, optimizer="lbfgs", epochs=500)
    assert history.stopped == "converged"
    # A loss sees the weights at its lowest to half the digits of float32.
    assert linear.parameters.vector == pytest.approx(before, rel=2e-3)


def test_units_round_nothing_and_leave_ordinary_problems_alone():
    def parabola(x):
        # Its floor is 2⁴⁰ away, with the slope 2⁴¹ at 0.
        return float((x[0] - 2.0**40) ** 2), np.array([2.0 * (x[0] - 2.0**40)])

    units = units_of(parabola, np.zeros(1))
    assert units == Units(2.0**40, 2.0**81)
    assert units.scaled(parabola)(np.array([0.5])) == (0.125, pytest.approx([-0.5]))
    assert units.tolerance(1.0) == 2.0**-41
    assert units_of(lambda x: (float(x @ x), 2 * x), np.array([9.0])) == Units()


def test_a_look_that_finds_no_number_is_shortened():
    def wall(x):
        # (x − 1)², and no number from −1 down.
        return (float((x[0] - 1) ** 2) if x[0] > -1 else np.inf), 2 * (x - 1)

    found = look_down(wall, np.array([2.0]), np.array([2.0]), 100.0)
    assert (found.slope, found.length) == (2.0, pytest.approx(1))


def test_a_network_of_zeros_that_has_no_loss_gives_no_scale():
    @dataclass(frozen=True)
    class Inverse(ActivationFunction):
        """1/z, which is infinite where all weights are 0."""

        name: ClassVar[str] = "inverse"

        def apply(self, x):
            return 1.0 / x

    x = np.linspace(1.0, 2.0, 20)[:, None]
    network = Network([Dense(1, Inverse())], n_inputs=1, seed=0, dtype="float64")
    network.parameters["dense_1.weight"] = [[1.0]]
    network.parameters["dense_1.bias"] = [0.5]
    with np.errstate(all="ignore"):
        history = network.fit(
            x, 1 / (3 * x[:, 0] + 1), loss="mse", optimizer="lbfgs", epochs=500
        )
    # Beside an infinite scale the first place with a small gradient, at a loss of
    # 10⁻⁸, would be low enough.
    assert history.loss[-1] < 1e-9
    assert network.parameters.vector == pytest.approx([3.0, 1.0], rel=1e-2)
