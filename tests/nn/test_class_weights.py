import numpy as np
import pytest

from neurona.errors import OptionError
from neurona.nn.losses import class_weights

Y = np.array([0, 0, 0, 1])


def test_balanced_weights_are_rows_over_classes_times_count():
    # N = 4 rows, C = 2 classes: 4/(2·3) = .6667 and 4/(2·1) = 2; they sum to N.
    found = class_weights(Y, "balanced", 2)
    assert found == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2.0])
    assert found.sum() == pytest.approx(len(Y))


def test_a_class_without_rows_does_not_dilute_the_others():
    assert class_weights(Y, "balanced", 3) == pytest.approx([2 / 3] * 3 + [2.0])


def test_a_mapping_leaves_other_classes_at_one():
    assert class_weights(Y, {1: 5}, 2).tolist() == [1.0, 1.0, 1.0, 5.0]


def test_none_is_one_for_each():
    assert class_weights(Y, None, 2).tolist() == [1.0] * 4


@pytest.mark.parametrize("weights", ["balanced", {0: 0.5, 1: 3.0}])
def test_the_three_forms_of_target_agree(weights):
    numbers = class_weights(Y, weights, 2)
    assert class_weights(np.eye(2)[Y], weights, 2) == pytest.approx(numbers)
    assert class_weights(Y[:, None].astype(float), weights, 2) == pytest.approx(numbers)
    assert class_weights(Y.astype(float), weights, 2) == pytest.approx(numbers)


def test_a_row_of_two_classes_has_the_mean_of_their_weights():
    found = class_weights(np.array([[0.25, 0.75]]), {0: 1, 1: 5}, 2)
    assert found.tolist() == [4.0]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({2: 1.0}, "no class 2"),
        ({"a": 1.0}, "no class 'a'"),
        ({0: -1.0}, "at least 0"),
        ({0: np.nan}, "at least 0"),
        ("balance", "did you mean balanced"),
        (3, "'balanced' or a mapping"),
    ],
)
def test_what_cannot_be_used_is_refused(weights, message):
    with pytest.raises(OptionError, match=message):
        class_weights(Y, weights, 2)


def test_several_questions_have_no_classes():
    with pytest.raises(OptionError, match="3 questions"):
        class_weights(np.zeros((4, 3)), "balanced", 2)
