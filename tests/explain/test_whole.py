"""Whole derivatives and settled branches keep the value of what they stand for."""

import math

import pytest

from neurona import graph as g
from neurona import reference
from neurona.explain import explain_expression
from neurona.explain.branches import settle_branches
from neurona.explain.expression.parse import parse_expression
from neurona.explain.whole import whole_derivative, whole_sizes
from neurona.gradient import backward
from neurona.nn.activations import ACTIVATIONS
from neurona.show.notation import Symbol
from neurona.show.notation.text import show_text
from tests.explain.term_values import value_of

# Written formulas cancel where the operations do not: 1 − tanh² against sech².
TOLERANCE = 1e-12
POINTS = (-1.3, -0.2, 0.4, 2.2)


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"softmax"}))
@pytest.mark.parametrize("point", POINTS)
def test_a_whole_derivative_has_the_value_of_the_gradient(name, point):
    x = g.input("x")
    output = ACTIVATIONS[name]().apply(x * x) * ACTIVATIONS[name]().apply(x)
    (expected,) = reference.evaluate(backward(output, [x]), {x: point})
    for node in (output, settle_branches(output)):
        term, _rule = whole_derivative(node, x)
        found = value_of(term, {Symbol("x"): point})
        assert found == pytest.approx(float(expected), rel=1e-9, abs=TOLERANCE)


@pytest.mark.parametrize("point", [-1e4, -1.0, 0.0, 1.0, 1e4, math.nan])
@pytest.mark.parametrize("name", ["elu", "selu", "leaky_relu"])
def test_a_settled_branch_has_its_value_where_it_is_taken(name, point):
    x = g.input("x")
    output = ACTIVATIONS[name]().apply(x)
    plain = settle_branches(output)
    found, expected = reference.evaluate([plain, output], {x: point})
    assert found == pytest.approx(expected, nan_ok=True)
    assert sum(n.operation == "where" for n in g.Graph.of(plain).nodes) == 1


def test_a_branch_on_another_condition_is_kept():
    x, y = g.input("x"), g.input("y")
    output = g.where(x > 0.0, g.where(y > 0.0, x, y), x)
    assert settle_branches(output) is output


def test_what_the_output_does_not_depend_on_has_slope_zero():
    x, y = g.input("x"), g.input("y")
    assert show_text(whole_derivative(g.sin(x), y)[0]) == "0"


def test_the_length_of_what_would_be_written_is_known_before_it_is_written():
    x = g.input("x")
    node = x
    for _ in range(2000):
        node = node + node
    length, slopes = whole_sizes(node, [x])
    assert length == 2**2001 - 1
    assert slopes[x] > length


@pytest.mark.parametrize(
    ("text", "name", "rules"),
    [
        ("sin(x)*2x", "x",
         "product rule, rule of the constant factor, derivative of sin"),
        ("cross_entropy(y,p)", "y", "rule of the constant factor"),
        ("cross_entropy(y,p)", "p",
         "rule of the constant factor, derivative of the logarithm"),
        ("exp(sin(x))", "x", "chain rule"),
        ("3exp(x)", "x", "rule of the constant factor, derivative of the exponential"),
        ("x*exp(x^2)", "x", "product rule, chain rule"),
        ("sin(x)/x", "x", "quotient rule, derivative of sin"),
        ("1/(1+x^2)", "x", "quotient rule, chain rule"),
    ],
)  # fmt: skip
def test_the_rules_named_are_those_used(text, name, rules):
    found = parse_expression(text)
    _term, said = whole_derivative(found.output, found.variables[name])
    assert said == rules


@pytest.mark.parametrize(
    ("text", "names"), [("cross_entropy(y,p)", "yp"), ("exp(x)*sin(x)", "x")]
)
def test_one_quantity_is_not_written_with_d_and_with_curly_d(text, names):
    shown = explain_expression(text, dict.fromkeys(names, 0.5)).to_text()
    assert not ("df/dv₁" in shown and "∂f/∂v₁" in shown)
    assert not ("df/dv₂" in shown and "∂f/∂v₂" in shown)
