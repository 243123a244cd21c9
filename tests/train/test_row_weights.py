"""Weights of rows on any scale: the same fit, or a sentence."""

import numpy as np
import pytest

from neurona import SGD, Adam, Dense, Network
from neurona.errors import DataError
from neurona.train.engines import resolve_engine
from neurona.train.many import Job, fit_many
from neurona.train.row_weights import weigh
from neurona.train.rows import Rows
from neurona.train.step import ROW_WEIGHT

ENGINES = ["reference"] + ["native"] * (resolve_engine("auto") == "native")

SCALES = [1e-300, 1e-38, 0.3, 5e36, 1e300]
"""Below float32's normal numbers, ordinary, where 68 rows overflow it, and beyond."""

X = np.random.default_rng(0).normal(size=(70, 3))
Y = X @ [1.0, -2.0, 0.5] + 3.0
CLASSES = (X[:, 0] > 0).astype(int)


def fitted(weight=None, y=Y, **options):
    network = Network([Dense(4, "tanh"), Dense(1)], n_inputs=3, seed=2)
    history = network.fit(X, y, sample_weight=weight, **{"epochs": 3, **options})
    return network.parameters.vector.tolist(), history.loss, history.validation_loss


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "lbfgs"])
def test_alike_weights_of_any_size_give_the_fit_of_weights_of_1(
    engine, scale, optimizer
):
    options = {"optimizer": optimizer, "engine": engine, "validation": np.arange(9)}
    ones = fitted(np.ones(70), **options)
    assert fitted(np.full(70, scale), **options) == ones
    # Weights of 1 are those of no weights, up to the order of rounding.
    assert ones[0] == pytest.approx(fitted(**options)[0], rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_fit_with_tiny_weights_is_least_squares_with_those_weights(engine):
    weight = np.linspace(0.1, 1.0, 70) * 1e-38
    y = Y + np.sin(5 * X[:, 1])
    network = Network([Dense(1)], n_inputs=3, seed=0)
    network.fit(X, y, sample_weight=weight, optimizer="lbfgs", engine=engine)
    root = np.sqrt(weight * 1e38)
    design = np.column_stack([X, np.ones(70)]) * root[:, None]
    wanted = np.linalg.lstsq(design, y * root, rcond=None)[0]
    # float32 sees the weights of a least squares fit to half its digits.
    assert network.parameters.vector == pytest.approx(wanted, abs=1e-3)
    loss = np.sum(weight * (network.predict(X)[:, 0] - y) ** 2) / weight.sum()
    found = network.evaluate(X, y, sample_weight=weight)["loss"]
    assert found == pytest.approx(loss, rel=1e-5)


def test_gradients_have_no_scale_of_weights_either():
    network = Network([Dense(1)], n_inputs=3, seed=0)
    loss, gradients = network.loss_and_gradients(X, Y, sample_weight=np.full(70, 5e36))
    residual = (network.predict(X)[:, 0] - Y)[:, None]
    assert loss == pytest.approx(float(np.mean(residual**2)), rel=1e-5)
    assert gradients["dense_1.weight"] == pytest.approx(
        2 * np.mean(residual * X, axis=0)[:, None], rel=1e-4
    )


def test_class_weights_have_no_scale_either():
    def parameters(scale):
        network = Network([Dense(2)], n_inputs=3, seed=0)
        weight = {0: scale, 1: 3 * scale}
        network.fit(X, CLASSES, class_weight=weight, epochs=3)
        return network.parameters.vector

    assert parameters(1e-38) == pytest.approx(parameters(1.0), rel=1e-5)


def test_held_out_rows_are_weighed_among_themselves():
    # Beside the training rows' weights theirs would vanish in float32.
    weight = np.where(np.arange(70) < 9, 1e-60, 1.0) * np.linspace(1, 2, 70)
    network = Network([Dense(1)], n_inputs=3, seed=0)
    history = network.fit(
        X, Y, sample_weight=weight, validation=np.arange(9), epochs=1
    )  # fmt: skip
    squares = (network.predict(X[:9])[:, 0] - Y[:9]) ** 2
    wanted = np.average(squares, weights=weight[:9])
    assert history.validation_loss == [pytest.approx(wanted, rel=1e-5)]


def test_many_at_once_and_resumed_are_the_same(tmp_path):
    weight = np.full(70, 1e-38)
    wanted = fitted(weight, epochs=4, optimizer=Adam(0.01))
    network = Network([Dense(4, "tanh"), Dense(1)], n_inputs=3, seed=2)
    fit_many([Job(network)], X, Y, sample_weight=weight, epochs=4, optimizer=Adam(0.01))
    assert network.parameters.vector.tolist() == wanted[0]
    options = {"optimizer": Adam(0.01), "checkpoint": tmp_path}
    fitted(weight, epochs=2, **options)
    assert fitted(weight, epochs=4, resume=True, **options) == wanted


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sample_weight": np.zeros(70)}, "nothing to learn from"),
        (
            {"sample_weight": 1.0 * (np.arange(70) < 9), "rows": np.arange(9, 70)},
            "nothing to learn from",
        ),
        (
            {"sample_weight": 1.0 * (np.arange(70) > 9), "validation": np.arange(9)},
            "every validation row has weight 0",
        ),
        ({"validation": (X, Y, np.zeros(70))}, "every validation row has weight 0"),
        ({"sample_weight": np.full(70, 1e-38), "reduction": "sum"}, "1e-38.*float32"),
        ({"sample_weight": np.full(70, 1e39), "reduction": "sum"}, "beyond float32"),
    ],
)
@pytest.mark.parametrize("optimizer", ["sgd", "lbfgs"])
def test_weights_that_leave_nothing_are_refused(options, said, optimizer):
    network = Network([Dense(1)], n_inputs=3, seed=0)
    before = network.parameters.vector.tolist()
    with pytest.raises(DataError, match=said):
        network.fit(X, Y, optimizer=optimizer, **options)
    assert network.parameters.vector.tolist() == before


