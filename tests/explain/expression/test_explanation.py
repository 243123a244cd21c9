"""Values, derivatives and chains of expressions, and what is said where they end."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import gradient, reference
from neurona.errors import OptionError
from neurona.explain.derivatives import total_derivative
from neurona.explain.expression import explain_expression, parse_expression
from neurona.explain.expression.lines import MOST_LINES
from neurona.nn.activations import ACTIVATIONS
from neurona.show.notation import Call
from neurona.show.notation.terms import DOTS
from neurona.show.notation.text import show_text
from neurona.show.page import Formulas, Note, Section
from tests.explain.term_values import value_of

# The cases are given to 10 digits; the arithmetic itself rounds only a few times.
GOLDEN = 1e-9
# A central difference in float64 at |x| near 1.
CHECKED = 1e-8
# Factors multiplied in another order than the gradient was.
REORDERED = 1e-12


def lines(page):
    """Every formula of a page as text, with its reason."""
    found = []
    pending = list(page.blocks)
    while pending:
        block = pending.pop(0)
        if isinstance(block, Section):
            pending = [*block.blocks, *pending]
        elif isinstance(block, Formulas):
            found += [(show_text(term), reason) for term, reason in block.lines]
    return found


def notes(page):
    return [
        "".join(map(str, b.content[1:])) for b in page.blocks if isinstance(b, Note)
    ]


@pytest.mark.parametrize(
    ("x", "f", "slope"),
    [
        (0.5, 1.2806963574, 1.2408826092),
        (1.0, 2.3197768247, 2.5067615350),
        (2.0, 0.4691641859, -1.2266647089),
    ],
)
def test_case_g7_comes_out(x, f, slope):
    # f = e^(sin x²), f′ = 2x · cos(x²) · f.
    record = explain_expression("exp(sin(x**2))", at={"x": x}).to_json()
    assert record["value"] == pytest.approx(f, rel=GOLDEN)
    assert record["gradients"]["x"] == pytest.approx(slope, rel=GOLDEN)
    assert record["checks"]["x"] == pytest.approx(slope, rel=CHECKED)
    ((chain,),) = record["chains"].values()
    factors = [factor["value"] for factor in chain["factors"]]
    assert factors == pytest.approx([f, math.cos(x * x), 2 * x], rel=GOLDEN)
    assert chain["product"] == pytest.approx(slope, rel=GOLDEN)


def test_the_page_of_case_g7_reads_as_in_the_notes():
    page = explain_expression("exp(sin(x**2))", at={"x": 1.0}).page()
    assert lines(page) == [
        ("f(x) = e^(sin(x²))", ""),
        ("df/dx = e^(sin(x²)) · cos(x²) · 2x", "chain rule"),
        ("v₁ = x² = 1² = 1", ""),
        ("v₂ = sin(v₁) = sin(1) = 0.84147", ""),
        ("f = e^(v₂) = e^(0.84147) = 2.3198", ""),
        ("df/df = 1", "where it begins"),
        ("df/dv₂ = e^(v₂) = 2.3198", "derivative of the exponential"),
        ("df/dv₁ = df/dv₂ · cos(v₁) = 2.3198 · 0.5403 = 1.2534", "derivative of sin"),
        ("df/dx = df/dv₁ · 2x = 1.2534 · 2 = 2.5068", "power rule"),
        (
            "df/dx = df/dv₂ · dv₂/dv₁ · dv₁/dx = e^(v₂) · cos(v₁) · 2x"
            " = 2.3198 · 0.5403 · 2 = 2.5068",
            "derivative of the exponential, derivative of sin, power rule",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "x", "f", "slope"),
    [
        ("tanh(x)", 1.0, math.tanh(1), 0.4199743416),
        ("tanh(x)", 2.0, math.tanh(2), 0.0706508249),
        ("sigmoid(x)", 1.0, 0.7310585786, 0.1966119332),
        ("sigmoid(x)", 0.0, 0.5, 0.25),
        ("silu(x)", 1.0, 0.7310585786, 0.9276705119),
        ("arctan(x)", 1.0, math.pi / 4, 0.5),
        ("leaky_relu(x, 0.01)", -2.5, -0.025, 0.01),
        ("relu(x)", 0.0, 0.0, 0.0),
        ("heaviside(x)", 0.0, 1.0, 0.0),
        ("heaviside(x)", 2.0, 1.0, 0.0),
    ],
)
def test_case_g12_comes_out(text, x, f, slope):
    record = explain_expression(text, at={"x": x}).to_json()
    assert record["value"] == pytest.approx(f, rel=GOLDEN)
    assert record["gradients"]["x"] == pytest.approx(slope, rel=GOLDEN)


@pytest.mark.parametrize(
    ("text", "x", "said"),
    [
        ("relu(x)", 0.0, "a corner and no derivative; 0 is used by convention"),
        ("heaviside(x)", 0.0, "0 is used by convention"),
        ("heaviside(x)", 1.0, "nothing before it can learn"),
        ("sign(x)", 0.0, "0 is used by convention"),
        ("abs(x)", 0.0, "0 is used by convention"),
        ("leaky_relu(x)", 0.0, "the branch taken is used by convention"),
        ("max(x, x)", 1.0, "the second passes the gradient on by convention"),
    ],
)
def test_a_slope_by_convention_is_said(text, x, said):
    (note,) = notes(explain_expression(text, at={"x": x}).page())
    assert said in note


def test_nothing_is_said_where_there_is_a_derivative():
    for text in ("relu(x)", "abs(x)", "leaky_relu(x)", "max(x, 2*x)"):
        found = explain_expression(text, at={"x": 1.0})
        assert not found.conventions
        assert not found.problems


@pytest.mark.parametrize(
    ("text", "value", "node", "said"),
    [
        ("1/(x - 1)", "Infinity", "f", "1 is divided by 0"),
        ("-1/(x - 1) + 2", "-Infinity", "v2", "−1 is divided by 0"),
        ("(x - 1)/(x - 1)", "NaN", "v2", "0 divided by 0 has no value"),
        ("log(-x)", "NaN", "f", "the logarithm of a negative number, −1,"),
        ("exp(log(x - 1))", 0.0, "v2", "the logarithm of 0 is minus infinity"),
        ("sqrt(-x)", "NaN", "f", "the square root of a negative number"),
        ("(-x)^0.5", "NaN", "f", "a negative number, −1, to a power that is not whole"),
        ("(x - 1)^-1", "Infinity", "f", "0 to a negative power"),
        ("exp(1000*x)", "Infinity", "f", "larger than any number"),
    ],
)
def test_what_has_no_value_is_said_at_the_node_where_it_happens(
    text, value, node, said
):
    found = explain_expression(text, at={"x": 1.0})
    record = found.to_json()
    json.dumps(record, allow_nan=False)
    assert record["value"] == value
    ((name, problem),) = [
        (n["name"], n["problem"]) for n in record["nodes"] if "problem" in n
    ]
    assert name == node
    assert said in problem
    assert any(said in note for note in notes(found.page()))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("x^2", "power rule"),
        ("max(x, 2)", "derivative of max: only the larger passes it on"),
        ("2^x", "derivative of an exponential"),
        ("3*x", "rule of the constant factor"),
        ("x/3", "rule of the constant factor"),
        ("x^2 + 4", "sum rule, power rule"),
        ("sin(x^2)", "chain rule"),
        ("sin(x)", "derivative of sin"),
        ("x", ""),
    ],
)
def test_the_rule_of_the_whole_derivative_is_the_one_that_was_used(text, rule):
    page = explain_expression(text, at={"x": 3.0}).page()
    assert lines(page)[1][1] == rule


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("tan(x)", "1 + (sin(x))² / (cos(x))²"),
        ("log(sin(x))", "(1 / sin(x)) · cos(x)"),
        ("exp(log(x))", "e^(ln(x)) · (1 / x)"),
        ("cross_entropy([1, 0], softmax(x, 2))", "−1 + eˣ / (eˣ + e²)"),
    ],
)
def test_what_stands_above_and_below_the_line_is_taken_away(text, written):
    page = explain_expression(text, at={"x": 1.0}).page()
    assert lines(page)[1][0].endswith(f"/dx = {written}")


def test_a_local_slope_is_not_called_as_the_total_derivative_is():
    shown = dict(lines(explain_expression("x*sin(x)", at={"x": 1.0}).page()))
    assert "f = v₂ = 0.84147" in shown
    assert "∂v₂/∂x = v₁ = 0.84147" in shown
    assert "df/dx = 0.5403 + 0.84147 = 1.3818" in shown


def test_a_double_minus_ends_in_its_result():
    shown = dict(lines(explain_expression("-log(p)", at={"p": 0.5}).page()))
    assert "f = −v₁ = −(−0.69315) = 0.69315" in shown


def test_a_long_derivative_is_written():
    text = "(exp(x) - exp(-x)) / (exp(x) + exp(-x))"
    shown = dict(lines(explain_expression(text, at={"x": 0.5}).page()))
    rules = "quotient rule, chain rule"
    assert shown["df/dx = 1 − (eˣ − e⁻ˣ)² / (eˣ + e⁻ˣ)²"] == rules


def test_a_derivative_too_long_to_read_is_not_dropped_in_silence():
    text = "x"
    for _ in range(12):
        text = f"sin({text})*cos(x)"
    page = explain_expression(text, at={"x": 1.0}).page()
    assert "would be too long to read" in str(page.blocks)


def test_what_is_not_a_number_is_said_once():
    page = explain_expression("sqrt(0-x)", at={"x": 1.0}).page()
    assert max(line.count("not a number") for line, _reason in lines(page)) == 1


def test_several_paths_are_added():
    # f = x² · sin x: f′ = 2x sin x + x² cos x.
    found = explain_expression("x^2 * sin(x)", at={"x": 2.0})
    record = found.to_json()
    products = [chain["product"] for chain in record["chains"]["x"]]
    assert record["paths"] == {"x": 2}
    assert products == pytest.approx([4 * math.sin(2), 4 * math.cos(2)], rel=GOLDEN)
    assert record["gradients"]["x"] == pytest.approx(sum(products), rel=REORDERED)
    assert ("2 paths meet and are added") in dict(lines(found.page()))[
        "df/dx = df/dv₁ · 2x + df/dv₂ · cos(x) = 0.9093 · 4 + 4 · (−0.41615) = 1.9726"
    ]


def test_several_variables_have_a_derivative_each():
    # f = (x + y) x at (3, 4): 21, ∂f/∂x = 2x + y = 10, ∂f/∂y = x = 3.
    record = explain_expression("(x + y)*x", at={"x": 3, "y": 4}).to_json()
    assert record["value"] == 21.0
    assert record["gradients"] == {"x": 10.0, "y": 3.0}
    assert record["chains"]["y"][0]["factors"][0]["symbol"] == "∂v2/∂v1"


NAMES = (
    "sin", "cos", "tanh", "sigmoid", "exp", "arctan", "softplus", "silu", "relu",
    "elu", "mish", "abs",
)  # fmt: skip
GROWN = st.recursive(
    st.sampled_from(["x", "y", "0.7", "2"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(NAMES), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, st.sampled_from("+-*"), inner).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        inner.map(lambda a: f"({a})^2"),
        st.tuples(inner, inner).map(lambda p: f"max({p[0]}, {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"where({p[0]} > 0.1, {p[1]}, {p[0]})"),
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(GROWN)
def test_gradients_are_the_references_and_chains_add_up_to_them(text):
    expression = parse_expression(text)
    at = {name: {"x": 0.6, "y": -0.3}[name] for name in expression.variables}
    found = explain_expression(expression, at)
    nodes = list(expression.variables.values())
    feeds = {node: at[name] for name, node in expression.variables.items()}
    expected = reference.evaluate(gradient.backward(expression.output, nodes), feeds)
    assert list(found.gradients.values()) == [float(x) for x in expected]
    for name, total in found.gradients.items():
        chains = found.chains(name)
        if found.path_counts[name] == len(chains) and math.isfinite(total):
            parts = [chain.product for chain in chains]
            scale = sum(map(abs, parts))
            assert sum(parts) == pytest.approx(total, rel=1e-9, abs=REORDERED * scale)
    assert found.page().blocks
    json.dumps(found.to_json(), allow_nan=False)


def values_of_terms(found):
    """What every letter and every derivative of a page stands for."""
    naming, trace = found.naming, found.trace
    values = {naming.terms[n]: v for n, v in trace.values.items() if n in naming.names}
    values |= {naming.total(n): v for n, v in trace.gradients.items()}
    arguments = tuple(naming.terms[n] for n in found.expression.variables.values())
    for edges in trace.edges.values():
        # An input that stands twice, as in v·v, has two slopes of one name.
        again = {e.node for e in edges if sum(o.node is e.node for o in edges) > 1}
        values |= {naming.local(e): e.slope for e in edges if e.node not in again}
    for one, symbol in zip(found.traces, naming.results, strict=True):
        value = one.values[one.output]
        values |= {symbol: value, Call(symbol, arguments): value}
        for node in found.expression.variables.values():
            left = total_derivative(symbol, naming.terms[node], naming.variables)
            values[left] = one.gradients.get(node, 0.0)
    return values


def relations(page):
    pending = list(page.blocks)
    while pending:
        block = pending.pop()
        if isinstance(block, Section):
            pending += block.blocks
        elif isinstance(block, Formulas):
            yield from (term for term, _reason in block.lines)


def assert_every_side_has_its_value(found):
    values = values_of_terms(found)
    for relation in relations(found.page()):
        if DOTS in relation.sides or "'…'" in repr(relation):
            continue
        first, *rest = (float(value_of(side, values)) for side in relation.sides)
        for other in rest:
            # Every digit is kept in a term; only the page shows fewer.
            assert other == pytest.approx(first, rel=1e-9, abs=1e-9), relation


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"softmax"}))
@pytest.mark.parametrize("x", [-1.3, 0.4, 2.2])
def test_every_side_of_every_line_of_an_activation_has_its_value(name, x):
    assert_every_side_has_its_value(explain_expression(f"{name}(2x)", at={"x": x}))


@pytest.mark.parametrize(
    "text",
    [
        "max(x*y, 2x)", "min(x, y) + where(x > y, x*y, 3)", "elu(x*y, 0.5)^2",
        "x^y", "log(x^2)/x", "sqrt(x)/x", "x/y/x", "softmax(x, 2, y)", "[x, x*y, 3]",
        "cross_entropy([0, 1, 0], softmax(x, y, 1))", "binary_cross_entropy(x, 0.3)",
        "mse([1, 0.5], [x, y])", "mae([1, 2], [x, y])", "tan(x) + arctan(y)",
        "(x + y)*x",
        "abs(x - y)/3", "exp(x)*exp(-x)", "1/(x*y)^2", "log1p(x)*expm1(y)*erf(x)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [{"x": 0.6, "y": 1.3}, {"x": 2.5, "y": 0.2}])
def test_every_side_of_every_line_has_its_value(text, at):
    expression = parse_expression(text)
    point = {name: at[name] for name in expression.variables}
    assert_every_side_has_its_value(explain_expression(expression, point))


@settings(max_examples=60, deadline=None)
@given(GROWN)
def test_every_side_of_any_page_has_its_value(text):
    at = {n: {"x": 0.6, "y": -0.3}[n] for n in parse_expression(text).variables}
    found = explain_expression(text, at)
    if abs(found.value) < 1e6 and all(abs(g) < 1e6 for g in found.gradients.values()):
        assert_every_side_has_its_value(found)


def test_a_list_has_a_value_and_a_derivative_for_each_result():
    found = explain_expression("softmax(x, 2, 3)", at={"x": 1.0})
    s = np.exp([1.0, 2.0, 3.0]) / np.exp([1.0, 2.0, 3.0]).sum()
    record = found.to_json()
    assert record["value"] == pytest.approx(s)
    expected = s * (np.array([1.0, 0.0, 0.0]) - s[0])
    assert record["gradients"]["x"] == pytest.approx(expected)
    assert record["checks"]["x"] == pytest.approx(expected, abs=CHECKED)
    assert record["chains"] == record["paths"] == {}
    text = found.to_text()
    assert "f(x) = [0.090031, 0.24473, 0.66524]" in " ".join(text.split())
    assert "the Jacobian matrix" in text


def test_a_list_of_one_node_twice_has_its_lines():
    found = explain_expression("softmax(0, 0)")
    assert found.value == [0.5, 0.5]
    assert explain_expression("[x, x, 2]", at={"x": 3.0}).value == [3.0, 3.0, 2.0]


def test_a_constant_has_a_value_and_no_derivative():
    found = explain_expression("2*3")
    assert found.value == 6.0
    assert found.gradients == {}
    assert lines(found.page())[-1][0] == "f = 2 · 3 = 6"


def test_a_variable_that_only_a_condition_reads_has_slope_zero():
    found = explain_expression("where(x² > 2, 0.5, 3)", at={"x": 1.0})
    assert (found.value, found.gradients) == (3.0, {"x": 0.0})
    assert ("df/dx = 0", "") in lines(found.page())


def test_a_variable_alone_has_slope_one():
    found = explain_expression("x", at={"x": 5})
    assert (found.value, found.gradients) == (5.0, {"x": 1.0})
    assert found.page().blocks


def test_an_unknown_symbol_offers_the_nearest():
    with pytest.raises(OptionError, match="'speeed'; did you mean speed"):
        explain_expression("2*speeed", at={"speed": 1.0})


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ({}, "x has no value"),
        ({"x": 1, "q": 2}, "q has a value but does not stand"),
        ({"x": math.inf}, "the value of x must be a finite number"),
        ({"x": "one"}, "the value of x must be a finite number"),
    ],
)
def test_a_point_that_does_not_fit_is_refused(at, said):
    with pytest.raises(OptionError, match=said):
        explain_expression("sin(x)", at=at)


def test_a_deep_expression_never_floods_the_page():
    depth = 2000
    text = "sin(" * depth + "x" + ")" * depth
    found = explain_expression(text, at={"x": 1.0})
    page = found.page()
    assert len(page.title) < 70
    written = lines(page)
    assert len(written) < 60
    assert max(len(line) + len(reason) for line, reason in written) < 600
    assert found.gradients["x"] == pytest.approx(found.trace.check("x"), rel=1e-5)


def test_a_graph_of_many_paths_counts_them_without_walking_each():
    # Each of 6 doublings has two paths: 2^6 together, each with slope 1.
    text = "x"
    for _ in range(6):
        text = f"({text} + {text})"
    found = explain_expression(text, at={"x": 1.0})
    assert found.path_counts["x"] == 64
    assert len(found.chains("x")) == 8
    assert found.gradients["x"] == 64.0
    assert "64 paths lead from x to the result." in str(found.page().blocks)


def test_names_of_steps_keep_clear_of_the_variables():
    record = explain_expression("f*sin(v)", at={"f": 1, "v": 2}).to_json()
    assert [node["name"] for node in record["nodes"]] == ["f", "v", "u1", "F"]


def test_derivatives_that_are_left_out_are_counted():
    names = "abcdkh"
    text = explain_expression(
        f"softmax({','.join(names)})", dict.fromkeys(names, 0.0)
    ).to_text()
    lines = 6 + 6 * 6
    assert f"… {lines - MOST_LINES} lines like these …" in text


LOST = "the derivative of the branch not taken is infinite or not a number here"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("where(x > 0, sqrt(x), 0)", 0.0),
        ("where(x > 0, x·ln(x), 0)", 0.0),
        ("where(x == 0, 1, sin(x)/x)", 0.0),
        ("3·where(x > 0, 1/x, 2) + x", 0.0),
        ("where(x > 0, sqrt(x), 0)", -1e-3),
        ("where(x < 1, 0, where(x > 0, sqrt(x - 1), 5))", 0.5),
        ("max(sqrt(x), 1)", 0.0),
        ("min(1, 2 + sqrt(x))", 0.0),
    ],
)
def test_a_slope_lost_behind_a_branch_not_taken_is_said(text, at):
    found = explain_expression(text, at={"x": at})
    assert math.isfinite(found.value)
    assert math.isnan(found.gradients["x"])
    said = [problem for problem in found.problems.values() if LOST in problem]
    assert said
    assert not any(LOST in sentence for sentence in found.conventions.values())


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        # What the sentence advises; the slope at 0 is that of the branch taken.
        ("where(x > 0, sqrt(where(x > 0, x, 1)), 0)", 0.0, 0.0),
        ("where(x > 0, sqrt(x), 0)", 4.0, 0.25),
        ("where(x > 0, sqrt(where(x > 0, x, 1)), 0)", -1e-3, 0.0),
        ("where(x > 0, x, 0)", 0.0, 0.0),
        ("max(sqrt(x), 1)", 4.0, 0.25),
        ("max(x, 1)", 0.0, 0.0),
        ("0·sqrt(x)", 0.0, math.nan),
    ],
)
def test_where_no_branch_hides_a_slope_nothing_is_said_of_it(text, at, slope):
    found = explain_expression(text, at={"x": at})
    assert found.gradients["x"] == pytest.approx(slope, nan_ok=True)
    assert not any(LOST in problem for problem in found.problems.values())
