"""How the engine cuts a step: the bits do not depend on who does which part."""

import os
import subprocess
import sys

import numpy as np
import pytest

from neurona import Adam, Dense, Network, reference
from neurona import graph as g
from neurona.native.execute import NativeProgram
from neurona.native.lower import lower_graph_to_program
from neurona.train.engines import resolve_engine
from tests.native.executors import run_natively

pytestmark = pytest.mark.skipif(
    resolve_engine("auto") != "native", reason="the engine is not built"
)

LAYERS = {"gradients": (256, 256), "products": (320, 512)}
"""Weights whose gradients, or whose products too, are cut into several pieces for each
thread."""


def fitted(sizes=LAYERS["gradients"], *, batch=64, dtype="float32", threads=1):
    """Bits after two whole batches and a short one."""
    inputs, width = sizes
    rows = 2 * batch + batch // 3
    X = np.random.default_rng(8).normal(size=(rows, inputs))
    network = Network(
        [Dense(width, "relu"), Dense(3)], n_inputs=inputs, dtype=dtype, seed=4
    )
    history = network.fit(
        X, np.arange(rows) % 3, epochs=1, batch_size=batch,
        optimizer=Adam(learning_rate=0.01), threads=threads,
    )  # fmt: skip
    return network.parameters.vector.tobytes(), history.epochs[-1].loss


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("batch", [64, 65, 128, 200, 600])
@pytest.mark.parametrize("sizes", LAYERS.values(), ids=LAYERS)
def test_any_number_of_threads_gives_the_same_bits(sizes, batch, dtype):
    alone = fitted(sizes, batch=batch, dtype=dtype)
    for threads in (2, 3, 5):
        assert fitted(sizes, batch=batch, dtype=dtype, threads=threads) == alone


BUSY = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
print("busy", flush=True)
while True:
    pass
"""


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="threads cannot be kept in one place"
)
def test_a_thread_beside_a_busy_process_changes_no_bits():
    allowed = os.sched_getaffinity(0)
    # Its helper is there from now on, and may run anywhere.
    expected = fitted(batch=200, threads=2)
    place = min(allowed)
    busy = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(place)], stdout=subprocess.PIPE
    )
    try:
        assert busy.stdout.readline() == b"busy\n"
        os.sched_setaffinity(0, {place})
        found = [fitted(batch=200, threads=2) for _ in range(4)]
    finally:
        os.sched_setaffinity(0, allowed)
        busy.kill()
        busy.communicate()
    assert found == [expected] * 4


COLUMNS = 5


def rule_of_one_output(most_rows):
    """A step whose result depends on which rows are in its batch, and their order."""
    x, w = g.input("x", (g.BATCH, COLUMNS)), g.parameter("w", (COLUMNS, 1))
    error = g.tanh(g.matmul(x, w)) - g.sum(x, axes=(1,), keepdims=True)
    gradient = g.contract_rows(x, error)
    new = w - g.input("rate") * gradient
    step = g.Graph({"w": new, "loss": g.sum(error * error)})
    return NativeProgram(
        lower_graph_to_program(
            step, dtype="float64", most_rows=most_rows, sums=["loss"]
        ),
        "float64",
    )


EPOCHS = 3


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("epoch_rows", "batch", "skipped"),
    [
        (200, 64, 0),
        (200, 64, 64),
        (200, 64, 192),
        (192, 64, 128),
        (150, 149, 149),
        (100, 128, 0),
    ],
)
def test_one_long_run_is_its_steps_one_by_one(epoch_rows, batch, skipped, threads):
    rng = np.random.default_rng(2)
    data = {"x": rng.normal(size=(epoch_rows, COLUMNS))}
    start = {"w": np.zeros((COLUMNS, 1))}
    epochs = [rng.permutation(epoch_rows) for _ in range(EPOCHS)]
    batches = [
        (epoch, order[first : first + batch])
        for epoch, order in enumerate(epochs)
        for first in range(0, epoch_rows, batch)
        if epoch or first >= skipped
    ]
    rates = np.linspace(0.001, 0.002, len(batches))

    alone = rule_of_one_output(batch)
    alone.set_data(data)
    alone.write(start)
    expected = np.zeros((EPOCHS, 1))
    for i, (epoch, rows) in enumerate(batches):
        sums = alone.run(
            rows, batch, {"rate": rates[i : i + 1]},
            seed=0, first_step=1 + i, threads=1,
        )  # fmt: skip
        expected[epoch] += sums["loss"]

    together = rule_of_one_output(batch)
    together.set_data(data)
    together.write(start)
    found = np.zeros((EPOCHS, 1))
    done = together.advance(
        np.concatenate(epochs)[skipped:], batch,
        np.array([len(rows) for _epoch, rows in batches]), {"rate": rates}, found,
        epoch_rows=epoch_rows, skipped=skipped, seed=0, first_step=1, threads=threads,
    )  # fmt: skip
    assert done == len(batches)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(
        together.read("w", start["w"]), alone.read("w", start["w"])
    )


SHAPES = {"few": (2, 5), "many": (3, 700), "rows of the batch": (g.BATCH, 7)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["rate", "constant", "computed"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_number_may_be_the_first_operand(shape, name, dtype):
    x, row = g.input("x", shape), g.parameter("row", shape[1:])
    if g.has_batch(shape):
        size = (150, *shape[1:])
    else:
        x, size = g.parameter("x", shape), shape
    rate = g.input("rate")
    number = {"rate": rate, "constant": g.constant(0.7), "computed": g.max(row)}[name]
    outputs = {
        "difference": number - x,
        "product": number * x,
        "larger": g.maximum(number, x),
        "spread": (number - x) * row,
        "twice": number * (number - x),
    }
    rng = np.random.default_rng(6)
    feeds = {x: rng.normal(size=size), row: rng.normal(size=shape[1:]), rate: 0.3}
    expected = reference.evaluate(
        list(outputs.values()), feeds, dtype=dtype, rows=size[0]
    )
    for threads in (1, 3):
        found = run_natively(
            g.Graph(outputs), feeds, dtype=dtype, rows=size[0], threads=threads
        )
        for key, value in zip(outputs, expected, strict=True):
            np.testing.assert_array_equal(found[key], value, err_msg=key)
