"""A learning rate that grows by the same ratio every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from neurona.optimize.schedules.schedule import NO_STATE, Schedule, State
from neurona.settings import Positive

__all__ = ["Geometric"]


@final
@dataclass(frozen=True)
class Geometric(Schedule):
    """Multiplied by the same ratio after every step, by G over the whole run.

    Parameters
    ----------
    growth : float
        G, above 0: a million goes from 1e-5 to 10.

    Notes
    -----
    G^((t − 1)/T) at step t of T: 1 at the first step, and G when all T steps are done.

    Examples
    --------
    >>> schedule = Geometric(growth=16.0)
    >>> [schedule.at(step, steps_per_epoch=4, total_steps=4) for step in range(1, 5)]
    [1.0, 2.0, 4.0, 8.0]
    """

    name: ClassVar[str] = "geometric"
    growth: Positive = 1e6

    def at(
        self, step: int, steps_per_epoch: int, total_steps: int, state: State = NO_STATE
    ) -> float:
        """Factor at a step."""
        return float(self.growth ** ((step - 1) / total_steps))
