"""What is written of an operation has the value that the operation has."""

import numpy as np
import pytest

from neurona import graph as g
from neurona import reference
from neurona.errors import GradientError
from neurona.explain.derivatives import (
    OTHER_SLOPES,
    TEXTBOOK_SLOPES,
    local_derivative,
    rule_in_words,
    total_derivative,
    write_derivative,
)
from neurona.explain.equations import (
    symbol_of_name,
    write_equation,
    write_expression,
)
from neurona.explain.trace import ELEMENTWISE as DIFFERENTIABLE
from neurona.gradient import backward
from neurona.show.notation import (
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Word,
)
from neurona.show.notation.compose import ONE, exactly
from tests.explain.term_values import value_of

# Written formulas cancel where the operations do not: 1 − tanh² against sech².
TOLERANCE = 1e-12
SYMBOLS = (Symbol("u"), Symbol("v"))
POINTS = [(0.7, 0.4), (1.9, 2.6), (0.2, 3.1)]

ELEMENTWISE = sorted(DIFFERENTIABLE - {"power", "where"})


def node_and_leaves(operation):
    leaves = [g.input(name) for name in ("u", "v")[: g.OPERATIONS[operation].arity]]
    return g.make_node(operation, *leaves), leaves


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("operation", [*ELEMENTWISE, "power"])
def test_an_equation_has_the_value_of_its_operation(operation, point):
    node, leaves = node_and_leaves(operation)
    feeds = dict(zip(leaves, point, strict=False))
    symbols = SYMBOLS[: len(leaves)]
    values = dict(zip(symbols, point, strict=False))
    written = value_of(write_equation(node, symbols), values)
    found = float(reference.evaluate([node], feeds)[0])
    assert written == pytest.approx(found, rel=TOLERANCE)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("operation", [*ELEMENTWISE, "power"])
def test_a_written_slope_has_the_value_of_the_gradient(operation, point):
    node, leaves = node_and_leaves(operation)
    feeds = dict(zip(leaves, point, strict=False))
    symbols = SYMBOLS[: len(leaves)]
    values = dict(zip(symbols, point, strict=False))
    value = float(reference.evaluate([node], feeds)[0])
    for index, leaf in enumerate(leaves):
        slope = float(reference.evaluate(backward(node, [leaf]), feeds)[0])
        for result in (None, Symbol("y")):
            written = write_derivative(node, index, symbols, result)
            found = value_of(written, {**values, Symbol("y"): value})
            assert found == pytest.approx(slope, rel=TOLERANCE, abs=TOLERANCE)


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0, 3.0, 0.5, -1.0])
def test_a_power_with_a_fixed_exponent_has_the_power_rule(exponent):
    x = g.input("u")
    y = x**exponent
    written = write_derivative(y, 0, [Symbol("u"), exactly(exponent)])
    slope = float(reference.evaluate(backward(y, [x]), {x: 1.7})[0])
    found = value_of(written, {Symbol("u"): 1.7})
    assert found == pytest.approx(slope, rel=TOLERANCE)


@pytest.mark.parametrize("first", [True, False])
def test_a_choice_and_its_slopes_have_their_values(first):
    u, v = g.input("u"), g.input("v")
    node = g.where(u > v, u, v)
    feeds = {u: 2.0 if first else 0.5, v: 1.0}
    values = {Symbol("u"): feeds[u], Symbol("v"): 1.0, Symbol("c"): first}
    terms = [Symbol("c"), *SYMBOLS]
    (value,) = reference.evaluate([node], feeds)
    assert value_of(write_equation(node, terms), values) == value
    for index, leaf in enumerate((u, v), start=1):
        (slope,) = reference.evaluate(backward(node, [leaf]), feeds)
        assert value_of(write_derivative(node, index, terms), values) == slope


ROWS = np.array([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])


