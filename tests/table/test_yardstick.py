"""The yardstick: scores, their errors, the verdict, and its bounds."""

import math
import warnings

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, r2_score
from sklearn.model_selection import cross_val_predict

from neurona.table import yardstick
from neurona.table.row_scores import balanced_hits, lead_of, score_rows
from neurona.table.verdict import verdict
from neurona.table.yardstick import Yardstick, why_no_yardstick, yardsticks

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


def nothing(_train, test):
    return np.zeros(len(test), np.int64)


def compare(task, rows=200, folds=None, **options):
    X, y, train, test = table(task, rows)
    options = {"network": nothing, "seed": 0, "jobs": 1, **options}
    return yardsticks(X, y, folds or [(train, test)], task, **options)


def thirds(rows):
    parts = np.array_split(np.arange(rows), 3)
    return [(np.setdiff1d(np.arange(rows), part), part) for part in parts]


def by_kind(found):
    return {entry.kind: entry for entry in found}


def entry(kind, score, behind=0.0, behind_error=0.01, rows=100):
    return Yardstick(
        kind, kind, score, 0.02, behind, behind_error, 0.0, 5, 400, rows, False
    )


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_four_models_are_scored_on_the_same_rows_and_the_best_comes_first(task):
    found = compare(task)
    kinds = by_kind(found)
    assert set(kinds) == {"network", "constant", "line", "forest"}
    assert {(e.train_rows, e.test_rows, e.sampled) for e in found} == {(150, 50, False)}
    assert kinds["line"].score > 0.7 > kinds["constant"].score
    assert kinds["forest"].score > kinds["constant"].score
    assert [e.score for e in found] == sorted((e.score for e in found), reverse=True)
    assert found[0].behind == 0


def test_simpler_models_score_what_scikit_learn_scores_by_folds():
    X, y, _train, _test = table("classification")
    found = by_kind(compare("classification", folds=thirds(200)))
    folds = [(a, b) for a, b in thirds(200)]
    for kind, model in (
        ("line", LogisticRegression()),
        ("constant", DummyClassifier()),
    ):
        answers = cross_val_predict(model, X, y, cv=folds)
        assert found[kind].score == accuracy_score(y, answers)
        assert found[kind].test_rows == 200
        assert found[kind].folds == 3
    assert "each fitted 3 times, and scored on 200 rows" in found["line"].note


def test_a_regression_scores_what_scikit_learn_scores_by_folds():
    X, y, _train, _test = table("regression")
    found = by_kind(compare("regression", folds=thirds(200)))
    answers = cross_val_predict(DummyRegressor(), X, y, cv=thirds(200))
    assert found["constant"].score == pytest.approx(r2_score(y, answers), abs=EXACT)


def test_the_network_is_trained_once_for_each_fold():
    asked = []

    def network(train, test):
        asked.append((len(train), len(test)))
        return nothing(train, test)

    compare("classification", rows=9, folds=thirds(9), network=network)
    assert asked == [(6, 3)] * 3


def test_folds_end_when_time_is_up():
    found = compare("classification", folds=thirds(200), seconds=0.0)
    assert {e.folds for e in found} == {1}
    assert {e.test_rows for e in found} == {67}


def test_a_forest_stops_growing_when_time_is_up_and_says_so(monkeypatch):
    monkeypatch.setattr(yardstick, "FEWEST_TREES", 2)
    whole = by_kind(compare("regression", seconds=math.inf))["forest"]
    cut = by_kind(compare("regression", seconds=0.0))["forest"]
    monkeypatch.setattr(yardstick, "TREES", 2)
    assert whole.name == "random forest"
    assert cut.name == "random forest of 2 trees"
    # Of a forest that is cut the first trees are those of the whole.
    assert cut.score == by_kind(compare("regression"))["forest"].score != whole.score


def test_a_larger_table_has_fewer_iterations(monkeypatch):
    asked = []

    class Spy(LogisticRegression):
        def fit(self, X, y):
            asked.append(self.max_iter)
            return super().fit(X, y)

    monkeypatch.setattr(yardstick, "LogisticRegression", Spy)
    monkeypatch.setattr(yardstick, "MOST_PRODUCTS", 150 * 3 * 2 * 7)
    compare("classification")
    compare("classification", rows=20)
    assert asked == [7, 70]


