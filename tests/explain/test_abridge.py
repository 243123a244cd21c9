"""Records of wide networks: few numbers, which still add up."""

import json

import numpy as np
import pytest

from neurona import Dense, Network, explain
from neurona.explain.abridge import abridged

MEGABYTE = 1_000_000


def at(record, pointer):
    """What a JSON pointer names."""
    for key in pointer.split("/")[1:]:
        key = key.replace("~1", "/").replace("~0", "~")
        record = record[int(key) if isinstance(record, list) else key]
    return record


def test_small_arrays_are_whole_and_of_large_ones_the_largest_entries_are_told():
    rng = np.random.default_rng(0)
    record = {
        "layers": [{"W": rng.normal(size=(4, 5)), "b": np.ones(5)}, {"b": np.ones(5)}],
        "a/b": np.array([1.0, np.nan, -3.0, 2.0, 0.0, 0.5]),
        "name": "x",
    }
    found, totals = abridged(record, most=12, largest=2)
    assert set(totals) == {"/layers/0/W", "/a~1b"}
    assert found["name"] == "x"
    assert all(found["layers"][i]["b"].shape == (5,) for i in (0, 1))
    for pointer, total in totals.items():
        whole, told = at(record, pointer), at(found, pointer)
        assert total["entries"] == whole.size
        assert total["norm"] == pytest.approx(np.linalg.norm(whole), nan_ok=True)
        numbers = np.sort(np.abs(whole[~np.isnan(whole)]))[-2:]
        assert sorted(map(abs, told.values())) == pytest.approx(numbers)
        for place, value in told.items():
            assert whole[tuple(map(int, place.split(",")))] == value
    assert abridged(record, most=36, largest=2) == (record, {})


def wide(rows):
    network = Network([Dense(64, "relu"), Dense(64, "relu"), Dense(1)], n_inputs=2_000)
    rng = np.random.default_rng(0)
    return network, rng.normal(size=(rows, 2_000)), rng.normal(size=rows)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_matrices_of_a_wide_network_are_less_than_a_megabyte(rows):
    view = explain.matrix_view(*wide(rows), loss="mse")
    found = view.to_json()
    # Indented as the command writes it.
    assert len(json.dumps(found, indent=2)) < MEGABYTE
    assert len(at(found, "/layers/0/W")) == 20
    assert found["totals"]["/layers/0/W"]["entries"] == 2_000 * 64
    dW = view.matrices.trace.gradients[view.matrices.parameter("dense_1.weight")]
    assert found["totals"]["/layers/0/dW"]["norm"] == pytest.approx(np.linalg.norm(dW))


def test_a_step_of_many_rows_of_a_wide_network_is_less_than_a_megabyte():
    # Each of its chains tells what it sums over 64 units.
    step = explain.worked_step(*wide(30), loss="mse", layers=["dense_1"], largest=20)
    found = step.to_json()
    assert len(json.dumps(found, indent=2)) < MEGABYTE
    assert found["totals"]["/input"]["entries"] == 30 * 2_000
    for name, chains in found["chains"].items():
        for place, chain in chains.items():
            assert len(chain["terms"]) + chain["rest"]["terms"] == 30
            told = sum(term["product"] for term in chain["terms"])
            whole = told + chain["rest"]["product"]
            assert whole == pytest.approx(chain["product"])
            assert whole == pytest.approx(found["gradients"][name][place])
