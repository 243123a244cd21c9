"""The training loop, told through Network.fit."""

import warnings

import numpy as np
import pytest

from neurona.errors import DivergenceWarning, OptionError, UnknownOptionError
from neurona.network import Network
from neurona.nn import Dense, Dropout
from neurona.optimize import SGD, Adam, ReduceOnPlateau
from neurona.train import steps
from neurona.train.callback import Callback
from neurona.train.evaluate import Evaluator, Scores
from neurona.train.rows import Rows
from tests.train.runs import ROWS, X, Y, everything, options, record, rows_of

# The same sums in float64, perhaps in another order.
ROUNDING = 1e-12


def linear(n_inputs=1):
    network = Network([Dense(1, bias=False)], n_inputs=n_inputs, dtype="float64")
    network.parameters["dense_1.weight"] = np.zeros((n_inputs, 1))
    return network


def test_an_epoch_without_shuffling_visits_the_rows_as_they_stand():
    # One weight, one row at a time: w ← w − 2η(wx − y)x, by hand.
    x, y, w, rate = [1.0, 2.0, 3.0], [1.0, 0.0, 2.0], 0.0, 0.01
    losses = []
    for a, b in zip(x, y, strict=True):
        losses.append((w * a - b) ** 2)
        w -= rate * 2 * (w * a - b) * a
    network = linear()
    history = network.fit(
        np.array(x)[:, None], y, loss="mse", optimizer=SGD(rate), batch_size=1,
        epochs=1, shuffle=False,
    )  # fmt: skip
    assert network.parameters["dense_1.weight"][0, 0] == pytest.approx(w, rel=ROUNDING)
    assert history.loss[0] == pytest.approx(np.mean(losses), rel=ROUNDING)


def test_the_last_partial_batch_is_a_mean_over_its_own_rows():
    # Rows 1, 2 | 3: the second step divides by 1, not by 2.
    x, y, w, rate = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 2.0]), 0.0, 0.01
    for part in (slice(0, 2), slice(2, 3)):
        w -= rate * np.mean(2 * (w * x[part] - y[part]) * x[part])
    network = linear()
    network.fit(
        x[:, None], y, loss="mse", optimizer=SGD(rate), batch_size=2, epochs=1,
        shuffle=False,
    )  # fmt: skip
    assert network.parameters["dense_1.weight"][0, 0] == pytest.approx(w, rel=ROUNDING)


def test_the_epochs_loss_is_a_mean_over_rows_not_over_batches():
    network = linear()
    y = np.array([0.0, 0.0, 3.0])
    history = network.fit(
        np.zeros((3, 1)), y, loss="mse", optimizer="sgd", batch_size=2, epochs=1
    )
    assert history.loss == [3.0]


def test_shuffling_visits_every_row_once_and_in_another_order_each_epoch():
    orders = [
        Rows({"x": np.zeros((20, 1))}).order(seed=3, epoch=e, shuffle=True)
        for e in range(3)
    ]
    for order in orders:
        assert sorted(order) == list(range(20))
    assert len({tuple(order) for order in orders}) == 3
    chosen = Rows({"x": np.zeros((20, 1))}, np.array([4, 9, 11]))
    assert sorted(chosen.order(seed=3, epoch=0, shuffle=True)) == [4, 9, 11]


def test_rows_train_on_those_rows_alone():
    rows = np.array([3, 1, 30, 22])
    one, two = everything(), everything()
    one.fit(X, Y, **options(rows=rows, shuffle=False, batch_size=2))
    two.fit(X[rows], Y[rows], **options(
        shuffle=False, batch_size=2, validation=(X[40:], Y[40:])
    ))  # fmt: skip
    assert record(one) == record(two)


def test_held_out_rows_are_not_trained_on():
    held_out = np.arange(40, ROWS)
    one, two = everything(), everything()
    one.fit(X, Y, **options(validation=held_out))
    two.fit(X, Y, **options(rows=np.arange(40), validation=held_out))
    flags = np.arange(ROWS) >= 40
    three = everything()
    three.fit(X, Y, **options(validation=flags))
    assert record(one) == record(two) == record(three)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_seed_gives_the_same_bits(dtype):
    one, two, other = (everything(dtype) for _ in range(3))
    one.fit(X, Y, **options())
    two.fit(X, Y, **options())
    other.fit(X, Y, **options(seed=6))
    assert record(one) == record(two)
    assert record(one)["parameters"] != record(other)["parameters"]