def test_accuracy_has_the_error_of_a_share():
    truth = np.array([0, 1, 1, 0])
    found = score_rows(truth, np.array([0, 1, 1, 1]), "classification")
    # 3 of n = 4: p = 4/6, so sqrt(4/6 * 2/6 / 7) = sqrt(2/63)
    assert found.score == 0.75
    assert found.error == pytest.approx(math.sqrt(2 / 63), rel=EXACT)


def test_r2_has_the_error_of_the_delta_method():
    truth, predicted = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0])
    found = score_rows(truth, predicted, "regression")
    # e² = 0, 0, 1 and d² = 1, 0, 1: R² = 1 - 1/2; terms e² - ½ d² = -½, 0, ½ have
    # variance 1/6; so sqrt(1/6 / 3) / (2/3)
    assert found.score == pytest.approx(0.5, rel=EXACT)
    assert found.error == pytest.approx(math.sqrt(1 / 18) * 1.5, rel=EXACT)


@pytest.mark.parametrize("targets", [1, 2])
def test_error_of_r2_agrees_with_the_bootstrap(targets):
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(300, targets))
    predicted = 0.7 * truth + 0.5 * rng.normal(size=truth.shape)
    error = score_rows(truth, predicted, "regression").error
    drawn = rng.integers(0, 300, size=(4000, 300))
    scores = [score_rows(truth[i], predicted[i], "regression").score for i in drawn]
    assert error == pytest.approx(np.std(scores), rel=BOOTSTRAP)


def test_a_target_that_does_not_vary_has_no_error():
    found = score_rows(np.ones(3), np.ones(3), "regression")
    assert (found.score, found.error) == (1.0, 0.0)


def test_a_lead_of_shares_has_the_error_of_agresti_and_min():
    truth = np.array([0, 1, 1, 0])
    right, half = truth, np.array([0, 1, 0, 1])
    lead, error = lead_of(
        *(score_rows(truth, p, "classification") for p in (right, half))
    )
    # b = 2, c = 0 of n = 4: b' = 2.5, c' = 0.5, n' = 6.
    assert lead == 0.5
    assert error == pytest.approx(math.sqrt(3 - 2**2 / 6) / 6, rel=EXACT)


def test_a_lead_of_r2_agrees_with_the_bootstrap_in_pairs():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=300)
    common = 0.5 * rng.normal(size=300)
    first, second = truth + common, truth + common + 0.3 * rng.normal(size=300)
    error = lead_of(*(score_rows(truth, p, "regression") for p in (first, second)))[1]
    leads = []
    for rows in rng.integers(0, 300, size=(4000, 300)):
        scores = [r2_score(truth[rows], p[rows]) for p in (first, second)]
        leads.append(scores[0] - scores[1])
    assert error == pytest.approx(np.std(leads), rel=BOOTSTRAP)


def test_balanced_accuracy_is_scikit_learns():
    rng = np.random.default_rng(0)
    truth, predicted = rng.integers(0, 3, 60), rng.integers(0, 3, 60)
    expected = balanced_accuracy_score(truth, predicted)
    assert balanced_hits(truth, predicted).score == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_scores_do_not_depend_on_the_threads(task):
    one, two = compare(task, jobs=1), compare(task, jobs=2)
    assert [(e.score, e.error) for e in one] == [(e.score, e.error) for e in two]


def test_several_targets_are_averaged():
    X, y, train, test = table("regression")
    both = np.column_stack([y, y])
    found = by_kind(yardsticks(
        X, both, [(train, test)], "regression", network=lambda _train, test: both[test],
        jobs=1,
    ))  # fmt: skip
    alone = by_kind(compare("regression"))
    assert found["network"].score == 1.0
    line = alone["line"].score
    assert found["line"].score == pytest.approx(line, abs=0.01)  # same penalty


def test_a_large_table_is_sampled_and_says_so(monkeypatch):
    monkeypatch.setattr(yardstick, "MOST_ROWS", 40)
    found = compare("classification")
    assert {(e.train_rows, e.test_rows, e.sampled) for e in found} == {(40, 40, True)}
    assert found[2].note == "fitted on a sample of 40 rows and scored on 40 rows"


