"""Matrices, symbols and the cost of a gradient."""

from neurona import Dense, explain
from neurona.nn.losses import MeanSquaredError
from tests.explain.golden.cases import case
from tests.explain.golden.networks import classes, network, xor


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
