"""Layers, shapes and parameter counts."""

import pytest

from neurona.network import Network
from neurona.nn import Dense, Dropout, Input, Residual


@pytest.mark.parametrize(
    ("sizes", "count"),
    [
        ((2, 2, 1), 9),  # (2+1)·2 + (2+1)·1
        ((5, 16, 16, 5), 453),  # 6·16 + 17·16 + 17·5
        ((1, 2, 1), 7),
        ((1, 3, 1), 10),
        ((1, 10, 1), 31),
        ((3, 3, 2), 20),
        ((2, 3, 3, 1), 25),
        ((120_000, 1), 120_001),
    ],
)
def test_case_g8_parameter_counts(sizes, count):
    network = Network([Dense(units) for units in sizes[1:]], n_inputs=sizes[0])
    assert network.summary().total == count == network.parameters.vector.size


def test_a_summary_prints_names_shapes_and_counts():
    layers = [Dense(2, "tanh"), Dropout(0.5), Dense(1, trainable=False)]
    text = str(Network(layers, n_inputs=3).summary())
    lines = text.splitlines()
    assert lines[2].split() == ["x", "input", "(N,", "3)", "0"]
    assert lines[3].split() == ["dense_1", "Dense(2,", "'tanh')", "(N,", "2)", "8"]
    assert lines[4].split()[-1] == "0"
    assert lines[5].split()[-1] == "3"
    assert lines[7].split() == ["total", "11"]
    assert lines[8] == "3 of them are frozen"


def test_a_shared_layer_is_counted_once():
    x, shared = Input("x", 2), Dense(2)
    assert Network(outputs=shared(shared(x))).summary().total == 6


def test_layers_inside_a_block_count_for_the_block():
    (_, row) = Network([Residual([Dense(3), Dense(2)])], n_inputs=2).summary().rows
    assert row[0] == "residual_1"
    assert row[3] == 3 * 3 + 4 * 2
