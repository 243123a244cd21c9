"""Expressions are read by precedence, without Python, and refused with a reason."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import reference
from neurona.errors import OptionError
from neurona.explain.expression import parse_expression


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
        ("2x", "a sign is missing before 'x'", 1),
        ("1, 2", "a comma stands only between", 1),
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