def test_how_many_steps_are_run_at_once_changes_no_bit(monkeypatch):
    one, two = everything(), everything()
    one.fit(X, Y, **options())
    monkeypatch.setattr(steps, "CHUNK_SECONDS", 0.0)
    two.fit(X, Y, **options())
    assert record(one) == record(two)


def test_the_networks_seed_is_the_fits_by_default():
    one, two = everything(), everything()
    one.fit(X, Y, **options(seed=None))
    two.fit(X, Y, **options(seed=1))
    assert record(one) == record(two)


def test_a_second_fit_goes_on_with_fresh_slots():
    settings = {
        "loss": "mse",
        "batch_size": "full",
        "epochs": 3,
        "optimizer": Adam(0.1),
    }
    x, y = rows_of(1, 9, 2), rows_of(2, 9)
    network = linear(2)
    network.fit(x, y, **settings)
    middle = network.parameters["dense_1.weight"].copy()
    assert any(slot.any() for slot in network._slots.values())
    network.fit(x, y, **settings)
    fresh = linear(2)
    fresh.parameters["dense_1.weight"] = middle
    fresh.fit(x, y, **settings)
    assert (network.parameters.vector == fresh.parameters.vector).all()
    straight = linear(2)
    straight.fit(x, y, **{**settings, "epochs": 6})
    # Adam's memory at epoch 4 is not that of a run that never stopped.
    assert (network.parameters.vector != straight.parameters.vector).any()


def test_sgd_has_no_memory_so_two_fits_are_one():
    settings = {
        "loss": "mse", "optimizer": SGD(0.1), "batch_size": 4, "shuffle": False
    }  # fmt: skip
    x, y = rows_of(1, 9, 2), rows_of(2, 9)
    twice, once = linear(2), linear(2)
    twice.fit(x, y, epochs=2, **settings)
    twice.fit(x, y, epochs=3, **settings)
    once.fit(x, y, epochs=5, **settings)
    assert (twice.parameters.vector == once.parameters.vector).all()


def test_a_second_fit_keeps_the_loss_of_the_first():
    network = Network([Dense(1)], n_inputs=1)
    network.fit([[0.0], [1.0]], [0, 1], loss="mse", epochs=1)
    network.fit([[0.0], [1.0]], [0, 1], epochs=1)
    assert network.losses["output"].name == "mse"


@pytest.mark.parametrize(
    ("layer", "y", "loss"),
    [
        (Dense(3), [0, 1, 2], "cross_entropy"),
        (Dense(3, "softmax"), [0, 1, 2], "cross_entropy"),
        (Dense(3), np.eye(3), "mse"),
        (Dense(1), [0, 1, 1], "binary_cross_entropy"),
        (Dense(1), [False, True, True], "binary_cross_entropy"),
        (Dense(1, "sigmoid"), [0.1, 0.5, 0.5], "binary_cross_entropy"),
        (Dense(1), [0.0, 1.0, 1.0], "mse"),
        (Dense(1), [0, 1, 2], "mse"),
    ],
)
def test_a_loss_is_chosen_where_none_is_given(layer, y, loss):
    network = Network([layer], n_inputs=1)
    network.fit([[0], [1], [2]], y, epochs=1)
    assert network.losses["output"].name == loss


def test_x_and_y_are_left_as_they_are():
    x, y = X.copy(), Y.copy()
    everything().fit(x, y, **options(epochs=2))
    assert (x == X).all()
    assert (y == Y).all()


def test_nothing_is_penalized_clipped_or_stopped_unless_asked():
    x, y = rows_of(1, 6, 2), rows_of(2, 6)
    network = linear(2)
    history = network.fit(x, y, loss="mse", optimizer=SGD(0.1), batch_size=6, epochs=4)
    w = np.zeros(2)
    for _ in range(4):
        w -= 0.1 * 2 / 6 * x.T @ (x @ w - y)
    assert network.parameters.vector == pytest.approx(w, rel=ROUNDING)
    assert len(history) == 4
    assert history.stopped == "epochs"


