"""The graph is rewritten for the engine with the same values."""

import numpy as np

from neurona import graph as g
from neurona.graph import BATCH
from neurona.native.prepare import prepare_for_native
from neurona.reference import Executable

# A quotient as a product with a reciprocal, in double precision: three roundings.
TOLERANCE = 1e-15

X = g.input("x", (BATCH, 4))
ROW = g.sum(X * X, 0)


def test_a_batch_is_multiplied_by_one_reciprocal_of_a_root():
    root = g.sqrt(ROW)
    graph = g.Graph({"y": X / root, "z": g.exp(X) / root})
    prepared = prepare_for_native(graph)
    divisions = [n for n in prepared.nodes if n.operation == "divide"]
    assert [n.shape for n in divisions] == [(4,)]
    x = {"x": np.random.default_rng(1).normal(size=(9, 4))}
    found, wanted = Executable(prepared)(x), Executable(graph)(x)
    for name in wanted:
        np.testing.assert_allclose(found[name], wanted[name], TOLERANCE)
