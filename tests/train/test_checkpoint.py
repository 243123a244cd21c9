"""A run that was stopped and resumed is one that was never stopped, bit for bit."""

import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import neurona
import neurona.train.fit as loop
from neurona import Adam, Dense, Network
from neurona.errors import CheckpointError, OptionError, OutputError
from neurona.files import read_tensors, write_tensors
from neurona.optimize import Exponential
from neurona.train import steps
from neurona.train.callback import Callback
from neurona.train.engines import resolve_engine
from neurona.train.interrupt import catch_interrupts
from neurona.train.state import CHECKPOINT_NAME
from tests.train.runs import X, Y, everything, options, record

OTHER_ENGINE = "reference" if resolve_engine("auto") == "native" else "native"
"""Not the one that runs by default."""

BATCHES = 5
"""Of an epoch: 40 rows by 8."""


@pytest.fixture(scope="module")
def straight():
    """A run that was never stopped."""
    network = everything()
    network.fit(X, Y, **options())
    return record(network)


@pytest.fixture
def small_chunks(monkeypatch):
    """One step at a time, with a checkpoint after each."""
    monkeypatch.setattr(steps, "CHUNK_SECONDS", 0.0)
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(loop, "SAVE_SHARE", float("inf"))


class InterruptAt(Callback):
    """Press Ctrl-C after some steps, counted in this run."""

    def __init__(self, step):
        self.left = step

    def on_progress(self, moment):
        self.left -= 1
        if self.left == 0:
            signal.raise_signal(signal.SIGINT)


def resume(folder, **changes):
    network = everything()
    network.fit(X, Y, **options(checkpoint=folder, resume=True, **changes))
    return record(network)


@pytest.mark.parametrize("step", [1, 3, 5, 6, 23, 59])
@pytest.mark.usefixtures("small_chunks")
def test_a_run_interrupted_at_any_step_resumes_to_the_same_bits(
    tmp_path, straight, step
):
    network = everything()
    with pytest.raises(KeyboardInterrupt):
        network.fit(X, Y, **options(checkpoint=tmp_path, callbacks=[InterruptAt(step)]))
    assert network.history.stopped == "interrupted"
    assert read_tensors(tmp_path / CHECKPOINT_NAME).metadata["step"] == step
    # What is kept, slots included, is of the best epoch, where there is one.
    kept = (network.history.best_epoch or 0) * BATCHES or step
    assert network.training["step"] == kept
    assert resume(tmp_path) == straight


@pytest.mark.usefixtures("small_chunks")
def test_a_run_interrupted_again_and_again_ends_as_if_it_never_was(tmp_path, straight):
    for step in (2, 7, 1, 13):
        with pytest.raises(KeyboardInterrupt):
            everything().fit(X, Y, **options(
                checkpoint=tmp_path, resume=True, callbacks=[InterruptAt(step)]
            ))  # fmt: skip
    assert resume(tmp_path) == straight


def test_after_an_interrupt_the_same_network_can_go_on(tmp_path, straight):
    network = everything()
    with pytest.raises(KeyboardInterrupt):
        network.fit(X, Y, **options(checkpoint=tmp_path, callbacks=[InterruptAt(4)]))
    network.fit(X, Y, **options(checkpoint=tmp_path, resume=True))
    assert record(network) == straight


@pytest.mark.usefixtures("small_chunks")
def test_a_run_that_fails_resumes_from_its_last_checkpoint(tmp_path, straight):
    class Fail(Callback):
        def on_progress(self, moment):
            if (moment.epoch, moment.samples) == (4, 24):
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        everything().fit(X, Y, **options(checkpoint=tmp_path, callbacks=[Fail()]))
    found = read_tensors(tmp_path / CHECKPOINT_NAME)
    assert found.metadata["step"] == 3 * BATCHES + 2
    assert resume(tmp_path) == straight


def at_epoch_3(epoch, history):
    return epoch.epoch == 3


