"""What is written of a derivation; that it holds: tests.explain.test_any_network."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from neurona import Dense, Network
from neurona import graph as g
from neurona.errors import OptionError
from neurona.explain.symbols import derive_symbols
from neurona.explain.textbook.activations import (
    ACTIVATION_EQUATIONS,
    slope_rule,
    write_activation,
    write_slope,
)
from neurona.gradient import backward
from neurona.nn.activations import ACTIVATIONS, ActivationFunction
from neurona.nn.layers import Activation, Dropout
from neurona.reference import evaluate
from neurona.show.notation import terms as t
from neurona.show.notation.text import show_text
from tests.explain.networks import example
from tests.explain.term_values import value_of
from tests.explain.unit_values import check_derivation

# The textbook's formulas cancel where the operations do not, as in a(1 − a) near 1.
TOLERANCE = 1e-9

SELU = {
    t.Symbol("λ"): 1.0507009873554804934,
    t.Symbol("α"): 1.6732632423543772848,
}

ELEMENTWISE = sorted(set(ACTIVATIONS) - {"softmax"})


@dataclass(frozen=True)
class Bent(ActivationFunction):
    """An activation that no table knows: sin z + z e^(−z²)."""

    name: ClassVar[str] = "bent"

    def apply(self, x):
        return g.sin(x) + x * g.exp(-(x**2))


def test_an_activation_that_no_table_knows_is_written_from_its_graph():
    network = Network([Dense(3, Bent()), Dense(1)], n_inputs=2, dtype="float64")
    assert check_derivation(example(network)) > 0
    z = t.Symbol("z")
    assert show_text(write_activation(Bent(), z)).startswith("sin(z) + z")


def last_delta(network, loss):
    found = derive_symbols(network, loss)
    part = next(p for p in found.parts if p.kind == "delta")
    return show_text(part.lines[-1][0])


def test_matching_pairs_are_simplified_to_a_minus_y():
    def network(units, activation):
        return Network([Dense(units, activation)], n_inputs=2)

    assert last_delta(network(1, "sigmoid"), "binary_cross_entropy") == (
        "δ₁⁽¹⁾ = a₁⁽¹⁾ − y₁"
    )
    assert last_delta(network(3, "softmax"), "cross_entropy") == "δⱼ⁽¹⁾ = aⱼ⁽¹⁾ − yⱼ"
    assert last_delta(network(3, "identity"), "cross_entropy") == "δⱼ⁽¹⁾ = aⱼ⁽¹⁾ − yⱼ"
    assert last_delta(network(3, "identity"), "mse") == "δⱼ⁽¹⁾ = (2 / n)(aⱼ⁽¹⁾ − yⱼ)"
    assert last_delta(network(1, "identity"), "mse") == "δ₁⁽¹⁾ = 2(a₁⁽¹⁾ − y₁)"


def test_the_nine_derivatives_of_a_2_2_1_network_are_written():
    network = Network([Dense(2, "sigmoid"), Dense(1)], n_inputs=2)
    found = derive_symbols(network, "mse", weights="all")
    weights = [part for part in found.parts if part.kind == "weight"]
    assert len(weights) == 9
    chain, factors, *_rest = [show_text(line) for line, _rule in weights[0].lines]
    assert chain == (
        "∂L/∂w₁₁⁽¹⁾ = ∂L/∂a₁⁽²⁾ · ∂a₁⁽²⁾/∂z₁⁽²⁾ · ∂z₁⁽²⁾/∂a₁⁽¹⁾ · ∂a₁⁽¹⁾/∂z₁⁽¹⁾"
        " · ∂z₁⁽¹⁾/∂w₁₁⁽¹⁾"
    )
    assert factors == ("∂L/∂w₁₁⁽¹⁾ = 2(a₁⁽²⁾ − y₁) · w₁₁⁽²⁾ · a₁⁽¹⁾(1 − a₁⁽¹⁾) · x₁")


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_activation_and_its_slope_have_their_values(name):
    f = ACTIVATIONS[name]()
    z, a = t.Symbol("z"), t.Symbol("a")
    for point in (-1.3, -0.2, 0.4, 2.2):
        leaf = g.input("z")
        node = f.apply(leaf)
        value, slope = evaluate([node, *backward(node, [leaf])], {leaf: point})
        values = {z: point, a: float(value), **SELU}
        assert value_of(write_activation(f, z), values) == pytest.approx(
            float(value), rel=TOLERANCE
        )
        assert value_of(write_slope(f, z, a), values) == pytest.approx(
            float(slope), rel=TOLERANCE
        )
    assert slope_rule(f)


def test_a_book_writes_only_activations_that_exist():
    assert set(ACTIVATION_EQUATIONS) < set(ELEMENTWISE)


def test_dropout_is_passed_over_and_an_activation_layer_joins_its_dense():
    network = Network(
        [Dense(3), Activation("relu"), Dropout(0.5), Dense(1)], n_inputs=2
    )
    found = derive_symbols(network, "mse")
    assert [stage.activation.name for stage in found.stages] == ["relu", "identity"]


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        ("dense_1.wieght[0,0]", "did you mean dense_1.weight"),
        ("dense_1.weight[9,0]", r"has shape \(2, 1\)"),
        ("dense_1.weight", "name one entry"),
    ],
)
def test_a_weight_that_is_not_there_is_refused(weight, said):
    with pytest.raises(OptionError, match=said):
        derive_symbols(Network([Dense(1)], n_inputs=2), "mse", weights=[weight])


def test_a_chain_through_very_many_layers_is_written_without_recursion():
    layers = [Dense(1, "tanh") for _layer in range(1200)]
    network = Network(layers, n_inputs=1)
    found = derive_symbols(network, "mse", weights=["dense_1.weight[0,0]"])
    chain = found.parts[-1].lines[0][0].sides[1]
    # ∂L/∂a, and from each layer ∂a/∂z and the way to what comes before.
    assert len(chain.factors) == 1 + 2 * len(layers)


def test_a_page_of_many_weights_is_cut_and_says_how_many_remain():
    network = Network([Dense(20), Dense(10)], n_inputs=30)
    found = derive_symbols(network, "mse", weights="all")
    assert sum(part.kind == "weight" for part in found.parts) == 24
    assert found.left_out == 30 * 20 + 20 + 20 * 10 + 10 - 24
    assert str(found.left_out) in str(found.page().blocks)


def test_the_document_has_every_line_as_text_and_latex():
    network = Network([Dense(2, "tanh"), Dense(1)], n_inputs=2)
    record = derive_symbols(network, "mse").to_json()
    lines = [line for part in record["parts"] for line in part["lines"]]
    assert all(line["text"] and line["latex"] for line in lines)
    assert [layer["name"] for layer in record["layers"]] == ["dense_1", "dense_2"]
