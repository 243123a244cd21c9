"""Progress: a live line in a terminal, else plain lines; nothing for short runs."""

import io
import time

import pytest
from rich.console import Console

from neurona.cli import busy as busy_module
from neurona.cli import progress as progress_module
from neurona.cli.busy import busy
from neurona.cli.progress import TrainProgress
from neurona.train.callback import Moment
from neurona.train.history import Epoch, History


class Clock:
    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr(progress_module.time, "monotonic", found.monotonic)
    return found


def moment(epoch, samples=0):
    return Moment(epoch=epoch, epochs=10, samples=samples, samples_per_epoch=100,
                  loss=0.5)  # fmt: skip


def started(quiet=False):
    text = io.StringIO()
    shown = TrainProgress(Console(file=text, width=200), quiet=quiet)
    shown.on_start(History(), moment(1))
    return shown, text


def test_a_short_run_shows_nothing(clock):
    shown, text = started()
    clock.now += 0.9
    shown.on_progress(moment(5))
    assert text.getvalue() == ""


def test_a_plain_line_tells_where_the_run_stands(clock):
    shown, text = started()
    clock.now += 2
    shown.on_epoch(Epoch(1, 0.7, 0.25, {"accuracy": 0.75}, 0.1, 1.0), History())
    shown.on_progress(moment(3))
    # Two of ten epochs of 100 rows in 2 s: 100 rows/s, 800 rows or 8 s left.
    assert text.getvalue() == (
        "epoch 3/10  loss 0.5000  validation 0.2500  accuracy 0.7500  100 rows/s  "
        "at most 8 s left\n"
    )


def test_plain_lines_keep_their_distance(clock):
    shown, text = started()
    for _ in range(10):
        clock.now += 1.5
        shown.on_progress(moment(2))
    assert 2 <= len(text.getvalue().splitlines()) <= 4


def test_quiet_is_quiet(clock):
    shown, text = started(quiet=True)
    clock.now += 10
    shown.on_progress(moment(3))
    assert text.getvalue() == ""


@pytest.mark.parametrize(("quiet", "said"), [(False, "reading [/x] …\n"), (True, "")])
def test_what_takes_long_is_said_once(monkeypatch, capsys, quiet, said):
    monkeypatch.setattr(busy_module, "QUIET_SECONDS", 0.0)
    with busy("reading [/x]", quiet=quiet):
        time.sleep(0.2)
    assert capsys.readouterr().err == said


def test_what_is_quick_is_not_said(capsys):
    with busy("reading"):
        pass
    assert capsys.readouterr().err == ""
