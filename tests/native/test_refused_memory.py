"""Every request for memory fails once: it spoils no program, and nothing is lost."""

import numpy as np
import pytest

from neurona import Adam, Dense, Dropout, Network
from neurona import graph as g
from neurona.gradient import backward
from neurona.graph import BATCH, Graph, Spec
from neurona.native.execute import tables_of
from neurona.native.lower import lower_graph_to_program
from neurona.nn.losses import CrossEntropy
from neurona.train.step import LOSS_SUM, WEIGHT_SUM, StepOptions, build_step

engine = pytest.importorskip("neurona.native._engine_tests")


def small_step():
    """One block: it runs as a list of calls."""
    x, w = g.input("x", (BATCH, 2)), g.parameter("w", (2, 1))
    loss = g.sum(g.tanh(x @ w))
    return Graph({"w": w - 0.1 * backward(loss, [w])[0], LOSS_SUM: loss})


def classifier():
    """Several blocks, masks, and a rule with moments."""
    options = StepOptions(
        losses={"output": CrossEntropy()},
        targets={"output": Spec((BATCH,), "integer")},
        optimizer=Adam(),
    )
    layers = [Dense(70, "relu"), Dropout(0.1), Dense(3)]
    return build_step(Network(layers, n_inputs=2).architecture, options).graph


def wide_product():
    """Arrays that are cut into pieces for each thread."""
    x, w = g.input("x", (BATCH, 2)), g.parameter("w", (2, 9000))
    slope = g.contract_rows(x, g.tanh(x @ w))
    return Graph({"w": w - 0.1 * slope, LOSS_SUM: g.sum(x)})


STEPS = {"small": small_step, "classifier": classifier, "wide": wide_product}


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("batch", [60, 150])
@pytest.mark.parametrize("name", STEPS)
def test_a_program_stands_every_refusal_of_memory(name, batch, dtype, threads):
    graph = STEPS[name]()
    sums = [n for n in (LOSS_SUM, WEIGHT_SUM) if n in graph.outputs]
    program = lower_graph_to_program(graph, dtype=dtype, most_rows=batch, sums=sums)
    tables = tables_of(program)
    rows, steps = batch + batch // 3, 2
    random = np.random.default_rng(0)
    columns = [graph.leaves[n].shape[1:] for n in program.inputs]
    inputs = [
        random.integers(0, 3, (rows, 1)) * 1.0 if not shape
        else random.normal(size=(rows, *shape))
        for shape in columns
    ]  # fmt: skip
    feeds = {node: np.full(steps, 0.01) for node in ("learning_rate", "step")}
    trial = getattr(engine, f"refuse_each_allocation_{np.dtype(dtype).itemsize * 8}")
    asked, failed, different, lost = trial(
        isa="", buffers=tables.buffers, phases=tables.phases, arena=program.arena,
        workspace=program.workspace, map_places=tables.map_places,
        most_rows=program.most_rows, lasting_phase=tables.lasting_phase,
        leaves=[
            (b.number, random.normal(size=b.rows * b.columns) ** 2)
            for b in program.leaves.values()
        ],
        inputs=inputs, order=np.arange(rows)[::-1], batch=batch,
        scalars=tables.scalars(feeds, np.array([batch, batch // 3])),
        sum_count=len(program.sums), threads=threads,
    )  # fmt: skip
    assert asked > 10
    assert failed > asked / 2
    assert (different, lost) == (0, 0)