@pytest.mark.parametrize(
    "operation", ["log_sum_exp", "cross_entropy", "max", "sum", "matmul", "reshape"]
)
def test_a_written_factor_takes_the_gradient_to_the_input(operation):
    z = g.parameter("z", (2, 3))
    arriving = g.parameter("grad", (2, 3) if operation == "reshape" else (2, 1))
    other = {
        "cross_entropy": np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]]),
        "matmul": np.array([[0.5], [-1.0], [2.0]]),
    }.get(operation)
    options = {
        "max": {"axes": (1,), "keepdims": True},
        "sum": {"axes": (1,), "keepdims": True},
        "reshape": {"shape": (2, 3)},
    }.get(operation, {})
    more = [] if other is None else [g.constant(other)]
    node = g.make_node(operation, z, *more, **options)
    out = g.reshape(arriving, node.shape)
    grad = np.array([[2.0], [-3.0]]) * np.ones(arriving.shape)
    feeds = {z: ROWS, arriving: grad}
    (expected,) = reference.evaluate(backward(node, [z], out), feeds)
    y = reference.evaluate([node], feeds)[0].reshape(2, -1)
    terms = [Symbol("z"), Symbol("t")][: 1 + len(more)]
    for row in range(2):
        # Row by row, as a row of any batch.
        values = {Symbol("z"): ROWS[row], Symbol("y"): y[row], Symbol("t"): other}
        if operation == "cross_entropy":
            values[Symbol("t")] = other[row]
        factor = value_of(write_derivative(node, 0, terms, Symbol("y")), values)
        found = np.ravel(grad[row][None] @ factor if operation == "matmul" else
                         grad[row] * factor)  # fmt: skip
        assert found * np.ones(3) == pytest.approx(expected[row], rel=TOLERANCE)


def test_the_softmax_jacobian_has_the_values_of_the_gradient():
    z = g.parameter("z", (3,))
    s = g.softmax(z)
    point = np.array([0.3, -1.2, 2.0])
    rows = [g.sum(g.slice_axis(s, i, i + 1)) for i in range(3)]
    expected = [reference.evaluate(backward(row, [z]), {z: point})[0] for row in rows]
    written = write_derivative(s, 0, [Symbol("z")], Symbol("s"))
    (a, minus_b), s_value = written.terms, reference.evaluate([s], {z: point})[0]
    diagonal = value_of(a, {Symbol("s"): s_value})
    outer = value_of(minus_b, {Symbol("s"): s_value[:, None]})
    assert diagonal + outer == pytest.approx(np.array(expected), rel=TOLERANCE)


def test_an_input_that_stands_twice_keeps_the_term_of_its_place():
    x = g.input("x")
    node = g.make_node("divide", x, x)
    u, v = SYMBOLS
    assert write_derivative(node, 0, [u, v]) == Quotient(ONE, v)


def test_a_square_is_written_as_a_power_and_two_x_side_by_side():
    x = g.input("x")
    symbol = Symbol("x")
    assert write_expression(x * x) == Power(symbol, exactly(2))
    assert write_derivative(x**2, 0, [symbol, exactly(2)]) == Product(
        (exactly(2), symbol), ""
    )


def test_a_difference_is_written_with_one_minus():
    x, y = g.input("x"), g.input("y")
    assert write_expression(x - y) == Sum((Symbol("x"), Negative(Symbol("y"))))
    assert write_expression(x - (-y)) == Sum((Symbol("x"), Symbol("y")))
    assert write_expression(x + (-2.0)) == Sum((Symbol("x"), Negative(exactly(2))))


def test_numbers_of_a_formula_are_exact():
    assert write_expression(g.constant(2.0)) == Number(2.0, exact=True)


def test_a_name_of_one_letter_is_a_symbol_and_another_is_a_word():
    assert symbol_of_name("x12") == Symbol("x", "12")
    assert symbol_of_name("theta_0") == Symbol("θ", "0")
    assert symbol_of_name("speed") == Word("speed")


def test_what_has_no_derivative_says_so():
    x = g.input("x")
    with pytest.raises(GradientError, match="greater has no derivative"):
        write_derivative(x > 0, 0, SYMBOLS)


def test_a_deep_expression_is_written_without_recursion():
    node = g.input("x")
    for _ in range(5000):
        node = g.sin(node)
    assert write_expression(node).function == "sin"


@pytest.mark.parametrize("operation", sorted({*TEXTBOOK_SLOPES, *OTHER_SLOPES}))
def test_every_differentiable_operation_names_its_rule(operation):
    entry = g.OPERATIONS[operation]
    parts = tuple(g.input(f"x{i}") for i in range(entry.arity or 1))
    node = g.Node(operation, parts, {}, (), "float")
    assert rule_in_words(node)


def test_a_local_slope_and_a_total_derivative_are_two_terms():
    x, u, f = (Symbol(letter) for letter in "xuf")
    leaf = g.input("x")
    product = leaf * g.sin(leaf)
    assert local_derivative(product, u, x).partial
    assert not local_derivative(g.sin(leaf), u, x).partial
    assert not local_derivative(3.0 * leaf, u, x).partial
    assert not total_derivative(f, x).partial
    assert total_derivative(f, x, 2).partial
