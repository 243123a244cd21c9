"""How layers are joined, described and read back."""

import copy
import json
import pickle
import sys

import numpy as np
import pytest

from neurona.errors import ModelFileError, OptionError, ShapeError
from neurona.network import Network
from neurona.nn import (
    Activation,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Input,
    LayerNorm,
    Residual,
    Scale,
)
from neurona.nn.architecture import Architecture
from neurona.nn.layers.layer import RESERVED
from neurona.optimize import make_clock
from neurona.train.step import ROW_WEIGHT


def several() -> Architecture:
    """Two inputs, two outputs, a shared layer."""
    city, numbers = Input("city", 2, "integer"), Input("numbers", 3)
    shared = Dense(4, "relu", name="shared")
    joined = Concatenate()(Embedding(5, 2)(city), shared(numbers))
    again = shared(Dense(3)(joined))
    return Architecture.joined(
        None, {"class": Dense(2)(again), "value": Dense(1)(shared(numbers))}
    )


NETWORKS = [
    Architecture.sequential([Dense(3, "elu"), Dropout(0.5), Dense(1)], Input("x", 2)),
    Architecture.sequential(
        [
            Scale([0.0, 1.0], [1.0, 2.0]),
            BatchNorm(),
            Residual([Dense(4, "gelu", name="in"), Dense(2)]),
            LayerNorm(),
            Activation("tanh"),
            Dense(2, "softmax", trainable=False),
        ],
        Input("x", 2),
    ),
    several(),
]


@pytest.mark.parametrize("architecture", NETWORKS)
def test_a_description_gives_back_the_same_network(architecture):
    config = architecture.to_config()
    again = Architecture.from_config(json.loads(json.dumps(config)))
    assert again.to_config() == config
    ours, theirs = architecture.evaluation.build, again.evaluation.build
    assert {n: p.shape for n, p in ours.parameters.items()} == {
        n: p.shape for n, p in theirs.parameters.items()
    }
    assert list(architecture.names.values()) == list(again.names.values())


@pytest.mark.parametrize("architecture", NETWORKS)
def test_an_architecture_can_be_copied_and_pickled(architecture):
    architecture.evaluation  # noqa: B018
    for again in (
        copy.deepcopy(architecture),
        pickle.loads(pickle.dumps(architecture)),
    ):
        assert again.to_config() == architecture.to_config()


def test_layers_are_named_by_their_class_and_a_number_in_the_order_of_use():
    names = several().names.values()
    assert list(names) == [
        "embedding_1", "shared", "concatenate_1", "dense_2", "dense_3", "dense_4",
    ]  # fmt: skip


def test_a_layer_called_twice_has_one_set_of_parameters():
    parameters = several().evaluation.build.parameters
    assert [name for name in parameters if name.startswith("shared")] == [
        "shared.weight",
        "shared.bias",
    ]


def test_inputs_are_found_from_the_outputs_once_each():
    city = Input("city", 1, "integer")
    both = Concatenate()(Embedding(3, 2)(city), Embedding(7, 1)(city))
    architecture = Architecture.joined(None, Dense(1)(both))
    assert architecture.inputs == (city,)
    assert architecture.categories == {"city": 3}


def test_a_deep_network_is_walked_without_recursion():
    layers = [Dense(1) for _ in range(3000)]
    assert len(Architecture.sequential(layers, Input("x", 1)).layers) == 3000


DEPTH = sys.getrecursionlimit() + 200
"""Layers, more than Python's calls may nest."""


def test_a_deep_network_can_be_copied_and_pickled():
    network = Network([Dense(1) for _ in range(DEPTH)], n_inputs=1)
    for again in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert len(again.architecture.layers) == DEPTH
        assert np.array_equal(again.parameters.vector, network.parameters.vector)
        assert again.architecture.layers[0] is not network.architecture.layers[0]


def test_a_copy_shares_what_was_shared():
    again = pickle.loads(pickle.dumps(several()))
    assert list(again.evaluation.build.parameters) == list(
        several().evaluation.build.parameters
    )
    assert again.inputs[0] in {c.layer for c in again.connections}


SHARED = Dense(4)


@pytest.mark.parametrize(
    "layers",
    [
        [SHARED, Residual([SHARED])],
        [Residual([SHARED]), SHARED],
        [Residual([SHARED]), Residual([SHARED])],
        [Residual([Residual([SHARED]), SHARED])],
    ],
    ids=repr,
)
def test_a_layer_in_a_block_cannot_be_shared_with_another_place(layers):
    with pytest.raises(OptionError, match="cannot be shared"):
        Network(layers, n_inputs=4)


def test_a_block_used_twice_has_one_set_of_parameters():
    block, x = Residual([Dense(3)]), Input("x", 3)
    network = Network(outputs=block(block(x)))
    assert list(network.parameters) == [
        "residual_1.dense_1.weight", "residual_1.dense_1.bias",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [10**12, 10**30])
def test_a_network_too_large_for_memory_is_refused_before_anything_is_allocated(size):
    with pytest.raises(OptionError, match="fewer or smaller layers"):
        Network([Dense(size), BatchNorm(), Dense(1)], n_inputs=4)


def build(**changes):
    config = json.loads(json.dumps(several().to_config()))
    config.update(changes)
    return config


GOOD = build()
DENSE = GOOD["layers"]["dense_2"]