def scripted(monkeypatch, scores):
    """Make the validation losses of a run those of a list."""
    told = iter(scores)

    def evaluate(self, *arguments):
        return Scores(next(told), {})

    monkeypatch.setattr(Evaluator, "__call__", evaluate)


SCORES = (0.9, 0.7, 0.6, 0.65, 0.58, 0.6, 0.61, 0.62)


@pytest.mark.parametrize(
    ("patience", "stop", "best"), [(1, 4, 3), (2, 7, 5), (3, 8, 5)]
)
def test_case_g18_early_stopping_restores_the_best_epochs_weights(
    monkeypatch, patience, stop, best
):
    settings = options(epochs=8, average=None, schedule=None)
    reference = everything()
    reference.fit(X, Y, **{**settings, "patience": None, "epochs": best})
    scripted(monkeypatch, SCORES)
    network = everything()
    history = network.fit(X, Y, **{**settings, "patience": patience})
    assert (len(history), history.best_epoch) == (stop, best)
    # Patience 3 runs out exactly at the last epoch.
    assert history.stopped == "patience"
    ours, theirs = record(network), record(reference)
    for kept in ("parameters", "states", "slots"):
        assert ours[kept] == theirs[kept], kept


def test_without_patience_the_last_weights_are_kept(monkeypatch):
    settings = options(epochs=8, patience=None)
    plain = everything()
    plain.fit(X, Y, **settings)
    scripted(monkeypatch, SCORES)
    network = everything()
    history = network.fit(X, Y, **{**settings, "schedule": None})
    assert history.best_epoch == 5
    assert len(history) == 8


def test_patience_zero_is_no_early_stopping(monkeypatch):
    scripted(monkeypatch, SCORES)
    assert len(everything().fit(X, Y, **options(epochs=8, patience=0))) == 8


def test_min_change_asks_for_more_than_a_whisker(monkeypatch):
    scripted(monkeypatch, SCORES)
    history = everything().fit(X, Y, **options(epochs=8, patience=3, min_change=0.03))
    assert (len(history), history.best_epoch) == (6, 3)


def test_without_validation_rows_patience_watches_the_training_loss():
    network = linear()
    history = network.fit([[0.0], [0.0]], [1.0, 1.0], loss="mse", epochs=9, patience=2)
    assert (len(history), history.best_epoch, history.stopped) == (3, 1, "patience")


def test_the_learning_rate_falls_on_a_plateau(monkeypatch):
    scripted(monkeypatch, SCORES)
    schedule = ReduceOnPlateau(patience=1, factor=0.5)
    history = everything().fit(
        X, Y, **options(epochs=8, schedule=schedule, optimizer=SGD(1.0))
    )
    # Worse than the best after epochs 4, 6, 7 (and 8).
    assert history.learning_rate == [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.125]


def test_history_holds_every_epoch():
    history = everything().fit(X, Y, **options(epochs=3, patience=None))
    assert [e.epoch for e in history.epochs] == [1, 2, 3]
    assert len(history.validation_loss) == len(history.metrics["accuracy"]) == 3
    assert all(0 <= a <= 1 for a in history.metrics["accuracy"])
    assert all(e.seconds > 0 for e in history.epochs)
    assert history.stopped == "epochs"


def test_validation_is_judged_without_masks_and_by_running_statistics():
    network = everything()
    history = network.fit(X, Y, **options(epochs=2, patience=None, average=None))
    found = network.evaluate(X[40:], Y[40:], metrics="accuracy")
    assert found["loss"] == history.validation_loss[-1]
    assert found["accuracy"] == history.metrics["accuracy"][-1]


def test_metrics_without_validation_rows_are_of_the_training_rows():
    network = everything()
    history = network.fit(
        X, Y, **options(epochs=1, validation=None, rows=np.arange(30), average=None)
    )
    found = network.evaluate(X[:30], Y[:30], metrics="accuracy")
    assert history.metrics["accuracy"] == [found["accuracy"]]
    assert history.validation_loss == []


