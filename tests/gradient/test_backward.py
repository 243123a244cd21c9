"""Reverse mode: what it returns, what it shares, what it refuses."""

import numpy as np
import pytest

from neurona import gradient
from neurona import graph as g
from neurona.errors import GradientError
from neurona.gradient import backward, check_gradients, numeric_gradient
from neurona.gradient.rules import zero_slope
from neurona.graph import BATCH, Graph
from neurona.reference import evaluate

X = g.input("x", (BATCH, 2))
W = g.parameter("w", (2,))
S = g.input("s")


def value(node, **feeds):
    return np.asarray(evaluate([node], feeds)[0])


def test_paths_add_up():
    # s·s + 3 s: slope 2 s + 3 = 13 at s = 5, over three paths.
    (slope,) = backward(S * S + 3.0 * S, [S])
    assert float(value(slope, s=5.0)) == 13.0


def test_each_factor_is_computed_once():
    """e^(sin s²): the two gradients use e^(…) itself, not a second one."""
    y = g.exp(g.sin(S**2))
    (slope,) = backward(y, [S])
    operations = [node.operation for node in Graph.of(y, slope).nodes]
    assert operations.count("exp") == 1
    assert operations.count("power") == 1


def test_a_doubled_chain_does_not_double_its_gradient_s_graph():
    """2^50 paths, yet a graph of a few nodes a step."""
    node = S
    for _ in range(50):
        node = node + node
    (slope,) = backward(node, [S])
    assert len(Graph.of(slope).nodes) < 60
    assert float(value(slope, s=1.0)) == 2.0**50


def test_inner_nodes_have_gradients_too():
    inner = g.sin(S)
    by_inner, by_s = backward(inner**2, [inner, S])
    assert float(value(by_inner, s=1.0)) == pytest.approx(2 * np.sin(1.0))
    assert float(value(by_s, s=1.0)) == pytest.approx(2 * np.sin(1.0) * np.cos(1.0))


def test_the_output_s_own_gradient_is_one_and_a_stranger_s_is_zero():
    own, stranger = backward(S, [S, W])
    assert float(value(own, s=7.0)) == 1.0
    assert value(stranger).tolist() == [0.0, 0.0]


def test_the_same_variable_may_be_asked_for_twice():
    first, second = backward(S**2, [S, S])
    assert first is second


def test_out_grad_weighs_an_output_that_is_no_scalar():
    y = X * W
    out_grad = g.input("v", (BATCH, 2))
    by_w, by_x = backward(y, [W, X], out_grad)
    feeds = {"x": [[1.0, 2.0], [3.0, 4.0]], "w": [5.0, 6.0], "v": [[1, 0], [1, 2]]}
    # Columns: 1·1 + 3·1 = 4 and 2·0 + 4·2 = 8.
    assert value(by_w, **feeds).tolist() == [4.0, 8.0]
    assert value(by_x, **feeds).tolist() == [[5.0, 0.0], [5.0, 12.0]]


def test_gradients_bear_the_layer_they_come_from():
    with g.source("hidden 1"):
        y = g.tanh(S)
    (slope,) = backward(g.exp(y), [S])
    product = slope.inputs[1]
    assert slope.sources == product.sources == ("hidden 1",)


def test_what_goes_through_integers_sends_no_gradient():
    y = S * g.cast(g.cast(S, "integer"), "float")
    (slope,) = backward(y, [S])
    assert float(value(slope, s=2.75)) == 2.0


def test_third_derivatives_are_derivatives_again():
    node = S**5
    for _ in range(3):
        (node,) = backward(node, [S])
    # 5·4·3·s² = 240 at s = 2.
    assert float(value(node, s=2.0)) == 240.0


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: backward(X * W, [W]),
         r"multiply\(x, w\), of shape \(N, 2\), needs out_grad"),
        (lambda: backward(S > 0, [S]), r"greater\(s, 0\.0\) is not a real number"),
        (lambda: backward(S, [g.input("i", (), "integer")]), "i holds integer values"),
        (lambda: backward(X * W, [W], g.parameter("v", (2,))),
         r"out_grad is float \(2,\), but the output is float \(N, 2\)"),
    ],
)  # fmt: skip
def test_what_has_no_gradient_is_refused(ask, said):
    with pytest.raises(GradientError, match=said):
        ask()


