"""Epochs run in one call are the epochs that run one by one, bit for bit."""

import signal
import threading
import time

import numpy as np
import pytest

import neurona.train.speculation as speculation
from neurona import SGD, Adam, BatchNorm, Dense, Dropout, Momentum, Network
from neurona.errors import DivergenceWarning
from neurona.native.execute import NativeProgram
from neurona.reference.random_numbers import stream_of
from neurona.train import steps
from neurona.train.callback import Callback
from neurona.train.engines import resolve_engine
from neurona.train.orders import EpochOrders, epoch_orders
from neurona.train.rows import Rows
from neurona.train.runner import Stretch
from neurona.train.speculation import Speculation
from neurona.train.walk import Walk
from tests.train.runs import X, Y, everything, record

native_only = pytest.mark.skipif(
    resolve_engine("auto") != "native", reason="the engine is not built"
)

XOR_X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
XOR_Y = np.array([0, 1, 1, 0], np.float32)


def plain(**changes):
    """Fit between whose epochs nothing is asked."""
    return {
        "loss": "cross_entropy", "optimizer": Adam(learning_rate=0.05),
        "batch_size": 8, "epochs": 40, "seed": 5, **changes,
    }  # fmt: skip


def one_by_one(epoch, history):
    """Watch each epoch, which keeps them from being run together."""


def calls_of(monkeypatch):
    """Numbers of whole epochs that calls ran over."""
    found = []
    run = Speculation.advance

    def counted(self, count):
        found.append(count)
        run(self, count)

    monkeypatch.setattr(Speculation, "advance", counted)
    return found


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"schedule": "cosine"},
        {"average": 0.8},
        {"shuffle": False, "batch_size": 7},
        {"rows": np.arange(3, 41)},
        {"batch_size": "full"},
        {"sample_weight": np.linspace(0.0, 2.0, len(X))},
    ],
    ids=lambda changes: next(iter(changes), "plain"),
)
def test_epochs_in_one_call_are_those_that_run_one_by_one(monkeypatch, engine, changes):
    if engine == "native" and resolve_engine("auto") != "native":
        pytest.skip("the engine is not built")
    alone, together = everything(), everything()
    alone.fit(X, Y, **plain(**changes, engine=engine, callbacks=one_by_one))
    found = calls_of(monkeypatch)
    # Long calls, so that the reference too runs over epochs.
    monkeypatch.setattr(steps, "CHUNK_SECONDS", 1.0)
    together.fit(X, Y, **plain(**changes, engine=engine))
    assert max(found) > 1
    assert record(together) == record(alone)


def diverging(**changes):
    """A fit that improves, gets worse, and then leaves the numbers."""
    network = Network([Dense(1)], n_inputs=1, seed=3)
    x = np.array([[1.0], [2.0], [-1.0]])
    with pytest.warns(DivergenceWarning):
        network.fit(
            x, 2 * x, loss="mse", batch_size=2, epochs=4000, optimizer=SGD(0.9),
            **changes,
        )  # fmt: skip
    return network


def test_after_divergence_in_one_call_the_same_weights_are_kept(monkeypatch):
    alone = diverging(callbacks=one_by_one)
    found = calls_of(monkeypatch)
    together = diverging()
    assert max(found) > 1
    assert record(together) == record(alone)
    assert np.isfinite(together.parameters.vector).all()


def test_the_best_epoch_is_found_again_after_many_calls(monkeypatch):
    # The rate rises until the loss leaves the numbers, long after the best epoch.
    network, alone = (Network([Dense(3, "tanh"), Dense(1)], n_inputs=3) for _ in "ab")
    changes = {
        "loss": "mse", "optimizer": SGD(0.01), "schedule": "geometric", "epochs": 3000,
        "batch_size": 16,
    }  # fmt: skip
    monkeypatch.setattr(speculation, "SETTLE_SECONDS", 0.0)
    found = calls_of(monkeypatch)
    with pytest.warns(DivergenceWarning):
        network.fit(X, Y.astype(float), **changes)
    assert len(found) > 2
    with pytest.warns(DivergenceWarning):
        alone.fit(X, Y.astype(float), **changes, callbacks=one_by_one)
    assert record(network) == record(alone)


def lost_from(monkeypatch, step, **changes):
    """A fit whose weights, but not its losses, leave the numbers at some step."""
    is_finite = Walk.is_finite
    network = Network([Dense(1)], n_inputs=3, seed=1)
    options = {
        "loss": "mse", "batch_size": "full", "epochs": 400,
        "optimizer": Momentum(0.3, 0.97), **changes,
    }  # fmt: skip

    def lost(self):
        return is_finite(self) and self.state.step < step

    with monkeypatch.context() as patched:
        patched.setattr(Walk, "is_finite", lost)
        with pytest.warns(DivergenceWarning):
            network.fit(X, X[:, 0], **options)
    return network


@native_only
@pytest.mark.parametrize("step", [2, 10, 11, 20, 74, 75, 90])
def test_weights_lost_within_a_call_leave_those_of_the_best_epoch(monkeypatch, step):
    alone = lost_from(monkeypatch, step, callbacks=one_by_one)
    monkeypatch.setattr(speculation, "SETTLE_SECONDS", 0.0)
    # Calls over 1, 8, 64 and all other epochs: the loss is lowest within them.
    monkeypatch.setattr(steps, "CHUNK_SECONDS", 1e6)
    found = calls_of(monkeypatch)
    together = lost_from(monkeypatch, step)
    assert max(found) > 1
    assert record(together) == record(alone)


class Press(Callback):
    """Press Ctrl-C once some epochs are done."""

    def __init__(self, after):
        self.after, self.moments = after, []

    def on_progress(self, moment):
        self.moments.append(moment)
        if moment.epoch >= self.after:
            self.after = 10**9
            signal.raise_signal(signal.SIGINT)


