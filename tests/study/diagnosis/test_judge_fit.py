"""Case G27: what the errors on the parts of the rows say about the fit."""

import pytest

from neurona.study.diagnosis import judge_fit
from neurona.study.diagnosis.errors_by_part import PartError

LOW = PartError(error=0.05, standard_error=0.01, rows=400)
HIGH = PartError(error=0.60, standard_error=0.02, rows=400)
UNSURE = PartError(error=0.25, standard_error=0.20, rows=5)


@pytest.mark.parametrize(
    ("train", "validation", "test", "verdict"),
    [
        (HIGH, HIGH, None, "underfit"),
        (LOW, LOW, None, "good"),
        (LOW, LOW, LOW, "good"),
        (LOW, HIGH, None, "overfit"),
        (LOW, HIGH, HIGH, "overfit"),
        (LOW, LOW, HIGH, "hard_test"),
    ],
)
def test_the_table_of_case_g27(train, validation, test, verdict):
    assert judge_fit(train, validation, test) == verdict


def test_a_difference_within_the_noise_of_few_rows_counts_for_nothing():
    assert judge_fit(LOW, UNSURE, UNSURE) == "good"


def test_an_error_that_no_simple_model_beats_is_not_high():
    assert judge_fit(HIGH, HIGH, reachable=0.55) == "good"
