"""Matrices of a step; that every equation holds: tests.explain.test_any_network."""

import math

import numpy as np
import pytest

from neurona import Dense, Network
from neurona.errors import DataError, OptionError
from neurona.explain.matrices import matrix_view
from neurona.explain.matrices.numbers import StepMatrices
from neurona.nn.layers import Dropout
from neurona.nn.losses import CrossEntropy
from neurona.show.notation import terms as t
from neurona.show.notation.text import show_text
from neurona.show.page import Formulas, Section

GOLDEN = 1e-9

CONVENTIONS = ("rows", "columns")


def formulas(page):
    """Every formula of a page, by the heading of its section."""
    found = {}
    for block in page.blocks:
        if isinstance(block, Section):
            inner = [b for b in block.blocks if isinstance(b, Formulas)]
            found[block.heading[0]] = [line for b in inner for line in b.lines]
    return found


def transposed(array, convention):
    array = np.asarray(array, float)
    return (array.T if convention == "columns" else array).tolist()


def network_of_g10():
    # The notes write Ω (units, inputs); W is stored (inputs, units), its transpose.
    network = Network([Dense(3, "relu"), Dense(2)], n_inputs=3, dtype="float64")
    network.parameters = {
        "dense_1.weight": np.array([[1, -1, 0], [0, 1, 1], [1, 0, -1]]).T,
        "dense_1.bias": np.zeros(3),
        "dense_2.weight": np.array([[1, 0.5, 0], [0, 0, 0.25]]).T,
        "dense_2.bias": [math.log(3), 0],
    }
    return network


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_case_g10_comes_out_for_class_1(convention):
    # z = (−1, 1, 2), h = (0, 1, 2), y = (ln 3 + .5, .5), s = (.75, .25).
    view = matrix_view(
        network_of_g10(), [[1, 2, -1]], [0], loss="cross_entropy", convention=convention
    )
    record = view.to_json()
    hidden, output = record["layers"]

    def close(found, expected):
        assert np.array(found) == pytest.approx(
            np.array(transposed(expected, convention)), rel=GOLDEN
        )

    assert record["loss"] == pytest.approx(0.2876820725, rel=GOLDEN)
    close(hidden["Z"], [[-1, 1, 2]])
    close(hidden["A"], [[0, 1, 2]])
    close(output["A"], [[0.75, 0.25]])
    close(output["dZ"], [[-0.25, 0.25]])
    close(hidden["dA"], [[-0.25, -0.125, 0.0625]])
    close(hidden["dZ"], [[0, -0.125, 0.0625]])
    close(record["dX"], [[0.0625, -0.125, -0.1875]])
    assert output["jacobian"] == [[0.1875, -0.1875], [-0.1875, 0.1875]]
    assert hidden["jacobian"] == [[0, 0, 0], [0, 1, 0], [0, 0, 1]]
    d_omega_1 = np.array([[0, -0.25, -0.5], [0, 0.25, 0.5]])
    d_omega_0 = np.array([[0, 0, 0], [-0.125, -0.25, 0.125], [0.0625, 0.125, -0.0625]])
    assert np.array(output["dW"]) == pytest.approx(d_omega_1.T, rel=GOLDEN)
    assert np.array(hidden["dW"]) == pytest.approx(d_omega_0.T, rel=GOLDEN)


