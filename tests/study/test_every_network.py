"""Every kind of network that trains is studied in every way."""

import json

import numpy as np
import pytest

from neurona import (
    Activation,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Input,
    LayerNorm,
    Network,
    Residual,
    Scale,
    study,
)
from neurona.study.prediction import explain_prediction
from neurona.study.replay.flow_of_run import flow_of_run

ROWS = 30
TRAINED = np.arange(20)
RNG = np.random.default_rng(0)
NUMBERS, MORE = RNG.normal(size=(ROWS, 3)), RNG.normal(size=(ROWS, 2))
CITIES = RNG.integers(0, 4, (ROWS, 1))
VALUE = NUMBERS[:, 0] + MORE[:, 1]
CLASS = (NUMBERS[:, 0] > 0).astype(int)
THREE = np.arange(ROWS) % 3


def one_after_the_other(*layers):
    return Network(layers, n_inputs=3, seed=0)


def two_inputs():
    a, b = Input("a", 3), Input("b", 2)
    inner = Residual([Dense(2, "relu"), LayerNorm()])
    joined = Concatenate()(Dense(4, "tanh")(a), inner(b))
    return a, b, joined


def with_categories():
    a, city = Input("a", 3), Input("city", 1, "integer")
    joined = Concatenate()(a, Embedding(4, 2)(city))
    return Network(inputs=[a, city], outputs=Dense(1)(Dense(5, "relu")(joined)), seed=0)


def categories_alone():
    city = Input("city", 1, "integer")
    return Network(inputs=[city], outputs=Dense(1)(Embedding(4, 3)(city)), seed=0)


def several_outputs():
    a, b, joined = two_inputs()
    outputs = {"kind": Dense(3, "softmax")(joined), "size": Dense(1)(joined)}
    return Network(inputs=[a, b], outputs=outputs, seed=0)


def shared():
    a, twice = Input("a", 3), Dense(3, "tanh")
    return Network(inputs=[a], outputs=Dense(1)(twice(twice(a))), seed=0)


NETWORKS = {
    "batch norm": lambda: one_after_the_other(
        Dense(4), BatchNorm(), Activation("relu"), Dense(1)
    ),
    "layer norm": lambda: one_after_the_other(
        Dense(4, "tanh"), LayerNorm(), Dropout(0.2), Dense(2, "softmax")
    ),
    "residual": lambda: one_after_the_other(
        Scale.of(NUMBERS), Residual([Dense(4, "relu"), Dense(3)]), Dense(1, "sigmoid")
    ),
    "several inputs": lambda: Network(outputs=Dense(1)(two_inputs()[2]), seed=0),
    "several outputs": several_outputs,
    "categories": with_categories,
    "categories alone": categories_alone,
    "shared layer": shared,
}
DATA = {
    "layer norm": (NUMBERS, CLASS),
    "residual": (NUMBERS, CLASS),
    "several inputs": ({"a": NUMBERS, "b": MORE}, VALUE),
    "several outputs": ({"a": NUMBERS, "b": MORE}, {"kind": THREE, "size": VALUE}),
    "categories": ({"a": NUMBERS, "city": CITIES}, VALUE),
    "categories alone": (CITIES, VALUE),
}


@pytest.fixture(scope="module", params=NETWORKS)
def run(request):
    network = NETWORKS[request.param]()
    X, y = DATA.get(request.param, (NUMBERS, VALUE))
    network.fit(X, y, rows=TRAINED, epochs=3, batch_size=8, engine="reference")
    return network, X, y


STUDIES = {
    "flow": study.gradient_flow,
    "flow forward": lambda network, X, _y: study.gradient_flow(network, X),
    "doctor": study.doctor,
    "doctor of parts": lambda network, X, y: study.doctor(
        network, X, y, rows=TRAINED, test=np.arange(20, ROWS)
    ),
    "prediction": lambda network, X, _y: explain_prediction(network, X, 2),
    "step": lambda network, X, y: study.replay_step(
        network, X, y, 5, rows=TRAINED, engine="reference"
    ),
    "flow of the run": lambda network, X, y: flow_of_run(
        network, X, y, rows=TRAINED, engine="reference"
    ),
    "rows of a step": lambda network, X, y: study.rank_rows(
        study.replay_step(network, X, y, 5, rows=TRAINED, engine="reference")
    ),
}


@pytest.mark.parametrize("name", STUDIES)
def test_every_network_is_studied(run, name):
    found = STUDIES[name](*run)
    assert found.to_text()
    assert "<svg" in found.to_html() or not name.startswith("flow")
    assert found.to_latex()
    json.dumps(found.to_json(), allow_nan=False)


def test_contributions_add_up_for_every_network(run):
    network, X, _y = run
    for output in network.architecture.outputs:
        found = explain_prediction(network, X, 2, output=output)
        assert abs(found.gap) < 1e-6 * max(1.0, abs(found.output))
