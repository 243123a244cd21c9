"""A learning rate that falls when the loss no longer does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, final

from neurona.optimize.schedules.schedule import NO_STATE, Schedule, State
from neurona.settings import Count, NonNegative, ProperShare, Share

__all__ = ["ReduceOnPlateau"]


@final
@dataclass(frozen=True)
class ReduceOnPlateau(Schedule):
    """Multiplied by a factor whenever some epochs in a row bring no improvement.

    Parameters
    ----------
    patience : int
        How many epochs in a row without improvement bring a reduction, at least 1: the
        same count as in early stopping and in Keras. torch's ``patience`` is one less.
    factor : float
        In (0, 1).
    minimum : float
        In [0, 1), below which the product of the factors does not fall.
    min_change : float
        An epoch improves if it is below the best by more than this share of the best's
        size, ≥ 0. A value that is not a finite number never improves.

    Notes
    -----
    The state holds ``factor`` (the present product), ``best`` (None before the first
    epoch) and ``waited`` (epochs without improvement since the best or the last
    reduction). torch's ``ReduceLROnPlateau`` in its relative mode without cooldown.

    Examples
    --------
    >>> schedule = ReduceOnPlateau(patience=2, factor=0.5)
    >>> state = schedule.start()
    >>> for loss in (0.9, 0.8, 0.8, 0.81):
    ...     state = schedule.after_epoch(state, loss)
    >>> state
    {'factor': 0.5, 'best': 0.8, 'waited': 0}
    """

    name: ClassVar[str] = "reduce_on_plateau"
    patience: Count = 10
    factor: ProperShare = 0.1
    minimum: Share = 0.0
    min_change: NonNegative = 1e-4

    def at(
        self, step: int, steps_per_epoch: int, total_steps: int, state: State = NO_STATE
    ) -> float:
        """Factor that the state holds, 1 without a state."""
        return float(state.get("factor", 1.0))

    def start(self) -> dict[str, Any]:
        """State before the first epoch."""
        return {"factor": 1.0, "best": None, "waited": 0}

    def after_epoch(self, state: State, value: float) -> dict[str, Any]:
        """State after an epoch that ended with a loss."""
        factor, best, waited = state["factor"], state["best"], state["waited"] + 1
        if math.isfinite(value) and (
            best is None or best - value > self.min_change * abs(best)
        ):
            best, waited = float(value), 0
        if waited >= self.patience:
            factor, waited = max(factor * self.factor, self.minimum), 0
        return {"factor": factor, "best": best, "waited": waited}
