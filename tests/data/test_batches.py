"""Epoch order, its batches, and rows gathered into buffers that are used again."""

import tracemalloc

import numpy as np
import pytest

from neurona.data import batches
from neurona.data.batches import (
    RowGatherer,
    WindowedOrder,
    batch_count,
    cut_into_batches,
    epoch_order,
    rows_per_batch,
)
from neurona.errors import OptionError
from neurona.reference.random_numbers import permutation, stream_of


def test_epoch_order_is_the_counter_based_permutation_of_seed_and_epoch():
    expected = permutation(4, stream_of("epoch order"), 9, 100)
    np.testing.assert_array_equal(epoch_order(100, seed=4, epoch=9), expected)


def test_epochs_have_different_orders():
    first, second = (epoch_order(100, seed=0, epoch=epoch) for epoch in (0, 1))
    assert sorted(first) == sorted(second) == list(range(100))
    assert not np.array_equal(first, second)


def test_without_shuffling_rows_keep_their_order():
    order = epoch_order(5, seed=0, epoch=3, shuffle=False)
    assert order.tolist() == [0, 1, 2, 3, 4]


def test_many_rows_are_shuffled_by_blocks_and_within_windows(monkeypatch):
    monkeypatch.setattr(batches, "LARGE_ROWS", 30)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 4)
    monkeypatch.setattr(batches, "WINDOW_BLOCKS", 3)
    # By hand: blocks 0-3, 4-7, … 28-30, put in order, three of them to a window.
    blocks = permutation(5, stream_of("order of blocks"), 2, 8).tolist()
    expected = []
    for window in range(3):
        rows = [
            row
            for block in blocks[3 * window : 3 * window + 3]
            for row in range(4 * block, min(4 * block + 4, 31))
        ]
        step = 2 * 3 + window
        inner = permutation(5, stream_of("order in a window"), step, len(rows))
        expected += [rows[place] for place in inner]
    assert epoch_order(31, seed=5, epoch=2).tolist() == expected
    assert sorted(expected) == list(range(31))
    # One row fewer is one permutation, as ever.
    np.testing.assert_array_equal(
        epoch_order(30, seed=5, epoch=2), permutation(5, batches.EPOCH_ORDER, 2, 30)
    )
    starts = WindowedOrder(31, seed=5, epoch=2).starts.tolist()
    assert starts[0] == 0
    assert starts[-1] == 31
    assert len(starts) == 4


@pytest.mark.parametrize(
    ("batch_size", "lengths"),
    [(3, [3, 3, 1]), (7, [7]), (100, [7]), ("full", [7]), (None, [7]), (1, [1] * 7)],
)
def test_batches_cover_the_order_and_the_last_may_be_shorter(batch_size, lengths):
    order = epoch_order(7, seed=1, epoch=0)
    batches = list(cut_into_batches(order, batch_size))
    assert [len(rows) for rows in batches] == lengths
    assert batch_count(7, batch_size) == len(lengths)
    np.testing.assert_array_equal(np.concatenate(batches), order)
    assert all(np.shares_memory(rows, order) for rows in batches)


@pytest.mark.parametrize("batch_size", [4, None])
def test_no_rows_make_no_batches(batch_size):
    assert list(cut_into_batches(np.arange(0), batch_size)) == []
    assert batch_count(0, batch_size) == 0


def test_two_million_rows_in_batches_of_a_thousand_are_2000_batches():
    # Case G8: 2 000 000 / 1000.
    assert batch_count(2_000_000, 1000) == 2000


@pytest.mark.parametrize("batch_size", [0, -1, 2.5, True, "half"])
def test_batch_sizes_that_are_not_positive_whole_numbers_are_refused(batch_size):
    with pytest.raises(OptionError, match="batch size must be a whole number"):
        rows_per_batch(10, batch_size)


def test_numpy_integers_are_batch_sizes():
    assert rows_per_batch(10, np.int64(4)) == 4


def test_gathered_rows_are_those_of_every_array():
    X = np.arange(20.0, dtype=np.float32).reshape(10, 2)
    y = np.arange(10) % 3
    gatherer = RowGatherer([X, y], most_rows=4)
    rows = np.array([9, 0, 5])
    X_batch, y_batch = gatherer.gather(rows)
    np.testing.assert_array_equal(X_batch, X[rows])
    np.testing.assert_array_equal(y_batch, y[rows])
    assert (X_batch.dtype, y_batch.dtype) == (X.dtype, y.dtype)


def test_every_batch_uses_the_same_buffers():
    X = np.arange(20.0).reshape(10, 2)
    gatherer = RowGatherer([X], most_rows=4)
    (first,) = gatherer.gather(np.array([1, 2, 3, 4]))
    (second,) = gatherer.gather(np.array([5]))
    assert np.shares_memory(first, second)
    assert not np.shares_memory(first, X)


def test_gathering_allocates_no_memory_that_grows_with_the_batch():
    X = np.ones((50_000, 20))
    gatherer = RowGatherer([X], most_rows=10_000)
    rows = epoch_order(50_000, seed=0, epoch=0)[:10_000]
    tracemalloc.start()
    try:
        gatherer.gather(rows)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # The batch holds 1.6 million bytes; views and tuples a few hundred.
    assert peak < 10_000


@pytest.mark.parametrize("row", [-1, 10])
def test_rows_that_do_not_exist_are_refused(row):
    gatherer = RowGatherer([np.zeros((10, 2))], most_rows=4)
    with pytest.raises(IndexError, match=r"outside 0 \.\. 9"):
        gatherer.gather(np.array([0, row]))


def test_arrays_with_different_numbers_of_rows_are_refused():
    with pytest.raises(OptionError, match="different numbers of rows: 3, 4"):
        RowGatherer([np.zeros((3, 2)), np.zeros(4)], most_rows=2)
