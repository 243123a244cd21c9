"""An index outside of its table is an error, in the same words from both executors."""

import numpy as np
import pytest

from neurona import graph as g
from neurona import reference
from neurona.errors import DataError
from neurona.graph import BATCH, Graph
from neurona.native import engine_available
from neurona.native.execute import NativeProgram
from neurona.native.lower import lower_graph_to_program
from neurona.native.rows import RowPredictor, RowProgram
from neurona.train.evaluate import run_in_chunks
from tests.native.executors import run_natively

pytestmark = pytest.mark.skipif(not engine_available(), reason="no native engine")

SIZE = 3
ROWS = 150
"""Three blocks, so that several threads meet wrong indices."""


def classified(index):
    """A cross-entropy of classes, and its slope: neither makes the one-hot target."""
    logits = g.input("logits", (BATCH, SIZE))
    target = g.one_hot(index, SIZE)
    loss = g.cross_entropy(logits, target)
    return {"loss": loss, "slope": (g.softmax(logits) - target) * g.input("rate")}


READERS = {
    "gather": lambda i: {"y": g.gather(g.parameter("table", (SIZE, 2)), i)},
    "one_hot": lambda i: {"y": g.one_hot(i, SIZE)},
    "scatter_add": lambda i: {
        "y": g.scatter_add(i, g.input("updates", (BATCH, 2)), SIZE)
    },
    "loss": lambda i: {"y": classified(i)["loss"]},
    "slope": lambda i: {"y": classified(i)["slope"]},
}
WRONG = [np.nan, np.inf, -np.inf, 1e30, -1e30, -1.0, -7.0, 3.0, 2.0**40]


def reader(name):
    """A graph that takes an index from numbers."""
    return Graph(READERS[name](g.cast(g.input("x", (BATCH,)), "integer")))


def feeds_of(graph, x):
    random = np.random.default_rng(1)
    sizes = {"x": x.shape, "rate": (), "table": (SIZE, 2)}
    return {
        leaf: x
        if name == "x"
        else random.normal(size=sizes.get(name, (len(x), 2)))
        if name != "logits"
        else random.normal(size=(len(x), SIZE))
        for name, leaf in graph.leaves.items()
    }


def said(run):
    with pytest.raises(DataError) as caught:
        run()
    return str(caught.value)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("name", READERS)
def test_a_wrong_index_is_told_alike(name, value, dtype):
    graph = reader(name)
    x = np.arange(ROWS) % SIZE * 1.0
    x[[70, 140]] = value
    feeds = feeds_of(graph, x)
    words = said(
        lambda: reference.evaluate(list(graph.outputs.values()), feeds, dtype=dtype)
    )
    assert words.startswith("row 70, column 0: ")
    assert ("not a number" in words) == (not abs(value) < 2.0**63)
    for threads in (1, 2, 3):
        assert words == said(
            lambda n=threads: run_natively(graph, feeds, dtype=dtype, threads=n)
        )


def test_the_first_of_several_in_a_row_is_told():
    table = g.parameter("table", (SIZE, 2))
    index = g.input("x", (BATCH, 4), "integer")
    graph = Graph({"y": g.gather(table, index)})
    x = np.zeros((5, 4), np.int64)
    x[4, 0], x[3, 2:] = 9, (-2, 5)
    feeds = {index: x, table: np.ones((SIZE, 2))}
    words = "row 3, column 2: index -2 is outside the table's 0 to 2"
    assert words == said(lambda: reference.evaluate([graph.outputs["y"]], feeds))
    assert words == said(lambda: run_natively(graph, feeds))


def looked_up():
    """A program of one table, and its values."""
    graph = reader("gather")
    program = lower_graph_to_program(graph, dtype="float64", most_rows=64)
    return graph, program, {"table": np.arange(6.0).reshape(SIZE, 2)}


def test_the_row_is_that_of_the_data():
    graph, program, values = looked_up()
    x = np.zeros(3000)
    x[2500] = 3
    words = "row 2500, column 0: index 3 is outside the table's 0 to 2"
    order = np.arange(3000)[::-1].copy()
    native, executable = (
        RowProgram(program, np.dtype("f8")),
        reference.Executable(graph),
    )
    for index in (None, order):
        assert words == said(lambda i=index: native(values, {"x": x}, 3000, i))
        assert words == said(
            lambda i=index: run_in_chunks(executable, values, {"x": x}, 3000, i)
        )


def test_the_row_is_that_of_what_is_predicted():
    index = g.cast(g.input("x", (BATCH, 1)), "integer")
    y = g.reshape(g.gather(g.parameter("table", (SIZE, 2)), index), (BATCH, 2))
    program = lower_graph_to_program(Graph({"y": y}), dtype="float64", most_rows=64)
    predict = RowPredictor(program, np.arange(6.0), {"table": 0})
    x = np.zeros((3000, 1))
    for row in (3, 200, 2999):
        x[row] = 3
        assert said(lambda: predict(x)).startswith(f"row {row}, column 0: index 3")
        x[row] = 0
    assert (predict(x) == [0, 1]).all()


def test_a_program_runs_again_after_a_wrong_index():
    _graph, program, values = looked_up()
    native = NativeProgram(program, "float64")
    native.write(values)
    clock = {"seed": 0, "first_step": 1, "threads": 1}
    native.set_data({"x": np.array([0.0, np.nan])})
    with pytest.raises(DataError, match=r"row 1, column 0: .* not a number"):
        native.run(np.arange(2), 2, {}, **clock)
    native.set_data({"x": np.array([2.0, 1.0])})
    native.run(np.arange(2), 2, {}, **clock)
    np.testing.assert_array_equal(native.result("y", 2), [[4, 5], [2, 3]])


def test_data_that_were_let_go_are_not_read():
    _graph, program, values = looked_up()
    native = NativeProgram(program, "float64")
    native.write(values)
    native.set_data({"x": np.zeros(2)})
    native.forget_data()
    with pytest.raises(ValueError, match="not given"):
        native.run(np.arange(2), 2, {}, seed=0, first_step=1, threads=1)
