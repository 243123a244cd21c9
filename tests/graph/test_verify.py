"""Verify refuses every malformed node, and prints it."""

import dataclasses
import sys

import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import GraphError
from neurona.graph import BATCH, Graph, Node

X = g.input("x", (BATCH, 3))
W = g.parameter("w", (3, 2))


def leaf(**changes):
    attributes = {"shape": (), "dtype": "float"} | changes.pop("attributes", {})
    return Node("input", (), attributes, changes.get("shape", ()), "float",
                changes.get("name", "z"))  # fmt: skip


def constant(value, shape, dtype="float"):
    attributes = {"value": value, "shape": shape, "dtype": dtype}
    return Node("constant", (), attributes, shape, dtype)


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (Node("nonsense", (X,), {}, (BATCH, 3), "float"), "no operation 'nonsense'"),
        (Node("exp", (X,), {}, (BATCH, 4), "float"),
         r"exp\(x\) is float \(N, 4\), but its rule gives float \(N, 3\)"),
        (Node("exp", (X,), {}, (BATCH, 3), "integer"), "is integer"),
        (Node("exp", (X, X), {}, (BATCH, 3), "float"), "wrong number of inputs"),
        (Node("exp", (X,), {"axis": 1}, (BATCH, 3), "float"), "or attributes"),
        (Node("sum", (X,), {"axes": (0,)}, (3,), "float"), "or attributes"),
        (Node("sum", (X,), {"axes": (5,), "keepdims": False}, (BATCH, 3), "float"),
         r"sum\(x, axes=\(5,\), keepdims=False\): there is no axis 5"),
        (Node("sum", (X,), {"axes": (-1,), "keepdims": False}, (BATCH,), "float"),
         "sorted and counted from 0"),
        (Node("matmul", (W, X), {}, (3, 3), "float"), r"matmul\(w, x\): .*batch axis"),
        (Node("transpose", (X,), {}, (3, BATCH), "float"), "never transposed"),
        (Node("cast", (X,), {"dtype": "half"}, (BATCH, 3), "half"), "kind of number"),
        (leaf(name=None), "has no name"),
        (leaf(name=""), "has no name"),
        (leaf(shape=(3,)), "its rule gives"),
        (constant(np.ones(3), ()), r"a value of shape \(3,\) cannot stand for shape"),
        (constant(1.0, (2,)), r"a value of shape \(\) cannot stand for shape \(2,\)"),
    ],
)  # fmt: skip
def test_a_malformed_node_is_refused_wherever_it_stands(node, said):
    with pytest.raises(GraphError, match=said):
        g.verify(Graph({"y": node}))
    above = Node("negative", (node,), {}, node.shape, node.dtype)
    with pytest.raises(GraphError, match=said):
        g.verify(Graph({"fine": g.exp(X), "y": above}))


def test_two_leaves_of_one_name_are_refused():
    with pytest.raises(GraphError, match="both called 'x'"):
        g.verify(Graph({"y": g.input("x") + g.parameter("x")}))


def test_a_good_graph_comes_back_itself():
    graph = Graph({"y": g.sum(X @ W)})
    assert g.verify(graph) is graph


@pytest.mark.parametrize(
    "apply",
    [
        g.merge_duplicates,
        g.simplify,
        g.stable_forms,
        g.expand,
        lambda graph: g.drop_unused(graph, ["y"]),
    ],
)
def test_every_pass_verifies_what_it_is_given(apply):
    bad = Node("exp", (X,), {}, (BATCH, 4), "float")
    with pytest.raises(GraphError, match="its rule gives"):
        apply(Graph({"y": bad}))


def test_a_node_that_was_made_by_its_rule_is_not_checked_again(monkeypatch):
    asked = []
    # The package's own name verify is the function, so the module is asked for.
    module = sys.modules[g.verify.__module__]
    monkeypatch.setattr(module, "check_node", asked.append)
    made = g.exp(X)
    by_hand = Node("negative", (made,), {}, made.shape, made.dtype)
    above = g.sin(by_hand)
    g.verify(Graph({"y": above, "z": dataclasses.replace(made)}))
    assert asked[0] is by_hand
    assert [node.operation for node in asked] == ["negative", "exp"]
