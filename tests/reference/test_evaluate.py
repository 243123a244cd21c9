"""The reference executor: what it is fed, what it refuses, in which precision."""

import warnings
import weakref

import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import GraphError, NeuronaError, ShapeError
from neurona.graph import BATCH, Graph
from neurona.reference import DEFINITIONS, Executable, evaluate, host_scalars
from tests.cases import CASES

X = g.input("x", (BATCH, 2))
W = g.parameter("w", (2,))
RATE = g.input("rate")
VALUES = np.array([[1.0, 2.0], [3.0, 4.0]])


def test_feeds_are_given_by_node_or_by_name():
    y = X * W
    for feeds in ({X: VALUES, W: [1, 10]}, {"x": VALUES, "w": [1, 10]},
                  {X: VALUES, "w": [1, 10]}):  # fmt: skip
        assert evaluate([y], feeds)[0].tolist() == [[1.0, 20.0], [3.0, 40.0]]


def test_two_leaves_of_one_name_are_fed_by_node_each_its_own():
    a, b = g.input("a"), g.input("a")
    feeds = {a: 1.0, b: 2.0}
    assert float(evaluate([a], feeds)[0]) == 1.0
    assert float(evaluate([b], feeds)[0]) == 2.0
    assert float(evaluate([10 * a + b], feeds)[0]) == 12.0


def test_a_leaf_of_another_build_serves_by_its_name():
    other = g.parameter("w", (2,))
    assert evaluate([W * 2.0], {other: [1, 2]})[0].tolist() == [2.0, 4.0]


def test_feeds_that_are_not_needed_are_ignored():
    assert float(evaluate([RATE], {"rate": 1.0, "other": "anything"})[0]) == 1.0


@pytest.mark.parametrize(
    ("output", "feeds", "error", "said"),
    [
        (X * W, {"x": VALUES}, GraphError, "no value was given for w"),
        (W, {"w": [1.0, 2.0, 3.0]}, ShapeError,
         r"w must have shape \(2,\), not \(3,\)"),
        (W, {"w": 1.0}, ShapeError, r"w must have shape \(2,\), not \(\)"),
        (X, {"x": [1.0, 2.0]}, ShapeError, r"x must have shape \(N, 2\), not \(2,\)"),
        (X, {"x": 3.0}, ShapeError, r"x must have shape \(N, 2\), not \(\)"),
        (RATE, {"rate": [1.0]}, ShapeError, r"rate must have shape \(\), not \(1,\)"),
        (W, {"w": ["1", "2"]}, ShapeError, "w must hold float values, not <U1"),
        (W, {"w": [None, 1.0]}, ShapeError, "w must hold float values, not object"),
        (W, {"w": [1j, 2.0]}, ShapeError, "w must hold float values, not complex128"),
        (g.input("i", (), "integer"), {"i": 1.0}, ShapeError,
         "i must hold integer values, not float64"),
        (g.input("i", (), "integer"), {"i": 2**64 - 1}, ShapeError, "beyond 64 bits"),
        (g.input("i", (), "integer"), {"i": 2**70}, ShapeError, "not object"),
        (g.input("b", (), "boolean"), {"b": 0.5}, ShapeError,
         "b must hold boolean values, not float64"),
        (g.rows(), {}, GraphError, "rows needs the number of rows: pass rows="),
        (g.zeros((BATCH, 2)), {}, GraphError, "broadcast needs the number of rows"),
        (g.exp(RATE), {"rate": 1.0, g.exp(RATE): 3.0}, GraphError,
         r"exp\(rate\) is computed"),
    ],
)  # fmt: skip
def test_what_cannot_be_fed_is_refused_by_name(output, feeds, error, said):
    with pytest.raises(error, match=said):
        evaluate([output], feeds)


def test_inputs_of_different_numbers_of_rows_are_refused():
    other = g.input("other", (BATCH, 2))
    with pytest.raises(ShapeError, match="other has 3 rows where others have 2"):
        evaluate([X + other], {X: VALUES, other: np.ones((3, 2))})
    with pytest.raises(ShapeError, match="x has 2 rows where others have 5"):
        evaluate([X], {X: VALUES}, rows=5)


