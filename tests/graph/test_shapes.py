"""Shape rules: broadcasting with the batch axis, and errors that name the shapes."""

import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import GraphError, ShapeError
from neurona.graph import BATCH, broadcast_shapes, row_kind


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ([], ()),
        ([()], ()),
        ([(3,), ()], (3,)),
        ([(BATCH, 3), (3,)], (BATCH, 3)),
        ([(BATCH, 1), (3,)], (BATCH, 3)),
        ([(BATCH, 3), (1, 3)], (BATCH, 3)),
        ([(BATCH, 3), (BATCH, 1)], (BATCH, 3)),
        ([(BATCH,), (1,)], (BATCH,)),
        ([(BATCH, 4, 1), (1, 5), (4, 1)], (BATCH, 4, 5)),
        ([(2, 1), (1, 3)], (2, 3)),
        ([(0,), (1,)], (0,)),
        ([(BATCH, 0), (1,)], (BATCH, 0)),
    ],
)
def test_shapes_broadcast_in_either_order(shapes, expected):
    assert broadcast_shapes(shapes) == expected
    assert broadcast_shapes(shapes[::-1]) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3,), (4,)),
        ((BATCH, 3), (5, 3)),
        ((BATCH, 3), (4,)),
        ((0,), (2,)),
        # The batch axis would meet a plain axis, or leave the first place.
        ((BATCH,), (4, 3)),
        ((BATCH,), (4, 1)),
        ((BATCH,), (BATCH, 3)),
        ((BATCH,), (BATCH, 1)),
    ],
)
def test_shapes_that_do_not_broadcast_are_refused_in_either_order(a, b):
    for shapes in ([a, b], [b, a]):
        with pytest.raises(ShapeError):
            broadcast_shapes(shapes)


def test_a_shape_error_names_the_operation_the_layer_and_both_shapes():
    x, w = g.input("x", (BATCH, 3)), g.parameter("w", (4, 2))
    with (
        g.source("hidden 1"),
        pytest.raises(ShapeError) as caught,
    ):
        g.matmul(x, w)
    assert str(caught.value) == (
        "matmul in hidden 1: (N, 3) times (4, 2): 3 columns meet 4 rows"
    )
    with pytest.raises(ShapeError) as caught:
        x + g.parameter("b", (2,))
    assert str(caught.value) == (
        "add: shapes (N, 3), (2,) do not broadcast: 3 against 2"
    )


