"""Which outputs are probabilities, and that training sees what evaluation sees."""

import numpy as np
import pytest

from neurona.errors import OptionError
from neurona.graph import BATCH
from neurona.graph import input as graph_input
from neurona.network import Network
from neurona.nn import (
    Activation,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Input,
    LayerNorm,
    Residual,
    Scale,
)
from neurona.nn.losses import as_loss, ends_in, logits_behind

ROWS, INPUTS = 8, 4
ALMOST_NONE = 1e-9
"""A rate of dropout at which no unit of so few rows is left out."""
# Dropout divides by 1 − rate, and so moves what it keeps by the rate itself.
AGREEMENT = 1e-7


def joined(*heads):
    """Network of several heads on one input, side by side."""
    x = Input("x", INPUTS)
    return {"outputs": Concatenate()(*(head(x) for head in heads))}


def chain(*layers):
    """Network of layers one after the other."""
    return {"layers": list(layers), "n_inputs": INPUTS}


def objectives(description, loss):
    """Loss as training and as evaluation have it, with their gradients."""
    network = Network(**description, dtype="float64", seed=3)
    width = network.architecture.evaluation.outputs["output"].shape[-1]
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, INPUTS))
    y = rng.integers(0, width, ROWS)
    if loss == "binary_cross_entropy":
        y = rng.integers(0, 2, (ROWS, width))
    return [
        network.loss_and_gradients(X, y, loss=loss, training=training)
        for training in (True, False)
    ]


@pytest.mark.parametrize(
    ("description", "loss"),
    [
        (chain(Dense(3), Dropout(ALMOST_NONE)), "cross_entropy"),
        (chain(Dropout(ALMOST_NONE), Dense(3, "softmax")), "cross_entropy"),
        (chain(Dense(3, "softmax"), Dropout(0)), "cross_entropy"),
        (chain(Dense(3), Activation("softmax")), "cross_entropy"),
        (
            chain(Dense(8, "sigmoid"), Dropout(ALMOST_NONE), Dense(3)),
            "cross_entropy",
        ),
        (chain(Dense(8, "softmax"), LayerNorm(), Dense(3)), "cross_entropy"),
        (chain(Dense(3, "sigmoid"), LayerNorm()), "cross_entropy"),
        (chain(Dense(3, "silu"), Dropout(ALMOST_NONE)), "cross_entropy"),
        (chain(Dense(3, "silu")), "binary_cross_entropy"),
        (chain(Dense(2, "sigmoid")), "binary_cross_entropy"),
        (joined(Dense(1, "sigmoid"), Dense(2, "sigmoid")), "binary_cross_entropy"),
        (joined(Dense(1), Dense(1)), "binary_cross_entropy"),
        (
            chain(Residual([Dense(4, "sigmoid"), Dense(4)]), Dropout(ALMOST_NONE)),
            "binary_cross_entropy",
        ),
    ],
    ids=str,
)
def test_training_minimizes_what_evaluation_reports(description, loss):
    (training, slopes), (evaluation, others) = objectives(description, loss)
    assert training == pytest.approx(evaluation, rel=AGREEMENT)
    for name, slope in slopes.items():
        assert slope == pytest.approx(others[name], rel=AGREEMENT, abs=AGREEMENT)


@pytest.mark.parametrize(
    ("description", "loss", "ending"),
    [
        (chain(Dense(3, "softmax"), Dropout(ALMOST_NONE)), "cross_entropy", "softmax"),
        (chain(Dense(2, "softmax"), Scale([0, 0], [1, 1])), "cross_entropy", "softmax"),
        (chain(Dense(3, "softmax"), Residual([Dense(3)])), "cross_entropy", "softmax"),
        (chain(Residual([Dense(4, "softmax")])), "cross_entropy", "softmax"),
        (chain(Dense(3, "softmax"), Activation("tanh")), "cross_entropy", "softmax"),
        (chain(Dense(3, "sigmoid"), Dropout(0.5)), "cross_entropy", "sigmoid"),
        (chain(Dense(3, "sigmoid"), Dropout(0.5)), "binary_cross_entropy", "sigmoid"),
        (joined(Dense(1, "sigmoid"), Dense(1)), "binary_cross_entropy", "sigmoid"),
        (joined(Dense(2, "softmax"), Dense(2, "softmax")), "cross_entropy", "softmax"),
    ],
    ids=str,
)  # fmt: skip
def test_values_that_are_neither_probabilities_nor_logits_are_refused(
    description, loss, ending
):
    with pytest.raises(OptionError, match=f"end the network in the {ending}"):
        objectives(description, loss)


def test_a_batch_normalization_makes_logits_of_hidden_sigmoids_in_both_modes():
    # Only the statistics differ: with those of the batch as the running ones the two
    # losses are one.
    network = Network(
        [Dense(3, "sigmoid"), BatchNorm()], n_inputs=INPUTS, dtype="float64"
    )
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(ROWS, INPUTS)), rng.integers(0, 3, ROWS)
    hidden = network.transform(X, "dense_1")
    network.states = {
        "batch_norm_1.mean": hidden.mean(axis=0),
        "batch_norm_1.variance": hidden.var(axis=0),
    }
    losses = [
        network.loss_and_gradients(X, y, loss="cross_entropy", training=mode)[0]
        for mode in (True, False)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)


def test_joined_sigmoids_are_predicted_as_they_are():
    network = Network(**joined(Dense(1, "sigmoid"), Dense(1, "sigmoid")))
    (output,) = network.architecture.evaluation.outputs.values()
    assert ends_in(output) == "sigmoid"
    assert as_loss("binary_cross_entropy").link(output) is output


def test_joined_sigmoids_under_cross_entropy_are_sent_to_the_right_loss():
    with pytest.raises(OptionError, match="use binary_cross_entropy"):
        objectives(joined(Dense(1, "sigmoid"), Dense(1, "sigmoid")), "cross_entropy")


def test_many_joints_are_seen_through_without_recursion():
    layers = [Dense(1, "sigmoid"), *(Concatenate() for _ in range(3000))]
    network = Network(layers, n_inputs=INPUTS)
    (output,) = network.architecture.evaluation.outputs.values()
    logits = logits_behind("sigmoid", output)
    assert logits is not None
    assert logits.shape == (BATCH, 1)


@pytest.mark.parametrize("ending", ["softmax", "sigmoid"])
def test_plain_numbers_have_no_logits_behind_them(ending):
    z = graph_input("z", (BATCH, 3))
    assert logits_behind(ending, z) is None
    assert ends_in(z) is None