@pytest.mark.parametrize("dtype", [np.float16, np.int64, np.longdouble, "complex64"])
def test_other_precisions_are_refused(dtype):
    if np.dtype(dtype) == np.float64:
        pytest.skip("long double is float64 on this machine")
    with pytest.raises(GraphError, match="float64 or float32, not"):
        Executable(Graph.of(X), dtype)


def test_the_number_of_rows_is_told_by_any_input_of_a_batch():
    ones = g.broadcast(g.constant(1.0), (BATCH,))
    for outputs, feeds, rows in (
        ([ones, g.rows() + 0.0 * g.sum(X)], {X: VALUES}, None),
        ([ones, g.rows()], {}, 2),
        # The gradient of a mean needs N and not x, but whoever asks has x at hand.
        ([ones, g.rows()], {X: VALUES}, None),
    ):
        found = evaluate(outputs, feeds, rows=rows)
        assert found[0].tolist() == [1.0, 1.0]
        assert float(found[1]) == 2.0


def test_one_executable_serves_batches_of_any_size():
    run = Executable(Graph({"mean": g.mean(X, 0)}))
    assert run({"x": VALUES})["mean"].tolist() == [2.0, 3.0]
    assert run({"x": VALUES[:1]})["mean"].tolist() == [1.0, 2.0]
    assert np.isnan(run({"x": VALUES[:0]})["mean"]).all()


def test_float32_keeps_arrays_in_float32():
    hot = g.one_hot(g.input("i", (BATCH,), "integer"), 2)
    outputs = [
        X * W,
        X * RATE,
        X + 0.1,
        X * g.constant([0.1, 0.2]),
        X / g.rows(),
        g.sum(X),
        g.where(X > 2.0, X, 0.0),
        g.where(g.greater(X, 2.0), 1.0, 0.0),
        g.cast(X > 2.0, "float"),
        hot,
        g.broadcast(RATE, (3,)),
        g.parameter("theta") * RATE,
        g.sigmoid(X),
        g.softplus(X),
        g.max(X, 1),
        g.softmax(X) + g.reshape(g.log_sum_exp(X), (BATCH, 1)),
    ]
    feeds = {"x": VALUES, "w": [1, 2], "rate": 0.1, "i": [0, 1], "theta": 1.0}
    for node, value in zip(
        outputs, evaluate(outputs, feeds, dtype=np.float32), strict=True
    ):
        assert value.dtype == np.float32, node


def test_run_time_scalars_are_computed_in_float64_and_rounded_once():
    """1 − .999^1 keeps all its digits: in float32 it would be .0010000467."""
    step = g.input("t")
    theta = g.parameter("theta", (1,))
    correction = 1 - 0.999**step
    (found,) = evaluate([theta * correction], {step: 1, theta: [1.0]}, dtype=np.float32)
    assert found.dtype == np.float32
    assert found[0] == np.float32(1 - 0.999)
    assert found[0] != np.float32(1) - np.float32(0.999)


def test_a_run_time_scalar_keeps_its_digits_until_it_meets_an_array():
    small, met = evaluate(
        [RATE - 0.1, W * RATE], {RATE: 0.1 + 2.0**-40, W: [1.0, 0.0]}, dtype="f4"
    )
    assert float(small) == pytest.approx(2.0**-40, rel=1e-3)
    assert met[0] == np.float32(0.1)


def test_host_scalars_hold_no_parameter_and_no_array():
    theta = g.parameter("theta")
    nodes = {
        "step": 1 - 0.9 ** g.input("t"),
        "rows": 1.0 / g.rows(),
        "theta": theta * 2.0,
        "sum": g.sum(X),
        "array": g.broadcast(RATE, (3,)),
    }
    host = host_scalars(Graph(nodes).nodes)
    assert {name for name, node in nodes.items() if node in host} == {"step", "rows"}


