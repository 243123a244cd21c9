"""The progress of many fits, told as that of one, and their end in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from neurona.table.quality import Quality
from neurona.train.callback import Callback, Moment
from neurona.train.history import History
from neurona.train.many import Progress

__all__ = ["FoldWatch"]


class FoldWatch:
    """Tells callbacks of many fits as if they were one, and ends them in time."""

    def __init__(
        self, callbacks: Iterable[Callback], began: float, quality: Quality
    ) -> None:
        self.callbacks = list(callbacks)
        self.began, self.ends = began, began + quality.seconds
        self.started = False
        self.interrupted = False

    def __call__(self, progress: Progress) -> bool:
        """Pass on where all stand; say whether the time is over."""
        under_way = [moment for moment in progress.moments if moment is not None]
        if under_way:
            one = under_way[-1]
            epochs = one.epochs * progress.total
            done = sum(moment.epoch for moment in under_way)
            moment = Moment(
                min(done, epochs), epochs, 0, one.samples_per_epoch, one.loss,
                (progress.done, progress.total),
            )  # fmt: skip
            if not self.started:
                self.started = True
                self.tell(lambda callback: callback.on_start(History(), moment))
            self.tell(lambda callback: callback.on_progress(moment))
        now = time.monotonic()
        return now > self.ends or self.is_hopeless(under_way, progress.done, now)

    def is_hopeless(self, under_way: Sequence[Moment], ended: int, now: float) -> bool:
        """Whether not even the first network would be trained in time.

        It is asked once a tenth of the time is over: the rest is for a single network.
        """
        spent, allowed = now - self.began, self.ends - self.began
        if ended or spent < allowed / 10:
            return False
        share = max(map(share_done, under_way), default=0.0)
        return spent > allowed * share

    def end(self) -> None:
        """Tell that all have ended."""
        if self.started:
            self.tell(lambda callback: callback.on_end(History()))

    def tell(self, say: Callable[[Callback], None]) -> None:
        """Tell every callback."""
        for callback in self.callbacks:
            say(callback)


def share_done(moment: Moment) -> float:
    """Share of a fit that is done, if no epoch is saved by stopping."""
    rows = moment.samples_per_epoch
    return ((moment.epoch - 1) * rows + moment.samples) / (moment.epochs * rows)