@pytest.mark.parametrize("epochs", [12, 7])
def test_a_run_stopped_by_a_callback_is_finished(tmp_path, monkeypatch, epochs):
    network = everything()
    network.fit(X, Y, **options(checkpoint=tmp_path, callbacks=at_epoch_3))
    monkeypatch.setattr(loop._Fit, "finish_epoch", None)
    again = resume(tmp_path, epochs=epochs)
    assert again == record(network)
    assert again["stopped"] == "callback"
    # Fewer epochs in between do not make the first number a larger one.
    assert resume(tmp_path) == record(network)


def test_a_run_stopped_by_a_callback_goes_on_to_more_epochs(tmp_path):
    everything().fit(X, Y, **options(
        checkpoint=tmp_path, epochs=5, callbacks=at_epoch_3
    ))  # fmt: skip
    longer = everything()
    longer.fit(X, Y, **options(epochs=6))
    assert resume(tmp_path, epochs=6) == record(longer)


def test_a_checkpoint_belongs_to_the_weights_that_it_started_from(tmp_path):
    everything().fit(X, Y, **options(checkpoint=tmp_path, epochs=2))
    other = everything()
    other.parameters["dense_1.bias"][...] += 1.0
    before = other.parameters.vector.copy()
    with pytest.raises(CheckpointError, match="other starting weights"):
        other.fit(X, Y, **options(checkpoint=tmp_path, resume=True))
    assert (other.parameters.vector == before).all()
    states = everything()
    states.states["batch_norm_1.mean"][...] += 1.0
    with pytest.raises(CheckpointError, match="other starting weights"):
        states.fit(X, Y, **options(checkpoint=tmp_path, resume=True))


@pytest.mark.parametrize("patience", [None, 8])
@pytest.mark.usefixtures("small_chunks")
def test_a_network_goes_on_from_what_an_interrupt_left_in_it(tmp_path, patience):
    straight, network = everything(), everything()
    straight.fit(X, Y, **options(patience=patience))
    for step in (3, 9, 14):
        with pytest.raises(KeyboardInterrupt):
            network.fit(X, Y, **options(
                patience=patience, checkpoint=tmp_path, resume=True,
                callbacks=[InterruptAt(step)],
            ))  # fmt: skip
    network.fit(X, Y, **options(
        patience=patience, checkpoint=tmp_path, resume=True
    ))  # fmt: skip
    assert record(network) == record(straight)
    network.fit(X, Y, **options(
        patience=patience, checkpoint=tmp_path, resume=True
    ))  # fmt: skip
    assert record(network) == record(straight)


def test_the_saved_step_is_that_of_the_saved_slots():
    network = everything()
    history = network.fit(X, Y, **options(epochs=30, patience=3))
    assert history.best_epoch < len(history)
    assert network.training["step"] == history.best_epoch * BATCHES


@pytest.mark.skipif(OTHER_ENGINE == "native", reason="one engine only")
def test_resuming_on_another_engine_is_an_error_that_names_it(begun):
    with pytest.raises(CheckpointError, match="another engine"):
        resume(begun, engine=OTHER_ENGINE)


def child(folder, seconds):
    root = Path(__file__).parents[2]
    paths = [str(root), str(Path(neurona.__file__).parents[1])]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.train.killed_run", str(folder), str(seconds)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_run_killed_at_random_moments_ends_with_the_same_bits(tmp_path, straight):
    draw = random.Random(7)
    killed = 0
    for _ in range(3):
        process = child(tmp_path, 0.001)
        # Whatever it does by then: a step, a checkpoint half written, the validation.
        for _ in range(draw.randint(1, 18)):
            process.stdout.readline()
        time.sleep(draw.uniform(0, 0.01))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed == 3
    assert (tmp_path / CHECKPOINT_NAME).exists()
    assert resume(tmp_path) == straight


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_run_killed_many_times_ends_with_the_same_bits(tmp_path, straight, seed):
    draw = random.Random(seed)
    for _ in range(5):
        process = child(tmp_path, 0.0)
        for _ in range(draw.randint(0, 12)):
            process.stdout.readline()
        time.sleep(draw.uniform(0, 0.02))
        process.kill()
        process.communicate()
    assert resume(tmp_path) == straight


