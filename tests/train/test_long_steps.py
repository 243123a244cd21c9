"""Ctrl-C while a long step is under way: it is as if that step had not begun."""

import signal
import threading
import time

import numpy as np
import pytest

from neurona import Dense, Network
from neurona.train.callback import Callback
from neurona.train.engines import resolve_engine

pytestmark = pytest.mark.skipif(
    resolve_engine("auto") != "native", reason="the engine is not built"
)

ROWS = 6_000
"""A step over so many rows takes a tenth of a second or more."""

EPOCHS = 4

rng = np.random.default_rng(3)
X = rng.normal(size=(ROWS, 200))
Y = (X[:, 0] > 0).astype(int)


class PressLater(Callback):
    """Press Ctrl-C some seconds after a fit has begun."""

    def __init__(self, seconds):
        main = threading.main_thread().ident
        arguments = (main, signal.SIGINT)
        self.timer = threading.Timer(seconds, signal.pthread_kill, arguments)

    def on_start(self, history, moment):
        self.timer.start()


def made():
    layers = [Dense(512, "relu"), Dense(512, "tanh"), Dense(2)]
    return Network(layers, n_inputs=200, seed=1)


def fitted(interrupt_after=None, **options):
    """A network after a fit that was interrupted after some seconds, or was not."""
    network = made()
    options = {"epochs": EPOCHS, "batch_size": ROWS, "threads": 2, **options}
    if interrupt_after is None:
        network.fit(X, Y, **options)
        return network
    with pytest.raises(KeyboardInterrupt):
        network.fit(X, Y, callbacks=[PressLater(interrupt_after)], **options)
    assert network.history.stopped == "interrupted"
    return network


def bits(network):
    return network.parameters.vector.tobytes()


@pytest.fixture(scope="module")
def straight():
    """The bits after 0, 1, 2, … epochs that nobody disturbs."""
    return [bits(made()), *(bits(fitted(epochs=1 + i)) for i in range(EPOCHS))]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("seconds", [0.03, 0.1])
def test_ctrl_c_leaves_the_weights_of_the_last_whole_step(straight, threads, seconds):
    began = time.monotonic()
    network = fitted(seconds, threads=threads, epochs=1000)
    # All epochs would take minutes, on a machine however fast.
    assert time.monotonic() - began < 20.0
    done = len(network.history.epochs)
    if done <= EPOCHS:
        assert bits(network) == straight[done]


def test_a_step_is_abandoned_where_it_is():
    network = made()
    start = bits(network)
    rows = np.tile(X, (10, 1))
    pressed = PressLater(0.3)
    # Ten times a step of a tenth of a second: on no machine is it over by then.
    with pytest.raises(KeyboardInterrupt):
        network.fit(rows, np.tile(Y, 10), batch_size=len(rows), callbacks=[pressed])
    assert not network.history.epochs
    assert bits(network) == start


@pytest.mark.parametrize("validation", [None, (X[:100], Y[:100])])
def test_a_run_interrupted_within_steps_resumes_to_the_same_bits(tmp_path, validation):
    options = {"validation": validation, "batch_size": ROWS // 2 + 1}
    whole = bits(fitted(**options))
    options |= {"checkpoint": tmp_path, "resume": True}
    for seconds in (0.01, 0.03, 0.05):
        fitted(seconds, **options, threads=2)
    assert bits(fitted(**options)) == whole
