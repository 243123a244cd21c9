"""The main job behind scikit-learn's interface: same model, any table, no surprises."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils.estimator_checks import (
    check_param_validation,
    parametrize_with_checks,
)

from neurona import TableClassifier, TableRegressor, load
from neurona.cli.main import main
from neurona.errors import OptionError
from neurona.settings import options_of
from neurona.table.options import TrainOptions

FAST: dict[str, Any] = {"quality": "fast", "epochs": 20, "random_state": 0}


def houses(rows: int = 120) -> pl.DataFrame:
    """Numbers, words, days and empty cells, and a price that follows from them."""
    draw = np.random.default_rng(0)
    size = draw.uniform(40, 160, rows).round(1)
    kind = draw.choice(["flat", "house", "loft"], rows)
    days = np.datetime64("2020-01-01") + np.arange(rows)
    price = 2 * size + 40 * (kind == "house") + draw.normal(0, 3, rows)
    return pl.DataFrame(
        {
            "size": [None if i % 17 == 3 else value for i, value in enumerate(size)],
            "kind": kind.tolist(),
            "sold": days,
            "price": price.round(1),
            "dear": np.where(price > np.median(price), "dear", "cheap").tolist(),
        }
    )


@pytest.fixture(scope="module")
def trained() -> TableClassifier:
    frame = houses()
    return TableClassifier(**FAST).fit(frame.drop("price", "dear"), frame["dear"])


@pytest.mark.parametrize("quality", ["fast", "good"])
def test_it_has_the_command_lines_tensors(tmp_path: Path, quality: str) -> None:
    frame = houses(80).drop("price")
    file, out = tmp_path / "houses.csv", tmp_path / "model.safetensors"
    frame.write_csv(file)
    asked = ["--target", "dear", "--seed", "5", "--epochs", "4", "--quality", quality]
    assert main(["train", str(file), *asked, "--out", str(out), "--quiet"]) == 0
    model = TableClassifier(epochs=4, random_state=5, quality=quality)
    model.fit(frame.to_pandas().drop(columns="dear"), frame["dear"].to_list())
    wanted, found = load(out).parameters, model.network_.parameters
    assert list(wanted) == list(found)
    for name in wanted:
        np.testing.assert_array_equal(wanted[name], found[name])


def test_every_option_of_the_command_is_a_parameter() -> None:
    said_otherwise = {"target", "task", "seed", "checkpoint", "resume"}
    known = set(options_of(TrainOptions)) - said_otherwise
    own = {"random_state", "yardstick"}
    assert set(TableClassifier().get_params()) == known | own
    assert set(TableRegressor().get_params()) == (known | own) - {"class_weight"}


@pytest.mark.parametrize("given", [pl.DataFrame.to_pandas, pl.DataFrame.to_arrow])
def test_tables_of_all_kinds_answer_alike(trained: TableClassifier, given: Any) -> None:
    frame = houses().drop("price", "dear")
    wanted = trained.predict_proba(frame)
    np.testing.assert_array_equal(trained.predict_proba(given(frame)), wanted)
    again = clone(trained).fit(given(frame), np.asarray(houses()["dear"]))
    np.testing.assert_array_equal(again.predict_proba(given(frame)), wanted)
    assert wanted.sum(axis=1) == pytest.approx(1)
    assert trained.score(given(frame), houses()["dear"].to_list()) > 0.9


def test_a_target_can_be_a_column_of_the_table() -> None:
    frame = houses()
    named = TableRegressor(**FAST).fit(frame.drop("dear").to_pandas(), "price")
    apart = TableRegressor(**FAST).fit(frame.drop("dear", "price"), frame["price"])
    assert list(named.feature_names_in_) == ["size", "kind", "sold"]
    assert named.n_features_in_ == 3
    rows = frame.drop("dear", "price").to_pandas()
    np.testing.assert_array_equal(named.predict(rows), apart.predict(rows))
    with pytest.raises(OptionError, match="did you mean price"):
        named.fit(frame, "prices")


def test_choices_and_reasons_are_attributes(trained: TableClassifier) -> None:
    assert set(trained.recipe_.reasons) >= {"hidden", "learning_rate"}
    assert trained.schema_.column("kind").kind == "categorical"
    assert trained.quality_.name == "fast"
    assert trained.by_folds_ is None
    assert trained.metrics_["test"] is not None
    assert trained.comparison_ is None
    assert len(trained.history_) == 20


def test_a_yardstick_on_request() -> None:
    frame = houses(60)
    model = TableRegressor(yardstick=True, **FAST)
    model.fit(frame.drop("dear", "price"), frame["price"])
    assert model.comparison_ is not None
    assert {entry.kind for entry in model.comparison_.entries} >= {"network", "line"}


def test_it_explains_examines_and_saves(
    trained: TableClassifier, tmp_path: Path
) -> None:
    frame = houses()
    X, y = frame.drop("price", "dear"), frame["dear"]
    one = trained.explain(X, row=3)
    assert "kind" in str(one.to_json())
    whole = trained.explain(X.to_pandas(), y.to_list())
    assert whole.importances[0].column in ("size", "kind")
    assert trained.doctor(X, y.to_list(), thorough=False).to_json()
    trained.save(tmp_path / "model.safetensors")
    X.write_csv(tmp_path / "new.csv")
    out = tmp_path / "answers.csv"
    model = str(tmp_path / "model.safetensors")
    assert main(["predict", model, str(tmp_path / "new.csv"), "--out", str(out)]) == 0
    answers = pl.read_csv(out)["prediction"].to_list()
    assert answers == trained.predict(X).tolist()


def test_labels_come_back_as_they_were() -> None:
    X = np.random.default_rng(0).normal(size=(60, 2))
    for labels in ([10, 9], [True, False], ["sí", "no"], [2.0, -1.0]):
        y = np.array(labels)[(X[:, 0] > 0).astype(int)]
        model = TableClassifier(**FAST).fit(X, y)
        np.testing.assert_array_equal(model.classes_, np.unique(y))
        assert model.predict(X).dtype == y.dtype
        assert (model.predict(X) == y).mean() > 0.9


@pytest.mark.parametrize("label", ["NA", "None", "", " yes", "<NA>"])
def test_labels_that_a_table_would_not_keep_are_classes(label: str) -> None:
    X = np.random.default_rng(0).normal(size=(60, 2))
    y = np.where(X[:, 0] > 0, label, np.where(X[:, 1] > 0, "yes", "no"))
    model = TableClassifier(**FAST).fit(X, y)
    np.testing.assert_array_equal(model.classes_, np.unique(y))
    assert (model.predict(X) == y).mean() > 0.7
    assert model.explain(X, y).score == pytest.approx(model.score(X, y))


def test_labels_that_a_table_reads_as_one_are_refused() -> None:
    y = np.array(["Yes", "yes", "no"] * 20)
    with pytest.raises(ValueError, match=r"classes 'Yes', 'yes' of y are not told"):
        TableClassifier(**FAST).fit(np.arange(120.0).reshape(60, 2), y)


def test_a_target_that_came_in_the_table_may_stay_there() -> None:
    frame = houses().drop("price")
    model = TableClassifier(**FAST).fit(frame, "dear")
    without = model.predict(frame.drop("dear"))
    np.testing.assert_array_equal(model.predict(frame), without)
    assert model.explain(frame, row=2).row == 2
    numbered = frame.to_pandas()
    numbered.columns = range(4)
    assert TableClassifier(**FAST).fit(numbered, "3").n_features_in_ == 3


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "requires y"),
        ("kin", "unknown target column 'kin'"),
        (["dear"] * 7, "inconsistent"),
    ],
)
def test_what_is_no_answer_to_these_rows_is_refused(
    trained: TableClassifier, y: Any, message: str
) -> None:
    frame = houses().drop("price", "dear")
    with pytest.raises(ValueError, match=message):
        trained.explain(frame, y)
    with pytest.raises(ValueError, match=message):
        trained.doctor(frame, y)


def test_several_numbers_are_answered_together() -> None:
    X = np.random.default_rng(0).normal(size=(80, 3))
    y = X[:, :2] * [1, 100]
    found = TableRegressor(**FAST).fit(X, y).predict(X)
    assert found.shape == y.shape
    assert TableRegressor(**FAST).fit(X, y[:, 0]).predict(X).shape == (80,)


@pytest.mark.parametrize("quality", ["fast", "good"])
def test_weights_of_rows_and_classes_count(quality: str) -> None:
    draw = np.random.default_rng(0)
    X = draw.normal(size=(200, 1))
    y = draw.permutation(np.arange(200) % 2)  # X says nothing
    asked = {**FAST, "quality": quality}
    towards = [
        TableClassifier(**asked).fit(X, y, np.where(y == 1, 3.0, 1.0)),
        TableClassifier(class_weight={1: 3}, **asked).fit(X, y),
    ]
    for model in towards:
        assert model.predict_proba(X)[:, 1].mean() == pytest.approx(0.75, abs=0.06)
    plain = TableClassifier(**asked).fit(X, y)
    assert plain.predict_proba(X)[:, 1].mean() == pytest.approx(0.5, abs=0.06)


def test_rows_of_no_weight_are_not_there() -> None:
    draw = np.random.default_rng(0)
    X = draw.normal(size=(60, 2))
    y = X @ [1.0, 2.0]
    kept = np.arange(60) % 3 > 0
    some = TableRegressor(**FAST).fit(X, y, kept.astype(float))
    alone = TableRegressor(**FAST).fit(X[kept], y[kept])
    np.testing.assert_allclose(some.predict(X), alone.predict(X), atol=1e-5)


def test_what_is_seen_in_new_rows_is_warned_of(trained: TableClassifier) -> None:
    rows = houses(5).drop("price", "dear").with_columns(kind=pl.lit("castle"))
    with pytest.warns(UserWarning, match="castle"):
        trained.predict(rows)


def test_copies_are_the_same(trained: TableClassifier) -> None:
    X = houses().drop("price", "dear")
    again = pickle.loads(pickle.dumps(trained))
    np.testing.assert_array_equal(again.predict_proba(X), trained.predict_proba(X))


def test_it_is_one_of_scikit_learns() -> None:
    X = np.random.default_rng(0).normal(size=(60, 2))
    y = X[:, 0] > 0
    search = GridSearchCV(TableClassifier(**FAST), {"hidden": [None, (4,)]}, cv=2)
    assert search.fit(X, y).best_score_ > 0.8
    assert is_classifier(search)
    scores = cross_val_score(TableClassifier(**FAST), X, y, cv=2, n_jobs=2)
    assert scores.min() > 0.8


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "requires y"),
        ([1.0, np.nan] * 30, "NaN"),
        (np.zeros(60), "one class"),
        ([0, 1], "inconsistent"),
    ],
)
def test_unusable_targets_are_refused(y: Any, message: str) -> None:
    X = np.random.default_rng(0).normal(size=(60, 2))
    with pytest.raises(ValueError, match=message):
        TableClassifier(**FAST).fit(X, y)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([-1.0] + [1.0] * 59, "[Nn]egative"),
        ([np.nan] * 60, "NaN"),
        ([0] * 60, "non-zero"),
    ],
)
def test_unusable_weights_are_refused(weights: Any, message: str) -> None:
    X = np.random.default_rng(0).normal(size=(60, 2))
    with pytest.raises(ValueError, match=message):
        TableRegressor(**FAST).fit(X, X[:, 0], weights)


@pytest.mark.parametrize("kind", [TableClassifier, TableRegressor])
def test_wrong_parameters_are_refused(kind: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_param_validation(kind.__name__, kind())


RANDOM_FOLDS = "rows are cut into random parts: a weight of 2 is no row twice"


def excused(estimator: Any) -> dict[str, str]:
    """What the estimators do otherwise, and why."""
    return {"check_sample_weight_equivalence_on_dense_data": RANDOM_FOLDS}


@pytest.mark.slow
@parametrize_with_checks(
    [
        kind(quality=q)
        for kind in (TableClassifier, TableRegressor)
        for q in ("fast", "good")
    ],
    expected_failed_checks=excused,
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_own_checks(estimator: Any, check: Any) -> None:
    check(estimator)