def test_slopes_of_powers_with_an_array_of_exponents():
    (slope,) = backward(g.sum(W ** np.array([2.0, 0.0])), [W])
    assert value(slope, w=[3.0, 0.0]).tolist() == [6.0, 0.0]


def test_numeric_gradient_moves_each_entry_alone():
    feeds = {X: np.array([[1.0, 2.0], [3.0, 4.0]]), W: np.array([5.0, 6.0])}
    found = numeric_gradient(g.sum(X * W), W, feeds)
    np.testing.assert_allclose(found, [4.0, 6.0], rtol=1e-9)


def test_check_gradients_finds_a_wrong_rule(monkeypatch):
    wrong = {**gradient.RULES, "sin": lambda node, out_grad, index: out_grad}
    monkeypatch.setattr("neurona.gradient.rules.RULES", wrong)
    with pytest.raises(
        GradientError, match=r"gradient of w at \(1,\): 1\.0 here, 0\.(5|49999)"
    ):
        check_gradients(g.sum(g.sin(W)), [W], {W: np.array([0.0, np.pi / 3])})


@pytest.mark.parametrize("scale", [5e-7, 1e-30, 1.0, 1e6])
@pytest.mark.parametrize("order", [1, 2])
def test_check_gradients_finds_a_wrong_rule_however_small_the_gradient(
    monkeypatch, scale, order
):
    output = scale * g.sin(S)
    check_gradients(output, [S], {S: 0.4}, order=order)
    wrong = {**gradient.RULES, "sin": zero_slope}
    monkeypatch.setattr("neurona.gradient.rules.RULES", wrong)
    with pytest.raises(GradientError, match=r"gradient of s at \(\): 0\.0 here"):
        check_gradients(output, [S], {S: 0.4}, order=order)


def test_check_gradients_finds_a_wrong_second_order(monkeypatch):
    """The slope of sin is right, that of cos, which its gradient holds, is not."""
    wrong = {**gradient.RULES, "cos": zero_slope}
    monkeypatch.setattr("neurona.gradient.rules.RULES", wrong)
    output = 5e-7 * g.sin(S)
    check_gradients(output, [S], {S: 0.4})
    with pytest.raises(GradientError, match=r"0\.0 here"):
        check_gradients(output, [S], {S: 0.4}, order=2)


def test_check_gradients_measures_each_variable_by_itself(monkeypatch):
    wrong = {**gradient.RULES, "sin": zero_slope}
    monkeypatch.setattr("neurona.gradient.rules.RULES", wrong)
    output = g.sum(W * W) + 5e-7 * g.sin(S)
    feeds = {W: np.array([1e-3, 2e-3]), S: 0.4}
    with pytest.raises(GradientError, match="gradient of s"):
        check_gradients(output, [W, S], feeds)


def test_check_gradients_allows_for_the_rounding_of_the_differences():
    # 1e6 + s: of the slope 1 only nine digits are left.
    check_gradients(1e6 + S, [S], {S: 0.3})
    check_gradients(1e6 + 0.0 * S, [S], {S: 0.3})


def test_check_gradients_takes_a_gradient_that_does_not_depend_on_the_batch():
    feeds = {X: np.ones((3, 2)), W: np.ones(2)}
    check_gradients(g.sum(X) + g.mean(W), [X, W], feeds, order=2)
    check_gradients(g.mean(X), [X], feeds, order=2)


def test_check_gradients_refuses_nan():
    with pytest.raises(GradientError, match="nan"):
        check_gradients(g.log(S), [S], {S: -1.0})
