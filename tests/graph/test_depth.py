"""A very deep graph: nothing recurses, nothing is quadratic, nothing is left."""

import gc
import math
import time

import pytest

from neurona import gradient
from neurona import graph as g
from neurona.graph import Graph
from neurona.graph.node import _known
from neurona.reference import evaluate, fold_constants

DEPTH = 100_000


def chain(x, depth):
    """X + 1/depth, again and again, with a sine at every tenth place."""
    node = x
    for i in range(depth):
        node = g.sin(node) if i % 10 == 9 else node + 1.0 / depth
    return node


def by_hand(value, depth):
    slope = 1.0
    for i in range(depth):
        if i % 10 == 9:
            value, slope = math.sin(value), slope * math.cos(value)
        else:
            value += 1.0 / depth
    return value, slope


@pytest.mark.slow
def test_a_chain_of_a_hundred_thousand_nodes():
    gc.collect()
    before = len(_known)
    started = time.perf_counter()
    x = g.input("x")
    y = chain(x, DEPTH)
    assert repr(y).endswith(": float ()")
    (slope,) = gradient.backward(y, [x])
    graph = Graph({"y": y, "slope": slope})
    assert g.show(graph).count("\n") > DEPTH
    assert g.show_dot(graph).count("->") > DEPTH
    wanted = by_hand(0.5, DEPTH)
    for found, number in zip(evaluate([y, slope], {x: 0.5}), wanted, strict=True):
        assert float(found) == pytest.approx(number, rel=1e-9)
    assert len(_known) > DEPTH
    del x, y, slope, graph
    gc.collect()
    assert len(_known) == before
    # Some four seconds; a quadratic step would take many minutes.
    assert time.perf_counter() - started < 60


def test_every_pass_goes_through_a_deep_chain():
    x = g.input("x")
    graph = Graph({"y": chain(x, 5000)})
    for apply in (
        g.merge_duplicates,
        g.simplify,
        g.stable_forms,
        g.expand,
        fold_constants,
        lambda graph: g.drop_unused(graph, ["y"]),
    ):
        assert len(apply(graph).nodes) == len(graph.nodes)