def test_case_g10_comes_out_for_class_2():
    record = matrix_view(
        network_of_g10(), [[1, 2, -1]], [1], loss="cross_entropy"
    ).to_json()
    assert record["loss"] == pytest.approx(1.3862943611, rel=GOLDEN)
    assert record["layers"][1]["dZ"][0] == pytest.approx([0.75, -0.75], rel=GOLDEN)
    assert record["layers"][0]["dZ"][0] == pytest.approx([0, 0.375, -0.1875])
    assert record["dX"][0] == pytest.approx([-0.1875, 0.375, 0.5625], rel=GOLDEN)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_case_g22_comes_out_in_either_convention(convention):
    # Z = WᵀX + b = [[1, 1], [.1, −.9], [−.2, .3]] with the samples as columns.
    network = Network([Dense(3)], n_inputs=2, dtype="float64")
    network.parameters = {
        "dense_1.weight": [[1, -1, 0.5], [0, 0.2, -0.1]],
        "dense_1.bias": [0, 0.1, -0.2],
    }
    view = matrix_view(
        network, [[1, 5], [1, 0]], np.zeros((2, 3)), loss="mse", convention=convention
    )
    z = np.array(view.to_json()["layers"][0]["Z"])
    columns = np.array([[1, 1], [0.1, -0.9], [-0.2, 0.3]])
    expected = columns if convention == "columns" else columns.T
    assert z == pytest.approx(expected, rel=GOLDEN)
    (line, reason) = formulas(view.page())["The batch, forward"][0]
    shown = show_text(t.Relation(line.sides[:2]))
    assert (
        shown
        == {
            "rows": "Z⁽¹⁾ = XW⁽¹⁾ + b⁽¹⁾",
            "columns": "Z⁽¹⁾ = W⁽¹⁾ᵀX + b⁽¹⁾",
        }[convention]
    )
    assert (
        reason
        == {
            "rows": "2×2 · 2×3 → 2×3",
            "columns": "3×2 · 2×2 → 3×2",
        }[convention]
    )


@pytest.mark.parametrize("ending", ["identity", "softmax"])
def test_targets_are_those_that_the_loss_compares(ending):
    network = Network([Dense(3, ending)], n_inputs=2, dtype="float64")
    X, loss = [[1.0, 2.0], [0.5, -1.0]], CrossEntropy(label_smoothing=0.3)
    view = matrix_view(network, X, [0, 2], loss=loss)
    # 0.7 of a 1, and 0.3 shared by three classes.
    expected = [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]
    y = view.matrices.value(view.matrices.reading.ends[0].target)
    assert y == pytest.approx(np.array(expected), rel=GOLDEN)


def test_large_matrices_are_shown_by_their_shape():
    network = Network([Dense(64, "tanh"), Dense(10)], n_inputs=100)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 100))
    view = matrix_view(network, X, rng.integers(0, 10, 50), loss="cross_entropy")
    lines = [line for part in formulas(view.page()).values() for line in part]
    shown = [show_text(relation) for relation, _reason in lines]
    assert max(len(line) for line in shown) < 400
    assert any("50×100 · 100×64 → 50×64" in reason for _line, reason in lines)


def test_float32_models_are_computed_in_float64_and_without_dropout():
    network = Network([Dense(3, "tanh"), Dropout(0.5), Dense(1)], n_inputs=2)
    view = matrix_view(network, [[0.1, 0.2]], [1.0], loss="mse")
    a = view.matrices.value(view.matrices.stages[0].a)
    assert a.dtype == np.float64
    w = network.parameters["dense_1.weight"].astype(np.float64)
    assert a == pytest.approx(np.tanh(np.array([[0.1, 0.2]]) @ w), rel=1e-15)


def test_what_cannot_be_shown_is_refused():
    network = Network([Dense(1)], n_inputs=2)
    X, y = [[1.0, 2.0]], [1.0]
    with pytest.raises(OptionError, match="did you mean columns"):
        matrix_view(network, X, y, convention="column")
    with pytest.raises(OptionError, match="no row 1: rows are counted from 0 to 0"):
        matrix_view(network, X, y, row=1)
    with pytest.raises(DataError):
        matrix_view(network, [[1.0]], y)


def test_a_row_keeps_the_number_that_it_has_in_its_table():
    network = Network([Dense(1)], n_inputs=1, dtype="float64")
    view = matrix_view(network, [[1.0], [2.0]], [0, 1], loss="mse", row_numbers=[7, 3])
    assert view.to_json()["row"] == 7
    assert any("One sample, row 7" in heading for heading in formulas(view.page()))


def test_a_jacobian_that_is_not_written_out_is_not_computed(monkeypatch):
    network = Network([Dense(9, "softmax"), Dense(1)], n_inputs=2)
    view = matrix_view(network, [[1.0, 2.0]], [1.0], loss="mse")
    text = view.to_text()
    monkeypatch.setattr(StepMatrices, "jacobian", only_of_few_units)
    assert view.to_text() == text
    assert "9×9" in text


def only_of_few_units(found, stage, wrt, row):
    assert stage.units == 1
    return np.eye(1)
