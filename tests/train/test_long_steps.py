"""Ctrl-C while a step of the engine is under way: the step is as if it had not begun."""

import signal
import threading
import time

import numpy as np
import pytest

from neurona import Dense, Network
from neurona.train.engines import resolve_engine

pytestmark = pytest.mark.skipif(
    resolve_engine("auto") != "native", reason="the engine is not built"
)

ROWS = 12_000
"""Full batches of so many rows take some tenths of a second."""

EPOCHS = 4


@pytest.fixture(scope="module")
def data():
    X = np.random.default_rng(3).normal(size=(ROWS, 200))
    return X, (X[:, 0] > 0).astype(int)


def made():
    layers = [Dense(512, "relu"), Dense(512, "tanh"), Dense(2)]
    return Network(layers, n_inputs=200, seed=1)


def fit(network, data, **options):
    options = {"epochs": EPOCHS, "batch_size": ROWS, "threads": 2, **options}
    return network.fit(*data, **options)


@pytest.fixture(scope="module")
def straight(data):
    """The bits after each epoch of a run that nobody disturbs."""
    return [
        fit(made(), data, epochs=epochs).parameters.vector.tobytes()
        for epochs in range(1, EPOCHS + 1)
    ]


def press_ctrl_c(seconds):
    main = threading.main_thread().ident
    timer = threading.Timer(seconds, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    return timer


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("seconds", [0.05, 0.3])
def test_ctrl_c_leaves_the_weights_of_the_last_whole_step(
    data, straight, threads, seconds
):
    network = made()
    start = network.parameters.vector.tobytes()
    began = time.monotonic()
    timer = press_ctrl_c(seconds)
    fit(network, data, threads=threads, epochs=1000)
    timer.join()
    # Far from the minutes of all epochs, on a machine however slow.
    assert time.monotonic() - began < 10.0
    assert network.history.stopped == "interrupted"
    done = len(network.history.epochs)
    if done < EPOCHS:
        found = network.parameters.vector.tobytes()
        assert found == [start, *straight][done]


@pytest.mark.parametrize("options", [{}, {"validation": 0.1}])
def test_a_run_interrupted_within_steps_resumes_to_the_same_bits(
    data, tmp_path, options
):
    whole = fit(made(), data, **options).parameters.vector.tobytes()
    network = made()
    path = tmp_path / "run"
    for seconds in (0.05, 0.1, 0.2, None):
        timer = None if seconds is None else press_ctrl_c(seconds)
        resume = path.exists()
        network = fit(made(), data, checkpoint=path, resume=resume, **options)
        if timer is not None:
            timer.cancel()
    assert network.history.stopped == "epochs"
    assert network.parameters.vector.tobytes() == whole