@native_only
def test_progress_is_told_and_ctrl_c_heard_between_calls_over_epochs():
    network, watch = everything(), Press(after=50)
    with pytest.raises(KeyboardInterrupt):
        network.fit(X, Y, **plain(epochs=10**6, callbacks=[watch]))
    done = len(network.history)
    assert 50 <= done < 10**6
    assert network.history.stopped == "interrupted"
    assert [m.epoch for m in watch.moments] == sorted(m.epoch for m in watch.moments)
    straight = everything()
    straight.fit(X, Y, **plain(epochs=done))
    # Of what an uninterrupted run of as many epochs leaves, nothing is missing.
    assert record(network)["parameters"] == record(straight)["parameters"]


@native_only
def test_a_call_of_the_engine_is_stopped_from_outside_after_a_whole_step():
    network = Network([Dense(64, "relu"), Dense(1)], n_inputs=3, seed=0)
    ended = []

    class Watch(Callback):
        def on_progress(self, moment):
            ended.append(time.monotonic())

    def press():
        time.sleep(0.3)
        ended.append(time.monotonic())
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    x = np.random.default_rng(0).normal(size=(5000, 3))
    presser = threading.Thread(target=press)
    presser.start()
    with pytest.raises(KeyboardInterrupt):
        network.fit(x, x[:, 0], epochs=10**6, batch_size=64, callbacks=[Watch()])
    presser.join()
    waits = np.diff(ended)
    # A twentieth of a second is promised; a busy machine is given four times that.
    assert np.median(waits) < 0.05
    assert waits[-1] < 0.2


@native_only
def test_many_small_epochs_run_in_few_calls(monkeypatch):
    network = Network(
        [Dense(2, "sigmoid"), Dense(1, "sigmoid")], n_inputs=2, seed=0
    )  # fmt: skip
    calls = []
    advance = NativeProgram.advance

    def counted(self, *arguments, **options):
        calls.append(None)
        return advance(self, *arguments, **options)

    monkeypatch.setattr(NativeProgram, "advance", counted)
    options = {"loss": "mse", "optimizer": SGD(0.5), "batch_size": 1, "epochs": 5000}
    network.fit(XOR_X, XOR_Y, **options)
    # Some dozens on any machine that takes less than 10 µs a step.
    assert 1 <= len(calls) < 500
    assert [e.epoch for e in network.history.epochs] == list(range(1, 5001))


def test_orders_of_many_epochs_are_those_of_each():
    from neurona.data.batches import epoch_order

    found = epoch_orders(13, seed=2**63 - 1, first=7, count=5)
    for i, line in enumerate(found):
        assert (line == epoch_order(13, seed=2**63 - 1, epoch=7 + i)).all()
    assert stream_of("epoch order") != 0


def test_orders_are_cut_anywhere():
    rows = Rows({"x": np.zeros((9, 1))}, np.array([8, 2, 5, 1]))
    orders = EpochOrders(rows, seed=1, shuffle=True)
    whole = orders.take(0, 0, 20).tolist()
    assert sorted(whole[:4]) == [1, 2, 5, 8]
    assert orders.take(1, 2, 5).tolist() == whole[6:11]
    assert orders.take(4, 0, 4).tolist() == whole[16:20]


def test_orders_of_many_rows_are_cut_anywhere(monkeypatch):
    from neurona.data import batches

    monkeypatch.setattr(batches, "LARGE_ROWS", 30)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 4)
    monkeypatch.setattr(batches, "WINDOW_BLOCKS", 3)
    rows = Rows({"x": np.zeros((70, 1))}, np.arange(31) * 2)
    whole = [rows.order(seed=1, epoch=e, shuffle=True).tolist() for e in range(3)]
    together = [row for epoch in whole for row in epoch]
    orders = EpochOrders(rows, seed=1, shuffle=True)
    for begin, count in ((0, 5), (5, 40), (45, 48), (3, 90), (33, 1)):
        epoch, skipped = divmod(begin, 31)
        found = orders.take(epoch, skipped, count).tolist()
        assert found == together[begin : begin + count]
    assert epoch_orders(31, seed=1, first=0, count=3).tolist() == [
        [row // 2 for row in epoch] for epoch in whole
    ]


@pytest.mark.parametrize("skipped", [0, 2, 4])
def test_parts_of_a_stretch_are_the_stretch(skipped):
    order = np.arange(100)
    whole = Stretch(order[: 30 - skipped], 2, 5, skipped, np.arange(18.0), 1, 0)
    steps = 18 - skipped // 2
    whole = Stretch(whole.order, 2, 5, skipped, np.arange(float(steps)), 1, 0)
    rows = whole.batch_rows()
    for i in range(steps):
        start, stop, epoch = whole.batch(i)
        part = whole.part(i, 1)
        assert part.order.tolist() == list(range(start, stop))
        assert part.batch_rows().tolist() == [rows[i]] == [stop - start]
        assert part.first_step == 1 + i
        assert part.skipped == (start + skipped) % 5
        assert epoch == (start + skipped) // 5


@native_only
def test_masks_and_batch_statistics_follow_the_step_over_epochs():
    layers = [Dense(4, "relu"), BatchNorm(), Dropout(0.5), Dense(3)]
    native, reference = (
        Network(layers, n_inputs=3, dtype="float64", seed=2) for _ in range(2)
    )
    native.fit(X, Y, **plain(epochs=6, engine="native"))
    reference.fit(X, Y, **plain(epochs=6, engine="reference"))
    # Rounding alone, which 40 steps of Adam amplify.
    np.testing.assert_allclose(
        native.parameters.vector, reference.parameters.vector, rtol=0, atol=1e-9
    )
