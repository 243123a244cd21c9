"""The MLPs start, step and stop as scikit-learn's do: the same numbers."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn import neural_network
from sklearn.base import clone
from sklearn.datasets import load_iris, make_multilabel_classification, make_regression
from sklearn.exceptions import ConvergenceWarning

import neurona

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

IRIS = load_iris(return_X_y=True)
NUMBERS = make_regression(80, 5, n_targets=2, noise=1.0, random_state=0)
COUNTS = NUMBERS[0], np.abs(NUMBERS[1]) / 50
LABELS = make_multilabel_classification(60, 6, n_classes=3, random_state=0)
TWO = IRIS[0][:100], np.array(["no", "yes"])[IRIS[1][:100]]

# By the definition of both, the same sums in another order.
ROUNDING = 1e-10
ADAM_ROUNDING = 1e-8
"""A gradient near 0 is divided by its own size."""

CASES: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "sgd alone": ("MLPClassifier", IRIS, dict(solver="sgd", momentum=0, shuffle=False)),
    "adam": ("MLPClassifier", IRIS, {}),
    "two classes": ("MLPClassifier", TWO, dict(alpha=1.0)),
    "several labels": ("MLPClassifier", LABELS, dict(hidden_layer_sizes=(7, 5))),
    "several numbers": ("MLPRegressor", NUMBERS, dict(batch_size=33)),
    "counts": ("MLPRegressor", COUNTS, dict(loss="poisson")),
    "logistic": ("MLPClassifier", IRIS, dict(activation="logistic")),
    "tanh": ("MLPRegressor", NUMBERS, dict(activation="tanh")),
    "identity": ("MLPRegressor", NUMBERS, dict(activation="identity")),
    "no hidden layer": ("MLPClassifier", IRIS, dict(hidden_layer_sizes=())),
    "momentum": ("MLPClassifier", IRIS, dict(solver="sgd", nesterovs_momentum=False)),
    "undamped": ("MLPClassifier", IRIS, dict(solver="sgd", momentum=1.0)),
    "inverse scaling": (
        "MLPClassifier",
        IRIS,
        dict(solver="sgd", learning_rate="invscaling", learning_rate_init=0.1),
    ),
    "adaptive": (
        "MLPClassifier",
        IRIS,
        dict(solver="sgd", learning_rate="adaptive", tol=0.1, max_iter=90),
    ),
    "stops by loss": ("MLPClassifier", IRIS, dict(tol=0.05, n_iter_no_change=3)),
    "stops by score": ("MLPClassifier", TWO, dict(early_stopping=True, max_iter=40)),
    "stops by r2": ("MLPRegressor", NUMBERS, dict(early_stopping=True, max_iter=15)),
    "lbfgs": ("MLPClassifier", IRIS, dict(solver="lbfgs")),
    "lbfgs, several": ("MLPRegressor", NUMBERS, dict(solver="lbfgs", alpha=1.0)),
}


def pair(kind: str, **settings: Any) -> tuple[Any, Any]:
    """scikit-learn's class and ours with the same parameters."""
    settings = {"max_iter": 8, "random_state": 3, **settings}
    theirs = getattr(neural_network, kind)(**settings)
    return theirs, getattr(neurona, kind)(**settings)


def assert_equal_fits(theirs: Any, ours: Any, atol: float) -> None:
    assert ours.n_iter_ == theirs.n_iter_
    for name in ("coefs_", "intercepts_"):
        for a, b in zip(getattr(theirs, name), getattr(ours, name), strict=True):
            assert b.dtype == a.dtype
            np.testing.assert_allclose(b, a, rtol=0, atol=atol)
    known = {k for k in vars(theirs) if k.endswith("_") and not k.startswith("_")}
    assert known <= {k for k in vars(ours) if k.endswith("_")}
    for name in ("loss_", "loss_curve_", "best_loss_", "validation_scores_", "t_",
                 "best_validation_score_", "n_layers_", "n_outputs_"):  # fmt: skip
        if getattr(theirs, name, None) is None:
            assert getattr(ours, name, None) is None
        else:
            np.testing.assert_allclose(
                getattr(ours, name), getattr(theirs, name), rtol=1e-7
            )
    assert ours.out_activation_ == theirs.out_activation_


@pytest.mark.parametrize("name", CASES)
def test_the_weights_are_scikit_learns(name: str) -> None:
    kind, (X, y), settings = CASES[name]
    theirs, ours = pair(kind, **settings)
    theirs.fit(X, y)
    ours.fit(X, y)
    adam = settings.get("solver", "adam") == "adam"
    assert_equal_fits(theirs, ours, ADAM_ROUNDING if adam else ROUNDING)
    np.testing.assert_allclose(ours.score(X, y), theirs.score(X, y), rtol=1e-9)
    if kind == "MLPClassifier":
        np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
        for method in ("predict_proba", "predict_log_proba"):
            a, b = (getattr(each, method)(X) for each in (theirs, ours))
            np.testing.assert_allclose(b, a, rtol=1e-6, atol=1e-9)
    else:
        np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-6)


@pytest.mark.parametrize("name", ["adam", "several numbers", "stops by r2", "lbfgs"])
def test_weights_of_rows_count_as_in_scikit_learn(name: str) -> None:
    kind, (X, y), settings = CASES[name]
    weights = np.random.default_rng(0).uniform(0, 3, len(X))
    weights[::7] = 0
    theirs, ours = pair(kind, alpha=0.5, **{**settings, "max_iter": 8})
    assert_equal_fits(
        theirs.fit(X, y, sample_weight=weights),
        ours.fit(X, y, sample_weight=weights),
        ADAM_ROUNDING,
    )


