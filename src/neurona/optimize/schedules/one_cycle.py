"""One rise and one fall of the learning rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, final

from neurona.errors import OptionError
from neurona.messages import _
from neurona.optimize.schedules.schedule import NO_STATE, Schedule, State
from neurona.settings import Positive, Share

__all__ = ["OneCycle"]


@final
@dataclass(frozen=True)
class OneCycle(Schedule):
    """From a low learning rate up to the optimizer's own, then down to almost nothing.

    Parameters
    ----------
    rise : float
        In (0, 1), the share of the run in which the learning rate rises.
    first, last : float
        Above 0, the factors of the first and the last step.

    Notes
    -----
    With j = t − 1 at step t of T, the rise ends at j = rise · T − 1 and the fall at
    j = T − 1; each is half a cosine. The optimizer's learning rate is the peak.
    This is torch's ``OneCycleLR`` in its two-phase cosine form, ``first`` being
    1 / div_factor and ``last`` 1 / (div_factor · final_div_factor); the momentum is
    left alone (``cycle_momentum=False``).

    Source: Smith and Topin, "Super-convergence", 2017.

    Examples
    --------
    >>> schedule = OneCycle(rise=0.5, first=0.2, last=0.1)
    >>> [round(schedule.at(t, 1, 6), 6) for t in range(1, 7)]
    [0.2, 0.6, 1.0, 0.775, 0.325, 0.1]
    """

    name: ClassVar[str] = "one_cycle"
    rise: Share = 0.3
    first: Positive = 0.04
    last: Positive = 4e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rise == 0:
            raise OptionError(_("rise must be above 0: choose cosine for a fall alone"))

    def at(
        self, step: int, steps_per_epoch: int, total_steps: int, state: State = NO_STATE
    ) -> float:
        """Factor at a step."""
        peak, end = self.rise * total_steps - 1.0, total_steps - 1.0
        done = min(step - 1.0, end)
        # A run too short to rise has its peak at or before the first step.
        if done <= peak and peak > 0:
            return half_cosine(self.first, 1.0, done / peak)
        return half_cosine(1.0, self.last, (done - peak) / (end - peak))


def half_cosine(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1.0 + math.cos(math.pi * share)) / 2
