"""One sigmoid neuron: the worked step, the three sizes of batch, its optimum."""

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from neurona import LogisticNeuron
from neurona.errors import OptionError

# Nine digits of the worked case are given.
NINE_DIGITS = 1e-6
# A thousand steps of descent end so near to the optimum.
DESCENT = 1e-5
EMAILS, SPAM = [(1, 5), (1, 0)], [1, 0]
START = {"coef_init": [[-1, 0]], "intercept_init": [-0.5]}


def test_case_g6b_one_step_of_gradient_descent():
    # z = −1.5 twice: p = σ(−1.5) = .1824255; J = −½ ln p − ½ ln(1 − p) = .9514133.
    # dw = ½[(p − 1)(1, 5) + p(1, 0)], db = ½(2p − 1); then w − .5 dw, b − .5 db.
    model = LogisticNeuron(0.5, epochs=1).fit(EMAILS, SPAM, **START)
    assert model.loss_curve_ == pytest.approx([0.9514133], rel=NINE_DIGITS)
    assert model.coef_[0] == pytest.approx([-0.8412128, 1.0219681], rel=NINE_DIGITS)
    assert model.intercept_ == pytest.approx([-0.3412128], rel=NINE_DIGITS)
    after = model.network_.evaluate(EMAILS, SPAM)["loss"]
    assert after == pytest.approx(0.1434406, rel=NINE_DIGITS)


def test_case_g6b_the_gradient_at_the_start():
    model = LogisticNeuron(1e-30, epochs=1).fit(EMAILS, SPAM, **START)
    loss, slopes = model.network_.loss_and_gradients(EMAILS, SPAM)
    assert loss == pytest.approx(0.9514133, rel=NINE_DIGITS)
    found = slopes["neuron.weight"].ravel()
    assert found == pytest.approx([-0.3175745, -2.0439362], rel=NINE_DIGITS)
    assert slopes["neuron.bias"] == pytest.approx([-0.3175745], rel=NINE_DIGITS)
    assert model.predict_proba(EMAILS)[:, 1] == pytest.approx([0.1824255] * 2)


@pytest.mark.parametrize(
    ("p", "y", "loss"), [(0.9, 1, 0.1053605), (0.9, 0, 2.3025851), (0.5, 1, 0.6931472)]
)
def test_case_g14_the_loss_of_one_answer(p, y, loss):
    # A bias of ln(p/(1 − p)) answers p to x = 0; a step of nearly 0 leaves it there.
    bias = [math.log(p / (1 - p))]
    rows, labels = [[0.0], [0.0]], [y, 1 - y]
    model = LogisticNeuron(1e-30, epochs=1).fit(
        rows, labels, sample_weight=[1, 0], intercept_init=bias
    )
    assert model.loss_curve_ == pytest.approx([loss], rel=NINE_DIGITS)


def test_single_samples_take_a_step_each():
    # Row 1: p = σ(−1.5) = .1824255, w − .5(p − 1)(1, 5), b − .5(p − 1). Row 2 then.
    model = LogisticNeuron(0.5, batch_size=1, shuffle=False, epochs=1)
    model.fit(EMAILS, SPAM, **START)
    w, b = np.array([-1.0, 0.0]), -0.5
    for x, y in zip(np.array(EMAILS, float), SPAM, strict=True):
        error = 1 / (1 + math.exp(-(w @ x + b))) - y
        w, b = w - 0.5 * error * x, b - 0.5 * error
    assert model.coef_[0] == pytest.approx(w)
    assert model.intercept_ == pytest.approx([b])


def noisy(rows=60):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 2))
    return X, (X @ [1.0, -1.0] + rng.normal(size=rows) > 0).astype(int)


def test_it_descends_to_the_optimum_of_logistic_regression():
    X, y = noisy()
    model = LogisticNeuron(1.0, epochs=1000).fit(X, y)
    peer = LogisticRegression(C=np.inf, tol=1e-10).fit(X, y)
    assert model.coef_ == pytest.approx(peer.coef_, abs=DESCENT)
    assert model.intercept_ == pytest.approx(peer.intercept_, abs=DESCENT)
    assert model.predict_proba(X) == pytest.approx(peer.predict_proba(X), abs=DESCENT)


@pytest.mark.parametrize("batch_size", ["full", 7, 1])
def test_every_size_of_batch_lowers_the_loss(batch_size):
    X, y = noisy()
    model = LogisticNeuron(0.1, batch_size=batch_size, random_state=0).fit(X, y)
    assert model.loss_curve_[-1] < model.loss_curve_[0] - 0.1
    assert model.n_iter_ == 200


def test_the_penalty_is_that_of_scikit_learn():
    X, y = noisy()
    model = LogisticNeuron(1.0, epochs=1000, l2=2.0).fit(X, y)
    peer = LogisticRegression(C=0.5, tol=1e-10).fit(X, y)
    assert model.coef_ == pytest.approx(peer.coef_, abs=DESCENT)


def test_case_g1_xor_is_answered_with_a_coin():
    X, y = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]
    model = LogisticNeuron().fit(X, y)
    assert model.predict_proba(X) == pytest.approx(np.full((4, 2), 0.5))
    assert model.loss_curve_[-1] == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"learning_rate": 0}, "learning_rate must be a number above 0"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1"),
        ({"epochs": 1.5}, "epochs must be a whole number"),
        ({"l2": -1}, "l2 must be a number of at least 0"),
    ],
)
def test_a_setting_out_of_its_range_is_refused(settings, words):
    with pytest.raises(OptionError, match=words):
        LogisticNeuron(**settings).fit(EMAILS, SPAM)


@pytest.mark.parametrize(
    ("y", "weights", "words"),
    [
        ([0, float("nan")], None, "contains NaN"),
        ([1, 1], None, "only one class"),
        ([1, 0], [-1, 1], "Negative values"),
        ([1, 0], [0, 0], "weigh"),
    ],
)
def test_rows_that_cannot_be_learned_from_are_refused(y, weights, words):
    with pytest.raises(ValueError, match=words):
        LogisticNeuron().fit(EMAILS, y, sample_weight=weights)


def test_three_classes_are_refused():
    with pytest.raises(ValueError, match="Only binary classification"):
        LogisticNeuron().fit([[0], [1], [2]], [0, 1, 2])
