"""Every side of every line of a derivation has the value that the reference has."""

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from neurona.nn.losses import as_loss
from neurona.reference import evaluate
from neurona.show.notation import terms as t
from neurona.show.notation.text import show_text
from tests.explain.term_values import FUNCTIONS, value_of

# The textbook's formulas cancel where the operations do not, as in a(1 − a) near 1.
TOLERANCE = 1e-9

FUNCTIONS["I"] = lambda condition: np.where(condition, 1.0, 0.0)
SELU = {
    t.Symbol("λ"): 1.0507009873554804934,
    t.Symbol("α"): 1.6732632423543772848,
}


class Numbers:
    """The numbers of one sample in a network, found without any of the formulas.

    A network is written here once more, straight from the graph's functions, so that
    every z and a is a leaf that a gradient can be taken in.
    """

    def __init__(self, network, loss, x, y):
        self.derivation = derive_symbols(network, loss)
        self.a, self.z, self.w, self.b = {0: x}, {}, {}, {}
        self.grad_a, self.grad_z, self.jacobian = {}, {}, {}
        self.y = y
        stages = self.derivation.stages
        for stage in stages:
            before = self.a[stage.number - 1]
            z = before
            if stage.weight:
                w = self.w[stage.number] = network.parameters[stage.weight]
                z = before @ w
            if stage.bias:
                b = self.b[stage.number] = network.parameters[stage.bias]
                z = z + b
            leaf = g.input("z", (stage.units,))
            a = stage.activation.apply(leaf)
            ones = [np.eye(stage.units)[k] for k in range(stage.units)]
            rows = [
                backward(a, [leaf], g.constant(one) if a.shape else None)[0]
                for one in ones
            ]
            self.z[stage.number] = z
            self.a[stage.number], *jacobian = evaluate([a, *rows], {leaf: z})
            self.jacobian[stage.number] = np.array(jacobian)
        self.loss = self.backpropagate(network, loss, stages)

    def backpropagate(self, network, loss, stages):
        last = stages[-1]
        logits = g.input("z", (1, last.units))
        output = last.activation.apply(logits)
        target = g.constant(self.y[None])
        whole = g.sum(as_loss(loss).per_row(output, target))
        (grad,) = backward(whole, [logits])
        value, found = evaluate([whole, grad], {logits: self.z[last.number][None]})
        self.grad_z[last.number] = found[0]
        if last.activation.name not in ("softmax", "sigmoid"):
            plain = g.input("a", (1, last.units))
            whole = g.sum(as_loss(loss).per_row(plain, target))
            found = evaluate(
                backward(whole, [plain]), {plain: self.a[last.number][None]}
            )[0]
            self.grad_a[last.number] = found[0]
        for stage in reversed(stages[:-1]):
            after = stages[stage.number]
            delta = self.grad_z[after.number]
            w = self.w.get(after.number)
            self.grad_a[stage.number] = delta if w is None else w @ delta
            self.grad_z[stage.number] = (
                self.grad_a[stage.number] @ self.jacobian[stage.number]
            )
        return float(value)

    def evaluate(self, term, indices):
        """Value of a term, given the numbers that its indices stand for."""
        values = Assigned(self, indices)
        return value_of(term, values)


