"""How many threads run the steps: as many as turn out fastest, now and later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from neurona.native.threads import allowed_threads

__all__ = ["ThreadChoice", "Trial", "fastest"]

TRIAL_SECONDS: Final = 0.001
"""About how long each number of threads is tried at first."""

LONG_TRIAL_SECONDS: Final = 0.004
"""Of a trial so long, waking threads and moving them apart is a small part."""

FIRST_TRIALS: Final = 7
"""The first of them warms the caches; three of each number follow."""

LATER_TRIALS: Final = 4

MOST_TRIALS: Final = 12
"""Where steps are given out too few at a time for long trials, these have to do."""

CLEARLY_SLOWER: Final = 1.5
"""Waking threads explains no more than this in a short trial."""

FIRST_CHOICE_SECONDS: Final = 0.0125
LAST_CHOICE_SECONDS: Final = 2.0
CHOICE_GROWTH: Final = 4.0
"""How long the first choice holds, since a moment's trial may mislead and what NumPy's
threads do after a product is soon over; the longest that one holds, since what else the
machine does may change; how much longer each holds than the one before."""


@dataclass(frozen=True)
class Trial:
    """Some steps on a number of threads, and how long they took."""

    steps: int
    seconds: float
    threads: int

    @property
    def step_seconds(self) -> float:
        """Seconds of one of them."""
        return self.seconds / self.steps


def fastest(trials: Sequence[Trial]) -> int | None:
    """The number of threads that trials speak for: one, or the other that was tried.

    Threads are woken and moved apart at the beginning of each trial. So where several
    win, they do; where one does, that is believed of long trials alone, or where the
    others are far behind.

    Returns
    -------
    int or None
        None where longer trials are needed.

    Examples
    --------
    >>> fastest([Trial(20, 0.0009, 1), Trial(20, 0.0007, 4)])
    4
    >>> fastest([Trial(20, 0.0009, 1), Trial(20, 0.0010, 4)])
    >>> fastest([Trial(90, 0.0040, 1), Trial(90, 0.0042, 4)])
    1
    """
    several = [trial for trial in trials if trial.threads > 1]
    alone = min(trial.step_seconds for trial in trials if trial.threads == 1)
    together = min(trial.step_seconds for trial in several)
    if together < alone:
        return several[0].threads
    is_clear = together > CLEARLY_SLOWER * alone
    is_long = max(trial.seconds for trial in several) >= LONG_TRIAL_SECONDS / 2
    return 1 if is_clear or is_long or len(trials) >= MOST_TRIALS else None


class ThreadChoice:
    """Chooses a number of threads by timing, which the bits do not depend on.

    Parameters
    ----------
    threads : int, optional
        The number asked for: then there is nothing to choose.
    shares_work : bool
        Whether there is work for more than one.

    Examples
    --------
    >>> choice = ThreadChoice(threads=3)
    >>> choice.next_steps(100)
    (100, 3)
    """

    def __init__(self, threads: int | None, *, shares_work: bool = True) -> None:
        self._most = allowed_threads() if threads is None else threads
        self._fixed = threads is not None or self._most == 1 or not shares_work
        self._chosen = threads or 1
        self._trials: list[Trial] = []
        self._wanted = 0 if self._fixed else FIRST_TRIALS
        self._warming = 1
        self._trial_seconds = TRIAL_SECONDS
        self._step_seconds = TRIAL_SECONDS
        self._spent = 0.0
        self._holds = FIRST_CHOICE_SECONDS

    def next_steps(self, left: int) -> tuple[int, int]:
        """How many steps to run next, and on how many threads."""
        if not self._wanted:
            return left, self._chosen
        threads = 1 if len(self._trials) % 2 == 0 else self._most
        steps = int(self._trial_seconds / max(self._step_seconds, 1e-9))
        return min(left, max(1, steps)), threads

    def learn(self, steps: int, seconds: float, threads: int) -> None:
        """Take note of how long some steps took."""
        if self._fixed:
            return
        if not self._wanted:
            self._spent += seconds
            if self._spent >= self._holds:
                self._trials, self._wanted, self._warming = [], LATER_TRIALS, 0
                self._trial_seconds = TRIAL_SECONDS
                self._holds = min(CHOICE_GROWTH * self._holds, LAST_CHOICE_SECONDS)
            return
        trial = Trial(steps, seconds, threads)
        self._step_seconds = trial.step_seconds
        self._trials.append(trial)
        if len(self._trials) < self._wanted:
            return
        chosen = fastest(self._trials[self._warming :])
        if chosen is None:
            # Two more, twice as long.
            self._wanted += 2
            self._trial_seconds = min(2 * self._trial_seconds, LONG_TRIAL_SECONDS)
            return
        self._chosen, self._wanted, self._spent = chosen, 0, 0.0