def test_a_sample_keeps_each_prediction_with_its_row(monkeypatch):
    monkeypatch.setattr(yardstick, "MOST_ROWS", 40)
    _X, y, _train, _test = table("classification")
    found = compare("classification", network=lambda _train, test: y[test])
    assert by_kind(found)["network"].score == 1.0


def test_a_wide_table_is_sampled_by_its_numbers(monkeypatch):
    monkeypatch.setattr(yardstick, "MOST_CELLS", 60)
    assert compare("regression")[2].train_rows == 20


@pytest.mark.parametrize(
    ("y", "train", "test", "words"),
    [
        ([0, 1, 0, 1], [0, 1, 2, 3], [], "no rows held out"),
        ([0, 1, 0, 1], [0, 1, 2], [3], "A single row held out"),
        ([0, 0, 0, 1, 1], [0, 1, 2], [3, 4], "single class"),
        ([0, 1, 1], [0], [1, 2], "single training row"),
    ],
)
def test_there_is_a_reason_where_nothing_can_be_compared(y, train, test, words):
    y, folds = np.array(y), [(np.array(train, int), np.array(test, int))]
    assert words in why_no_yardstick(y, folds, "classification")
    X = np.zeros((len(y), 1))
    assert not yardsticks(X, y, folds, "classification", network=nothing)


def test_a_table_of_numbers_can_be_compared():
    folds = [(np.arange(3), np.arange(3, 5))]
    assert why_no_yardstick(np.ones(5), folds, "regression") is None


class Complainer:
    def fit(self, X, y):
        warnings.warn("not converged", ConvergenceWarning, stacklevel=1)

    def get_params(self):
        return {}

    def predict(self, X):
        return np.zeros(len(X))


def test_warnings_of_the_simpler_models_do_not_leak():
    zeros = np.zeros((2, 1))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yardstick.fit_and_predict(Complainer(), zeros, zeros, zeros)
    assert caught == []


def test_verdict_names_the_best_with_its_lead_in_standard_errors():
    # The forest, .874 ± .04, was not named beside a line of .490.
    found = [
        entry("forest", 0.874), entry("line", 0.49, 0.384, 0.05),
        entry("network", 0.453, 0.421, 0.05), entry("constant", 0.0, 0.874, 0.04),
    ]  # fmt: skip
    assert verdict(found) == (
        "The best is forest: 0.3840 ahead of the next, line (7.7 standard errors). The "
        "network is 0.4210 behind (8.4 standard errors)."
    )


def test_verdict_names_the_constant_where_nothing_beats_it():
    # Of a network at −3.45 and a line at −2.90 neither is of use.
    found = [
        entry("constant", 0.0), entry("forest", -0.4, 0.4, 0.3),
        entry("line", -2.9, 2.9, 0.5), entry("network", -3.45, 3.45, 0.6),
    ]  # fmt: skip
    said = verdict(found)
    assert said.endswith("no model is better than the constant (constant).")
    assert "nothing to learn" in said


def test_verdict_doubts_a_lead_over_the_constant_that_may_be_chance():
    found = [entry("line", 0.52), entry("constant", 0.5, 0.02, 0.02)]
    said = verdict(found)
    assert "line, is only 0.0200 ahead of the constant (constant; 1 standard" in said


def test_verdict_names_the_simplest_of_those_that_are_as_good():
    found = [
        entry("network", 0.96), entry("line", 0.95, 0.01, 0.01),
        entry("constant", 0.5, 0.46, 0.04),
    ]  # fmt: skip
    said = verdict(found)
    assert "too close to call: it is 0.0100 ahead of line (1 standard error)" in said
    assert said.endswith("The simplest of those that are as good: line.")


def test_verdict_without_a_comparison_says_so():
    assert verdict([]) == "There is nothing to compare the network with."


def test_verdict_says_of_equal_scores_that_they_are_equal():
    found = [
        entry("line", 0.96), entry("network", 0.96),
        entry("constant", 0.5, 0.46, 0.04),
    ]  # fmt: skip
    assert verdict(found) == "Equally good: line, network."


def test_verdict_calls_scores_level_that_are_shown_equal():
    found = [
        entry("line", 0.96), entry("network", 0.96 - 1e-9, 1e-9, 0.0),
        entry("constant", 0.5, 0.46, 0.04),
    ]  # fmt: skip
    assert verdict(found) == "Equally good: line, network."