@pytest.mark.parametrize(
    "config",
    [
        {},
        build(inputs={}),
        build(inputs=[{"name": "city"}]),
        build(inputs=[*GOOD["inputs"], GOOD["inputs"][0]]),
        build(inputs=["city"]),
        build(inputs=[{"name": "step", "size": 1, "dtype": "float"}]),
        build(layers=[]),
        build(layers={**GOOD["layers"], "dense_2": {"type": "layer.conv"}}),
        build(layers={**GOOD["layers"], "dense_2": {**DENSE, "units": 0}}),
        build(layers={**GOOD["layers"], "dense_2": {**DENSE, "units": 10**30}}),
        build(layers={**GOOD["layers"], "dense_2": {**DENSE, "more": 1}}),
        build(layers={**GOOD["layers"], "unused": DENSE}),
        build(connections=None),
        build(connections=[{"layer": "dense_2", "inputs": [0]}]),
        build(connections=[{"input": "city"}, {"layer": "dense_2", "inputs": [-1]}]),
        build(connections=[{"input": "city"}, {"layer": "dense_2", "inputs": [0.0]}]),
        build(connections=[{"input": "nowhere"}]),
        build(connections=[5]),
        build(outputs=[]),
        build(outputs={}),
        build(outputs={"class": -1}),
        build(outputs={"class": 99}),
        build(outputs={"class": True}),
        # Whole numbers where a layer reads real ones.
        {
            "inputs": [{"name": "x", "size": 1, "dtype": "integer"}],
            "layers": {"dense_1": {**DENSE, "name": None}},
            "connections": [{"input": "x"}, {"layer": "dense_1", "inputs": [0]}],
            "outputs": {"output": 1},
        },
    ],
)
def test_a_description_of_no_network_is_a_model_file_error(config):
    with pytest.raises(ModelFileError):
        Architecture.from_config(config)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layers": [], "n_inputs": 2}, "at least one layer"),
        ({"layers": [Dense(1), "relu"], "n_inputs": 2}, "made of layers"),
        ({"layers": [Dense], "n_inputs": 2}, "made of layers"),
        ({"layers": [Dense(1)]}, "n_inputs"),
        ({"layers": [Dense(1)], "n_inputs": 0}, "whole number"),
        ({"layers": [Dense(1)], "n_inputs": "4"}, "whole number"),
        ({}, "layers, or by its inputs"),
        ({"layers": [Dense(1)], "outputs": Dense(1)(Input("x", 1))}, "layers, or by"),
        ({"outputs": {}}, "at least one output"),
        ({"outputs": {1: Dense(1)(Input("x", 1))}}, "1 cannot name an output"),
        ({"outputs": {"": Dense(1)(Input("x", 1))}}, "'' cannot name an output"),
        ({"outputs": Dense(1)}, "when it is called"),
        ({"outputs": Dense(1)(Input("x", 1)), "inputs": []}, "'x' is read but not"),
        (
            {"layers": [Dense(1, name="a"), Dense(1, name="a")], "n_inputs": 1},
            "both called 'a'",
        ),
        (
            {"layers": [Dense(1)], "n_inputs": 1, "dtype": "float16"},
            "float32 or float64",
        ),
        ({"layers": [Dense(1)], "n_inputs": 1, "dtype": "nonsense"}, "float32 or"),
        ({"layers": [Dense(1)], "n_inputs": 1, "seed": -1}, "seed"),
        ({"layers": [Dense(1)], "n_inputs": 1, "seed": None}, "seed"),
        ({"layers": [Dense(1)], "n_inputs": 1, "seed": 0.5}, "seed"),
    ],
)
def test_a_network_that_cannot_be_is_an_option_error(arguments, message):
    with pytest.raises(OptionError, match=message):
        Network(**arguments)


def test_a_shared_layer_needs_inputs_of_one_width():
    shared = Dense(4)
    x = Input("x", 3)
    with pytest.raises(OptionError, match="shared"):
        Network(outputs=shared(shared(x)))


def test_layers_that_do_not_fit_are_named():
    with pytest.raises(ShapeError, match="embedding_1"):
        Network([Embedding(3, 2)], n_inputs=1)


@pytest.mark.parametrize("name", ["a.b", "target/output", "", *sorted(RESERVED)])
def test_an_input_cannot_take_a_name_that_training_uses(name):
    with pytest.raises(OptionError):
        Input(name, 1)


def test_the_reserved_names_are_those_that_a_step_reads():
    clock = make_clock()
    used = {clock.step.name, clock.learning_rate.name, ROW_WEIGHT, "seed", "mask_step"}
    assert used == RESERVED


def test_embedding_reads_one_input_and_dense_another():
    network = Network(outputs=several().outputs, dtype="float64")
    X = {"city": [[0, 4], [1, 1]], "numbers": np.eye(3)[:2]}
    found = network.predict(X)
    assert {name: value.shape for name, value in found.items()} == {
        "class": (2, 2),
        "value": (2, 1),
    }
    table = network.parameters["embedding_1.weight"]
    assert (network.transform(X, "embedding_1")[0] == table[[0, 4]].ravel()).all()


def test_two_threads_that_write_it_first_have_the_same_nodes():
    made = Network([Dense(2)], n_inputs=2).architecture
    del made.__dict__["evaluation"]
    # As two threads do that both find nothing.
    first, second = (
        Architecture.evaluation.__get__(made, Architecture) for _ in range(2)
    )
    assert first is second is made.evaluation