def test_ctrl_c_saves_and_ends_by_keyboard_interrupt(tmp_path, straight):
    process = child(tmp_path, 0.05)
    for _ in range(3):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode != 0
    assert 3 <= read_tensors(tmp_path / CHECKPOINT_NAME).metadata["step"] < 60
    assert resume(tmp_path) == straight


def test_ctrl_c_in_the_last_moment_is_still_heard(tmp_path):
    def late(epoch, history):
        if epoch.epoch == 2:
            signal.raise_signal(signal.SIGINT)

    settings = options(checkpoint=tmp_path, epochs=2)
    network, other = everything(), everything()
    with pytest.raises(KeyboardInterrupt):
        network.fit(X, Y, **settings, callbacks=late)
    other.fit(X, Y, **options(epochs=2))
    assert network.parameters.vector.tobytes() == record(other)["parameters"]
    assert resume(tmp_path, epochs=2) == record(other)


def test_a_second_ctrl_c_interrupts_at_once_and_the_handler_is_put_back():
    before = signal.getsignal(signal.SIGINT)
    with catch_interrupts() as flag:
        assert not flag.is_set
        signal.raise_signal(signal.SIGINT)
        assert flag.is_set
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_process_started_to_ignore_ctrl_c_goes_on_ignoring_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with catch_interrupts() as flag:
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert not flag.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_finished_run_resumed_returns_at_once_with_the_same_weights(
    tmp_path, straight, monkeypatch
):
    everything().fit(X, Y, **options(checkpoint=tmp_path))

    def fail(*arguments):
        raise AssertionError("a step was run")

    monkeypatch.setattr(loop._Fit, "finish_epoch", fail)
    assert resume(tmp_path) == straight


def test_a_run_that_ran_out_of_patience_is_finished(tmp_path, monkeypatch):
    settings = options(patience=1, epochs=60)
    network = everything()
    history = network.fit(X, Y, **settings, checkpoint=tmp_path)
    assert history.stopped == "patience"
    monkeypatch.setattr(loop._Fit, "finish_epoch", None)
    again = everything()
    again.fit(X, Y, **settings, checkpoint=tmp_path, resume=True)
    assert record(again) == record(network)


def test_more_epochs_may_follow(tmp_path, straight):
    everything().fit(X, Y, **options(checkpoint=tmp_path, epochs=5))
    assert resume(tmp_path) == straight


def test_a_checkpoint_may_be_moved(tmp_path, straight):
    here, there = tmp_path / "here", tmp_path / "there"
    everything().fit(X, Y, **options(checkpoint=here, epochs=5))
    here.rename(there)
    assert resume(there) == straight


def test_without_a_checkpoint_it_starts_from_the_beginning(tmp_path, straight):
    assert resume(tmp_path / "new") == straight


def test_without_resume_an_old_checkpoint_is_replaced(tmp_path, straight):
    everything().fit(X, Y, **options(checkpoint=tmp_path, seed=99, epochs=3))
    network = everything()
    network.fit(X, Y, **options(checkpoint=tmp_path))
    assert record(network) == straight
    assert resume(tmp_path) == straight


def test_checkpoints_are_written_while_a_run_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(loop, "SAVE_SHARE", float("inf"))
    steps = []

    def look(epoch, history):
        found = tmp_path / CHECKPOINT_NAME
        if found.exists():
            steps.append(read_tensors(found).metadata["step"])

    everything().fit(X, Y, **options(checkpoint=tmp_path, epochs=4, callbacks=look))
    assert len(set(steps)) >= 3


