"""The estimators keep scikit-learn's protocol: every check, none expected to fail."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from neurona import (
    BasisClassifier,
    BasisFeatures,
    BasisRegressor,
    LogisticNeuron,
    Perceptron,
    ThresholdUnit,
)

ESTIMATORS = [
    BasisClassifier(),
    BasisFeatures(),
    BasisRegressor(degree=2),
    LogisticNeuron(random_state=0),
    # Few epochs: on data without a boundary the rule uses them all.
    Perceptron(random_state=0, max_iter=100),
    ThresholdUnit(random_state=0, max_iter=20),
]
OTHERS = [
    BasisClassifier("spline", solver="gradient"),
    BasisFeatures("fourier", 2, cross="total", include_bias=True),
    BasisRegressor("legendre", 2, penalty="lasso", alpha=0.01),
    BasisRegressor("radial", 3, penalty="ridge"),
    BasisRegressor("haar", 2, solver="gradient"),
    Perceptron(shuffle=False, strict=True, fit_intercept=False, max_iter=100),
]
"""Other bases, solvers and settings."""
CLASSIFIERS = [
    BasisClassifier(),
    LogisticNeuron(random_state=0),
    Perceptron(random_state=0),
    ThresholdUnit(random_state=0),
]


def by_name(estimator):
    return type(estimator).__name__


# Some checks have fewer rows than columns, or classes that no line parts.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::neurona.errors.DesignWarning")
@parametrize_with_checks(ESTIMATORS)
def test_every_check_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::neurona.errors.DesignWarning")
@parametrize_with_checks(OTHERS)
def test_every_check_of_scikit_learn_with_other_settings(estimator, check):
    check(estimator)


def two_classes(seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 3)) + 3 * np.arange(60)[:, None] // 30 * 6
    return X, np.repeat(["no", "yes"], 30)


@pytest.mark.parametrize("model", CLASSIFIERS, ids=by_name)
def test_pipelines_searches_and_copies_work(model):
    X, y = two_classes()
    piped = make_pipeline(StandardScaler(), model)
    assert cross_val_score(piped, X, y).mean() > 0.9
    setting = next(k for k in ("shuffle", "fit_intercept") if hasattr(model, k))
    grid = {f"{by_name(model).lower()}__{setting}": [False, True]}
    search = GridSearchCV(piped, grid).fit(X, y)
    assert search.best_score_ > 0.9
    fitted = clone(model).fit(X, y)
    again = pickle.loads(pickle.dumps(fitted))
    assert again.predict(X).tolist() == fitted.predict(X).tolist()


@pytest.mark.parametrize("model", CLASSIFIERS, ids=by_name)
def test_tables_keep_their_names(model):
    X, y = two_classes()
    table = pd.DataFrame(X, columns=["a", "b", "c"])
    fitted = clone(model).fit(table, y)
    assert fitted.feature_names_in_.tolist() == ["a", "b", "c"]
    plain = clone(model).fit(X, y)
    assert fitted.predict(table).tolist() == plain.predict(X).tolist()
