import numpy as np
import pytest

from neurona import reference
from neurona.graph import Graph
from neurona.native import engine_available
from neurona.native.lowering import lowering_rules
from neurona.native.task import CannotLower
from tests.cases import CASES
from tests.native.executors import run_natively

pytestmark = pytest.mark.skipif(not engine_available(), reason="no native engine")

# Sums are made in another order, and exp and friends differ in the last places.
TOLERANCE = {"float64": 1e-12, "float32": 2e-5}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_native_equals_reference(case, dtype):
    if dtype == "float32" and not case.float32:
        pytest.skip("the case needs more digits")
    output, feeds = case.make()
    graph = Graph({"y": output})
    rows = next(
        (len(v) for k, v in feeds.items() if np.ndim(v) and k.operation == "input"
         and not isinstance(k.shape[0], int)),
        3,
    )  # fmt: skip
    if rows == 0:
        pytest.skip("a step has at least one row")
    expected = reference.evaluate([output], feeds, dtype=dtype, rows=rows)[0]
    try:
        found = run_natively(graph, feeds, dtype=dtype, rows=rows)["y"]
    except CannotLower as error:
        # A limit of its rule; that there is one, tests/contracts demands.
        if case.operation not in lowering_rules():
            raise
        pytest.skip(str(error))
    if expected.dtype.kind != "f":
        expected = expected.astype(dtype)
    scale = max(1.0, float(np.max(np.abs(expected[np.isfinite(expected)]), initial=0)))
    np.testing.assert_allclose(
        found, expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype] * scale
    )