OTHER = [
    ({"loss": "mse"}, "loss"),
    ({"optimizer": Adam(learning_rate=0.01)}, "optimizer.learning_rate"),
    ({"optimizer": "sgd"}, "optimizer"),
    ({"schedule": "constant"}, "schedule"),
    ({"batch_size": 4}, "batch_size"),
    ({"patience": 9}, "patience"),
    ({"min_change": 0.1}, "min_change"),
    ({"l1": 0.1}, "l1"),
    ({"l2": 0.1}, "l2"),
    ({"clip_norm": 1.0}, "clip_norm"),
    ({"clip_value": 1.0}, "clip_value"),
    ({"average": None}, "average"),
    ({"reduction": "sum"}, "reduction"),
    ({"class_weight": {1: 2.0}}, "class_weight"),
    ({"sample_weight": np.ones(len(X))}, "sample_weight"),
    ({"metrics": None}, "metrics"),
    ({"shuffle": False}, "shuffle"),
    ({"seed": 6}, "seed"),
    ({"validation": np.arange(30, len(X))}, "rows"),
]


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    folder = tmp_path_factory.mktemp("begun")
    everything().fit(X, Y, **options(checkpoint=folder, epochs=2))
    return folder


@pytest.mark.parametrize(("change", "name"), OTHER)
def test_resuming_with_another_option_is_an_error_that_names_it(begun, change, name):
    changed = options(**change)
    if change == {"loss": "mse"}:
        changed |= {"metrics": None}
    target = np.eye(3)[Y] if change == {"loss": "mse"} else Y
    with pytest.raises(CheckpointError, match=f"another {name}"):
        everything().fit(X, target, **changed, checkpoint=begun, resume=True)


def test_resuming_with_other_data_is_an_error_that_names_them(begun):
    other = X.copy()
    other[50, 1] += 1e-6
    for x, y, name in ((other, Y, "X"), (X, (Y + 1) % 3, "y")):
        with pytest.raises(CheckpointError, match=f"another {name}: .*same data"):
            everything().fit(x, y, **options(checkpoint=begun, resume=True))


@pytest.mark.parametrize(
    ("network", "name"),
    [
        (Network([Dense(3)], n_inputs=3, seed=1), "network"),
        (everything("float64"), "network.dtype"),
        (Network(everything().architecture.layers, n_inputs=3, seed=2), "network.seed"),
    ],
)
def test_resuming_with_another_network_is_an_error_that_names_it(begun, network, name):
    with pytest.raises(CheckpointError, match=f"another {name}"):
        network.fit(X, Y, **options(checkpoint=begun, resume=True))


@pytest.mark.parametrize("keep", [0, 5, 100, -1])
def test_a_checkpoint_cut_short_is_an_error(tmp_path, begun, keep):
    content = (begun / CHECKPOINT_NAME).read_bytes()
    (tmp_path / CHECKPOINT_NAME).write_bytes(content[:keep])
    with pytest.raises(CheckpointError, match="cannot be used"):
        resume(tmp_path)


def test_a_checkpoint_with_a_flipped_bit_is_an_error(tmp_path, begun):
    content = bytearray((begun / CHECKPOINT_NAME).read_bytes())
    draw = random.Random(0)
    for _ in range(8):
        changed = bytearray(content)
        changed[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        (tmp_path / CHECKPOINT_NAME).write_bytes(changed)
        with pytest.raises(CheckpointError):
            resume(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "model"}, {"fingerprint": []}, {"fingerprint": {}}, {"history": None},
        {"sums": [1]}, {"sums": "ab"}, {"stopping": 5}, {"schedule": 3}, {"step": None},
    ],
)  # fmt: skip
def test_a_checkpoint_that_says_nonsense_is_an_error(tmp_path, begun, change):
    found = read_tensors(begun / CHECKPOINT_NAME)
    path = tmp_path / CHECKPOINT_NAME
    write_tensors(path, found.tensors, {**found.metadata, **change})
    with pytest.raises(CheckpointError):
        resume(tmp_path)


