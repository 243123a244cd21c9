"""Outputs and loss by task, loss and activation."""

import pytest

from neurona.data.columns.schema import find_schema
from neurona.errors import OptionError
from neurona.table.head import choose_head

TWO = find_schema({"x": [1.0, 2.5, 3.0, 4.5], "y": list("abab")})
THREE = find_schema({"x": [1.0, 2.5, 3.0, 4.5, 5.0, 7.5], "y": list("abcabc")})
NUMBER = find_schema({"x": [1.0, 2.5, 3.0, 4.5], "y": [0.5, 2.5, 1.5, 9.5]})


@pytest.mark.parametrize(
    ("schema", "loss", "activation", "units", "name", "last"),
    [
        (TWO, None, None, 1, "binary_cross_entropy", "identity"),
        (TWO, None, "sigmoid", 1, "binary_cross_entropy", "sigmoid"),
        (TWO, None, "softmax", 2, "cross_entropy", "softmax"),
        (TWO, "cross_entropy", None, 2, "cross_entropy", "identity"),
        (THREE, None, None, 3, "cross_entropy", "identity"),
        (NUMBER, None, None, 1, "mse", "identity"),
        (NUMBER, "gaussian_nll", None, 2, "gaussian_nll", "identity"),
        (NUMBER, "poisson", None, 1, "poisson", "identity"),
    ],
)
def test_head_suits_the_task_and_the_loss(schema, loss, activation, units, name, last):
    head = choose_head(schema, loss, activation)
    assert (head.units, head.loss.name, head.activation) == (units, name, last)
    assert head.reason


@pytest.mark.parametrize(
    ("schema", "loss", "activation", "words"),
    [
        (THREE, "mse", None, "loss over numbers"),
        (THREE, "binary_cross_entropy", None, "there are 3"),
        (THREE, None, "sigmoid", "there are 3"),
        (NUMBER, "cross_entropy", None, "loss over classes"),
    ],
)
def test_a_head_that_cannot_be_is_refused(schema, loss, activation, words):
    with pytest.raises(OptionError, match=words):
        choose_head(schema, loss, activation)


@pytest.mark.parametrize(
    ("loss", "activation", "standardizes"),
    [("mse", None, True), ("poisson", None, False), ("mse", "softplus", False)],
)
def test_only_an_unbounded_output_has_a_standardized_target(loss, activation,
                                                            standardizes):  # fmt: skip
    assert choose_head(NUMBER, loss, activation).standardizes is standardizes
