"""A learning rate that falls in steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from neurona.optimize.schedules.schedule import (
    NO_STATE,
    Schedule,
    State,
    epochs_done,
)
from neurona.settings import Count, Positive

__all__ = ["StepDecay"]


@final
@dataclass(frozen=True)
class StepDecay(Schedule):
    """Multiplied by γ after every few epochs.

    Parameters
    ----------
    every : int
        k ≥ 1, in epochs.
    gamma : float
        γ, above 0.

    Notes
    -----
    γ^⌊e/k⌋ in epoch e, counted from 0; torch's ``StepLR``.

    Examples
    --------
    >>> schedule = StepDecay(every=2, gamma=0.5)
    >>> [schedule.at(step, steps_per_epoch=1, total_steps=6) for step in range(1, 7)]
    [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    """

    name: ClassVar[str] = "step"
    every: Count = 10
    gamma: Positive = 0.1

    def at(
        self, step: int, steps_per_epoch: int, total_steps: int, state: State = NO_STATE
    ) -> float:
        """Factor at a step."""
        return float(self.gamma ** (epochs_done(step, steps_per_epoch) // self.every))
