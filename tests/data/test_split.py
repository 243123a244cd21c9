"""Splits are disjoint, cover every row, follow the fractions and keep the classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.data.split import k_folds, split_rows
from neurona.errors import OptionError


def sizes(split):
    return len(split.train), len(split.validation), len(split.test)


def assert_disjoint_and_covering(split, n_rows):
    parts = [split.train, split.validation, split.test]
    for part in parts:
        assert part.dtype == np.int64
        assert np.all(np.diff(part) > 0)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(n_rows))


@pytest.mark.parametrize(
    ("n_rows", "validation", "test", "expected"),
    [
        (150, 0.1, 0.1, (120, 15, 15)),
        # Case G8: 98/1/1 of two million.
        (2_000_000, 0.01, 0.01, (1_960_000, 20_000, 20_000)),
        (100, 0.29, 0.57, (14, 29, 57)),
        (7, 0.0, 0.0, (7, 0, 0)),
        (150, 0.0, 0.2, (120, 0, 30)),
        # 11.2, 1.4, 1.4: the row left over goes to validation (.4).
        (14, 0.1, 0.1, (11, 2, 1)),
        # 8.45, 2.6, 1.95: two rows left over, to test (.95) and validation (.6).
        (13, 0.2, 0.15, (8, 3, 2)),
        # .8, .1, .1 of three rows each rounds to 3, 0, 0, then training gives two.
        (3, 0.1, 0.1, (1, 1, 1)),
        (2, 0.1, 0.1, (1, 1, 0)),
        (1, 0.1, 0.1, (1, 0, 0)),
    ],
)
def test_sizes_are_rounded_by_the_largest_remainder(n_rows, validation, test, expected):
    split = split_rows(n_rows, validation=validation, test=test, seed=0)
    assert sizes(split) == expected
    assert_disjoint_and_covering(split, n_rows)


@given(
    # Ten rows with at least a tenth of them for training always leave one.
    classes=st.lists(st.integers(0, 4), min_size=10, max_size=60),
    validation=st.floats(0, 0.45),
    test=st.floats(0, 0.45),
    seed=st.integers(0, 2**64 - 1),
)
def test_stratified_parts_cover_all_rows_and_every_class_trains(
    classes, validation, test, seed
):
    split = split_rows(
        len(classes), validation=validation, test=test, seed=seed, stratify=classes
    )
    assert_disjoint_and_covering(split, len(classes))
    assert set(np.take(classes, split.train)) == set(classes)


def test_each_class_is_split_in_proportion():
    classes = np.repeat([0, 1, 2], [500, 300, 200])
    split = split_rows(1000, seed=3, stratify=classes)
    assert np.bincount(classes[split.train]).tolist() == [400, 240, 160]
    assert np.bincount(classes[split.validation]).tolist() == [50, 30, 20]
    assert np.bincount(classes[split.test]).tolist() == [50, 30, 20]


def test_sizes_are_kept_when_every_class_rounds_the_same_way():
    # Ten classes of five rows: half a row of each for validation, half for test.
    classes = np.repeat(np.arange(10), 5)
    split = split_rows(50, seed=0, stratify=classes)
    assert sizes(split) == (40, 5, 5)
    assert np.bincount(classes[split.train]).tolist() == [4] * 10


@pytest.mark.parametrize("rows_of_class", [1, 2])
def test_a_class_too_small_to_split_stays_in_training(rows_of_class):
    classes = np.array(["common"] * 98 + ["rare"] * rows_of_class)
    for seed in range(20):
        split = split_rows(
            len(classes), validation=0.3, test=0.3, seed=seed, stratify=classes
        )
        assert np.sum(classes[split.train] == "rare") == rows_of_class
        # Of the 98 common rows: 39.2, 29.4, 29.4.
        assert sizes(split) == (39 + rows_of_class, 30, 29)


def test_classes_that_are_all_too_small_all_stay_in_training():
    assert sizes(split_rows(4, seed=0, stratify=[0, 1, 1, 0])) == (4, 0, 0)


def test_every_class_keeps_a_training_row_when_almost_all_is_held_out():
    classes = np.repeat([0, 1, 2], 3)
    split = split_rows(9, validation=0.45, test=0.45, seed=0, stratify=classes)
    assert classes[split.train].tolist() == [0, 1, 2]
    assert sizes(split) == (3, 3, 3)


def test_the_seed_alone_decides_the_split():
    one, same, other = (split_rows(100, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(one.test, same.test)
    assert not np.array_equal(one.test, other.test)


def test_rows_are_taken_from_everywhere():
    split = split_rows(10_000, test=0.5, validation=0, seed=0)
    # The mean of 5000 of 0 .. 9999 without replacement has a standard error of 29.
    assert abs(split.test.mean() - 4999.5) < 5 * 29


@pytest.mark.parametrize(
    ("validation", "test", "message"),
    [
        (0.9, 0.1, "validation 0.9 and test 0.1 add up to 1 or more"),
        (0.6, 0.5, "add up to 1 or more"),
        (-0.1, 0.1, "validation fraction must be at least 0 and below 1, not -0.1"),
        (0.1, 1.0, "test fraction must be at least 0 and below 1, not 1.0"),
        (float("nan"), 0.1, "validation fraction"),
        (0.49, 0.49, "0.49 and test 0.49 of 10 rows leave none for training"),
    ],
)
def test_fractions_that_leave_nothing_to_train_on_are_refused(
    validation, test, message
):
    with pytest.raises(OptionError, match=message):
        split_rows(10, validation=validation, test=test, seed=0)


def test_no_rows_cannot_be_split():
    with pytest.raises(OptionError, match="of 0 rows leave none for training"):
        split_rows(0, seed=0)


def test_classes_must_be_one_per_row():
    with pytest.raises(OptionError, match="each of 3 rows, not an array of shape"):
        split_rows(3, seed=0, stratify=[0, 1])


@pytest.mark.parametrize("stratified", [False, True])
def test_folds_cover_every_row_once_and_differ_by_one_row(stratified):
    classes = np.repeat([0, 1, 2], [23, 11, 3])
    folds = k_folds(37, 5, seed=1, stratify=classes if stratified else None)
    tested = np.concatenate([fold.test for fold in folds])
    assert np.array_equal(np.sort(tested), np.arange(37))
    assert {len(fold.test) for fold in folds} == {7, 8}
    for fold in folds:
        assert_disjoint_and_covering(fold, 37)
        assert len(fold.validation) == 0


def test_stratified_folds_hold_every_class_evenly():
    classes = np.tile([0, 1, 2], 50)
    for fold in k_folds(150, 5, seed=2, stratify=classes):
        assert np.bincount(classes[fold.test]).tolist() == [10, 10, 10]


@pytest.mark.parametrize("k", [0, 1, 11])
def test_impossible_numbers_of_folds_are_refused(k):
    with pytest.raises(OptionError, match="folds of 10 rows"):
        k_folds(10, k, seed=0)
