"""A slow start before another schedule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, final

from neurona.errors import OptionError
from neurona.messages import _
from neurona.optimize.schedules.constant import ConstantRate
from neurona.optimize.schedules.cosine import Cosine
from neurona.optimize.schedules.exponential import Exponential
from neurona.optimize.schedules.geometric import Geometric
from neurona.optimize.schedules.one_cycle import OneCycle
from neurona.optimize.schedules.reduce_on_plateau import ReduceOnPlateau
from neurona.optimize.schedules.schedule import NO_STATE, Schedule, State
from neurona.optimize.schedules.step import StepDecay
from neurona.settings import Count, Positive, as_choice, by_name

__all__ = ["FOLLOWING", "WarmUp"]

CONSTANT: Final = ConstantRate()

FOLLOWING: Final = by_name(
    ConstantRate, StepDecay, Exponential, Cosine, OneCycle, ReduceOnPlateau, Geometric
)
"""Every schedule that may come after a warm-up, by name."""


@final
@dataclass(frozen=True)
class WarmUp(Schedule):
    """Linear rise over some steps or epochs, then another schedule.

    Parameters
    ----------
    then : str or Schedule
        Takes over for the rest of the run, as if that were all of it.
    epochs : float, optional
        Length of the rise, above 0, not necessarily whole. One epoch if neither length
        is given.
    steps : int, optional
        Length of the rise in steps instead, at least 1.

    Notes
    -----
    With W the steps of the rise and f the other schedule's factor, t/W · f(1) for
    t ≤ W and f(t − W) after: nothing jumps where one hands over to the other.

    Source: Goyal et al., "Accurate, large minibatch SGD", 2017, section 2.2.

    Examples
    --------
    >>> schedule = WarmUp(steps=4)
    >>> [schedule.at(step, 3, 9) for step in range(1, 7)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    >>> WarmUp("cosine") == WarmUp(Cosine())
    True
    """

    name: ClassVar[str] = "warm_up"
    then: Schedule | type[Schedule] | str = CONSTANT
    epochs: Positive | None = None
    steps: Count | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "then", self.following)
        super().__post_init__()
        if isinstance(self.then, WarmUp):
            raise OptionError(
                _(
                    "after a warm-up comes another kind of schedule, not {then!r}"
                ).format(then=self.then)
            )
        if self.epochs is not None and self.steps is not None:
            raise OptionError(_("a warm-up takes epochs or steps, not both"))

    @property
    def following(self) -> Schedule:
        """Schedule that takes over after the rise."""
        return as_choice(self.then, _("schedule after a warm-up"), Schedule, FOLLOWING)

    def at(
        self, step: int, steps_per_epoch: int, total_steps: int, state: State = NO_STATE
    ) -> float:
        """Factor at a step."""
        epochs = 1.0 if self.epochs is None else self.epochs
        rise = self.steps or max(1, round(epochs * steps_per_epoch))
        rest = max(1, total_steps - rise)
        if step <= rise:
            return step / rise * self.following.at(1, steps_per_epoch, rest, state)
        return self.following.at(step - rise, steps_per_epoch, rest, state)

    def start(self) -> dict[str, Any]:
        """State of the other schedule."""
        return self.following.start()

    def after_epoch(self, state: State, value: float) -> dict[str, Any]:
        """State of the other schedule after an epoch."""
        return self.following.after_epoch(state, value)
