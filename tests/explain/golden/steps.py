"""Steps worked through, replayed and drawn."""

from neurona import (
    SGD,
    Adam,
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    Residual,
    explain,
    study,
)
from neurona.explain.step.draw import StepPictures
from neurona.nn.activations import Heaviside
from neurona.nn.losses import Huber
from neurona.optimize import Momentum
from tests.explain.golden.cases import case
from tests.explain.golden.networks import (
    classes,
    fit_rows,
    network,
    several,
    trained,
    xor,
)


@case("g9")
def _():
    return explain.worked_step(xor(), [[1, 0]], [1], loss="mse", optimizer=SGD(0.1))


@case("g10")
def _():
    return explain.worked_step(classes(), [[1, 2, -1]], [0], optimizer=SGD(0.1))


@case("step-batch-adam")
def _():
    return explain.worked_step(
        network([Dense(2, "tanh"), Dense(1)], 2),
        [[1.0, -1.0], [0.5, 2.0], [0.0, 1.0]],
        [1.0, -1.0, 0.5],
        loss="mse",
        optimizer=Adam(0.1),
        sample_weight=[1.0, 2.0, 1.0],
        feature_names=["length", "width"],
        rows=[7, 9, 12],
        largest=3,
    )


@case("step-binary-columns")
def _():
    return explain.worked_step(
        network([Dense(2, "leaky_relu"), Dense(1, "sigmoid")], 2),
        [[1.0, 2.0]],
        [1.0],
        loss="binary_cross_entropy",
        optimizer=Momentum(0.1),
        convention="columns",
        l2=0.1,
        clip_norm=0.5,
        notes=["A note from outside."],
    )


@case("step-batch-softmax")
def _():
    return explain.worked_step(
        network([Dense(3, "softmax")], 2),
        [[1.0, -1.0], [0.5, 2.0]],
        [2, 0],
        loss="cross_entropy",
        optimizer="rmsprop",
        reduction="sum",
        class_names=["red", "green", "blue"],
        layers=["dense_1"],
    )


@case("step-chosen")
def _():
    return explain.worked_step(
        network([Dense(2, "gelu"), Dense(2, "softplus")], 2),
        [[1.0, -1.0]],
        [[0.5, 2.0]],
        loss=Huber(delta=0.5),
        optimizer="nesterov",
        units=[2],
        weights=["dense_1.weight[0,1]"],
        clip_value=0.2,
        l1=0.01,
    )


@case("step-deviation")
def _():
    return explain.worked_step(
        network([Dense(1, "selu", bias=False), Dense(2)], 1),
        [[1.0], [-2.0]],
        [[0.5], [1.0]],
        loss="gaussian_nll",
        optimizer=SGD(0.1),
    )


@case("step-perceptron")
def _():
    return explain.worked_step(
        network([Dense(1, Heaviside(strict=True))], 2, dense_1_weight=[[0.5], [-0.5]]),
        [[1.0, 1.0]],
        [0.0],
        loss="mse",
        optimizer=SGD(1.0),
    )


@case("step-sign")
def _():
    return explain.worked_step(
        network([Dense(1, "sign")], 2, dense_1_weight=[[0.5], [-1.5]]),
        [[1.0, 1.0], [-1.0, 2.0]],
        [1.0, -1.0],
        loss="mse",
        optimizer=SGD(1.0),
    )


@case("step-residual-norms")
def _():
    layers = [
        Dense(2, "tanh"),
        Residual([LayerNorm(), Dense(2, "relu")]),
        BatchNorm(),
        Dropout(0.5),
        Dense(1),
    ]
    return explain.worked_step(
        network(layers, 2), [[1.0, -1.0]], [1.0], loss="mae", optimizer=SGD(0.1)
    )


@case("step-several")
def _():
    return explain.worked_step(
        several(),
        {"measures": [[1.0, -2.0], [0.5, 1.0]], "color": [[2], [0]]},
        {"price": [1.5, 0.5], "kind": [1, 0]},
        loss={"price": "mse", "kind": "cross_entropy"},
        optimizer=SGD(0.1),
        largest=4,
    )


@case("step-after-fit")
def _():
    X, y = fit_rows()
    return explain.worked_step(trained(), X[2], y[2], largest=2)


@case("replay")
def _():
    return study.replay_step(
        trained(), *fit_rows(), 3, engine="reference", largest=2, convention="columns"
    )


@case("rank-rows")
def _():
    return study.rank_rows(
        study.replay_step(trained(), *fit_rows(), 4, engine="reference")
    )


@case("picture")
def _():
    step = explain.worked_step(
        classes(), [[1, 2, -1]], [0], feature_names=["a", "b", "c"],
        class_names=["yes", "no"],
    )  # fmt: skip
    return StepPictures(step)


@case("picture-batch")
def _():
    step = explain.worked_step(
        network([Dense(1, "tanh")], 1), [[1.0], [-2.0]], [0.5, 1.0], loss="mse"
    )
    return StepPictures(step)