class Assigned:
    """Looks terms up as :func:`value_of` asks for them."""

    def __init__(self, numbers, indices):
        self.numbers, self.indices = numbers, indices

    def number(self, index):
        return int(index) - 1 if index.isdigit() else self.indices[index] - 1

    def split(self, subscript):
        parts = subscript.split(",") if "," in subscript else list(subscript)
        return tuple(self.number(part) for part in parts)

    def __contains__(self, term):
        if isinstance(term, t.Summation | t.Derivative):
            return True
        if not isinstance(term, t.Symbol):
            return False
        return bool(term.subscript) or term.letter in (
            "n",
            "L",
            "λ",
            "α",
            *self.indices,
        )

    def __getitem__(self, term):
        numbers = self.numbers
        match term:
            case t.Summation(body, index, first, last):
                return self.total(body, index, first, last)
            case t.Derivative(top, bottom):
                return self.slope(top, bottom)
            case t.Symbol("n"):
                return len(numbers.y)
            case t.Symbol("L"):
                return numbers.loss
            case t.Symbol("λ" | "α"):
                return SELU[term]
            case t.Symbol(letter, "") if letter in self.indices:
                return self.indices[letter]
        layer = int(term.layer or 0)
        place = self.split(term.subscript)
        arrays = {
            "x": numbers.a, "a": numbers.a, "z": numbers.z, "w": numbers.w,
            "b": numbers.b, "δ": numbers.grad_z, "y": {0: numbers.y},
        }  # fmt: skip
        return arrays[term.letter][layer][place]

    def total(self, body, index, first, last):
        letter = index
        if isinstance(index, t.Relation):
            letter, other = index.sides
            skipped = value_of(other, self)
            count = len(self.numbers.y)
        else:
            skipped, count = 0, int(value_of(last, self))
            assert value_of(first, self) == 1
        return sum(
            value_of(body, Assigned(self.numbers, {**self.indices, letter.letter: k}))
            for k in range(1, count + 1)
            if k != skipped
        )

    def slope(self, top, bottom):
        numbers = self.numbers
        layer = int(bottom.layer or 0)
        place = self.split(bottom.subscript)
        match top.letter, bottom.letter:
            case "L", "z":
                return numbers.grad_z[layer][place]
            case "L", "a":
                if layer not in numbers.grad_a:
                    return self.loss_slope(place)
                return numbers.grad_a[layer][place]
            case "L", "w":
                i, j = place
                return numbers.grad_z[layer][j] * numbers.a[layer - 1][i]
            case "L", "b":
                return numbers.grad_z[layer][place]
            case "a", "z":
                return numbers.jacobian[layer][self.split(top.subscript) + place]
            case "z", "a":
                return numbers.w[layer + 1][place + self.split(top.subscript)]
            case "z", "w":
                assert self.split(top.subscript) == place[1:]
                return numbers.a[layer - 1][place[0]]
            case "z", "b":
                assert self.split(top.subscript) == place
                return 1.0
        raise AssertionError(f"no value for {show_text(t.Derivative(top, bottom))}")

    def loss_slope(self, place):
        """∂L/∂a of a softmax or sigmoid, of which the graph takes the logits."""
        a, y = self.numbers.a[max(self.numbers.a)], self.numbers.y
        if self.numbers.derivation.reading.ends[0].loss.name == "cross_entropy":
            return (-y / a)[place]
        if self.numbers.derivation.reading.ends[0].loss.name == "binary_cross_entropy":
            return ((a - y) / (a * (1 - a)) / len(y))[place]
        plain = g.input("a", (1, len(y)))
        loss = self.numbers.derivation.reading.ends[0].loss
        whole = g.sum(loss.per_row(plain, g.constant(y[None])))
        return evaluate(backward(whole, [plain]), {plain: a[None]})[0][0][place]


def check_every_line(numbers, parts):
    for part in parts:
        for relation, rule in part.lines:
            assert rule or part.kind == "forward"
            check_line(numbers, relation, rule)


def check_line(numbers, relation, rule):
    free = set(re.findall(r"subscript='([^']*)'", repr(relation)))
    letters = {c for subscript in free for c in subscript if c in "ij"}
    for i in range(1, 4 if "i" in letters else 2):
        for j in range(1, 4 if "j" in letters else 2):
            indices = {"i": i, "j": j, "k": 1 + j % len(numbers.y)}
            if "k ≠" in rule and indices["k"] == j:
                continue
            try:
                found = [numbers.evaluate(side, indices) for side in relation.sides]
            except IndexError:
                continue
            for side in found[1:]:
                assert side == pytest.approx(found[0], rel=TOLERANCE, abs=TOLERANCE), (
                    show_text(relation)
                )


def sample_of(loss, inputs, outputs, rng):
    x = rng.normal(size=inputs)
    if loss == "cross_entropy":
        y = rng.dirichlet(np.ones(outputs))
    elif loss == "binary_cross_entropy":
        y = rng.uniform(0.1, 0.9, outputs)
    else:
        y = rng.uniform(0.5, 3.0, outputs)
    return x, y


