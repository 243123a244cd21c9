"""Nodes: compared by identity, shared where they are the same, and immutable."""

import dataclasses
import gc
import threading
import weakref

import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import GraphError
from neurona.graph import BATCH, Graph
from neurona.graph.node import _known
from neurona.reference import evaluate


def test_the_same_operation_on_the_same_inputs_is_one_node():
    x = g.input("x", (BATCH, 3))
    assert g.exp(x) is g.exp(x)
    assert x * 2 + 1 is x * 2.0 + 1
    assert g.sum(x, -1) is g.sum(x, (1,))
    assert g.constant(np.arange(3.0)) is g.constant([0.0, 1.0, 2.0])
    assert g.rows() is g.rows()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (lambda x: x + 1, lambda x: 1 + x),
        (lambda x: x + 0.0, lambda x: x + -0.0),
        (lambda x: g.sum(x, 0), lambda x: g.sum(x, 1)),
        (lambda x: g.sum(x, 1), lambda x: g.sum(x, 1, keepdims=True)),
        (lambda x: g.constant(1, "integer"), lambda x: g.constant(1)),
        (lambda x: g.constant(True), lambda x: g.constant(1)),
        (lambda x: g.constant([1.0, 2.0]), lambda x: g.constant([[1.0, 2.0]])),
    ],
)
def test_what_differs_in_anything_is_another_node(a, b):
    x = g.input("x", (BATCH, 3))
    assert a(x) is not b(x)


def test_leaves_of_the_same_name_are_not_the_same():
    assert g.input("x") is not g.input("x")
    assert g.parameter("w", (2,)) is not g.parameter("w", (2,))
    seed, step = g.input("seed", (), "integer"), g.input("step", (), "integer")
    masks = [
        g.random_mask((3,), rate=0.5, stream=1, seed=seed, step=step) for _ in range(2)
    ]
    assert masks[0] is not masks[1]


def test_equality_is_identity_and_truth_is_refused():
    x = g.input("x")
    assert x == x
    assert not (x == 1.0)
    assert len({x, x + 1, x + 1}) == 2
    with pytest.raises(GraphError, match="neither true nor false"):
        bool(x > 0)
    with pytest.raises(GraphError):
        assert 0 < x < 1


def test_a_node_cannot_be_changed():
    x = g.sum(g.input("x", (BATCH, 3)), 0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        x.name = "other"
    with pytest.raises(TypeError):
        x.attributes["axes"] = (1,)
    values = np.ones(3)
    held = g.constant(values)
    values[0] = 5.0
    assert held.attributes["value"].tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(ValueError, match="read-only"):
        held.attributes["value"][0] = 5.0


def test_sources_tell_the_layer_and_keep_layers_apart():
    x = g.input("x")
    with g.source("dense_1"):
        first = g.exp(x)
        with g.source("dense_2", "head"):
            second = g.exp(x)
        third = g.exp(x)
    assert first.sources == ("dense_1",)
    assert second.sources == ("dense_2", "head")
    assert third is first
    assert second is not first
    assert g.exp(x).sources == ()


def test_sources_end_with_their_block_even_after_an_error():
    x = g.input("x", (2,))
    with pytest.raises(GraphError), g.source("broken"):
        g.matmul(x, x)
    assert g.exp(x).sources == ()


def test_sources_of_one_thread_do_not_reach_another():
    x, found = g.input("x"), []
    with g.source("mine"):
        thread = threading.Thread(target=lambda: found.append(g.exp(x).sources))
        thread.start()
        thread.join()
    assert found == [()]


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda x: 7.0 - x, 5.0),
        (lambda x: 1 / x, 0.5),
        (lambda x: 3**x, 9.0),
        (lambda x: -abs(-x), -2.0),
        (lambda x: np.float64(3.0) * x, 6.0),
        (lambda x: 2 + x, 4.0),
        (lambda x: x**-1, 0.5),
    ],
)
def test_numbers_stand_on_either_side(build, expected):
    x = g.input("x")
    assert float(evaluate([build(x)], {x: 2.0})[0]) == expected


def test_arrays_stand_on_either_side():
    w = g.parameter("w", (2,))
    array = np.array([1.0, 2.0])
    (found,) = evaluate([array * w - array / w], {w: [2.0, 4.0]})
    assert found.tolist() == [1.5, 7.5]
    (found,) = evaluate([array >= w], {w: [1.0, 4.0]})
    assert found.tolist() == [True, False]
    matrix = g.parameter("matrix", (2, 2))
    (found,) = evaluate(
        [np.array([[1.0, 1.0]]) @ matrix], {matrix: [[1.0, 2.0], [3.0, 4.0]]}
    )
    assert found.tolist() == [[4.0, 6.0]]


@pytest.mark.parametrize("value", ["text", None, 1j, [1, "a"], [object()]])
def test_only_numbers_become_constants(value):
    with pytest.raises(GraphError, match="must be a number"):
        g.constant(value)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (0.5, "integer"),
        ([0.5], "integer"),
        (np.nan, "integer"),
        (np.inf, "integer"),
        (2, "boolean"),
        (0.5, "boolean"),
        (2**63, "integer"),
        (2.0**63, "integer"),
        (-(2.0**64), "integer"),
        (np.array([2**63], np.uint64), None),
        (np.array([1e30]), "integer"),
        (np.array([1e30], np.float32), "integer"),
    ],
)
def test_a_constant_never_changes_its_value_for_its_kind(value, dtype):
    with pytest.raises(GraphError, match="is not of the kind"):
        g.constant(value, dtype)


@pytest.mark.parametrize(
    "value", [2**63 - 1, -(2**63), -(2.0**63), np.float16(60000), np.uint8(255), True]
)
def test_an_integer_constant_reaches_to_the_ends_of_64_bits(value):
    assert g.constant(value, "integer").attributes["value"] == value
    held = g.constant(np.array([value]), "integer").attributes["value"]
    assert held.dtype == np.int64
    assert held[0] == value


def test_an_integer_node_is_not_compared_with_a_fraction():
    index = g.input("index", (), "integer")
    assert (index > 1).dtype == "boolean"
    with pytest.raises(GraphError, match=r"0\.5 is not of the kind integer"):
        index > 0.5  # noqa: B015


def test_nothing_is_kept_of_a_graph_that_is_gone():
    gc.collect()
    before = len(_known)
    x = g.input("x")
    node = x
    for _ in range(100):
        node = g.sin(node) + 0.123456
    ghost = weakref.ref(node)
    assert len(_known) > before
    del node, x
    gc.collect()
    assert ghost() is None
    assert len(_known) == before


def test_repr_is_an_expression_with_its_shape():
    x, w = g.input("x", (BATCH, 3)), g.parameter("w", (3, 2))
    assert repr(g.tanh(x @ w)) == "tanh(matmul(x, w)): float (N, 2)"
    assert repr(Graph({"y": x})) == "input x: float (N, 3)\nreturn y=x"


def test_outputs_and_leaves_are_found_by_name():
    x = g.input("x")
    graph = Graph({"value": g.exp(x)})
    assert graph["value"] is g.exp(x)
    assert graph.leaves["x"] is x
    with pytest.raises(GraphError, match="did you mean value"):
        graph["valeu"]
