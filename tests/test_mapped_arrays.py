"""Arrays in files: they answer like any other, and their pages are let go of."""

import numpy as np
import pytest

from neurona import mapped_arrays
from neurona.mapped_arrays import MappedArray, Pages, open_mapped


@pytest.fixture
def values():
    return np.random.default_rng(0).normal(size=(1000, 3)).astype(np.float32)


@pytest.fixture
def mapped(values, tmp_path):
    np.save(tmp_path / "x.npy", values)
    return open_mapped(tmp_path / "x.npy")


def calls_of(monkeypatch):
    calls = []
    let_go = Pages.let_go

    def counted(self):
        calls.append(self)
        let_go(self)

    monkeypatch.setattr(Pages, "let_go", counted)
    return calls


@pytest.mark.parametrize(
    "key",
    [
        np.array([5, 999, 0, 5]),
        np.array([-1, 2]),
        np.array([], np.int64),
        np.arange(1000) % 2 == 0,
        slice(10, 20),
        7,
        (3, 1),
    ],
)
def test_what_is_picked_is_what_an_array_in_memory_gives(key, values, mapped):
    np.testing.assert_array_equal(mapped[key], values[key])


def test_rows_picked_by_number_are_copied_piece_by_piece(monkeypatch, values, mapped):
    monkeypatch.setattr(mapped_arrays, "RESIDENT_BYTES", 4000)
    monkeypatch.setattr(mapped_arrays, "GATHERED_ROWS", 100)
    calls = calls_of(monkeypatch)
    rows = np.random.default_rng(1).permutation(1000)
    found = mapped[rows]
    np.testing.assert_array_equal(found, values[rows])
    assert type(found) is np.ndarray
    assert len(calls) >= 3


def test_what_is_computed_is_in_memory(mapped, values):
    assert type(mapped * 2) is np.ndarray
    assert isinstance(mapped.max(), np.float32)
    assert mapped.max() == values.max()


def test_it_cannot_be_written(mapped):
    with pytest.raises(ValueError, match="read-only"):
        mapped[0, 0] = 1.0


def test_pages_of_views_are_known_and_those_of_others_are_not(mapped, values, tmp_path):
    view = np.ascontiguousarray(np.asarray(mapped), np.float32).reshape(1000, 3)
    assert Pages([view, values]).row_bytes == 12
    assert Pages([values]).row_bytes == 0
    # A private mapping of somebody else would lose what was written to it.
    own = np.load(tmp_path / "x.npy", mmap_mode="c")
    own[0] = 5.0
    pages = Pages([own])
    pages.let_go()
    assert pages.row_bytes == 0
    assert (own[0] == 5.0).all()


def test_pages_are_let_go_of_once_many_were_touched(monkeypatch, mapped, values):
    monkeypatch.setattr(mapped_arrays, "RESIDENT_BYTES", 1000)
    calls = calls_of(monkeypatch)
    pages = Pages([mapped])
    for _time in range(4):
        pages.touch(400)
    assert len(calls) == 1
    assert pages.span(np.array([0, 9])) == 120
    assert Pages([values]).span(np.array([0, 9])) == 0
    np.testing.assert_array_equal(mapped, values)


def test_a_slice_is_still_mapped(mapped):
    assert isinstance(mapped[10:20], MappedArray)
    assert Pages([mapped[10:20]]).row_bytes == 12
