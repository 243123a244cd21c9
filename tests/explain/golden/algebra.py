"""Matrices, symbols and the cost of a gradient."""

from neurona import BatchNorm, Dense, LayerNorm, Residual, explain
from neurona.nn.losses import MeanSquaredError
from tests.explain.golden.cases import case
from tests.explain.golden.networks import classes, network, several, xor


@case("matrices")
def _():
    return explain.matrix_view(
        xor(), [[0, 0], [1, 0]], [0, 1], loss="mse", row=1, row_numbers=[4, 8]
    )


@case("matrices-columns")
def _():
    return explain.matrix_view(
        classes(), [[1, 2, -1]], [0], loss="cross_entropy", convention="columns"
    )


@case("symbols-regression")
def _():
    return explain.derive_symbols(
        xor(), "mse", weights=["dense_1.weight[0,1]", "dense_2.bias[0]"]
    )


@case("symbols-softmax")
def _():
    return explain.derive_symbols(
        network([Dense(2, "relu"), Dense(2, "softmax")], 1), weights="all"
    )


@case("symbols-binary")
def _():
    return explain.derive_symbols(
        network([Dense(2, "tanh"), Dense(2, "relu"), Dense(1, "sigmoid")], 2),
        "binary_cross_entropy",
    )


@case("symbols-no-match")
def _():
    return explain.derive_symbols(
        network([Dense(2, "gelu"), Dense(2, "softmax")], 2), MeanSquaredError(half=True)
    )


@case("symbols-huber")
def _():
    return explain.derive_symbols(
        network([Dense(2, "selu", bias=False), Dense(1)], 1), "huber"
    )


@case("symbols-poisson")
def _():
    return explain.derive_symbols(
        network([Dense(2, "elu"), Dense(1, "softplus")], 1), "poisson"
    )


@case("cost")
def _():
    return explain.explain_cost(
        network([Dense(4, "tanh"), Dense(3, "relu"), Dense(2)], 5), "mse", measure=False
    )


def normed():
    """Both normalizations, and a block that adds to what it reads."""
    layers = [
        Dense(2, "tanh"),
        BatchNorm(),
        Residual([LayerNorm(), Dense(2, "relu")]),
        Dense(1),
    ]
    return network(layers, 1)


@case("symbols-normed")
def _():
    return explain.derive_symbols(normed(), "mse", weights=["dense_1.weight[0,0]"])


@case("matrices-normed")
def _():
    return explain.matrix_view(normed(), [[0.5], [2.0]], [1.0, -1.0], loss="mse")


LOSSES = {"price": "mse", "kind": "cross_entropy"}


@case("symbols-several")
def _():
    return explain.derive_symbols(several(), LOSSES)


@case("matrices-several")
def _():
    return explain.matrix_view(
        several(),
        {"measures": [[1.0, -2.0], [0.5, 1.0]], "color": [[2], [0]]},
        {"price": [1.5, 0.5], "kind": [1, 0]},
        loss=LOSSES,
        convention="columns",
    )
