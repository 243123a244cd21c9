"""What scikit-learn's MLPs do not have."""

from __future__ import annotations

import pickle
import signal
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.metrics import log_loss

import neurona
from neurona import MLPClassifier, MLPRegressor
from neurona.errors import DataError, OptionError
from neurona.nn.losses import Huber
from neurona.optimize import AdamW, Cosine

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
QUICK: dict[str, Any] = dict(max_iter=12, random_state=0, hidden_layer_sizes=(8, 6))


def test_the_loss_on_rows_held_out_is_kept_epoch_by_epoch() -> None:
    fitted = MLPClassifier(**QUICK).fit(X[::2], Y[::2], X_val=X[1::2], y_val=Y[1::2])
    assert len(fitted.validation_loss_curve_) == fitted.n_iter_
    found = log_loss(Y[1::2], fitted.predict_proba(X[1::2]))
    assert fitted.validation_loss_curve_[-1] == pytest.approx(found, rel=1e-12)
    # Rows that are only watched change nothing, and are forgotten with the next fit.
    alone = MLPClassifier(**QUICK).fit(X[::2], Y[::2])
    np.testing.assert_array_equal(alone.coefs_[0], fitted.coefs_[0])
    assert fitted.fit(X, Y).validation_loss_curve_ is None


def test_rows_given_are_those_that_stop_early() -> None:
    stopping = MLPClassifier(**{**QUICK, "max_iter": 60}, early_stopping=True)
    stopping.fit(X[::2], Y[::2], X_val=X[1::2], y_val=Y[1::2])
    assert stopping.score(X[1::2], Y[1::2]) == stopping.best_validation_score_
    assert len(stopping.validation_scores_) == stopping.n_iter_


def test_one_of_X_val_and_y_val_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="of X_val and y_val one is missing"):
        MLPClassifier(**QUICK).fit(X, Y, X_val=X)
    with pytest.raises(ValueError, match=r"`y_val` has classes that `y` has not: .7"):
        MLPClassifier(**QUICK).fit(X, Y, X_val=X, y_val=Y + 7)


def test_class_weights_are_weights_of_the_rows() -> None:
    weights = {0: 1.0, 1: 5.0, 2: 0.5}
    by_class = MLPClassifier(**QUICK, class_weight=weights).fit(X, Y)
    by_row = MLPClassifier(**QUICK).fit(X, Y, np.vectorize(weights.get)(Y))
    np.testing.assert_array_equal(by_class.coefs_[0], by_row.coefs_[0])


@pytest.mark.parametrize(
    "settings",
    [
        dict(activation=["tanh", "leaky_relu"]),
        dict(solver="lion"),
        dict(solver=AdamW(0.01)),
        dict(solver="sgd", learning_rate="cosine"),
        dict(learning_rate=Cosine()),
        dict(initializer="orthogonal"),
        dict(dropout=0.3),
        dict(dropout=[0.0, 0.3]),
        dict(batch_norm=True),
        dict(l1=0.5),
        dict(clip_norm=0.01),
        dict(clip_value=0.001),
        dict(average=0.9),
        dict(loss="mae"),
        dict(loss=Huber(0.5)),
    ],
    ids=repr,
)
def test_each_option_changes_the_fit_and_the_loss_still_falls(
    settings: dict[str, Any],
) -> None:
    y = (X[:, 0] - X[:, 2]) / 3
    plain = MLPRegressor(**QUICK).fit(X, y)
    fitted = MLPRegressor(**{**QUICK, **settings}).fit(X, y)
    assert not np.array_equal(fitted.coefs_[0], plain.coefs_[0])
    assert fitted.loss_curve_[-1] < fitted.loss_curve_[0]
    # What it answers is what the network that it holds answers.
    network = fitted.network_
    np.testing.assert_allclose(fitted.predict(X), network.predict(X).ravel())


def test_the_number_of_threads_changes_no_bit() -> None:
    one, two = (MLPClassifier(**QUICK, n_threads=n).fit(X, Y) for n in (1, 2))
    np.testing.assert_array_equal(one.coefs_[0], two.coefs_[0])


