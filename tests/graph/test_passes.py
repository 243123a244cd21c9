"""Passes: a valid graph in, a valid graph of the same value out; text in, text out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import graph as g
from neurona.graph import BATCH, Graph
from neurona.reference import Executable, fold_constants

# Stable and textbook forms differ by rounding, which the textbook's cancellation and
# the products of the drawn graphs multiply.
ROUNDING = 1e-8

SAME_BITS = {
    "merge_duplicates": g.merge_duplicates,
    "simplify": g.simplify,
    "fold_constants": fold_constants,
    "drop_unused": lambda graph: g.drop_unused(graph, ["y"]),
}
SAME_VALUE = {"stable_forms": g.stable_forms, "expand": g.expand}


def x_of(*shape):
    return g.input("x", shape)


def text(lines):
    return "\n".join(lines.split(" | "))


def check(apply, outputs, before, after):
    graph = Graph(outputs)
    assert g.show(graph) == text(before)
    assert g.show(apply(graph)) == text(after)


def test_merge_duplicates_keeps_the_layers_of_both():
    x = x_of(BATCH)
    with g.source("a"):
        first = g.exp(x) * 2
    with g.source("b"):
        second = 2 * g.exp(x)
    check(
        g.merge_duplicates,
        {"first": first, "second": second},
        "input x: float (N,)"
        " | %1 = exp(x): float (N,)  # a"
        " | %2 = multiply(%1, 2.0): float (N,)  # a"
        " | %3 = exp(x): float (N,)  # b"
        " | %4 = multiply(2.0, %3): float (N,)  # b"
        " | return first=%2, second=%4",
        "input x: float (N,)"
        " | %1 = exp(x): float (N,)  # a, b"
        " | %2 = multiply(%1, 2.0): float (N,)  # a, b"
        " | return first=%2, second=%2",
    )


def test_merge_duplicates_keeps_the_layers_of_a_shared_constant():
    x = x_of()
    with g.source("a"):
        first = x + 2.0
    with g.source("b"):
        second = x * 2.0
    merged = g.merge_duplicates(Graph.of(first, second))
    (two,) = [node for node in merged.nodes if node.operation == "constant"]
    assert two.sources == ("a", "b")


def test_merge_duplicates_leaves_masks_leaves_and_zeros_of_other_sign_apart():
    x, seed, step = x_of(4), *(g.input(n, (), "integer") for n in ("seed", "step"))
    masks = [
        g.random_mask((4,), rate=0.5, stream=1, seed=seed, step=step) for _ in range(2)
    ]
    kept = [g.where(mask, x, 0.0) for mask in masks] + [x + 0.0, x + -0.0]
    merged = g.merge_duplicates(Graph.of(*kept))
    assert len(set(merged.outputs.values())) == 4
    assert set(merged.leaves.values()) == {x, seed, step}


def test_merge_duplicates_knows_which_operations_commute():
    x, y = x_of(), g.input("y")
    pairs = [(x + y, y + x), (x * y, y * x), (x - y, y - x), (x / y, y / x)]
    merged = [g.merge_duplicates(Graph.of(*pair)) for pair in pairs]
    assert [m["0"] is m["1"] for m in merged] == [True, True, False, False]


def test_drop_unused_keeps_what_is_asked_for():
    x = x_of()
    y = g.exp(x)
    check(
        lambda graph: g.drop_unused(graph, ["y"]),
        {"other": g.sin(y), "y": y},
        "input x: float () | %1 = exp(x): float () | %2 = sin(%1): float ()"
        " | return other=%2, y=%1",
        "input x: float () | %1 = exp(x): float () | return y=%1",
    )


def test_simplify_leaves_out_what_changes_nothing():
    x = x_of(2, 3)
    node = (
        g.transpose(g.transpose(g.make_node("negative", -(x * 1.0)) / 1.0)) ** 1 - 0.0
    )
    check(
        g.simplify,
        {"y": g.exp(1.0 * node), "z": node + 0.0},
        "input x: float (2, 3)"
        " | %1 = multiply(x, 1.0): float (2, 3)"
        " | %2 = negative(%1): float (2, 3)"
        " | %3 = negative(%2): float (2, 3)"
        " | %4 = divide(%3, 1.0): float (2, 3)"
        " | %5 = transpose(%4): float (3, 2)"
        " | %6 = transpose(%5): float (2, 3)"
        " | %7 = power(%6, 1.0): float (2, 3)"
        " | %8 = subtract(%7, 0.0): float (2, 3)"
        " | %9 = multiply(1.0, %8): float (2, 3)"
        " | %10 = exp(%9): float (2, 3)"
        " | %11 = add(%8, 0.0): float (2, 3)"
        " | return y=%10, z=%11",
        # x + 0 stays: it turns −0 into 0.
        "input x: float (2, 3)"
        " | %1 = exp(x): float (2, 3)"
        " | %2 = add(x, 0.0): float (2, 3)"
        " | return y=%1, z=%2",
    )


def test_simplify_keeps_what_changes_a_bit():
    x = x_of(3)
    for node in (x - -0.0, x * -1.0, 1.0 / x, 1.0 - x, 1.0**x, x * 0.0):
        assert g.simplify(Graph.of(node))["0"] is node


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda x: g.log(1 + g.exp(x)), "softplus(x)"),
        (lambda x: g.log(g.exp(x) + 1), "softplus(x)"),
        (lambda x: g.log(g.sigmoid(x)), "negative(softplus(negative(x)))"),
        (lambda x: g.log(1 - g.sigmoid(x)), "negative(softplus(x))"),
        (lambda x: g.log(1 + x), "log1p(x)"),
        (lambda x: g.exp(x) - 1, "expm1(x)"),
        (
            lambda x: g.log(g.sum(g.exp(x), 1)),
            "reshape(log_sum_exp(x), shape=(N,))",
        ),
        (
            lambda x: g.log(g.sum(g.exp(x), 1, keepdims=True)),
            "reshape(log_sum_exp(x), shape=(N, 1))",
        ),
        (
            lambda x: g.log(g.softmax(x)),
            "subtract(x, reshape(log_sum_exp(x), shape=(N, 1)))",
        ),
        (lambda x: 1 / (1 + g.exp(-x)), "sigmoid(x)"),
        (lambda x: 1 / (g.exp(x) + 1), "sigmoid(negative(x))"),
        (lambda x: g.exp(x) / (1 + g.exp(x)), "sigmoid(x)"),
        (lambda x: 1 - g.sigmoid(x), "sigmoid(negative(x))"),
        (lambda x: 1 - 1 / (1 + g.exp(-x)), "sigmoid(negative(x))"),
        (lambda x: 1 + -g.sigmoid(-x), "sigmoid(x)"),
        (lambda x: g.log(1 / (1 + g.exp(-x))), "negative(softplus(negative(x)))"),
        (lambda x: g.log(1 - 1 / (1 + g.exp(-x))), "negative(softplus(x))"),
        (lambda x: g.exp(x) + (-1.0), "expm1(x)"),
        (lambda x: -1.0 + g.exp(x), "expm1(x)"),
        (lambda x: g.exp(x) / g.sum(g.exp(x), 1, keepdims=True), "softmax(x)"),
        (
            lambda x: (g.exp(x) - g.exp(-x)) / (g.exp(-x) + g.exp(x)),
            "tanh(x)",
        ),
        (
            lambda x: (g.exp(-x) - g.exp(x)) / (g.exp(x) + g.exp(-x)),
            "tanh(negative(x))",
        ),
    ],
)
def test_stable_forms_finds_each_formula(build, expected):
    x = x_of(BATCH, 3)
    found = g.stable_forms(Graph.of(build(x)))["0"]
    assert g.show_expression(found) == expected.replace(
        "reshape(log_sum_exp(x), shape=(N,))", "log_sum_exp(x)"
    )
    assert found.shape == build(x).shape


@pytest.mark.parametrize(
    "build",
    [
        lambda x: g.log(2 + g.exp(x)),
        lambda x: g.log(g.exp(x) - 2),
        lambda x: 1 - g.exp(x),
        lambda x: g.log(g.sum(g.exp(x), 0)),
        lambda x: g.log(g.sum(g.exp(x))),
        lambda x: g.log(2 - g.sigmoid(x)),
        lambda x: 2 / (1 + g.exp(-x)),
        lambda x: 1 / (2 + g.exp(-x)),
        lambda x: g.exp(x) / (1 + g.exp(-x)),
        lambda x: g.exp(x) + 1,
        lambda x: g.sigmoid(x) + -1.0,
        lambda x: g.exp(x) / g.sum(g.exp(x), 0, keepdims=True),
        lambda x: g.exp(x) / g.sum(g.exp(-x), 1, keepdims=True),
        lambda x: (g.exp(x) - g.exp(-x)) / (g.exp(x) - g.exp(-x)),
        lambda x: (g.exp(x) - g.exp(x)) / (g.exp(x) + g.exp(-x)),
        lambda x: (g.exp(x) - g.exp(-x)) / (g.exp(x) + g.exp(x)),
    ],
)
def test_stable_forms_leaves_other_formulas_alone(build):
    node = build(x_of(BATCH, 3))
    assert g.stable_forms(Graph.of(node))["0"] is node


def test_stable_forms_does_not_take_the_rows_for_the_last_axis():
    node = g.log(g.sum(g.exp(x_of(BATCH)), 0))
    assert g.stable_forms(Graph.of(node))["0"] is node


@pytest.mark.parametrize(
    "build",
    [
        lambda x: g.exp(x) / g.sum(g.exp(x), 1),
        lambda x: -g.sum(X_SQUARE_TARGET * (x - g.log_sum_exp(x)), 1),
    ],
)
def test_stable_forms_do_not_take_a_column_for_a_row(build):
    """(3, 3) against (3,): each column meets the sum of another row."""
    node = build(g.input("x", (3, 3)))
    assert g.stable_forms(Graph.of(node))["0"] is node


X_SQUARE_TARGET = g.softmax(g.input("t", (3, 3)))


def binary_terms(z, t):
    s = g.sigmoid(z)
    return t * g.log(s), (1 - t) * g.log(1 - s)


@pytest.mark.parametrize(
    "build",
    [
        lambda z, t: -(binary_terms(z, t)[0] + binary_terms(z, t)[1]),
        lambda z, t: -(binary_terms(z, t)[1] + binary_terms(z, t)[0]),
        lambda z, t: -(g.log(g.sigmoid(z)) * t + g.log(1 - g.sigmoid(z)) * (1 - t)),
        lambda z, t: -(t * -g.softplus(-z) + (1 - t) * -g.softplus(z)),
    ],
)
def test_stable_forms_find_binary_cross_entropy(build):
    z, t = x_of(BATCH, 3), g.input("t", (BATCH, 3))
    found = g.stable_forms(Graph.of(build(z, t)))["0"]
    assert found is g.binary_cross_entropy(z, t)
    # 1 − σ(t) has become σ(−t): which of the two is the target cannot be told, nor
    # does it matter.
    found = g.stable_forms(Graph.of(build(z, g.sigmoid(t))))["0"]
    assert found in (
        g.binary_cross_entropy(z, g.sigmoid(t)),
        g.binary_cross_entropy(-z, g.sigmoid(-t)),
    )


@pytest.mark.parametrize(
    "build",
    [
        lambda z, t: -(t * g.log(g.sigmoid(z)) + (2 - t) * g.log(1 - g.sigmoid(z))),
        lambda z, t: -(t * g.log(g.sigmoid(z)) + (1 - z) * g.log(1 - g.sigmoid(z))),
        lambda z, t: -(t * g.log(g.sigmoid(z)) + (1 - t) * g.log(1 - g.sigmoid(t))),
        lambda z, t: -(t * g.log(g.sigmoid(z)) + (1 - t) * g.log(g.sigmoid(z))),
    ],
)
def test_stable_forms_take_nothing_else_for_binary_cross_entropy(build):
    found = g.stable_forms(Graph.of(build(x_of(), g.input("t"))))
    assert "binary_cross_entropy" not in {node.operation for node in found.nodes}


def test_stable_forms_find_cross_entropy_only_where_targets_sum_to_one():
    z, t = x_of(BATCH, 3), g.input("t", (BATCH, 3))
    for target in (g.softmax(t), g.one_hot(g.input("i", (BATCH,), "integer"), 3)):
        formula = -g.sum(target * g.log(g.softmax(z)), -1)
        assert g.stable_forms(Graph.of(formula))["0"] is g.cross_entropy(z, target)
    kept = Graph.of(-g.sum(t * g.log(g.softmax(z)), -1))
    feeds = {z: [[800.0, 0.0, -800.0]], t: [[1.0, 2.0, 0.5]]}
    # ln Σe^z = 800, so ln softmax = (0, −800, −1600): −(2·−800 + 0.5·−1600).
    assert Executable(g.stable_forms(kept))(feeds)["0"].tolist() == [2400.0]


def test_stable_forms_do_not_overflow_where_the_formulas_do():
    z, t = g.input("z"), g.input("t")
    s = g.sigmoid(z)
    loss = Graph({"loss": -(t * g.log(s) + (1 - t) * g.log(1 - s))})
    feeds = {z: 800.0, t: 0.0}
    assert not np.isfinite(Executable(loss)(feeds)["loss"])
    assert float(Executable(g.stable_forms(loss))(feeds)["loss"]) == 800.0


def test_stable_forms_keep_the_layer():
    with g.source("head"):
        node = g.log(g.sigmoid(x_of()))
    found = g.stable_forms(Graph.of(node))["0"]
    assert {part.sources for part in Graph.of(found).nodes if part.inputs} == {
        ("head",)
    }


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("sigmoid", "divide(1.0, add(1.0, exp(negative(x))))"),
        ("softplus", "log(add(1.0, exp(x)))"),
        ("expm1", "subtract(exp(x), 1.0)"),
        ("log1p", "log(add(1.0, x))"),
        (
            "tanh",
            "divide(subtract(exp(x), exp(negative(x))), add(exp(x), exp(negative(x))))",
        ),
        (
            "log_sum_exp",
            "log(sum(exp(x), axes=(1,), keepdims=False))",
        ),
        (
            "softmax",
            "divide(exp(x), reshape(sum(exp(x), axes=(1,), keepdims=False), "
            "shape=(N, 1)))",
        ),
    ],
)
def test_expand_writes_the_textbook_formula(operation, expected):
    x = x_of(BATCH, 2)
    found = g.expand(Graph.of(g.make_node(operation, x)))["0"]
    assert g.show_expression(found) == expected


def test_expand_leaves_no_composite():
    z, t = x_of(BATCH, 3), g.input("t", (BATCH, 3))
    both = g.cross_entropy(z, t) + g.sum(g.binary_cross_entropy(z, t), 1)
    found = {node.operation for node in g.expand(Graph.of(both)).nodes}
    assert not found & set(g.EXPANSIONS)


FAR = np.array(
    [[800.0, -800.0, 0.0], [0.5, 800.0, 800.0], [-800.0, -800.0, -800.0], [0, 1e-9, -1]]
)
SHARES = np.array([[0.0, 1.0, 0.0], [0.25, 0.5, 0.25], [1.0, 0.0, 0.0], [0, 0, 1]])


@pytest.mark.parametrize("operation", sorted(g.EXPANSIONS))
def test_stable_forms_undo_expand(operation):
    z, t = x_of(BATCH, 3), g.input("t", (BATCH, 3))
    inputs = [z, t][: g.OPERATIONS[operation].arity]
    node = g.make_node(operation, *inputs)
    feeds = {z: FAR, t: SHARES}
    wanted = Executable(Graph.of(node))(feeds)["0"]
    found = g.stable_forms(g.expand(Graph.of(node)))
    if operation != "cross_entropy":
        assert found["0"] is node
    np.testing.assert_allclose(
        Executable(found)(feeds)["0"], wanted, rtol=ROUNDING, atol=ROUNDING
    )
    # e^800 is infinite and ln(1 − 800) is no number, however it is computed.
    if operation not in ("expm1", "log1p"):
        assert np.isfinite(wanted).all()


def test_fold_constants_computes_what_depends_on_nothing():
    x = x_of(BATCH, 2)
    table = g.constant([[1.0, 2.0], [3.0, 4.0]])
    with g.source("head"):
        scale = g.sum(g.transpose(table) * 2.0, 0)
    check(
        fold_constants,
        {"y": x * scale + (g.constant(1.0) - 0.25), "n": g.rows() * 1.0},
        "input x: float (N, 2)"
        " | %1 = transpose([[1.0, 2.0], [3.0, 4.0]]): float (2, 2)  # head"
        " | %2 = multiply(%1, 2.0): float (2, 2)  # head"
        " | %3 = sum(%2, axes=(0,), keepdims=False): float (2,)  # head"
        " | %4 = multiply(x, %3): float (N, 2)"
        " | %5 = subtract(1.0, 0.25): float ()"
        " | %6 = add(%4, %5): float (N, 2)"
        " | %7 = multiply(N, 1.0): float ()"
        " | return y=%6, n=%7",
        # Columns of the transpose: 2·(1 + 2) = 6 and 2·(3 + 4) = 14.
        "input x: float (N, 2)"
        " | %1 = multiply(x, [6.0, 14.0]): float (N, 2)"
        " | %2 = add(%1, 0.75): float (N, 2)"
        " | %3 = multiply(N, 1.0): float ()"
        " | return y=%2, n=%3",
    )
    folded = fold_constants(Graph.of(x * scale))
    (value,) = [node for node in folded.nodes if node.operation == "constant"]
    assert value.sources == ("head",)


def test_fold_constants_leaves_masks_batches_and_large_results():
    seed, step = g.constant(1, "integer"), g.constant(2, "integer")
    mask = g.random_mask((2,), rate=0.5, stream=1, seed=seed, step=step)
    large = g.broadcast(g.constant(1.0), (5000,))
    batch = g.zeros((BATCH, 2))
    graph = Graph.of(mask, large, batch)
    assert [fold_constants(graph)[name] for name in "012"] == [mask, large, batch]


def test_fold_constants_keeps_kinds():
    index = g.constant(np.array([2, 0]))
    hot = g.one_hot(index, 3)
    folded = fold_constants(
        Graph.of(hot, g.equal(index, index), g.reshape(index, (2, 1)))
    )
    assert [folded[name].dtype for name in "012"] == ["float", "boolean", "integer"]
    assert all(folded[name].operation == "constant" for name in "012")


STEPS = [
    lambda a, b: a * 1.0,
    lambda a, b: 1.0 * a / 1.0,
    lambda a, b: g.make_node("negative", -a),
    lambda a, b: a - 0.0,
    lambda a, b: a**1,
    lambda a, b: a + b,
    lambda a, b: b + a,
    lambda a, b: a * b,
    lambda a, b: g.log(1 + g.exp(a)),
    lambda a, b: g.log(g.sigmoid(a)),
    lambda a, b: g.log(1 - g.sigmoid(a)),
    lambda a, b: g.exp(g.tanh(a)) - 1,
    lambda a, b: g.log(1 + a * a),
    lambda a, b: a - g.log(g.sum(g.exp(b), 1, keepdims=True)),
    lambda a, b: g.log(g.softmax(a)),
    lambda a, b: g.softmax(a) + g.softplus(b),
    lambda a, b: g.tanh(a),
    lambda a, b: 1 / (1 + g.exp(-a)),
    lambda a, b: 1 - g.sigmoid(a),
    lambda a, b: g.exp(g.tanh(a)) + -1.0,
    lambda a, b: g.exp(a) / g.sum(g.exp(a), 1, keepdims=True),
    lambda a, b: -sum(binary_terms(a, g.sigmoid(b))),
    lambda a, b: g.log(g.sigmoid(sum(binary_terms(a, b)))),
    lambda a, b: a - g.sum(g.softmax(b) * g.log(g.softmax(a)), 1, keepdims=True),
    lambda a, b: g.expand(Graph.of(g.tanh(a)))["0"],
    lambda a, b: g.expm1(g.tanh(a)) + g.log1p(b * b),
    lambda a, b: g.binary_cross_entropy(a, g.sigmoid(b)),
    lambda a, b: a + g.reshape(g.cross_entropy(a, g.softmax(b)), (BATCH, 1)),
    lambda a, b: a * (g.constant(2.0) ** 0.5 - 1.0),
    lambda a, b: a + g.sum(g.constant([[1.0, 2.0, 3.0]] * 2), 0),
    lambda a, b: g.mean(a, 0) + b,
    lambda a, b: g.where(g.greater(a, b), a, b),
    lambda a, b: g.reshape(g.reshape(a, (BATCH, 3, 1)), (BATCH, 3)),
]


@st.composite
def graphs(draw):
    """A random graph full of what the passes look for, and values to feed."""
    x, w = g.input("x", (BATCH, 3)), g.parameter("w", (3,))
    made = [x, x * w]
    for _ in range(draw(st.integers(1, 10))):
        step = draw(st.sampled_from(STEPS))
        a, b = draw(st.sampled_from(made)), draw(st.sampled_from(made))
        with g.source(draw(st.sampled_from(["a", "b"]))):
            # Bounded, so that the textbook forms stay finite.
            made.append(3.0 * g.tanh(step(a, b)))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    rows = draw(st.integers(1, 4))
    feeds = {x: rng.uniform(-2, 2, (rows, 3)), w: rng.uniform(-2, 2, 3)}
    return Graph({"y": made[-1], "z": g.sum(made[-2] + made[-1])}), feeds


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_passes_that_rewrite_nothing_keep_every_bit(drawn):
    graph, feeds = drawn
    wanted = Executable(graph)(feeds)
    for name, apply in SAME_BITS.items():
        after = g.verify(apply(graph))
        found = Executable(after)(feeds)
        for output in after.outputs:
            assert np.array_equal(found[output], wanted[output]), name


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_stable_and_textbook_forms_agree(drawn):
    graph, feeds = drawn
    wanted = Executable(graph)(feeds)
    for apply in SAME_VALUE.values():
        after = g.verify(apply(graph))
        found = Executable(after)(feeds)
        for output, value in wanted.items():
            np.testing.assert_allclose(
                found[output], value, rtol=ROUNDING, atol=ROUNDING
            )


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_passes_have_nothing_left_to_do_the_second_time(drawn):
    graph, _ = drawn
    for apply in (*SAME_BITS.values(), *SAME_VALUE.values()):
        once = apply(graph)
        assert g.show(apply(once)) == g.show(once)