def test_values_beyond_float32_become_infinite_without_a_warning():
    big = g.constant([1e300, -1e300])
    (found,) = evaluate([W + big], {W: [1e300, 0.0]}, dtype=np.float32)
    assert found.tolist() == [np.inf, -np.inf]
    (found,) = evaluate([W * g.constant(1e300)], {W: [1.0, 0.0]}, dtype=np.float32)
    assert found[0] == np.inf


def test_integers_stay_whole_in_any_precision():
    large = 2**53 + 1
    index = g.input("i", (BATCH,), "integer")
    same = g.equal(index, g.constant(np.array([large])))
    (found, kept) = evaluate([same, index], {index: [large, large - 1]}, dtype="f4")
    assert found.tolist() == [True, False]
    assert kept.dtype == np.int64
    assert kept[0] == large


def test_small_kinds_of_numbers_are_taken():
    for dtype in (np.float16, np.float32, np.int8, np.uint8, np.bool_):
        assert evaluate([W], {W: np.array([1, 0], dtype)})[0].tolist() == [1.0, 0.0]
    index = g.input("i", (BATCH,), "integer")
    for dtype in (np.int8, np.uint64, np.bool_):
        assert evaluate([index], {index: np.array([1], dtype)})[0].tolist() == [1]


NUMERIC_ELEMENTWISE = [
    name
    for name, entry in g.OPERATIONS.items()
    if entry.infer is g.OPERATIONS["add"].infer
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("operation", NUMERIC_ELEMENTWISE)
def test_nan_goes_through_every_elementwise_operation(operation, dtype):
    arity = g.OPERATIONS[operation].arity
    leaves = [g.parameter(f"p{i}", (2,)) for i in range(arity)]
    for position in range(arity):
        feeds = {leaf: [0.5, 0.25] for leaf in leaves}
        feeds[leaves[position]] = [np.nan, 0.25]
        (found,) = evaluate([g.make_node(operation, *leaves)], feeds, dtype=dtype)
        assert np.isnan(found[0])
        assert not np.isnan(found[1])


def test_there_are_elementwise_operations_to_try():
    assert {"add", "heaviside", "sign", "maximum", "erf"} <= set(NUMERIC_ELEMENTWISE)
    assert "sum" not in NUMERIC_ELEMENTWISE


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_no_warning_escapes(dtype):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for case in CASES:
            output, feeds = case.make()
            evaluate([output], feeds, dtype=dtype)


def test_values_are_freed_when_no_later_node_needs_them(monkeypatch):
    ghosts, alive = [], []

    def spy(x):
        alive.append(sum(ghost() is not None for ghost in ghosts))
        value = np.sin(x)
        ghosts.append(weakref.ref(value))
        return value

    monkeypatch.setitem(DEFINITIONS, "sin", spy)
    node = W
    for _ in range(20):
        node = g.sin(node)
    run = Executable(Graph({"y": node}))
    run({W: [0.5, 1.0]})
    assert len(alive) == 20
    # The one being read is alive, those before it are not.
    assert max(alive) == 1


def test_outputs_survive_though_later_nodes_read_them():
    first = g.exp(W)
    second = g.sin(first)
    found = evaluate([first, second, first, W], {W: [0.0, 1.0]})
    assert found[0].tolist() == found[2].tolist() == np.exp([0.0, 1.0]).tolist()
    assert found[1].tolist() == np.sin(np.exp([0.0, 1.0])).tolist()
    assert found[3].tolist() == [0.0, 1.0]


def test_a_shared_node_is_computed_once(monkeypatch):
    calls = []
    original = DEFINITIONS["exp"]
    monkeypatch.setitem(DEFINITIONS, "exp", lambda x: calls.append(1) or original(x))
    e = g.exp(W)
    evaluate([e * e + e], {W: [0.0, 1.0]})
    assert len(calls) == 1


def test_feeds_are_not_written_to():
    values = VALUES.copy()
    values.flags.writeable = False
    evaluate([g.sum(X * 2.0 + W)], {X: values, W: np.zeros(2)})
    assert np.array_equal(values, VALUES)


def test_every_error_is_one_of_ours():
    with pytest.raises(NeuronaError):
        evaluate([W], {})
