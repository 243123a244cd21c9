"""A trace holds every number of a graph, and its slopes lead to its gradients."""

import numpy as np
import pytest

from neurona import graph as g
from neurona import reference
from neurona.explain.trace import ELEMENTWISE, local_slope, trace
from neurona.gradient import backward

# Slopes multiplied and added in another order than the gradient was.
REORDERED = 1e-12
# A central difference in float64 at |x| near 1.
CHECKED = 1e-8


def network():
    x, w = g.input("x", (g.BATCH, 2)), g.parameter("w", (2, 3))
    b, t = g.parameter("b", (3,)), g.input("t", (g.BATCH, 3))
    a = g.tanh(x @ w + b)
    loss = g.mean(g.sum((a - t) ** 2, -1))
    feeds = {
        "x": [[1.0, -0.5], [0.3, 2.0]],
        "w": np.linspace(-1, 1, 6).reshape(2, 3),
        "b": [0.1, 0.0, -0.1],
        "t": np.eye(3)[:2],
    }
    return loss, (x, w, b), a, feeds


def test_a_batch_is_traced_with_arrays():
    loss, wrt, a, feeds = network()
    found = trace(loss, wrt, feeds, also=[g.exp(a)])
    expected = reference.evaluate([loss, a, *backward(loss, [*wrt, a])], feeds)
    assert found.values[loss] == expected[0].item()
    assert found.values[a] == pytest.approx(expected[1])
    assert found.values[g.exp(a)] == pytest.approx(np.exp(expected[1]))
    for node, grad in zip((*wrt, a), expected[2:], strict=True):
        assert found.gradients[node] == pytest.approx(grad)


def test_central_differences_are_those_of_single_numbers():
    loss, wrt, _a, feeds = network()
    found = trace(loss, wrt, feeds)
    for leaf in wrt[1:]:
        for index in np.ndindex(found.gradients[leaf].shape):
            there = found.gradients[leaf][index]
            assert found.check(leaf, index) == pytest.approx(there, rel=CHECKED)
    assert found.check("another") == 0.0


def test_a_slope_of_what_is_no_elementwise_factor_is_none():
    loss, wrt, _a, feeds = network()
    ((edge,),) = (trace(loss, wrt, feeds).edges[node] for node in wrt[1:2])
    assert (edge.node.operation, edge.slope) == ("matmul", None)


def test_slopes_are_left_out_where_nobody_asks():
    loss, wrt, a, feeds = network()
    found = trace(loss, wrt, feeds, slopes=False)
    assert all(e.slope is None for several in found.edges.values() for e in several)
    assert found.gradients[a].shape == (2, 3)


@pytest.mark.parametrize("operation", sorted(ELEMENTWISE))
def test_gradients_add_up_from_slopes_with_broadcasting(operation):
    # One input has a row for each sample, the other the same numbers for all.
    shapes = [(g.BATCH, 2), (2,), (2,)]
    arity = g.OPERATIONS[operation].arity
    leaves = [g.input(f"x{i}", shapes[i]) for i in range(arity)]
    parts = [leaves[0] > 0.5, *leaves[1:]] if operation == "where" else leaves
    node = g.make_node(operation, *parts)
    points = [np.array([[0.7, 0.2], [1.9, 3.0]]), np.array([0.4, 2.6]), np.ones(2)]
    feeds = dict(zip(leaves, points, strict=False))
    total = g.sum(node * node)
    found = trace(total, leaves, feeds)
    for leaf in leaves:
        for edge in found.edges.get(leaf, ()):
            if edge.node is node:
                arriving = found.gradients[node] * edge.slope
                assert edge.slope.shape == (2, 2)
                if leaf.shape != node.shape:
                    arriving = arriving.sum(axis=0)
                assert arriving == pytest.approx(found.gradients[leaf], rel=REORDERED)


def test_a_local_slope_has_the_shape_of_its_operation():
    x, w = g.input("x", (g.BATCH, 2)), g.parameter("w", (2,))
    assert local_slope(x * w, 1).shape == (g.BATCH, 2)


def test_what_only_a_condition_reads_has_gradient_zero():
    x = g.input("x")
    square = x * x
    output = g.where(square > 2.0, 0.5, 3.0)
    found = trace(output, [x], {x: 1.0})
    assert found.gradients == {x: 0.0}
    assert not found.edges
