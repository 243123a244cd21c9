"""The shape of a loss curve: still falling, jumping, or at rest."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np

from neurona.study.diagnosis.examination import Examination
from neurona.train.history import History

__all__ = [
    "ENOUGH_EPOCHS",
    "falls_enough",
    "late_share",
    "mean_jump",
    "still_falling",
    "turns_often",
]

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

ENOUGH_EPOCHS: Final = 5
"""A shorter curve says little about its own shape."""

STILL_FALLING: Final = 0.25
"""Share of the fall that the second half of all steps' lengths brings, above which the
end is not reached; it is a half where the loss falls in a straight line."""

WORTH: Final = 0.05
"""Share of the last loss that the second half of the way must have brought for more
epochs to be what a network lacks."""


def still_falling(found: Examination) -> bool:
    """Whether the loss was far from its end when the epochs were."""
    history = falling_history(found)
    return history is not None and late_share(history) >= STILL_FALLING


def falls_enough(found: Examination) -> bool:
    """Whether as many epochs again would probably lower the loss by a fair share."""
    history = falling_history(found)
    if history is None:
        return False
    fall = late_share(history) * (history.loss[0] - history.loss[-1])
    return fall >= WORTH * abs(history.loss[-1])


def falling_history(found: Examination) -> History | None:
    """History of the last fit, if its loss fell to the end but for little noise."""
    history = found.history
    if history is None or len(history) < ENOUGH_EPOCHS:
        return None
    losses = np.array(history.loss, np.float64)
    first, last, late = losses[0], losses[-1], losses[len(losses) // 2 :]
    ended = history.stopped in ("diverged", "patience", "converged")
    noisy = turns_often(late) and mean_jump(late) > 0.02 * (first - last)
    return None if ended or last > first or noisy else history


def late_share(history: History) -> float:
    """Share of the loss's fall in the second half of the way that training went.

    The way is the sum of the learning rates, so that a schedule which ends in tiny
    steps does not look like a loss that has settled.
    """
    losses = np.array(history.loss, np.float64)
    way = np.cumsum(history.learning_rate)
    fall = losses[0] - losses[-1]
    if fall <= 0 or way[-1] <= way[0]:
        return 0.0
    middle = float(np.interp((way[0] + way[-1]) / 2, way, losses))
    return float(np.clip((middle - losses[-1]) / fall, 0.0, 1.0))


def mean_jump(losses: Array) -> float:
    """Mean change of a curve from one epoch to the next."""
    return float(np.abs(np.diff(losses)).mean())


def turns_often(losses: Array) -> bool:
    """Whether a curve rises in more than a quarter of its steps."""
    return bool((np.diff(losses) > 0).mean() > 0.25)
