"""Runs a graph once on the native engine, as the reference's evaluate does."""

from __future__ import annotations

import numpy as np

from neurona.graph import has_batch
from neurona.native.execute import NativeProgram
from neurona.native.lower import lower_graph_to_program


def run_natively(graph, feeds, *, dtype="float64", rows=None, threads=1):
    """Values of a graph's outputs, given those of its leaves by node."""
    given = {str(node.name): np.asarray(value) for node, value in feeds.items()}
    for name, node in graph.leaves.items():
        if has_batch(node.shape):
            rows = len(given[name])
    rows = 1 if rows is None else rows
    program = lower_graph_to_program(graph, dtype=dtype, most_rows=max(rows, 1))
    native = NativeProgram(program, dtype)
    native.set_data({name: given[name] for name in program.inputs})
    native.write({name: given[name] for name in program.leaves})
    scalars = {
        name: np.asarray(value, np.float64).reshape(1)
        for name, value in given.items()
        if value.ndim == 0
    }
    native.run(
        np.arange(rows), max(rows, 1), scalars, seed=0, first_step=1, threads=threads
    )
    found = {}
    for name, node in graph.outputs.items():
        shape = [rows if not isinstance(size, int) else size for size in node.shape]
        if name in program.updated:
            found[name] = native.read(name, np.empty(shape))
        else:
            found[name] = native.result(name, rows).reshape(shape)
    return found
