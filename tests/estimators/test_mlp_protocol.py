"""scikit-learn's checks of the protocol, and what is built on it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from sklearn import neural_network
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
)
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import (
    check_param_validation,
    parametrize_with_checks,
)

import neurona
from neurona import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("default")

KINDS = ("MLPClassifier", "MLPRegressor")
X, Y = load_iris(return_X_y=True)
SPLIT_AT_RANDOM = "which rows are held out is drawn at random, row by row"


@parametrize_with_checks([MLPClassifier(max_iter=100), MLPRegressor(max_iter=100)])
def test_every_check_of_scikit_learn_passes(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks(
    [
        MLPClassifier(max_iter=100, early_stopping=True),
        MLPRegressor(max_iter=100, early_stopping=True),
    ],
    expected_failed_checks=lambda estimator: {
        "check_sample_weight_equivalence_on_dense_data": SPLIT_AT_RANDOM,
        "check_sample_weight_equivalence_on_sparse_data": SPLIT_AT_RANDOM,
    },
)
def test_two_checks_fail_with_early_stopping(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_are_validated_in_scikit_learns_words(kind: str) -> None:
    check_param_validation(kind, getattr(neurona, kind)())


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_default_and_method_is_there(kind: str) -> None:
    theirs, ours = getattr(neural_network, kind), getattr(neurona, kind)
    wanted = inspect.signature(theirs).parameters
    found = inspect.signature(ours).parameters
    assert list(found)[: len(wanted)] == list(wanted)
    for name, parameter in wanted.items():
        assert found[name].default == parameter.default, name
        assert found[name].kind == parameter.kind, name
    for name in filter(lambda n: not n.startswith("_"), dir(theirs)):
        assert hasattr(ours, name), name
    for name in ("fit", "partial_fit"):
        wanted, found = (
            list(inspect.signature(getattr(each, name)).parameters)
            for each in (theirs, ours)
        )
        assert found[: len(wanted)] == wanted


def test_an_estimator_that_stops_early_has_no_partial_fit() -> None:
    estimator = MLPClassifier(early_stopping=True)
    assert not hasattr(estimator, "partial_fit")
    with pytest.raises(ValueError, match="does not support early_stopping"):
        estimator.partial_fit(X, Y)


@pytest.mark.parametrize("kind", KINDS)
def test_tables_give_the_predictions_of_arrays(kind: str) -> None:
    names = ["a", "b", "c", "d"]
    estimator = getattr(neurona, kind)(max_iter=5, random_state=0).fit(X, Y)
    wanted = estimator.predict(X)
    for table in (pd.DataFrame(X, columns=names), pl.DataFrame(X, schema=names)):
        estimator.fit(table, Y)
        assert estimator.feature_names_in_.tolist() == names
        np.testing.assert_array_equal(estimator.predict(table), wanted)


@pytest.mark.slow
def test_pipelines_searches_and_workers_take_it() -> None:
    pipeline = make_pipeline(
        StandardScaler().set_output(transform="pandas"),
        MLPClassifier(max_iter=20, learning_rate_init=0.05, random_state=0),
    )
    search = GridSearchCV(
        pipeline,
        {"mlpclassifier__hidden_layer_sizes": [(5,), (20, 5)]},
        cv=3,
        n_jobs=2,
    )
    alone = GridSearchCV(pipeline, search.param_grid, cv=3)
    np.testing.assert_array_equal(
        search.fit(X, Y).cv_results_["mean_test_score"],
        alone.fit(X, Y).cv_results_["mean_test_score"],
    )
    assert search.best_estimator_.score(X, Y) > 0.5


def test_metadata_routing_carries_the_rows_held_out() -> None:
    with sklearn.config_context(enable_metadata_routing=True):
        wanted = {"sample_weight": True, "X_val": True, "y_val": True}
        last = MLPClassifier(max_iter=3, random_state=0).set_fit_request(**wanted)
        assert last.get_metadata_routing().fit.requests == wanted
        pipeline = make_pipeline(StandardScaler(), last)
        pipeline.fit(X, Y, X_val=X[:50], y_val=Y[:50])
    assert len(pipeline[-1].validation_loss_curve_) == 3


def test_scikit_learn_is_loaded_with_the_first_estimator_alone() -> None:
    said = (
        "import sys, neurona; assert 'MLPClassifier' in dir(neurona);"
        "assert 'sklearn' not in sys.modules; neurona.MLPClassifier;"
        "assert 'sklearn.base' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", said], check=True)


SETS = {
    "iris": (load_iris, "MLPClassifier"),
    "wine": (load_wine, "MLPClassifier"),
    "breast cancer": (load_breast_cancer, "MLPClassifier"),
    "digits": (load_digits, "MLPClassifier"),
    "diabetes": (load_diabetes, "MLPRegressor"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_folds_score_as_with_scikit_learn(name: str) -> None:
    load, kind = SETS[name]
    rows, y = load(return_X_y=True)
    folds = KFold if kind == "MLPRegressor" else StratifiedKFold
    theirs, ours = (
        cross_val_score(
            make_pipeline(StandardScaler(), getattr(module, kind)(random_state=0)),
            rows,
            y,
            cv=folds(5, shuffle=True, random_state=0),
        )
        for module in (neural_network, neurona)
    )
    error = theirs.std(ddof=1) / np.sqrt(len(theirs))
    assert ours.mean() >= theirs.mean() - error


@pytest.mark.parametrize("sizes", [(2.5,), 2.5, (3, 4.0)])
def test_half_a_unit_is_refused_as_scikit_learn_does(sizes: Any) -> None:
    for module in (neural_network, neurona):
        with pytest.raises(
            (TypeError, ValueError), match=r"integer|hidden_layer_sizes"
        ):
            module.MLPRegressor(hidden_layer_sizes=sizes).fit(
                [[0.0], [1.0]], [0.0, 1.0]
            )
