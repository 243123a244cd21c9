"""A learning rate that falls by the same ratio every epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from neurona.optimize.schedules.schedule import (
    NO_STATE,
    Schedule,
    State,
    epochs_done,
)
from neurona.settings import Positive

__all__ = ["Exponential"]


@final
@dataclass(frozen=True)
class Exponential(Schedule):
    """Multiplied by γ after every epoch.

    Parameters
    ----------
    gamma : float
        γ, above 0.

    Notes
    -----
    γᵉ in epoch e, counted from 0; torch's ``ExponentialLR``.

    Examples
    --------
    >>> schedule = Exponential(gamma=0.5)
    >>> [schedule.at(step, steps_per_epoch=2, total_steps=6) for step in range(1, 7)]
    [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    """

    name: ClassVar[str] = "exponential"
    gamma: Positive = 0.95

    def at(
        self, step: int, steps_per_epoch: int, total_steps: int, state: State = NO_STATE
    ) -> float:
        """Factor at a step."""
        return float(self.gamma ** epochs_done(step, steps_per_epoch))
