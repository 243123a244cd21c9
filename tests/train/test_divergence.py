"""Why a run left the finite numbers: each cause in a network made ill by it alone."""

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

import neurona
from neurona import SGD, Adam, AdamW, BatchNorm, Dense, Network
from neurona import graph as g
from neurona.errors import DivergenceWarning
from neurona.nn.activations import ActivationFunction
from neurona.nn.penalties import L2
from neurona.train.cause import Cause
from neurona.train.engines import resolve_engine
from neurona.train.history import History

ENGINES = ["reference"] + ["native"] * (resolve_engine("auto") == "native")

X = np.random.default_rng(0).normal(size=(60, 3))
Y = np.sin(X @ [1.0, 2.0, -1.0])


@dataclass(frozen=True)
class Root(ActivationFunction):
    """√z where z > 0, written in the way that loses its slope at 0."""

    name: ClassVar[str] = "root"

    def apply(self, x):
        return g.where(x > 0.0, g.sqrt(x), 0.0)


@dataclass(frozen=True)
class Log(ActivationFunction):
    """log z, which is no number below 0."""

    name: ClassVar[str] = "log"

    def apply(self, x):
        return g.log(x)


def relu(hidden=1, function="relu"):
    layers = [Dense(16, function) for _ in range(hidden)]
    return Network([*layers, Dense(1)], n_inputs=3, seed=0)


def with_value(place, value):
    network = relu()
    network.parameters[place][...] = value
    return network


def deep():
    network = relu(12)
    rng = np.random.default_rng(1)
    for name, value in network.parameters.items():
        value[...] = rng.normal(scale=8 / 16**0.5, size=value.shape)
        if name.endswith("bias"):
            value[...] = 0
    return network


def lose(network, X=X, y=Y, **options):
    """Fit, and what is then said; the weights kept are numbers, or as they were."""
    before = network.parameters.vector.tobytes()
    with pytest.warns(DivergenceWarning) as warned:
        history = network.fit(X, y, **{
            "loss": "mse", "optimizer": "sgd", "epochs": 40, **options
        })  # fmt: skip
    assert history.stopped == "diverged"
    kept = network.parameters.vector
    assert np.isfinite(kept).all() if len(history) else kept.tobytes() == before
    return history, str(warned[0].message)


def identity():
    network = Network([Dense(1, bias=False)], n_inputs=1, seed=0)
    network.parameters["dense_1.weight"] = [[1.0]]
    return network


ORDINARY = np.append(np.zeros(199), 95.0)[:, None]
"""A column whose mean square is 45."""

LARGEST = Y / np.abs(Y).max()

ILL = [
    ("rate", relu, {"optimizer": SGD(300.0)}, "learning rate is probably too high"),
    ("rate", relu, {"optimizer": Adam(1e30)}, "learning rate is probably too high"),
    ("X", relu, {"X": X * [1, 1e5, 1]}, r"column 1 of X reaches \d.*e\+05: standard"),
    (
        "X", relu, {"X": np.vstack([X[:-1], [0, 0, -1e7]])},
        r"column 2 of X reaches 1e\+07: standardize",
    ),
    ("y", relu, {"y": LARGEST * 1e5}, r"y reaches 1e\+05: subtract its mean"),
    # Its square is beyond float32, so that no loss is a number.
    ("y", relu, {"y": LARGEST * 1e25}, r"y reaches 1e\+25: subtract its mean"),
    (
        "weights", relu, {"sample_weight": np.full(60, 1e6), "reduction": "sum"},
        r"added up with weights as large as 1e\+06",
    ),
    (
        "parameters", lambda: with_value("dense_1.weight", 1e30), {},
        r"dense_1.weight held values as large as 1e\+30 before the first step",
    ),
    (
        "not a number", lambda: with_value("dense_2.bias", np.nan), {},
        "dense_2.bias held nan before the first step",
    ),
    (
        "activations", deep, {},
        r"grow from layer to layer, to \d.*e\+\d\d in dense_1[23]",
    ),
    (
        "gradient", lambda: relu(function=Root()), {"X": X * 0},
        "gradient of dense_1.weight is nan, though the loss is a number",
    ),
    (
        "outputs", lambda: relu(function=Log()), {},
        "an output of dense_1 is nan: look at its function",
    ),
    # exp(95) is beyond float32.
    (
        "loss", identity, {"X": ORDINARY, "y": np.ones(200), "loss": "poisson"},
        "before the first step the loss is inf",
    ),
]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("kind", "network", "options", "said"), ILL)
def test_what_is_ill_is_named(kind, network, options, said, engine):
    history, message = lose(network(), engine=engine, **options)
    assert history.cause.name == kind
    assert re.search(said, message)