def test_validation_rows_may_be_weighted_where_training_rows_are_not():
    x, y = np.ones((2, 1)), np.array([0.0, 0.0])
    network = linear()
    history = network.fit(
        x, y, loss="mse", optimizer="sgd", epochs=1,
        validation=(x, [1.0, 3.0], [3.0, 1.0]),
    )  # fmt: skip
    assert history.validation_loss == [(3 * 1 + 9) / 4]
    history = network.fit(
        x, y, loss="mse", optimizer="sgd", epochs=1, sample_weight=[1.0, 5.0],
        validation=(x, [1.0, 3.0]),
    )  # fmt: skip
    assert history.validation_loss == [5.0]


def test_validation_targets_may_be_distributions_where_training_has_classes():
    network = Network([Dense(3)], n_inputs=3)
    smooth = np.full((5, 3), 1 / 3)
    history = network.fit(
        X, Y, loss="cross_entropy", epochs=1, validation=(X[:5], smooth)
    )
    assert np.isfinite(history.validation_loss).all()


def weight_of(y, **settings):
    network = Network([Dense(2, bias=False)], n_inputs=1, dtype="float64")
    network.parameters["dense_1.weight"] = [[0.0, 0.0]]
    network.fit(
        np.ones((len(y), 1)), y, loss="cross_entropy", optimizer=SGD(1.0), epochs=1,
        batch_size="full", **settings,
    )  # fmt: skip
    return network.parameters["dense_1.weight"][0]


def test_class_weights_weigh_the_rows_of_a_class():
    # Gradient of the logits at 0: Σ wᵢ(½ − tᵢ)/Σ wᵢ.
    found = weight_of([0, 1, 1], class_weight={0: 4.0})
    assert found == pytest.approx([1 / 6, -1 / 6])
    assert weight_of([0, 1, 1], class_weight="balanced") == pytest.approx([0, 0])
    both = weight_of([0, 1, 1], class_weight={0: 2.0}, sample_weight=[2.0, 1.0, 1.0])
    assert both == pytest.approx(found)


def test_classes_are_balanced_over_the_training_rows_alone():
    y = [0, 1, 1, 0, 0, 0, 0]
    found = weight_of(y, class_weight="balanced", rows=[0, 1, 2], validation=[3, 4, 5])
    assert found == pytest.approx([0, 0])


def test_class_weights_leave_the_validation_loss_alone():
    settings = options(epochs=1, average=None)
    network = everything()
    history = network.fit(X, Y, **settings, class_weight={0: 10.0})
    found = network.evaluate(X[40:], Y[40:])
    assert history.validation_loss == [found["loss"]]


def test_class_weights_of_distributions_weigh_by_their_shares():
    as_numbers = weight_of([0, 1, 1], class_weight={0: 4.0})
    as_rows = weight_of([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], class_weight={0: 4.0})
    assert as_rows == pytest.approx(as_numbers)


def test_class_weights_need_classes():
    with pytest.raises(OptionError, match="mse"):
        linear().fit([[1.0]], [1.0], loss="mse", class_weight="balanced")


class Watch(Callback):
    def __init__(self, stop_after=None):
        self.calls = []
        self.stop_after = stop_after

    def on_start(self, history, moment):
        self.calls.append(("start", len(history), moment.samples_per_epoch))

    def on_progress(self, moment):
        assert 0 < moment.samples <= moment.samples_per_epoch
        self.calls.append(("progress", moment.epoch, moment.samples))

    def on_epoch(self, epoch, history):
        self.calls.append(("epoch", epoch.epoch, len(history)))
        return epoch.epoch == self.stop_after

    def on_end(self, history):
        self.calls.append(("end", len(history), history.stopped))