def test_initial_weights_are_drawn_in_scikit_learns_order() -> None:
    theirs, ours = pair("MLPClassifier", hidden_layer_sizes=(4, 3), max_iter=1)
    theirs.set_params(learning_rate_init=1e-300).fit(*IRIS)
    ours.init(*IRIS)
    for name in ("coefs_", "intercepts_"):
        for a, b in zip(getattr(theirs, name), getattr(ours, name), strict=True):
            np.testing.assert_array_equal(b, a)


def test_a_random_state_that_is_shared_is_drawn_from_as_often() -> None:
    left = []
    for estimator in pair("MLPClassifier", tol=0.05, n_iter_no_change=2):
        state = np.random.RandomState(5)
        estimator.set_params(random_state=state).fit(*IRIS)
        left.append(state.randint(10**6))
    assert left[0] == left[1]


def test_partial_fits_and_warm_starts_go_on_as_in_scikit_learn() -> None:
    X, y = IRIS
    theirs, ours = pair("MLPClassifier")
    for rows in (slice(None, None, 3), slice(None), slice(1, None, 2)):
        for estimator in (theirs, ours):
            estimator.partial_fit(X[rows], y[rows], classes=[0, 1, 2])
    assert_equal_fits(theirs, ours, ADAM_ROUNDING)
    theirs, ours = pair("MLPRegressor", warm_start=True, solver="sgd",
                        learning_rate="invscaling")  # fmt: skip
    for _ in range(3):
        theirs.fit(X, y)
        ours.fit(X, y)
    assert_equal_fits(theirs, ours, ROUNDING)


def test_single_precision_stays_single_for_every_solver() -> None:
    X = IRIS[0].astype(np.float32)
    for solver in ("adam", "sgd", "lbfgs"):
        theirs, ours = pair("MLPClassifier", solver=solver)
        theirs.fit(X, IRIS[1])
        ours.fit(X, IRIS[1])
        assert {c.dtype for c in ours.coefs_} == {np.dtype(np.float32)}
        assert ours.predict_proba(X).dtype == np.float32
        assert ours.predict_proba(IRIS[0]).dtype == np.float64
        # Sums of a few dozen numbers of seven digits, eight epochs long.
        np.testing.assert_allclose(ours.coefs_[0], theirs.coefs_[0], atol=1e-4)


@pytest.mark.parametrize("first", [np.float32, np.float64])
def test_weights_keep_the_precision_they_were_drawn_in(first: type) -> None:
    other = np.float64 if first is np.float32 else np.float32
    theirs, ours = pair("MLPClassifier")
    for dtype in (first, other):
        for estimator in (theirs, ours):
            estimator.partial_fit(IRIS[0].astype(dtype), IRIS[1], classes=[0, 1, 2])
    assert ours.coefs_[0].dtype == theirs.coefs_[0].dtype == first
    np.testing.assert_allclose(ours.coefs_[0], theirs.coefs_[0], atol=1e-6)


def test_sparse_rows_are_trained_and_answered_like_dense_ones() -> None:
    X = np.where(IRIS[0] > 2, IRIS[0], 0)
    ours = neurona.MLPClassifier(max_iter=5, random_state=0).fit(X, IRIS[1])
    sparse = clone(ours).fit(csr_array(X), IRIS[1])
    np.testing.assert_array_equal(sparse.coefs_[0], ours.coefs_[0])
    np.testing.assert_array_equal(
        sparse.predict_proba(csr_array(X)), ours.predict_proba(X)
    )


def test_verbose_says_what_scikit_learn_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = []
    for estimator in pair("MLPClassifier", tol=0.5, n_iter_no_change=2, verbose=True):
        estimator.fit(*IRIS)
        said.append(capsys.readouterr().out)
    assert said[1] == said[0] != ""


@pytest.mark.parametrize(
    ("settings", "data", "more"),
    [
        (dict(hidden_layer_sizes=(3, -1)), IRIS, {}),
        (dict(solver="lbfg"), IRIS, {}),
        (dict(activation="reli", hidden_layer_sizes=3), IRIS, {}),
        (dict(alpha=-1), IRIS, {}),
        ({}, (IRIS[0], np.full(150, np.nan)), {}),
        ({}, IRIS, dict(sample_weight=np.ones(3))),
        (dict(early_stopping=True), ([[1], [2], [3], [4]], [0, 0, 0, 1]), {}),
    ],
)
def test_bad_input_is_refused_as_in_scikit_learn(
    settings: dict[str, Any], data: Any, more: dict[str, Any]
) -> None:
    said = []
    for estimator in pair("MLPClassifier", **settings):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (compared below)
            estimator.fit(*data, **more)
        # What an option may be differs: there is more to choose from.
        said.append(str(caught.value).split("must be")[0])
    assert said[1] == said[0]


def test_the_warnings_are_scikit_learns() -> None:
    texts = []
    for estimator in pair("MLPClassifier", batch_size=1000):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            estimator.fit(*IRIS)
        texts.append([(w.category, str(w.message)) for w in caught])
    assert texts[1] == texts[0]
    assert [kind for kind, text in texts[0]] == [UserWarning, ConvergenceWarning]


def test_a_fitted_estimator_survives_pickling_with_its_memory() -> None:
    ours = neurona.MLPClassifier(max_iter=3, random_state=0).fit(*IRIS)
    again = pickle.loads(pickle.dumps(ours))
    np.testing.assert_array_equal(
        again.predict_proba(IRIS[0]), ours.predict_proba(IRIS[0])
    )
    for each in (ours, again):
        each.partial_fit(*IRIS)
    np.testing.assert_array_equal(again.coefs_[0], ours.coefs_[0])