@pytest.mark.parametrize("change", ["missing", "shape", "dtype"])
def test_a_checkpoint_with_other_arrays_is_an_error(tmp_path, begun, change):
    found = read_tensors(begun / CHECKPOINT_NAME)
    name = next(n for n in found.tensors if n.startswith("value/optimizer"))
    array = found.tensors.pop(name)
    if change != "missing":
        found.tensors[name] = array[:-1] if change == "shape" else array.astype("f8")
    write_tensors(tmp_path / CHECKPOINT_NAME, found.tensors, found.metadata)
    with pytest.raises(CheckpointError):
        resume(tmp_path)


def test_a_model_file_is_no_checkpoint(tmp_path):
    everything().save(tmp_path / CHECKPOINT_NAME)
    with pytest.raises(CheckpointError, match="no checkpoint"):
        resume(tmp_path)


@pytest.mark.parametrize("kind", ["file", "no parent"])
def test_a_folder_that_cannot_be_is_found_before_training(tmp_path, kind):
    folder = tmp_path / "a" / "b" if kind == "no parent" else tmp_path / "file"
    (tmp_path / "file").write_text("")
    seen = []
    with pytest.raises(OutputError, match=folder.name):
        everything().fit(
            X, Y, **options(checkpoint=folder, callbacks=lambda e, h: seen.append(e))
        )
    assert not seen
    assert not (tmp_path / "a").exists()


def test_resuming_without_a_folder_is_an_error():
    with pytest.raises(OptionError, match="checkpoint"):
        everything().fit(X, Y, **options(resume=True))


def test_a_checkpoint_holds_what_the_house_says(begun):
    found = read_tensors(begun / CHECKPOINT_NAME)
    kinds = {name.split("/")[0] for name in found.tensors}
    assert kinds == {"value", "best"}
    names = {name.removeprefix("value/") for name in found.tensors}
    assert {"dense_1.weight", "batch_norm_1.mean", "average/dense_1.weight"} <= names
    for slot in Adam().slots():
        assert f"optimizer/{slot}/dense_2.bias" in names
    assert {"fingerprint", "history", "epoch", "batch", "step", "schedule",
            "stopping"} <= set(found.metadata)  # fmt: skip


def test_more_epochs_do_not_wake_a_run_that_patience_ended(tmp_path, monkeypatch):
    settings = options(patience=1, epochs=60)
    network = everything()
    assert network.fit(X, Y, **settings, checkpoint=tmp_path).stopped == "patience"
    monkeypatch.setattr(loop._Fit, "finish_epoch", None)
    again = everything()
    again.fit(X, Y, **{**settings, "epochs": 90}, checkpoint=tmp_path, resume=True)
    assert record(again) == record(network)


def test_a_callbacks_stop_and_more_epochs_end_as_a_run_of_so_many(tmp_path):
    # A schedule that knows no number of epochs: each epoch half the rate.
    settings = {"schedule": Exponential(0.5), "patience": None}
    everything().fit(X, Y, **options(
        checkpoint=tmp_path, epochs=5, callbacks=at_epoch_3, **settings
    ))  # fmt: skip
    longer = everything()
    longer.fit(X, Y, **options(epochs=7, **settings))
    assert resume(tmp_path, epochs=7, **settings) == record(longer)


@pytest.mark.parametrize("callback", [None, at_epoch_3])
def test_a_schedule_over_all_epochs_is_laid_over_the_new_number(tmp_path, callback):
    settings = {"schedule": "cosine", "patience": None}
    first = everything()
    history = first.fit(X, Y, **options(
        checkpoint=tmp_path, epochs=4, callbacks=callback, **settings
    ))  # fmt: skip
    done = len(history)
    rates = resume(tmp_path, epochs=10, **settings)["epochs"]

    def cosine(epoch, epochs):
        """Rate at the last step of an epoch: .05 · ½(1 + cos(π (step − 1)/steps))."""
        share = (epoch * BATCHES - 1) / (epochs * BATCHES)
        return 0.05 / 2 * (1 + math.cos(math.pi * share))

    # Those of the epochs done stay as they were; from there on, a run of ten.
    wanted = [cosine(e, 4 if e <= done else 10) for e in range(1, 11)]
    assert [e["learning_rate"] for e in rates] == pytest.approx(wanted)