def derived(widths, activations, loss, seed, *, weights=()):
    layers = [Dense(w, f) for w, f in zip(widths[1:], activations, strict=True)]
    network = Network(layers, n_inputs=widths[0], seed=seed, dtype="float64")
    rng = np.random.default_rng(seed)
    network.parameters.vector[...] = rng.normal(size=network.parameters.vector.size)
    x, y = sample_of(loss, widths[0], widths[-1], rng)
    return (
        network,
        Numbers(network, loss, x, y),
        derive_symbols(network, loss, weights=weights),
    )


ELEMENTWISE = sorted(set(ACTIVATIONS) - {"softmax"})
ENDS = [
    ("identity", "mse"),
    ("sigmoid", "mse"),
    ("softmax", "mse"),
    ("tanh", "mae"),
    ("relu", "huber"),
    ("identity", "minkowski"),
    ("identity", "poisson"),
    ("identity", "cross_entropy"),
    ("softmax", "cross_entropy"),
    ("relu", "cross_entropy"),
    ("identity", "binary_cross_entropy"),
    ("sigmoid", "binary_cross_entropy"),
    ("tanh", "binary_cross_entropy"),
]


@pytest.mark.parametrize(("ending", "loss"), ENDS)
@pytest.mark.parametrize("widths", [(2, 3, 2), (2, 2, 6), (3, 6, 2, 3)])
def test_every_line_of_a_derivation_holds(ending, loss, widths):
    hidden = ["tanh", "sigmoid"][: len(widths) - 2]
    _network, numbers, found = derived(
        widths, [*hidden, ending], loss, seed=7, weights="all"
    )
    check_every_line(numbers, found.parts)


@pytest.mark.parametrize("activation", [*ELEMENTWISE, "softmax"])
def test_every_hidden_activation_is_derived(activation):
    _network, numbers, found = derived(
        (2, 3, 1), [activation, "identity"], "mse", seed=3, weights="all"
    )
    check_every_line(numbers, found.parts)


@dataclass(frozen=True)
class Bent(ActivationFunction):
    """An activation that no table knows: sin z + z e^(−z²)."""

    name: ClassVar[str] = "bent"

    def apply(self, x):
        return g.sin(x) + x * g.exp(-(x**2))


def test_an_activation_that_no_table_knows_is_written_from_its_graph():
    _network, numbers, found = derived(
        (2, 3, 1), [Bent(), "identity"], "mse", seed=3, weights="all"
    )
    check_every_line(numbers, found.parts)
    z = t.Symbol("z")
    assert show_text(write_activation(Bent(), z)).startswith("sin(z) + z")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=4),
    st.sampled_from(ENDS),
    st.lists(st.sampled_from(ELEMENTWISE), min_size=2, max_size=2),
    st.integers(0, 2**31),
)
def test_random_networks_are_derived_correctly(widths, end, hidden, seed):
    ending, loss = end
    if widths[-1] == 1 and (ending == "softmax" or loss == "cross_entropy"):
        widths[-1] = 2
    activations = [*hidden[: len(widths) - 2], ending]
    _network, numbers, found = derived(widths, activations, loss, seed, weights="all")
    check_every_line(numbers, found.parts)


def test_the_gradients_evaluated_are_those_of_the_network():
    network, numbers, found = derived((2, 3, 2), ["tanh", "softmax"], "mse", seed=5)
    _loss, expected = network.loss_and_gradients(
        numbers.a[0][None], numbers.y[None], loss="mse"
    )
    for stage in found.stages:
        part = next(
            p for p in found.parts if p.kind == "gradients" and p.of == stage.layer
        )
        formula = part.lines[0][0].sides[-1]
        written = [
            [
                numbers.evaluate(formula, {"i": i + 1, "j": j + 1})
                for j in range(stage.units)
            ]
            for i in range(stage.inputs)
        ]
        assert np.array(written) == pytest.approx(
            expected[stage.weight], rel=TOLERANCE, abs=TOLERANCE
        )


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
