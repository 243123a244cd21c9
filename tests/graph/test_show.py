"""A graph as text and as a drawing, to the letter."""

import numpy as np

from neurona import gradient
from neurona import graph as g
from neurona.graph import BATCH, Graph


def small_network():
    x = g.input("x", (BATCH, 2))
    weight, bias = g.parameter("dense.weight", (2, 1)), g.parameter("dense.bias", (1,))
    with g.source("dense"):
        y = g.sigmoid(x @ weight + bias)
    return Graph({"loss": g.mean(y), "y": y})


def test_show_a_network():
    assert g.show(small_network()) == (
        "input x: float (N, 2)\n"
        "parameter dense.weight: float (2, 1)\n"
        "%1 = matmul(x, dense.weight): float (N, 1)  # dense\n"
        "parameter dense.bias: float (1,)\n"
        "%2 = add(%1, dense.bias): float (N, 1)  # dense\n"
        "%3 = sigmoid(%2): float (N, 1)  # dense\n"
        "%4 = sum(%3, axes=(0, 1), keepdims=False): float ()\n"
        "%5 = divide(%4, N): float ()\n"
        "return loss=%5, y=%3"
    )


def test_show_a_gradient():
    x = g.input("x")
    y = g.exp(g.sin(x**2))
    dy = gradient.backward(y, [x])[0]
    # exp(sin x²)·cos(x²)·2x, the exponential computed once for both.
    assert g.show(Graph({"y": y, "dy": dy})) == (
        "input x: float ()\n"
        "%1 = power(x, 2.0): float ()\n"
        "%2 = sin(%1): float ()\n"
        "%3 = exp(%2): float ()\n"
        "%4 = multiply(1.0, %3): float ()\n"
        "%5 = cos(%1): float ()\n"
        "%6 = multiply(%4, %5): float ()\n"
        "%7 = multiply(2.0, x): float ()\n"
        "%8 = multiply(%6, %7): float ()\n"
        "return y=%3, dy=%8"
    )


def test_show_writes_short_constants_out_and_long_ones_as_their_shape():
    x = g.input("x", (5,))
    node = x * g.constant([1.0, 2.0, 3.0, 4.0, 5.0]) + 0.1
    short = g.where(node > 0, 1.0, g.constant([0.5]))
    assert g.show(Graph({"y": short})) == (
        "input x: float (5,)\n"
        "%1 = multiply(x, array(5,)): float (5,)\n"
        "%2 = add(%1, 0.1): float (5,)\n"
        "%3 = greater(%2, 0.0): boolean (5,)\n"
        "%4 = where(%3, 1.0, [0.5]): float (5,)\n"
        "return y=%4"
    )


def test_a_leaf_called_like_a_number_does_not_upset_the_count():
    x = g.input("%1")
    assert g.show(Graph({"y": g.exp(x)})) == (
        "input %1: float ()\n%1 = exp(%1): float ()\nreturn y=%1"
    )


def test_show_names_a_named_node():
    node = g.make_node("exp", g.input("x"), name="growth", sources=("layer",))
    assert "%1 = exp(x): float ()  # growth, layer" in g.show(Graph({"y": node}))


def test_show_dot_boxes_the_layers_and_escapes_quotes():
    x = g.input('the "x"', (BATCH, 2))
    with g.source("hidden 1"):
        hidden = g.tanh(x)
    total = g.sum(hidden * 2.0)
    assert g.show_dot(Graph({"y": total})) == (
        "digraph neurona {\n"
        "  rankdir=LR;\n"
        '  node [shape=box, style=rounded, fontname="sans-serif"];\n'
        '  n0 [label="the \\"x\\"\\n(N, 2)", shape=ellipse];\n'
        '  n2 [label="2.0\\n()", shape=ellipse];\n'
        '  n3 [label="multiply\\n(N, 2)"];\n'
        '  n4 [label="sum\\n()"];\n'
        "  subgraph cluster_1 {\n"
        '    label="hidden 1";\n'
        '    n1 [label="tanh\\n(N, 2)"];\n'
        "  }\n"
        "  n0 -> n1;\n"
        "  n1 -> n3;\n"
        "  n2 -> n3;\n"
        "  n3 -> n4;\n"
        '  out0 [label="y", shape=plaintext];\n'
        "  n4 -> out0;\n"
        "}"
    )


def test_a_long_expression_is_cut_short():
    x = g.input("x", (BATCH, 2))
    node = x
    for _ in range(1000):
        node = g.sin(node) * np.array([1.0, 2.0])
    text = g.show_expression(node)
    assert "…" in text
    assert len(text) < 400
    doubled = x
    for _ in range(100):
        doubled = doubled + doubled
    assert len(g.show_expression(doubled)) < 600