def test_averaged_weights_go_on_from_the_plain_ones() -> None:
    settings = dict(QUICK, average=0.5, shuffle=False)
    whole = MLPClassifier(**settings).fit(X, Y)
    parts = MLPClassifier(**settings)
    for _ in range(settings["max_iter"]):
        parts = pickle.loads(pickle.dumps(parts.partial_fit(X, Y, classes=[0, 1, 2])))
    np.testing.assert_allclose(parts.coefs_[0], whole.coefs_[0], rtol=1e-12)


def test_a_learned_variance_has_two_outputs_for_each_number() -> None:
    y = load_diabetes(return_X_y=True)[1][:150] / 100
    fitted = MLPRegressor("gaussian_nll", **QUICK).fit(X, y)
    assert fitted.coefs_[-1].shape[1] == 2
    assert fitted.predict(X).shape == (150,)


def test_a_callback_sees_the_weights_and_ends_the_fit() -> None:
    seen = []

    def watch(epoch: Any, history: Any) -> bool:
        seen.append(fitted.score(X, Y))
        return epoch.epoch == 3

    fitted = MLPClassifier(**QUICK, callbacks=watch)
    fitted.fit(X, Y)
    assert fitted.n_iter_ == len(seen) == 3
    assert seen[-1] == fitted.score(X, Y)


class StopsAfter:
    """A callback of scikit-learn's protocol."""

    def __init__(self, epochs: int) -> None:
        self.left = epochs
        self.said: list[str] = []
        self.scores: list[float] = []

    def setup(self, estimator: Any, context: Any) -> None:
        self.said.append("setup")

    def teardown(self, estimator: Any, context: Any) -> None:
        self.said.append("teardown")

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        self.said.append(f"begin {context.task_name}")

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, X: Any, fitted_estimator: Any
    ) -> bool:
        self.scores.append(fitted_estimator.score(X, Y))
        self.left -= context.task_name == "epoch"
        return self.left == 0


@pytest.mark.parametrize("rows", [150, 100], ids=["three classes", "two"])
def test_a_loss_between_numbers_compares_probabilities(rows: int) -> None:
    x, y = X[:rows], Y[:rows]
    settings = dict(
        QUICK, hidden_layer_sizes=30, solver="lbfgs", max_iter=60, alpha=0, loss="mse"
    )
    fitted = MLPClassifier(**settings).fit(x, y)
    truth = np.eye(3)[y] if rows == 150 else y[:, None]
    found = fitted.predict_proba(x)[:, -truth.shape[1] :]
    assert fitted.loss_ == pytest.approx(((found - truth) ** 2).mean(), rel=1e-6)
    assert fitted.score(x, y) > 0.9


def test_a_solver_changed_between_partial_fits_starts_with_an_empty_memory() -> None:
    fitted = MLPClassifier(**QUICK).partial_fit(X, Y, classes=[0, 1, 2])
    before = fitted.loss_
    fitted.set_params(solver="sgd", learning_rate_init=0.01)
    for _ in range(5):
        fitted.partial_fit(X, Y)
    assert fitted.loss_ < before


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_scikit_learns_callbacks_hear_of_epochs_and_end_a_fit(solver: str) -> None:
    pytest.importorskip("sklearn.callback")
    callback = StopsAfter(2)
    fitted = MLPClassifier(**QUICK, solver=solver).set_callbacks(callback).fit(X, Y)
    assert fitted.n_iter_ == 2
    assert callback.said == ["setup", "begin fit", "begin epoch", "begin epoch",
                             "teardown"]  # fmt: skip
    assert callback.scores[-1] == fitted.score(X, Y)


