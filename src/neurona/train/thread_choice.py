"""How many threads run the steps: as many as turn out fastest, now and later."""

from __future__ import annotations

from typing import Final

from neurona.native.threads import allowed_threads

__all__ = ["ThreadChoice"]

TRIAL_SECONDS: Final = 0.001
"""About how long each number of threads is tried before one is chosen."""

FIRST_TRIALS: Final = 7
"""The first of them warms the caches; the best of the others decides."""

LATER_TRIALS: Final = 4

FIRST_CHOICE_SECONDS: Final = 0.05
LAST_CHOICE_SECONDS: Final = 2.0
CHOICE_GROWTH: Final = 4.0
"""How long the first choice holds, since a moment's trial may mislead; the longest that
one holds, since what else the machine does may change; how much longer each holds than
the one before."""


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
        self._trials: list[tuple[float, int]] = []
        self._wanted = 0 if self._fixed else FIRST_TRIALS
        self._spent = 0.0
        self._holds = FIRST_CHOICE_SECONDS

    def next_steps(self, left: int) -> tuple[int, int]:
        """How many steps to run next, and on how many threads."""
        if not self._wanted:
            return left, self._chosen
        threads = 1 if len(self._trials) % 2 == 0 else self._most
        seconds = self._trials[-1][0] if self._trials else TRIAL_SECONDS
        return min(left, max(1, int(TRIAL_SECONDS / max(seconds, 1e-9)))), threads

    def learn(self, steps: int, seconds: float, threads: int) -> None:
        """Take note of how long some steps took."""
        if self._fixed:
            return
        if not self._wanted:
            self._spent += seconds
            if self._spent >= self._holds:
                self._trials, self._wanted = [], LATER_TRIALS
                self._holds = min(CHOICE_GROWTH * self._holds, LAST_CHOICE_SECONDS)
            return
        self._trials.append((seconds / steps, threads))
        if len(self._trials) >= self._wanted:
            warm = self._trials[1:] if self._wanted == FIRST_TRIALS else self._trials
            self._chosen = min(warm)[1]
            self._wanted, self._spent = 0, 0.0
