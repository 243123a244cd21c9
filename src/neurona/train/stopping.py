"""Early stopping: patience, minimum change, and which epoch was best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Stopping"]


@dataclass
class Stopping:
    """Watches a score that should fall.

    Parameters
    ----------
    patience : int or None
        Epochs without improvement after which to stop; ``None``: never.
    min_change : float
        How much lower a score must be to count as an improvement, at least 0.

    Attributes
    ----------
    best : float
        Lowest score so far, infinity before the first.
    best_epoch : int or None
        Its epoch, counted from 1.
    waited : int
        Epochs since then.

    Examples
    --------
    >>> watch = Stopping(patience=1)
    >>> [watch.after_epoch(i, s) for i, s in enumerate([0.9, 0.7, 0.6, 0.65], start=1)]
    [True, True, True, False]
    >>> watch.should_stop, watch.best_epoch
    (True, 3)
    """

    patience: int | None = None
    min_change: float = 0.0
    best: float = math.inf
    best_epoch: int | None = None
    waited: int = 0

    def after_epoch(self, epoch: int, score: float) -> bool:
        """Take note of an epoch's score; whether it is the best so far."""
        return self.after_epochs(epoch, [score])

    def after_epochs(self, first: int, scores: Sequence[float]) -> bool:
        """Take note of several epochs in a row; whether one is the best so far."""
        if self.min_change == 0.0:
            return self._after_epochs_compared(first, scores)
        best, best_epoch, waited = self.best, self.best_epoch, self.waited
        for epoch, score in enumerate(scores, start=first):
            if score < best - (self.min_change if best_epoch else 0.0):
                best, best_epoch, waited = score, epoch, 0
            else:
                waited += 1
        improved = best_epoch != self.best_epoch
        self.best, self.best_epoch, self.waited = best, best_epoch, waited
        return improved

    def _after_epochs_compared(self, first: int, scores: Sequence[float]) -> bool:
        """The same where any lower score is an improvement: the lowest decides."""
        lowest = min(scores, default=math.inf)
        if math.isnan(lowest):
            # Nothing is below a NaN that comes first.
            lowest = min((x for x in scores if not math.isnan(x)), default=math.inf)
        if not lowest < self.best:
            self.waited += len(scores)
            return False
        self.best = lowest
        place = scores.index(lowest)
        self.best_epoch = first + place
        self.waited = len(scores) - 1 - place
        return True

    @property
    def should_stop(self) -> bool:
        """Whether patience has run out."""
        return self.patience is not None and self.waited >= self.patience