def test_their_healthy_twin_learns():
    history = relu().fit(X, Y, loss="mse", optimizer="sgd", epochs=40)
    assert (history.stopped, history.cause) == ("epochs", None)


@pytest.mark.parametrize("optimizer", ["lbfgs", "cg", "gradient_descent"])
@pytest.mark.parametrize(("kind", "network", "options", "said"), ILL[5:6] + ILL[7:9])
def test_a_solver_has_no_learning_rate_to_blame(
    kind, network, options, said, optimizer
):
    history, message = lose(network(), **options, optimizer=optimizer)
    assert history.cause.name == kind
    assert re.search(said, message)


def test_the_cause_is_saved_with_the_history(tmp_path):
    network = relu()
    lose(network, y=Y * 1e5, optimizer=SGD(1e-3))
    network.save(tmp_path / "model.safetensors")
    again = neurona.load(tmp_path / "model.safetensors").history
    assert again == network.history
    assert again.cause == network.history.cause
    assert History.from_json(History(stopped="epochs").to_json()).cause is None
    nan = History(cause=Cause("loss", float("nan")), stopped="diverged")
    assert History.from_json(nan.to_json()) == nan


def normalized():
    return Network([BatchNorm(), Dense(16, "relu"), Dense(1)], n_inputs=3, seed=0)


OR_RATE = "; or else the learning rate is too high"


@pytest.mark.parametrize(
    ("kind", "network", "options"),
    [
        # The twin with y divided by its deviation diverges as well.
        ("y", relu, {"y": Y * 1e3, "optimizer": SGD(2.0)}),
        # The first layer standardizes: X cannot be it.
        ("X", normalized, {"X": X * 1e6, "optimizer": SGD(300.0)}),
        (
            "parameters", lambda: with_value("dense_2.bias", 1000.0),
            {"y": Y + 1000.0, "optimizer": SGD(50.0)},
        ),
    ],
)  # fmt: skip
def test_a_high_rate_is_named_beside_what_is_large(kind, network, options):
    history, message = lose(network(), **options)
    assert history.cause.name == kind or kind == "parameters"
    assert OR_RATE in message
    assert History.from_json(history.to_json()) == history


def test_a_usual_rate_is_not_named_beside_what_is_large():
    _, message = lose(relu(), y=LARGEST * 1e5)
    assert OR_RATE not in message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"l2": 1e6}, "l2 is 1e[+]06.*make it smaller"),
        ({"l1": 1e9}, "l1 is 1e[+]09.*make it smaller"),
        (
            {"optimizer": AdamW(weight_decay=1e5), "epochs": 400},
            "weight_decay is 1e[+]05.*make it smaller",
        ),
    ],
)
def test_a_penalty_that_overshoots_is_named(options, said):
    history, message = lose(relu(), **options)
    assert history.cause.name == "penalty"
    assert re.search(said, message)
    assert OR_RATE not in message


def test_the_penalty_of_a_layer_is_named_with_it():
    network = Network([Dense(4, penalty=L2(1e7)), Dense(1)], n_inputs=3, seed=0)
    history, message = lose(network)
    assert history.cause.name == "penalty"
    assert "the penalty on dense_1.weight is 1e+07" in message


def test_a_resumed_run_says_what_the_straight_one_says(tmp_path):
    rate = SGD(3.0)

    def network():
        return Network([Dense(1)], n_inputs=3, seed=0)

    straight = lose(network(), optimizer=rate, epochs=400)[1]
    first = network().fit(
        X, Y, loss="mse", optimizer=rate, epochs=8, checkpoint=tmp_path
    )  # fmt: skip
    assert first.loss[-1] > 1e6
    resumed = lose(
        network(), optimizer=rate, epochs=400, checkpoint=tmp_path, resume=True
    )[1]
    assert resumed == straight
    assert "learning rate is probably too high" in straight
