import numpy as np
import pytest

from neurona.errors import DataError
from neurona.graph import BATCH, Spec
from neurona.nn import losses as s

ONE, TWO, THREE = (Spec((BATCH, k)) for k in (1, 2, 3))
CLASSES, BINARY, REAL = s.CrossEntropy(), s.BinaryCrossEntropy(), s.MeanSquaredError()


@pytest.mark.parametrize(
    ("loss", "y", "output", "message"),
    [
        (CLASSES, [0, 1, 3], THREE, "target 3 in row 2"),
        (CLASSES, [0, -1, 1], THREE, "target -1 in row 1"),
        (CLASSES, [0, 1.5], THREE, "target 1.5 in row 1"),
        (CLASSES, [np.nan, 1], THREE, "target nan in row 0"),
        (CLASSES, [np.inf], THREE, "target inf in row 0"),
        (CLASSES, ["a", "b"], THREE, "targets must be numbers"),
        (CLASSES, [[0, 1]], THREE, r"shape \(1, 2\) do not fit 3 classes"),
        (CLASSES, [[0.2, 0.8, 0], [0.87, 0.1, 0.1]], THREE, "row 1 .* sum to 1.07"),
        (CLASSES, [[1.5, -0.5, 0]], THREE, "target 1.5 in row 0"),
        (CLASSES, [[np.nan, 0, 1]], THREE, "target nan in row 0"),
        (BINARY, [0, 1, 2], ONE, "target 2.0 in row 2"),
        (BINARY, [0.5, -0.1], ONE, r"target -0.1 in row 1 .*\[0, 1\]"),
        (BINARY, [0, 1], TWO, "2 outputs"),
        (REAL, [1.0, np.nan], ONE, "target nan in row 1"),
        (REAL, [[0, 0, 0], [0, -np.inf, 0]], THREE, "target -inf in row 1"),
        (REAL, [1.0, 2.0], THREE, "3 outputs"),
        (REAL, 1.0, ONE, r"shape \(\)"),
        (REAL, [1j], ONE, "complex"),
        (REAL, [None], ONE, "object"),
        (s.Poisson(), [1, -1], ONE, "target -1.0 in row 1 .*at least 0"),
        (s.GaussianNLL(), [1.0, np.nan], TWO, "target nan in row 1"),
    ],
)
def test_a_target_that_cannot_be_used_is_named_with_its_row(loss, y, output, message):
    with pytest.raises(DataError, match=message):
        loss.prepare_target(y, output)


@pytest.mark.parametrize("y", [[2, 0], [2.0, 0.0], [[2], [0]], np.array([2, 0], "u1")])
def test_class_numbers_become_integers(y):
    found = CLASSES.prepare_target(y, THREE)
    assert found.dtype == np.int64
    assert found.tolist() == [2, 0]
    assert CLASSES.target_spec(THREE, found) == Spec((BATCH,), "integer")


def test_truth_values_are_classes_0_and_1():
    assert CLASSES.prepare_target([False, True], TWO).tolist() == [0, 1]
    assert BINARY.prepare_target([False, True], ONE).tolist() == [[0.0], [1.0]]


def test_rows_of_probabilities_are_kept_as_they_are():
    y = [[0.25, 0.75, 0.0]]
    found = CLASSES.prepare_target(y, THREE)
    assert found.tolist() == y
    assert CLASSES.target_spec(THREE, found) == THREE


def test_probabilities_in_single_precision_sum_to_one():
    y = np.full((1, 3), 1 / 3, np.float32)
    assert CLASSES.prepare_target(y, THREE).dtype == np.float64


@pytest.mark.parametrize("loss", [REAL, BINARY, s.Poisson()])
def test_one_output_takes_a_plain_vector(loss):
    assert loss.prepare_target([0, 1, 1], ONE).tolist() == [[0.0], [1.0], [1.0]]


def test_the_precision_of_real_targets_is_kept_and_nothing_copied():
    y = np.zeros((3, 2), np.float32)
    assert REAL.prepare_target(y, TWO) is y


def test_gaussian_targets_are_half_as_wide_as_the_output():
    assert s.GaussianNLL().prepare_target([1.0, 2.0], TWO).shape == (2, 1)