def test_weights_can_be_drawn_set_and_trained_on() -> None:
    settings = dict(QUICK, shuffle=False)
    fresh = MLPClassifier(**settings, warm_start=True).init(X, Y)
    assert fresh.n_iter_ == 0
    before = fresh.predict_proba(X)
    fresh.coefs_ = [np.zeros_like(c) for c in fresh.coefs_]
    fresh.intercepts_[-1] = np.array([0.0, 3.0, 0.0])
    np.testing.assert_array_equal(fresh.predict(X), np.ones(150))
    assert not np.allclose(before, fresh.predict_proba(X))
    given = [np.asfortranarray(c) for c in MLPClassifier(**settings).init(X, Y).coefs_]
    fresh.init(X, Y).coefs_ = given
    fresh.fit(X, Y)
    np.testing.assert_array_equal(
        fresh.coefs_[0], MLPClassifier(**settings).fit(X, Y).coefs_[0]
    )


def test_decisions_are_logits() -> None:
    three = MLPClassifier(**QUICK).fit(X, Y)
    logits = three.decision_function(X)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares, three.predict_proba(X), rtol=1e-10)
    two = MLPClassifier(**QUICK).fit(X[:100], Y[:100])
    sigmoid = 1 / (1 + np.exp(-two.decision_function(X)))
    np.testing.assert_allclose(sigmoid, two.predict_proba(X)[:, 1], rtol=1e-10)


def test_the_network_can_be_saved_and_explained(tmp_path: Any) -> None:
    fitted = MLPClassifier(**QUICK, batch_norm=True).fit(X, Y)
    fitted.network_.save(tmp_path / "iris.safetensors")
    again = neurona.load(tmp_path / "iris.safetensors")
    np.testing.assert_allclose(again.predict(X), fitted.decision_function(X))


@pytest.mark.parametrize(
    ("settings", "more", "said"),
    [
        (dict(activation=["relu"]), {}, "activation has 1 entries for 2 hidden"),
        (dict(dropout=[0.1]), {}, "dropout has 1 entries for 2 hidden"),
        (dict(dropout=1.5), {}, "'dropout' parameter of MLPClassifier must be"),
        (dict(clip_norm=-1.0), {}, "'clip_norm' parameter of MLPClassifier must be"),
        ({}, dict(sample_weight=-np.ones(150)), "Negative values in data passed"),
        ({}, dict(sample_weight=np.zeros(150)), "at least one non-zero"),
    ],
)
def test_bad_options_are_refused_before_any_work(
    settings: dict[str, Any], more: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        MLPClassifier(**{**QUICK, **settings}).fit(X, Y, **more)


@pytest.mark.parametrize(
    ("loss", "y", "other"),
    [
        ("binary_cross_entropy", Y, "cross_entropy"),
        ("cross_entropy", Y > 0, "binary_cross_entropy"),
        ("cross_entropy", np.eye(3)[Y], "binary_cross_entropy"),
    ],
)
def test_a_loss_that_trains_other_answers_is_refused(
    loss: str, y: Any, other: str
) -> None:
    with pytest.raises(OptionError, match=f"does not suit this y: use {other}"):
        MLPClassifier(**QUICK, loss=loss).fit(X, y)


def test_targets_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DataError, match="at least 0"):
        MLPRegressor(loss="poisson").fit(X, Y - 1.0)
    fitted = MLPRegressor(random_state=0).partial_fit(X, Y)
    with pytest.raises(ValueError, match="y has 3 columns, but the estimator was"):
        fitted.partial_fit(X, np.eye(3)[Y])
    with pytest.raises(TypeError, match="integer"):
        MLPRegressor(hidden_layer_sizes=(2.5,)).fit(X, Y)


def test_ctrl_c_ends_a_fit_with_a_warning_and_keeps_the_weights() -> None:
    def interrupt(epoch: Any, history: Any) -> None:
        if epoch.epoch == 3:
            signal.raise_signal(signal.SIGINT)

    fitted = MLPClassifier(**QUICK, callbacks=interrupt)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        fitted.fit(X, Y)
    assert fitted.n_iter_ == len(fitted.loss_curve_) == 3
    shorter = MLPClassifier(**{**QUICK, "max_iter": 3}).fit(X, Y)
    np.testing.assert_array_equal(fitted.coefs_[0], shorter.coefs_[0])
