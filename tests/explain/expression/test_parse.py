"""Expressions are read by precedence, without Python, and refused with a reason."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import graph as g
from neurona import reference
from neurona.errors import OptionError
from neurona.explain.expression import parse_expression
from neurona.nn.activations import ACTIVATIONS


def value(text, **at):
    found = parse_expression(text)
    feeds = {found.variables[name]: x for name, x in at.items()}
    return float(reference.evaluate([found.output], feeds)[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("8 / 4 / 2", 1.0),
        ("8 - 4 - 2", 2.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("2**3", 8.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("2 ^ -1 ^ 2", 0.5),
        ("-3 * -2", 6.0),
        ("- - 3", 3.0),
        ("+5", 5.0),
        (".5e1 + 2.", 7.0),
        ("cos(π) + log(e)", 0.0),
        ("power(2, 3) + max(1, 4) + min(1, 4)", 13.0),
        ("leaky_relu(-2.5)", -0.025),
        ("leaky_relu(-2.5, 0.1)", -0.25),
        ("where(1 < 2, 3, 4)", 3.0),
        ("where(1 >= 2, 3, 4)", 4.0),
        ("6 ÷ 2 · 3 × 1 − 4", 5.0),
        ("tan(1)", math.tan(1)),
        ("2(1 + 2)", 6.0),
        ("(1 + 2)(3 + 1)", 12.0),
        ("2π", 2 * math.pi),
        ("2sin(1)cos(1)", math.sin(2)),
        ("-2(3)^2", -18.0),
        ("3²", 9.0),
        ("-3²", -9.0),
        ("2^3²", 512.0),
        ("2⁻¹", 0.5),
        ("10¹⁰", 1e10),
        ("sin²(1)", math.sin(1) ** 2),
        ("sen(1)", math.sin(1)),
        ("Raíz(9)", 3.0),
        ("tg(1) + arctg(1)", math.tan(1) + math.pi / 4),
        ("sigmoide(0)", 0.5),
        ("ecm(1, 3)", 4.0),
        ("mse([1, 2], [3, 5])", 6.5),
        ("eam([1, 2], [3, 5])", 2.5),
        ("cross_entropy(1, 0.5)", math.log(2)),
        ("cross_entropy([0, 1], [0, 0.5])", math.log(2)),
        ("entropía_cruzada([0, 1], softmax(2, 2))", math.log(2)),
        ("mish(1)", math.tanh(math.log(1 + math.e))),
    ],
)
def test_an_expression_has_the_value_that_precedence_gives(text, expected):
    assert value(text) == pytest.approx(expected, rel=1e-15)


NUMBERS = st.integers(1, 9).map(str)
EXPRESSIONS = st.recursive(
    NUMBERS | st.just("x"),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join),
        inner.map(lambda a: f"({a})"),
        inner.map(lambda a: f"-{a}"),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(EXPRESSIONS)
def test_signs_bind_as_they_do_in_python(text):
    try:
        expected = eval(text, {"x": 3.0})
    except ZeroDivisionError:
        return
    found = parse_expression(text)
    feeds = {node: 3.0 for node in found.variables.values()}
    # Both round each operation alike; only whole numbers may differ beyond 2^53.
    assert float(reference.evaluate([found.output], feeds)[0]) == pytest.approx(
        expected, rel=1e-12
    )


def test_variables_are_those_that_are_met():
    found = parse_expression("a*x_1 + b - a")
    assert list(found.variables) == ["a", "x_1", "b"]


@pytest.mark.parametrize(
    ("text", "problem", "column"),
    [
        ("1 +", "ends where a number or a name is missing", 3),
        ("1 + * 2", "missing before '*'", 4),
        ("sin(x", "never closed", 0),
        ("sin(x))", "closes none", 6),
        ("x 2", "a sign is missing before '2'", 2),
        ("1/2x", "Write 1/(2*x), or (1/2)*x", 3),
        ("x(x + 1)", "x is no function: to multiply, write x*(…)", 0),
        ("1, 2", "a comma stands only between", 1),
        ("2,5 + x", "a number has a point, as in 2.5", 1),
        ("[1, 2", "this bracket is never closed", 0),
        ("(1]", "this bracket closes none", 2),
        ("[1, 2] + [1, 2, 3]", "lists of 2 and of 3 numbers", 7),
        ("[1, [2]]", "a list holds numbers, not lists", 0),
        ("mse([1, 2], 3)", "lists of one length, not of 2 and 1", 0),
        ("x²⁻", "'2-' is no whole number", 1),
        ("mse(x > 0, 1)", "needs numbers", 0),
        ("sin", "write sin(…)", 0),
        ("sin(1, 2)", "sin takes 1 argument, not 2", 0),
        ("where(1, 2, 3)", "where takes a comparison first", 0),
        ("x > 0", "true or false, not a number", 0),
        ("1 + (x > 0)", "'+' needs numbers", 2),
        ("leaky_relu(x, y)", "must be a plain number", 0),
        ("x.__class__", "'.' means nothing", 1),
        ("1e999", "larger than any number", 0),
        ("abs(1) # 2", "'#' means nothing", 7),
    ],
)
def test_a_mistake_is_said_and_shown(text, problem, column):
    with pytest.raises(OptionError) as caught:
        parse_expression(text)
    sentence, shown, caret = str(caught.value).split("\n")
    assert problem in sentence
    assert shown == f"  {text}"
    assert caret.index("^") - 2 == column


def test_an_unknown_function_offers_the_nearest():
    with pytest.raises(
        OptionError, match="unknown function 'tahn'; did you mean tan, tanh"
    ):
        parse_expression("tahn(x)")


@pytest.mark.parametrize(
    ("wrong", "near"), [("senh", "sen"), ("sigmoidee", "sigmoide"), ("reluu", "relu")]
)
def test_the_nearest_function_is_offered_in_both_languages(wrong, near):
    with pytest.raises(OptionError, match=f"did you mean .*{near}"):
        parse_expression(f"{wrong}(x)")


def test_a_figure_below_the_line_belongs_to_the_name():
    assert list(parse_expression("w₁₁x₂ + w12").variables) == ["w11", "x2", "w12"]


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_every_activation_is_a_function_by_its_name(name):
    found = parse_expression(f"{name}(x, y)" if name == "softmax" else f"{name}(x)")
    leaves = list(found.variables.values())
    if name == "softmax":
        point = [0.3, -1.2]
        z = g.input("z", (2,))
        expected = reference.evaluate([ACTIVATIONS[name]().apply(z)], {z: point})[0]
    else:
        point = [0.3]
        (z,) = leaves
        expected = reference.evaluate([ACTIVATIONS[name]().apply(z)], {z: 0.3})
    feeds = dict(zip(leaves, point, strict=True))
    values = np.array(reference.evaluate(found.outputs, feeds))
    assert values == pytest.approx(np.array(expected))


def test_a_list_is_taken_number_by_number():
    found = parse_expression("exp([0, 1]) + 1")
    values = [float(x) for x in reference.evaluate(found.outputs, {})]
    assert values == pytest.approx([2.0, 1 + math.e])
    with pytest.raises(OptionError, match="2 results where one is needed"):
        _ = found.output


def test_python_is_never_run():
    with pytest.raises(OptionError, match="unknown function '__import__'"):
        parse_expression("__import__(os)")


def test_an_empty_expression_is_refused():
    with pytest.raises(OptionError, match="empty"):
        parse_expression("   ")


def test_parentheses_nest_100000_deep():
    depth = 100_000
    assert value("(" * depth + "x" + ")" * depth, x=2.0) == 2.0


def test_functions_nested_100000_deep_are_refused_in_one_sentence():
    depth = 100_000
    with pytest.raises(OptionError, match="more than 10000 operations"):
        parse_expression("sin(" * depth + "x" + ")" * depth)


def test_an_expression_that_is_too_long_is_refused():
    with pytest.raises(OptionError, match="2000001 characters"):
        parse_expression("x+" * 1_000_000 + "x")


def test_an_error_in_a_long_text_is_shown_in_its_surroundings():
    with pytest.raises(OptionError) as caught:
        parse_expression("x+" * 500 + "*" + "+x" * 500)
    shown, caret = str(caught.value).split("\n")[1:]
    assert len(shown) < 70
    assert shown[caret.index("^")] == "*"


def test_more_than_100_variables_are_refused():
    with pytest.raises(OptionError, match="100 variables"):
        parse_expression("+".join(f"x{i}" for i in range(101)))
