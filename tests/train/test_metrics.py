"""Figures that people quote."""

import numpy as np
import pytest

from neurona.errors import OptionError
from neurona.network import Network
from neurona.nn import Dense, Input
from neurona.nn.losses import as_loss
from neurona.train.metrics import METRICS, accuracy, as_metrics, metrics_for, r2

Y = np.array([0, 1, 2])
SURE = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.8, 0.1, 0.1]])


def test_accuracy_counts_the_largest_probability():
    assert accuracy(Y, SURE) == pytest.approx(2 / 3)
    assert accuracy(np.eye(3), SURE) == pytest.approx(2 / 3)


def test_accuracy_of_one_output_is_split_at_one_half():
    assert accuracy(np.array([[1.0], [0.0]]), np.array([[0.5], [0.49]])) == 1.0


def test_r2_is_zero_for_the_mean_and_one_for_the_truth():
    y = np.array([1.0, 2.0, 6.0])
    assert r2(y, y[:, None]) == 1.0
    assert r2(y, np.full((3, 1), 3.0)) == 0.0
    assert r2(y, np.array([6.0, 2.0, 1.0])) < 0
    # Residuals 1, 0, 1 of a spread 4 + 1 + 9.
    assert r2(y, np.array([2.0, 2.0, 5.0])) == pytest.approx(1 - 2 / 14)


def test_r2_of_a_target_that_does_not_vary():
    flat = np.ones(3)
    assert r2(flat, flat) == 1.0
    assert r2(flat, np.array([1.0, 1.0, 1.1])) == 0.0


def test_errors_by_hand():
    y, found = np.array([1.0, 2.0]), np.array([[4.0], [-2.0]])
    assert METRICS["mae"](y, found) == 3.5
    assert METRICS["rmse"](y, found) == pytest.approx(np.sqrt((9 + 16) / 2))


def test_an_unknown_metric_offers_the_nearest():
    with pytest.raises(OptionError, match="accuracy"):
        as_metrics("acuracy")
    with pytest.raises(OptionError, match="5"):
        as_metrics([5])


def test_a_function_goes_under_its_own_name():
    def worst(y, prediction):
        return np.float32(np.abs(y - prediction).max())

    network = Network([Dense(1)], n_inputs=1)
    for given in (worst, [worst]):
        found = network.evaluate([[0.0]], [3.0], loss="mse", metrics=given)
        assert found == {"loss": 9.0, "worst": 3.0}
        assert type(found["worst"]) is float


@pytest.mark.parametrize(
    ("metric", "loss"), [("accuracy", "mse"), ("r2", "cross_entropy")]
)
def test_a_metric_that_says_nothing_of_a_loss_is_refused(metric, loss):
    with pytest.raises(OptionError, match=metric):
        metrics_for(as_metrics(metric), {"output": as_loss(loss)})


def test_of_two_outputs_each_has_the_metrics_that_suit_it():
    x = Input("x", 2)
    network = Network(outputs={"kind": Dense(3)(x), "size": Dense(1)(x)})
    y = {"kind": [0, 2], "size": [0.5, 1.0]}
    loss = {"kind": "cross_entropy", "size": "mse"}
    found = network.evaluate(np.eye(2), y, loss=loss, metrics=["accuracy", "r2"])
    assert set(found) == {"loss", "kind_accuracy", "size_r2"}


def test_questions_of_yes_and_no_are_counted_one_by_one():
    network = Network([Dense(2)], n_inputs=2)
    network.parameters["dense_1.weight"] = [[9.0, 9.0], [9.0, -9.0]]
    y = [[1, 1], [1, 1]]
    found = network.evaluate(
        np.eye(2), y, loss="binary_cross_entropy", metrics="accuracy"
    )
    assert found["accuracy"] == 0.75


def test_two_functions_of_one_name_are_numbered():
    network = Network([Dense(1)], n_inputs=1)
    metrics = [lambda y, p: 1.0, lambda y, p: 2.0, "mae", lambda y, p: 3.0]
    found = network.evaluate([[0.0]], [3.0], loss="mse", metrics=metrics)
    assert found == {
        "loss": 9.0, "<lambda>": 1.0, "<lambda>_2": 2.0, "mae": 3.0, "<lambda>_3": 3.0,
    }  # fmt: skip


def test_one_function_twice_is_one_metric():
    assert list(as_metrics([accuracy, "accuracy"])) == ["accuracy"]


@pytest.mark.parametrize("said", [np.ones(2), "much", None, [1.0]])
def test_a_metric_that_gives_no_number_is_an_option_error_that_names_it(said):
    def strange(y, prediction):
        return said

    with pytest.raises(OptionError, match="strange must give one number"):
        Network([Dense(1)], n_inputs=1).evaluate(
            [[0.0]], [3.0], loss="mse", metrics=strange
        )


def test_metrics_that_are_no_list_are_an_option_error():
    with pytest.raises(OptionError, match="metrics must be names or functions"):
        as_metrics(5)