def test_callbacks_see_a_run_and_can_stop_it():
    watch, seen = Watch(stop_after=2), []
    history = everything().fit(
        X, Y, **options(callbacks=[watch, lambda e, h: seen.append(e.epoch)])
    )
    assert history.stopped == "callback"
    assert len(history) == 2
    assert seen == [1, 2]
    assert watch.calls[0] == ("start", 0, 40)
    assert watch.calls[-1] == ("end", 2, "callback")
    assert [c for c in watch.calls if c[0] == "epoch"] == [
        ("epoch", 1, 1),
        ("epoch", 2, 2),
    ]
    assert ("progress", 2, 40) in watch.calls


def test_a_callback_that_fails_ends_the_run_and_leaves_the_network_as_it_was():
    network, watch = everything(), Watch()
    before = network.parameters.vector.copy()

    def fail(epoch, history):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        network.fit(X, Y, **options(callbacks=[fail, watch]))
    assert (network.parameters.vector == before).all()
    assert watch.calls[-1][0] == "end"


@pytest.mark.parametrize("callback", [5, "print", Watch])
def test_what_is_no_callback_is_refused(callback):
    with pytest.raises(OptionError, match="callback"):
        everything().fit(X, Y, **options(callbacks=[callback]))


def diverging(**settings):
    x = np.array([[1.0], [2.0]])
    network = Network([Dense(1)], n_inputs=1, seed=3)
    return network, {
        "X": x, "y": [1.0, -1.0], "loss": "mse", "batch_size": 2, **settings
    }  # fmt: skip


def test_divergence_keeps_the_best_finite_weights_and_blames_the_learning_rate():
    network, data = diverging(optimizer=SGD(1e4), epochs=50)
    start = network.parameters.vector.copy()
    blamed = "learning rate is probably too high"
    with pytest.warns(DivergenceWarning, match=blamed) as warned:
        history = network.fit(**data)
    assert warned[0].filename == __file__
    assert history.stopped == "diverged"
    assert len(history) < 50
    assert history.best_epoch == 1
    assert np.isfinite(history.loss).all()
    # The weights after epoch 1: those of a run of one epoch.
    once, data = diverging(optimizer=SGD(1e4), epochs=1)
    once.fit(**data)
    assert (network.parameters.vector == once.parameters.vector).all()
    assert (network.parameters.vector != start).any()


def test_divergence_in_the_first_epoch_keeps_the_initial_weights():
    network, data = diverging(optimizer=SGD(1e38), epochs=5)
    start = network.parameters.vector.copy()
    with pytest.warns(DivergenceWarning, match="initial weights were kept.*learning"):
        history = network.fit(**data)
    assert len(history) == 0
    assert (network.parameters.vector == start).all()
    assert np.isfinite([s for v in network._slots.values() for s in v.ravel()]).all()


def test_weights_that_leave_the_finite_numbers_in_the_very_last_step_are_not_kept():
    network, data = diverging(optimizer=SGD(3e38), epochs=1)
    start = network.parameters.vector.copy()
    with pytest.warns(DivergenceWarning):
        network.fit(**data)
    assert (network.parameters.vector == start).all()


def test_a_good_run_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        everything().fit(X, Y, **options(epochs=1))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("epochs", 0), ("epochs", 1.5), ("epochs", True), ("epochs", "10"),
        ("patience", -1), ("patience", 1.5), ("min_change", -0.1),
        ("min_change", float("nan")), ("l1", -1.0), ("l2", float("inf")), ("l2", "a"),
        ("clip_norm", 0.0), ("clip_value", -1.0), ("average", 1.0), ("average", 0.0),
        ("batch_size", 0), ("batch_size", 2.5), ("batch_size", "some"),
        ("seed", -1), ("seed", 2**63), ("shuffle", 1), ("seed", 0.5), ("engine", "gpu"),
        ("reduction", "median"), ("loss", "mes"), ("loss", {"other": "mse"}),
        ("optimizer", "adamm"), ("optimizer", 5), ("schedule", "cosin"),
        ("metrics", "acuracy"), ("resume", True), ("class_weight", "even"),
        ("class_weight", {7: 1.0}), ("class_weight", {0: -1.0}),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_is_an_option_error(option, value):
    network = everything()
    before = network.parameters.vector.copy()
    with pytest.raises(OptionError):
        network.fit(X, Y, **options(**{option: value}))
    assert (network.parameters.vector == before).all()
    assert network.history is None


