"""The reference gives, for every case, what the formula or the hand says."""

import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import DataError
from neurona.graph.shape import Batch
from neurona.reference import evaluate
from tests.cases import CASES

INTO = {"float": np.float64, "integer": np.int64, "boolean": np.bool_}


def scale_of(values):
    finite = np.abs(np.asarray(values, np.float64))
    return float(np.max(finite, initial=1.0, where=np.isfinite(finite)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_value_is_the_formula_s(case):
    output, feeds = case.make()
    (found,) = evaluate([output], feeds)
    wanted = case.wanted()
    assert found.dtype == INTO[output.dtype]
    assert len(found.shape) == len(output.shape)
    for size, told in zip(found.shape, output.shape, strict=True):
        assert isinstance(told, Batch) or size == told
    if wanted is not None:
        assert found.shape == wanted.shape
        np.testing.assert_allclose(
            found, wanted, rtol=case.tolerance, atol=case.tolerance
        )
        zero = (found == 0) & (wanted == 0)
        assert np.array_equal(np.signbit(found[zero]), np.signbit(wanted[zero]))


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.float32 is not None], ids=lambda case: case.name
)
def test_float32_stays_near_float64(case):
    output, feeds = case.make()
    (exact,) = evaluate([output], feeds)
    (found,) = evaluate([output], feeds, dtype=np.float32)
    if output.dtype != "float":
        assert np.array_equal(found, exact)
        return
    if output.shape != () or any(leaf.kind == "parameter" for leaf in case.leaves):
        assert found.dtype == np.float32
    np.testing.assert_allclose(
        found.astype(np.float64), exact, rtol=0, atol=case.float32 * scale_of(exact)
    )


def test_small_losses_keep_their_digits():
    z, t = g.input("z"), g.input("t")
    (found,) = evaluate([g.binary_cross_entropy(z, t)], {z: 40.0, t: 1.0})
    assert float(found) == pytest.approx(np.exp(-40.0), rel=1e-12)
    logits = g.input("logits", shape=(2,))
    loss = g.cross_entropy(logits, np.array([0.0, 1.0]))
    (found,) = evaluate([loss], {logits: [0.0, 40.0]})
    assert float(found) == pytest.approx(np.exp(-40.0), rel=1e-12)


@pytest.mark.parametrize("index", [-1, 3])
@pytest.mark.parametrize("operation", ["gather", "scatter_add", "one_hot"])
def test_an_index_outside_is_an_error_that_names_it(operation, index):
    i = g.input("i", shape=(g.BATCH,), dtype="integer")
    table, updates = g.parameter("table", (3, 2)), g.input("u", shape=(g.BATCH, 2))
    output = {
        "gather": lambda: g.gather(table, i),
        "scatter_add": lambda: g.scatter_add(i, updates, 3),
        "one_hot": lambda: g.one_hot(i, 3),
    }[operation]()
    feeds = {i: [0, index], table: np.ones((3, 2)), updates: np.ones((2, 2))}
    with pytest.raises(DataError, match=f"index {index} is outside"):
        evaluate([output], feeds)


def test_half_of_a_mask_is_true_and_follows_seed_stream_and_step():
    seed, step = (g.input(name, dtype="integer") for name in ("seed", "step"))

    def drawn(stream=7, rate=0.5, **feeds):
        node = g.random_mask((10_000,), rate=rate, stream=stream, seed=seed, step=step)
        return evaluate([node], {"seed": 1, "step": 2, **feeds})[0]

    # Five standard deviations of a share among 10,000 draws: 5·√(.25/10000).
    assert abs(drawn().mean() - 0.5) < 0.025
    assert abs(drawn(rate=0.9).mean() - 0.1) < 0.015
    assert np.array_equal(drawn(), drawn())
    for other in (drawn(seed=2), drawn(step=3), drawn(stream=8)):
        assert not np.array_equal(other, drawn())
