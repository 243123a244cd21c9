"""Heads and models that are suggested: by what y holds, and by a table's size."""

import numpy as np
import pytest

from neurona import Dense, Network, suggest_head, suggest_model
from neurona.errors import DataError, OptionError
from neurona.messages import use_language

RNG = np.random.default_rng(0)
LABELS = np.array([[1, 0, 1], [0, 0, 0], [1, 1, 1]])


@pytest.mark.parametrize(
    ("y", "task", "units", "activation", "loss"),
    [
        ([0.5, -2.0, 7.25], "regression", 1, "identity", "mse"),
        (RNG.normal(size=(5, 3)), "regression", 3, "identity", "mse"),
        ([0.1, 0.9, 0.5], "bounded regression", 1, "sigmoid", "mse"),
        ([3, 0, 12, 7], "counts", 1, "identity", "poisson"),
        ([-3, 0, 12, 7], "regression", 1, "identity", "mse"),
        ([0, 1, 1], "binary", 1, "sigmoid", "binary_cross_entropy"),
        ([-1.0, 1.0, 1.0], "binary", 1, "sigmoid", "binary_cross_entropy"),
        ([True, False], "binary", 1, "sigmoid", "binary_cross_entropy"),
        (["no", "yes"], "binary", 1, "sigmoid", "binary_cross_entropy"),
        ([0, 1, 2, 0, 1, 2], "multi-class", 3, "softmax", "cross_entropy"),
        (list("abca"), "multi-class", 3, "softmax", "cross_entropy"),
        (np.eye(4), "multi-class", 4, "softmax", "cross_entropy"),
        (LABELS, "multi-label", 3, "sigmoid", "binary_cross_entropy"),
        (LABELS == 1, "multi-label", 3, "sigmoid", "binary_cross_entropy"),
    ],
)
def test_the_head_suits_what_y_holds(y, task, units, activation, loss):
    head = suggest_head(y)
    assert (head.task, head.units, head.activation) == (task, units, activation)
    assert head.loss.name == loss
    assert head.reason in str(head)
    assert suggest_head(np.asarray(y).reshape(len(y), -1)).task == task


@pytest.mark.parametrize(
    "y", [[0.5, -2.0, 7.25], [3, 0, 12], [0, 1, 1], [0.2, 0.3, 0.9], LABELS]
)
def test_a_network_with_the_head_learns(y):
    head = suggest_head(y)
    network = Network([Dense(head.units, head.activation)], n_inputs=2)
    X = np.arange(6.0).reshape(3, 2)
    history = network.fit(X, np.asarray(y), loss=head.loss, epochs=20)
    assert history.loss[-1] < history.loss[0]


@pytest.mark.parametrize(
    ("rows", "features", "model"),
    [
        (999, 32, "statistics"),
        (999, 33, "regularized linear"),
        (1000, 32, "classical learning"),
        (1000, 33, "network"),
    ],
)
def test_the_quadrant_of_the_notes(rows, features, model):
    assert suggest_model(rows, features).model == model


def test_suggestions_are_sentences_in_the_language_of_the_reader():
    with use_language("es"):
        assert str(suggest_model(10, 2)).startswith("estadística")
        assert str(suggest_head(["no", "sí"])).startswith("binaria: 1 unidad, sigmoid")


@pytest.mark.parametrize(
    ("y", "words"),
    [
        ([], "not of shape"), (3.0, "not of shape"), ([1.0, float("nan")], "no finite"),
         ([2, 2], "a single value"), (["a", None], "a missing value"),
        (np.array(["a", np.nan, "b"], object), "a missing value"),
        (np.array(["a", 1, "b"], object), "mixes text"),
        ([["a", "x"], ["b", "y"], ["c", "x"]], "one column at a time"),
    ],
)  # fmt: skip
def test_targets_that_say_nothing_are_refused(y, words):
    with pytest.raises(DataError, match=words):
        suggest_head(y)


def test_a_table_without_rows_is_refused():
    with pytest.raises(OptionError, match="n_rows must be a whole number of at least"):
        suggest_model(0, 4)
