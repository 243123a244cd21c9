"""Scores that are no number: the model goes on, is kept, and is saved."""

import math

import numpy as np
import pytest

import neurona
from neurona import SGD, Dense, Network
from neurona.errors import DivergenceWarning, ValidationWarning
from neurona.train.evaluate import Evaluator, Scores
from tests.train.runs import X, Y, everything, options, record

NAN, INF = math.nan, math.inf


def scripted(monkeypatch, scores):
    """Make the validation losses of a run those of a list."""
    told = iter(scores)
    monkeypatch.setattr(
        Evaluator, "__call__", lambda self, *rest: Scores(next(told), {})
    )


def kept(network):
    return record(network)["parameters"]


def straight(epochs):
    """What is left after so many epochs, whatever is thought of them."""
    network = everything()
    network.fit(X, Y, **options(epochs=epochs, schedule=None, patience=None))
    return kept(network)


def test_an_epoch_whose_validation_loss_is_no_number_is_never_the_best(monkeypatch):
    wanted = straight(4)
    scripted(monkeypatch, [0.5, INF, NAN, 0.4, NAN])
    network = everything()
    history = network.fit(X, Y, **options(epochs=5, schedule=None, patience=4))
    assert (len(history), history.best_epoch, history.stopped) == (5, 4, "epochs")
    assert kept(network) == wanted


@pytest.mark.parametrize("min_change", [0.0, 0.1])
@pytest.mark.parametrize(
    ("patience", "epochs", "stopped"), [(None, 3, "epochs"), (2, 2, "patience")]
)
def test_where_no_validation_loss_is_a_number_the_last_weights_are_kept(
    monkeypatch, patience, epochs, stopped, min_change
):
    wanted = straight(epochs)
    scripted(monkeypatch, [NAN, INF, NAN])
    network = everything()
    with pytest.warns(ValidationWarning, match="no validation loss was a finite"):
        history = network.fit(X, Y, **options(
            epochs=3, schedule=None, patience=patience, min_change=min_change,
        ))  # fmt: skip
    assert (len(history), history.stopped) == (epochs, stopped)
    assert history.best_epoch is None
    assert kept(network) == wanted


def test_a_schedule_waits_where_the_loss_is_no_number(monkeypatch):
    scripted(monkeypatch, [0.5, NAN, NAN])
    history = everything().fit(X, Y, **options(epochs=3))
    # The plateau's factor .7 after each epoch without improvement.
    assert history.learning_rate == pytest.approx([0.05, 0.05, 0.035])


@pytest.mark.parametrize("optimizer", ["sgd", "lbfgs"])
def test_validation_rows_that_overflow_do_not_cost_the_model(tmp_path, optimizer):
    # In float32 the square of 1e25 is infinite; the rows that train are ordinary.
    X = np.linspace(-1, 1, 20)[:, None]
    network = Network([Dense(1)], n_inputs=1, seed=0)
    with pytest.warns(ValidationWarning, match="look at the validation rows"):
        history = network.fit(
            X, 2 * X[:, 0], loss="mse", optimizer=optimizer, epochs=9,
            validation=([[1e25]], [0.0]), metrics=["r2", "rmse"],
        )  # fmt: skip
    assert set(history.validation_loss) == {INF}
    assert history.stopped in ("epochs", "converged")
    # The error is 1e25 times the weight: a number in float64.
    last = history.metrics["rmse"][-1]
    weight = float(network.parameters["dense_1.weight"][0, 0])
    assert last == pytest.approx(1e25 * weight, rel=1e-6)
    assert network.parameters.vector[0] == pytest.approx(2, abs=1.0)
    network.save(tmp_path / "model.safetensors")
    again = neurona.load(tmp_path / "model.safetensors")
    assert again.history == history
    assert again.history.validation_loss == history.validation_loss


@pytest.mark.parametrize("value", [NAN, INF, -INF])
def test_a_metric_that_is_no_number_is_told_and_saved(tmp_path, value):
    network = Network([Dense(1)], n_inputs=1, seed=0)
    history = network.fit(
        [[0.0], [1.0]], [0.0, 1.0], epochs=2, metrics=lambda y, p: value,
        checkpoint=tmp_path / "run",
    )  # fmt: skip
    assert history.stopped == "epochs"
    network.save(tmp_path / "model.safetensors")
    found = neurona.load(tmp_path / "model.safetensors").history.metrics["<lambda>"]
    assert str(found) == str([value, value])


def test_a_divergence_keeps_the_last_weights_where_no_score_was_a_number(monkeypatch):
    scripted(monkeypatch, [NAN] * 50)
    data = {"X": [[1.0], [2.0]], "y": [1.0, -1.0], "loss": "mse", "batch_size": 2}

    def network(epochs):
        made = Network([Dense(1)], n_inputs=1, seed=3)
        with np.errstate(all="ignore"):
            made.fit(
                **data, optimizer=SGD(1e4), epochs=epochs,
                validation=([[1.0]], [1.0]),
            )  # fmt: skip
        return made

    with pytest.warns(DivergenceWarning, match="the weights after it were kept"):
        lost = network(50)
    done = len(lost.history)
    assert 0 < done < 50
    with pytest.warns(ValidationWarning):
        wanted = network(done)
    assert kept(lost) == kept(wanted)


def test_a_resumed_run_remembers_scores_that_were_no_numbers(tmp_path, monkeypatch):
    settings = options(checkpoint=tmp_path, schedule=None)
    scripted(monkeypatch, [NAN, INF, 0.5, 0.4])
    with pytest.warns(ValidationWarning):
        everything().fit(X, Y, **{**settings, "epochs": 2})
    network = everything()
    history = network.fit(X, Y, **{**settings, "epochs": 4, "resume": True})
    assert str(history.validation_loss) == str([NAN, INF, 0.5, 0.4])
    assert history.best_epoch == 4