@pytest.mark.parametrize(("name", "near"), [
    ({"loss": "crossentropy"}, "cross_entropy"), ({"optimizer": "adm"}, "adam"),
    ({"engine": "referense"}, "reference"), ({"metrics": "acc"}, "accuracy"),
])  # fmt: skip
def test_an_unknown_name_offers_the_nearest(name, near):
    with pytest.raises(OptionError, match=near):
        everything().fit(X, Y, **options(**name))


@pytest.mark.parametrize(("given", "message"), [
    ({"epoch": 3}, r"unknown option of fit 'epoch'; did you mean epochs\?"),
    ({"batchsize": 3}, r"did you mean batch_size\?"),
    ({"learning_rate": 0.1}, r"write optimizer=Adam\(learning_rate=0.1\)"),
    ({"learning_rate": 0.1, "optimizer": "sgd"}, r"optimizer=SGD\(learning_rate=0.1"),
    ({"learning_rat": 0.1, "optimizer": SGD}, r"optimizer=SGD\(learning_rate=0.1"),
    ({"learning_rate": 0.1, "optimizer": SGD()}, r"optimizer=SGD\(learning_rate=0.1"),
    ({"momentum": 0.9}, r"momentum is a setting of the optimizer.*=Momentum\("),
    ({"qqq": 1}, "unknown option of fit 'qqq'; choose one of loss, optimizer"),
])  # fmt: skip
def test_an_option_that_there_is_not_is_told_from_one_that_there_is(given, message):
    network = everything()
    for kind in (OptionError, TypeError):
        with pytest.raises(kind, match=message):
            network.fit(X=X, y=Y, **given)
    assert network.history is None


@pytest.mark.parametrize(
    "method", ["learning_rate_test", "loss_and_gradients", "evaluate"]
)
def test_every_method_with_options_names_one_that_it_has_not(method):
    with pytest.raises(UnknownOptionError, match=f"option of {method} 'los'.* loss"):
        getattr(everything(), method)(X, Y, los="mse")


@pytest.mark.parametrize(
    "value", [0.2, "some", [0.5, 1.0], X, (X,), (X, Y, Y, Y), [X, Y]]
)
def test_validation_that_cannot_be_says_what_it_may_be(value):
    wanted = r"validation must be \(X, y\) or \(X, y, sample_weight\), or the rows of X"
    with pytest.raises(OptionError, match=wanted) as refused:
        everything().fit(X, Y, **options(validation=value))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("option", ["rows", "validation"])
def test_rows_that_there_are_not_are_refused_by_their_option(option):
    message = f"the row numbers of {option} must lie between 0 and {ROWS - 1}"
    with pytest.raises(OptionError, match=message):
        everything().fit(X, Y, **{**options(validation=None), option: [ROWS]})


def test_no_patience_is_patience_of_none_or_zero_and_the_message_says_so():
    runs = [everything() for _ in range(2)]
    for run, patience in zip(runs, (0, None), strict=True):
        run.fit(X, Y, **options(patience=patience))
    assert record(runs[0]) == record(runs[1])
    assert runs[0].training["patience"] is None
    with pytest.raises(OptionError, match="must be a whole number of at least 0 or"):
        runs[0].fit(X, Y, **options(patience=-1))


def test_numpy_numbers_are_numbers():
    network = everything()
    network.fit(X, Y, **options(
        epochs=np.int64(2), batch_size=np.int32(8), seed=np.uint8(5), l2=np.float32(0.5)
    ))  # fmt: skip
    other = everything()
    other.fit(X, Y, **options(epochs=2, l2=0.5))
    assert record(network) == record(other)


def test_a_mask_depends_on_the_seed_and_the_step():
    network = Network([Dropout(0.5), Dense(1, bias=False)], n_inputs=50)
    x, y = np.ones((1, 50)), [0.0]
    found = [
        network.loss_and_gradients(x, y, loss="mse", training=True, seed=s, step=t)[0]
        for s, t in ((0, 1), (0, 1), (1, 1), (0, 2))
    ]
    assert found[0] == found[1]
    assert len(set(found)) == 3
