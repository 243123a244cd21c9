"""A learning rate that falls along half a cosine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, final

from neurona.optimize.schedules.schedule import NO_STATE, Schedule, State
from neurona.settings import Share

__all__ = ["Cosine"]


@final
@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine from 1 down to a minimum over the whole run, without restarts.

    Parameters
    ----------
    minimum : float
        In [0, 1), the factor that would come after the last step.

    Notes
    -----
    minimum + (1 − minimum) (1 + cos(π (t − 1)/T)) / 2 at step t of T; torch's
    ``CosineAnnealingLR`` with T_max = T, advanced every step.

    Source: Loshchilov and Hutter, "SGDR", 2016, equation 5.

    Examples
    --------
    >>> schedule = Cosine()
    >>> [round(schedule.at(t, 1, 4), 6) for t in range(1, 5)]
    [1.0, 0.853553, 0.5, 0.146447]
    """

    name: ClassVar[str] = "cosine"
    minimum: Share = 0.0

    def at(
        self, step: int, steps_per_epoch: int, total_steps: int, state: State = NO_STATE
    ) -> float:
        """Factor at a step."""
        done = min((step - 1) / total_steps, 1.0)
        return (
            self.minimum + (1.0 - self.minimum) * (1.0 + math.cos(math.pi * done)) / 2
        )
