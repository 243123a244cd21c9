"""The yardstick: scores, their errors, the verdict, and its bounds."""

import math
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from neurona.errors import OptionError
from neurona.table import yardstick
from neurona.table.yardstick import (
    Yardstick,
    score_and_error,
    verdict,
    why_no_yardstick,
    yardsticks,
)

EXACT = 1e-12  # the same sums, added in another order
BOOTSTRAP = 0.1  # 4000 resamplings leave about 1% of noise, the delta method more


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch):
    monkeypatch.setattr(yardstick, "TREES", 10)


def table(task, rows=200, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 3)).astype(np.float32)
    signal = X @ [1.0, -2.0, 0.5] + rng.normal(size=rows)
    y = (signal > 0).astype(np.int64) if task == "classification" else signal
    cut = rows * 3 // 4
    return X, y, np.arange(cut), np.arange(cut, rows)


def compare(task, rows=200, **options):
    X, y, train, test = table(task, rows)
    predicted = np.zeros(len(test), y.dtype)
    options = {"network_predictions": predicted, "seed": 0, "jobs": 1, **options}
    return yardsticks(X, y, train, test, task, **options)


def entry(kind, score, error, rows=100):
    return Yardstick(kind, kind, score, error, 0.0, 400, rows, False)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_four_models_are_scored_on_the_same_rows(task):
    found = compare(task)
    assert [e.kind for e in found] == ["network", "constant", "line", "forest"]
    assert {(e.train_rows, e.test_rows, e.sampled) for e in found} == {(150, 50, False)}
    scores = {e.kind: e.score for e in found}
    assert scores["line"] > 0.7 > scores["constant"]
    assert scores["forest"] > scores["constant"]


def test_accuracy_has_the_error_of_a_share():
    truth = np.array([0, 1, 1, 0])
    score, error = score_and_error(truth, np.array([0, 1, 1, 1]), "classification")
    # 3 of n = 4: p = 4/6, so sqrt(4/6 * 2/6 / 7) = sqrt(2/63)
    assert score == 0.75
    assert error == pytest.approx(math.sqrt(2 / 63), rel=EXACT)


def test_r2_has_the_error_of_the_delta_method():
    truth, predicted = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0])
    score, error = score_and_error(truth, predicted, "regression")
    # e² = 0, 0, 1 and d² = 1, 0, 1: R² = 1 - 1/2; terms e² - ½ d² = -½, 0, ½ have
    # variance 1/6; so sqrt(1/6 / 3) / (2/3)
    assert score == pytest.approx(0.5, rel=EXACT)
    assert error == pytest.approx(math.sqrt(1 / 18) * 1.5, rel=EXACT)


@pytest.mark.parametrize("targets", [1, 2])
def test_error_of_r2_agrees_with_the_bootstrap(targets):
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(300, targets))
    predicted = 0.7 * truth + 0.5 * rng.normal(size=truth.shape)
    error = score_and_error(truth, predicted, "regression")[1]
    drawn = rng.integers(0, 300, size=(4000, 300))
    scores = [score_and_error(truth[i], predicted[i], "regression")[0] for i in drawn]
    assert error == pytest.approx(np.std(scores), rel=BOOTSTRAP)


def test_a_target_that_does_not_vary_has_no_error():
    assert score_and_error(np.ones(3), np.ones(3), "regression") == (1.0, 0.0)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_scores_do_not_depend_on_the_threads(task):
    one, two = compare(task, jobs=1), compare(task, jobs=2)
    assert [(e.score, e.error) for e in one] == [(e.score, e.error) for e in two]


def test_several_targets_are_averaged():
    X, y, train, test = table("regression")
    both = np.column_stack([y, y])
    found = yardsticks(
        X, both, train, test, "regression", network_predictions=both[test], jobs=1
    )
    alone = compare("regression")
    assert found[0].score == 1.0
    assert found[2].score == pytest.approx(alone[2].score, abs=0.01)  # same penalty


def test_a_large_table_is_sampled_and_says_so(monkeypatch):
    monkeypatch.setattr(yardstick, "MOST_ROWS", 40)
    found = compare("classification")
    assert {(e.train_rows, e.test_rows, e.sampled) for e in found} == {(40, 40, True)}
    assert found[2].note == "fitted on a sample of 40 rows and scored on 40 rows"
    assert found[0].note == "scored on a sample of 40 rows"


def test_a_sample_keeps_each_prediction_with_its_row(monkeypatch):
    monkeypatch.setattr(yardstick, "MOST_ROWS", 40)
    _X, y, _train, test = table("classification")
    assert compare("classification", network_predictions=y[test])[0].score == 1.0


def test_a_wide_table_is_sampled_by_its_numbers(monkeypatch):
    monkeypatch.setattr(yardstick, "MOST_CELLS", 60)
    assert compare("regression")[2].train_rows == 20


@pytest.mark.parametrize(
    ("y", "train", "test", "words"),
    [
        ([0, 1, 0, 1], [0, 1, 2, 3], [], "no test rows"),
        ([0, 0, 0, 1], [0, 1, 2], [3], "single class"),
        ([0, 1], [0], [1], "single training row"),
    ],
)
def test_there_is_a_reason_where_nothing_can_be_compared(y, train, test, words):
    y, train, test = np.array(y), np.array(train, int), np.array(test, int)
    assert words in why_no_yardstick(y, train, test, "classification")
    X = np.zeros((len(y), 1))
    assert not yardsticks(
        X, y, train, test, "classification", network_predictions=y[test]
    )


def test_a_table_of_numbers_can_be_compared():
    assert (
        why_no_yardstick(np.ones(4), np.arange(3), np.arange(3, 4), "regression")
        is None
    )


def test_predictions_must_be_one_per_test_row():
    with pytest.raises(OptionError, match="50 test rows need one prediction each"):
        compare("regression", network_predictions=np.zeros(3))


class Complainer:
    def fit(self, X, y):
        warnings.warn("not converged", ConvergenceWarning, stacklevel=1)

    def get_params(self):
        return {}

    def predict(self, X):
        return np.zeros(len(X))


def test_warnings_of_the_simpler_models_do_not_leak():
    nothing = np.zeros((2, 1))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yardstick.fit_and_predict(Complainer(), nothing, nothing, nothing)
    assert caught == []


@pytest.mark.parametrize(
    ("network", "line", "words"),
    [
        (0.90, 0.90, "is as good: use the line."),
        (0.90, 0.95, "is better, by 0.0500: use the line."),
        (0.95, 0.90, "by 0.0500, more than one standard error"),
        (0.91, 0.90, "too close to call on 100 rows"),
    ],
)
def test_verdict_compares_the_network_with_the_line(network, line, words):
    found = [entry("network", network, 0.02), entry("line", line, 0.03)]
    assert words in verdict(found)


def test_verdict_names_a_forest_that_is_better():
    found = [entry("network", 0.9, 0.01), entry("line", 0.8, 0.01)]
    assert "forest" not in verdict([*found, entry("forest", 0.9, 0.01)])
    better = verdict([*found, entry("forest", 0.95, 0.01)])
    assert better.endswith("The forest is better still, by 0.0500.")


def test_verdict_without_a_comparison_says_so():
    assert verdict([]) == "There is nothing to compare the network with."
