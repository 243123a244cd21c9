"""What programs are made of, and that their bits do not depend on threads."""

import numpy as np
import pytest

from neurona import graph as g
from neurona import reference
from neurona.gradient import backward
from neurona.graph import BATCH, Graph
from neurona.native import engine_available
from neurona.native.lower import lower_graph_to_program
from tests.native.executors import run_natively

pytestmark = pytest.mark.skipif(not engine_available(), reason="no native engine")

# Norm of the error over that of the gradient: the bound promised for gradients.
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}
NARROW, WIDE = 20, 330
"""Hidden units: gradients in blocks of rows, and products in tiles over all rows."""


def classifier(width):
    """Gradients of a ReLU classifier with two hidden layers, by parameter."""
    sizes = [(13, width), (width, width), (width, 3)]
    weights = [g.parameter(f"w{i}", size) for i, size in enumerate(sizes)]
    biases = [g.parameter(f"b{i}", (size[1],)) for i, size in enumerate(sizes)]
    value = g.input("x", (BATCH, 13))
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        value = value @ weight + bias
        value = g.maximum(value, 0.0) if i < 2 else value
    target = g.one_hot(g.input("y", (BATCH,), "integer"), 3)
    loss = g.sum(g.cross_entropy(value, target))
    parameters = [*weights, *biases]
    slopes = backward(loss, parameters)
    return Graph(
        {f"slope of {p.name}": s for p, s in zip(parameters, slopes, strict=True)}
    )


def feeds_of(graph, rows):
    random = np.random.default_rng(rows)
    feeds = {}
    for name, leaf in graph.leaves.items():
        if name == "y":
            feeds[leaf] = random.integers(0, 3, rows)
        else:
            shape = [rows if size is BATCH else size for size in leaf.shape]
            feeds[leaf] = random.standard_normal(shape) / np.sqrt(shape[-1])
    return feeds


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("rows", [1, 30, 150])
def test_gradients_equal_the_reference_with_the_same_bits_for_any_threads(
    dtype, width, rows
):
    graph = classifier(width)
    feeds = feeds_of(graph, rows)
    names = list(graph.outputs)
    wanted = reference.evaluate(
        list(graph.outputs.values()), feeds, dtype="float64", rows=rows
    )
    found = run_natively(graph, feeds, dtype=dtype, rows=rows)
    for name, value in zip(names, wanted, strict=True):
        error = np.linalg.norm(found[name] - value)
        assert error <= TOLERANCE[dtype] * np.linalg.norm(value), name
    for threads in (2, 3, 7):
        again = run_natively(graph, feeds, dtype=dtype, rows=rows, threads=threads)
        for name in names:
            np.testing.assert_array_equal(again[name], found[name])


@pytest.mark.parametrize("size", [1, 16, 40])
def test_maps_that_run_as_one_keep_their_own_numbers(size):
    # The arrays lie side by side, and so do the numbers that they are multiplied with.
    x = g.input("x", (BATCH, size))
    a, b = g.parameter("a", (size,)), g.parameter("b", (size,))
    two, three = g.parameter("two", ()), g.parameter("three", ())
    graph = Graph({"a": a * two, "b": b * three, "y": (x + a) * b})
    values = {"a": np.ones(size), "b": np.ones(size), "two": 2.0, "three": 3.0}
    feeds = {
        leaf: values.get(n, np.ones((5, size))) for n, leaf in graph.leaves.items()
    }
    found = run_natively(graph, feeds, dtype="float32", rows=5)
    assert (found["a"] == 2.0).all()
    assert (found["b"] == 3.0).all()


def program_of(graph, rows=128):
    return str(lower_graph_to_program(graph, dtype="float32", most_rows=rows))


def test_a_relu_and_its_slope_are_part_of_products():
    text = program_of(classifier(NARROW))
    assert "maximum(" not in text
    assert "greater(" not in text
    assert "where(" not in text


def test_a_batch_of_one_block_needs_no_parts():
    assert "combine" in program_of(classifier(NARROW), rows=65)
    assert "combine" not in program_of(classifier(NARROW), rows=64)


def test_wide_products_are_made_in_tiles():
    lines = program_of(classifier(WIDE)).splitlines()
    tiled = [line for line in lines if line.strip().startswith("slice  matmul")]
    assert len(tiled) == 2


def test_an_optimizer_rule_is_a_few_operations():
    w, slope = g.parameter("w", (40,)), g.parameter("slope", (40,))
    mean, square = g.parameter("mean", (40,)), g.parameter("square", (40,))
    rate, first, second = g.input("rate"), g.input("first"), g.input("second")
    next_mean = 0.9 * mean + 0.1 * slope
    next_square = 0.999 * square + 0.001 * (slope * slope)
    root = g.sqrt(next_square) / second + 1e-8
    graph = Graph(
        {
            "mean": next_mean,
            "square": next_square,
            "w": w - (rate / first) * next_mean / root,
        }
    )
    (line,) = [x for x in program_of(graph).splitlines() if " map " in x]
    operations = [part.split(" = ")[1].split("(")[0] for part in line.split("; ")]
    assert operations == [
        "weighted_sum",
        "weighted_square_sum",
        "shifted_root",
        "quotient_step",
    ]


def test_what_is_read_elsewhere_is_not_fused_away():
    w, rate = g.parameter("w", (5,)), g.input("rate")
    scaled = rate * w
    text = program_of(Graph({"w": w - scaled, "scaled": scaled}))
    assert "multiply" in text
    assert "scaled_difference" not in text