X, W = g.input("X", (BATCH, 3)), g.parameter("W", (3, 2))
INDEX = g.input("index", (BATCH,), "integer")


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: g.transpose(X), "never transposed"),
        (lambda: g.matmul(W, X), "no batch axis"),
        (lambda: g.matmul(X, g.parameter("v", (3,))), "must be a matrix"),
        (lambda: g.contract_rows(X, W), r"\(N, 3\) and \(3, 2\)"),
        (lambda: g.reshape(X, (3, BATCH)), "batch axis must stand first"),
        (lambda: g.reshape(X, (BATCH, 4)), "cannot be reshaped"),
        (lambda: g.reshape(W, (BATCH, 2)), "cannot be reshaped"),
        (lambda: g.reshape(W, (-1,)), "negative"),
        (lambda: g.broadcast(X, (3,)), "does not broadcast"),
        (lambda: g.broadcast(W, (2, 3)), "do not broadcast"),
        (lambda: g.concatenate([X, W]), "cannot be joined"),
        (lambda: g.concatenate([X, X], axis=0), "cannot be cut or joined"),
        (lambda: g.concatenate([]), "nothing to concatenate"),
        (lambda: g.slice_axis(X, 0, 1, axis=0), "cannot be cut or joined"),
        (lambda: g.slice_axis(X, 2, 4), "no part 2:4 among 3"),
        (lambda: g.slice_axis(X, -1, 2), "no part -1:2 among 3"),
        (lambda: g.slice_axis(X, 0, 1, axis=2), "no axis 2 among 2"),
        (lambda: g.pad(X, -1, 0), "cannot be negative"),
        (lambda: g.sum(X, 2), "no axis 2 among 2"),
        (lambda: g.sum(X, (0, -2)), "named twice"),
        (lambda: g.sum(X, 0.5), "whole number"),
        (lambda: g.sum(INDEX), "must be float, not integer"),
        (lambda: g.gather(X, INDEX), "no batch axis"),
        (lambda: g.gather(W, X), "must be integer, not float"),
        (lambda: g.scatter_add(INDEX, W, 4), "cannot be added"),
        (lambda: g.scatter_add(INDEX, g.constant(1.0), 4), "cannot be added"),
        (lambda: g.scatter_add(INDEX, X, -1), "negative"),
        (lambda: g.one_hot(INDEX, -1), "negative"),
        (lambda: g.softmax(g.input("s")), "no last axis"),
        (lambda: g.log_sum_exp(g.input("v", (BATCH,))), "no last axis"),
        (lambda: g.cross_entropy(X, g.input("t", (BATCH,))), "differ in shape"),
        (lambda: g.where(X, X, X), "must be boolean, not float"),
        (lambda: g.where(X > 0, X, INDEX), "must be of one kind"),
        (lambda: g.make_node("greater", X, INDEX), "cannot be compared"),
        (lambda: X + INDEX, "must be float, not integer"),
        (lambda: g.exp(X > 0), "must be float, not boolean"),
        (lambda: g.input("x", (BATCH, 2.5)), "whole number, not 2.5"),
        (lambda: g.input("x", (None, 3)), "whole number, not None"),
        (lambda: g.input("x", (3, BATCH)), "must stand first"),
        (lambda: g.input("x", (), "int"), "unknown kind of number 'int'"),
        (lambda: g.cast(X, "complex"), "unknown kind of number 'complex'"),
        (lambda: g.random_mask((BATCH,), rate=1.0, stream=0, seed=INDEX, step=INDEX),
         r"\[0, 1\)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(build, said):
    with pytest.raises(ShapeError, match=said):
        build()


def test_an_unknown_operation_offers_the_nearest():
    with pytest.raises(GraphError, match="did you mean softplus"):
        g.make_node("softpluss", X)


def test_wrong_numbers_of_inputs_and_attributes_are_refused():
    with pytest.raises(GraphError, match="add takes 2 inputs, not 1"):
        g.make_node("add", X)
    with pytest.raises(GraphError, match="sum takes the attributes"):
        g.make_node("sum", X, axis=0)


def test_numpy_s_whole_numbers_are_as_good_as_python_s():
    x = g.input("x", (BATCH, np.int64(3)))
    assert x.shape == (BATCH, 3)
    assert all(type(size) is int for size in x.shape[1:])
    assert g.sum(x, np.int64(1)) is g.sum(x, 1)
    # A size that is no Python int must not be taken for the batch: 1/3, not 1/N.
    assert g.show_expression(g.mean(x, -1)) == (
        "divide(sum(x, axes=(1,), keepdims=False), 3.0)"
    )
    assert g.slice_axis(x, np.int64(0), np.int64(2)) is g.slice_axis(x, 0, 2)
    assert g.one_hot(INDEX, np.int32(4)) is g.one_hot(INDEX, 4)


@pytest.mark.parametrize(
    ("axes", "keepdims", "expected"),
    [
        (None, False, ()),
        (0, False, (3, 4)),
        (-1, False, (BATCH, 3)),
        ((0, 2), False, (3,)),
        ((1, 2), True, (BATCH, 1, 1)),
        (0, True, (1, 3, 4)),
        ((), False, (BATCH, 3, 4)),
    ],
)
def test_reductions_drop_or_keep_axes(axes, keepdims, expected):
    x = g.input("x", (BATCH, 3, 4))
    for reduce in (g.sum, g.max, g.mean):
        assert reduce(x, axes, keepdims=keepdims).shape == expected


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        (X, "row-wise"),
        (X @ W, "row-wise"),
        (g.sum(X, 1), "row-wise"),
        (g.gather(W, INDEX), "row-wise"),
        (g.sum(X, 0), "reduction"),
        (g.max(X), "reduction"),
        (g.contract_rows(X, X), "reduction"),
        (g.scatter_add(INDEX, X, 5), "reduction"),
        (g.transpose(W), "whole"),
        (W * 0.9, "whole"),
        (g.rows(), "whole"),
    ],
)
def test_row_kind_is_read_off_the_shapes(node, kind):
    assert row_kind(node) == kind
