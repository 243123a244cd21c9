"""Progress of a run: a live line in a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import time
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from neurona.cli.busy import QUIET_SECONDS
from neurona.messages import _
from neurona.train.callback import Callback, Moment
from neurona.train.history import Epoch, History

__all__ = ["TrainProgress", "show_duration"]

LINE_SECONDS: Final = 5.0
"""Least time between two plain lines."""


def show_duration(seconds: float) -> str:
    """Seconds as a person reads them.

    Examples
    --------
    >>> [show_duration(seconds) for seconds in (0.0424, 32.0, 75.0, 7300.0)]
    ['42 ms', '32 s', '1:15', '2:01:40']
    """
    if seconds < 0.9995:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class TrainProgress(Callback):
    """Shows epoch, losses, metric, speed and time left of a run that takes a while.

    Parameters
    ----------
    console : Console
    quiet : bool
        Whether to show nothing.
    """

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self.console = console
        self.quiet = quiet
        self.live: Progress | None = None
        self.task: TaskID | None = None
        self.began = time.monotonic()
        self.last_line = -math.inf
        self.first: Moment | None = None
        self.last: Epoch | None = None
        self.moved = False

    def on_start(self, history: History, moment: Moment) -> None:
        """Take note of where the run starts."""
        self.began = time.monotonic()
        self.first = moment
        if history.epochs:
            self.last = history.epochs[-1]
            if not self.quiet:
                self.console.print(
                    _("resumed after epoch {epoch}").format(epoch=self.last.epoch)
                )

    def on_progress(self, moment: Moment) -> None:
        """Bring the live line up to date, or print a plain one now and then."""
        self.moved = True
        now = time.monotonic()
        if self.quiet or now - self.began < QUIET_SECONDS:
            return
        text = self.describe(moment, now)
        if not self.console.is_terminal:
            if now - self.last_line >= LINE_SECONDS:
                self.last_line = now
                self.console.print(text, markup=False)
            return
        if self.live is None:
            self.live = Progress(
                BarColumn(bar_width=24),
                TextColumn("{task.description}", markup=False),
                console=self.console,
                transient=True,
            )
            self.task = self.live.add_task("", total=1.0)
            self.live.start()
        assert self.task is not None
        self.live.update(self.task, completed=done_share(moment), description=text)

    def on_epoch(self, epoch: Epoch, history: History) -> None:
        """Take note of the losses to show."""
        self.last = epoch

    def on_end(self, history: History) -> None:
        """Take the live line away; say so where nothing was left to do."""
        if self.live is not None:
            self.live.stop()
        ended = {
            "epochs": _("nothing was left to train: ask for more with --epochs"),
            "patience": _("nothing was left to train: its patience had run out"),
        }
        if not self.quiet and not self.moved and history.stopped in ended:
            self.console.print(ended[history.stopped], markup=False)

    def describe(self, moment: Moment, now: float) -> str:
        """One line: where the run stands, how fast it goes, how long it takes."""
        assert self.first is not None
        elapsed = now - self.began
        rows = moment.samples_per_epoch
        done = (moment.epoch - self.first.epoch) * rows
        done += moment.samples - self.first.samples
        speed = done / elapsed
        left = (moment.epochs - moment.epoch + 1) * rows - moment.samples
        if moment.fits is None:
            said = _("epoch {epoch}/{epochs}").format(
                epoch=moment.epoch, epochs=moment.epochs
            )
        else:
            ended, fits = moment.fits
            said = _("{ended} of {count} networks trained").format(
                ended=ended, count=fits
            )
        parts = [said, _("loss {loss:.4f}").format(loss=moment.loss)]
        if self.last is not None and self.last.validation_loss is not None:
            parts.append(
                _("validation {loss:.4f}").format(loss=self.last.validation_loss)
            )
            parts += [f"{k} {v:.4f}" for k, v in self.last.metrics.items()]
        parts.append(_("{speed:,.0f} rows/s").format(speed=speed))
        if speed > 0:
            time_left = show_duration(left / speed)
            parts.append(_("at most {time} left").format(time=time_left))
        return "  ".join(parts)


def done_share(moment: Moment) -> float:
    """Share of the run that is done, in [0, 1], if no epoch is saved by stopping."""
    rows = moment.samples_per_epoch
    return ((moment.epoch - 1) * rows + moment.samples) / (moment.epochs * rows)