def test_classes_that_all_weigh_nothing_are_refused():
    network = Network([Dense(2)], n_inputs=3, seed=0)
    with pytest.raises(DataError, match="nothing to learn from"):
        network.fit(X, CLASSES, class_weight={0: 0.0, 1: 0.0})


def test_a_loss_of_no_weight_is_not_measured():
    network = Network([Dense(1)], n_inputs=3, seed=0)
    with pytest.raises(DataError, match="nothing to measure"):
        network.evaluate(X, Y, loss="mse", sample_weight=np.zeros(70))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("small", [1e-33, 1e-45, 1e-200])
def test_batches_of_weights_far_below_the_largest_count_by_their_own(engine, small):
    # One batch of ten holds the large weight; by Σwᵢlᵢ/Σwᵢ each of the others is a
    # batch of alike weights, whatever their size: float64 holds them as they are.
    weight = np.full(70, small)
    weight[0] = 1.0

    def parameters(dtype):
        network = Network([Dense(1)], n_inputs=3, seed=0, dtype=dtype)
        network.fit(
            X, Y, sample_weight=weight, optimizer=SGD(0.05), batch_size=7, epochs=40,
            engine=engine,
        )  # fmt: skip
        return network.parameters.vector

    assert parameters("float32") == pytest.approx([1.0, -2.0, 0.5, 3.0], abs=1e-3)
    assert parameters("float32") == pytest.approx(parameters("float64"), abs=1e-5)


def test_weights_further_apart_than_any_precision_stay_above_0():
    rows = Rows({ROW_WEIGHT: np.array([1e300, 1e-300, 0.0])})
    for dtype in (np.float32, np.float64):
        found = weigh(rows, np.dtype(dtype)).data[ROW_WEIGHT]
        assert found[2] == 0.0
        assert found[0] > found[1] >= np.finfo(dtype).tiny / np.finfo(dtype).eps


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_weights_of_classes_and_rows_are_multiplied_on_scales_of_their_own(size):
    def parameters(weight, classes, **options):
        network = Network([Dense(2)], n_inputs=3, seed=0)
        network.fit(
            X, CLASSES, sample_weight=weight, class_weight=classes, epochs=3, **options
        )
        gradients = network.loss_and_gradients(
            X, CLASSES, sample_weight=weight, class_weight=classes
        )
        return network.parameters.vector, gradients[0]

    found, loss = parameters(np.full(70, size), {0: size, 1: size})
    ones, wanted = parameters(None, None)
    assert found == pytest.approx(ones, rel=1e-4)
    assert loss == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(
    ("weight", "said"),
    [(None, "class_weight is 1e\\+39"), (np.full(70, 10.0), "class_weight · sample_w")],
)
def test_what_cannot_be_added_up_is_named_by_what_was_given(weight, said):
    network = Network([Dense(2)], n_inputs=3, seed=0)
    with pytest.raises(DataError, match=f"{said}.*beyond float32"):
        network.fit(
            X, CLASSES, class_weight={0: 1e39, 1: 1.0}, sample_weight=weight,
            reduction="sum",
        )  # fmt: skip


def test_weights_of_held_out_rows_are_no_part_of_a_sum():
    weight = np.where(np.arange(70) < 9, 1e39, 1.0)
    options = {"validation": np.arange(9), "reduction": "sum", "optimizer": SGD(1e-4)}
    found = fitted(weight, **options)
    assert found == fitted(np.ones(70), **options)
