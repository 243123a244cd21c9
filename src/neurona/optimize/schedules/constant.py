"""The same learning rate throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from neurona.optimize.schedules.schedule import NO_STATE, Schedule, State

__all__ = ["ConstantRate"]


@final
@dataclass(frozen=True)
class ConstantRate(Schedule):
    """The optimizer's own learning rate at every step."""

    name: ClassVar[str] = "constant"

    def at(
        self, step: int, steps_per_epoch: int, total_steps: int, state: State = NO_STATE
    ) -> float:
        """Return 1."""
        return 1.0
