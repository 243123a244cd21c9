"""What every schedule is: a factor of the learning rate for each step."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from neurona.settings import Choice, config_of

__all__ = ["NO_STATE", "Schedule", "State", "epochs_done"]

State: TypeAlias = Mapping[str, Any]
NO_STATE: Final[State] = {}


@dataclass(frozen=True)
class Schedule(Choice):
    """A factor by which the optimizer's learning rate is multiplied, step by step.

    A schedule holds settings alone. What it has seen stands in a state, a mapping of
    JSON values that belongs to the training run and goes into its checkpoints; most
    schedules need none.

    Notes
    -----
    Everything is computed on the host in float64. Laws: the same step and state give
    the same factor; the state changes between epochs only, so the factors of an epoch
    can be computed before it.
    """

    @abc.abstractmethod
    def at(
        self, step: int, steps_per_epoch: int, total_steps: int, state: State = NO_STATE
    ) -> float:
        """Factor of the learning rate at a step.

        Parameters
        ----------
        step : int
            Number of the step in the whole run, counted from 1 as the clock's.
        steps_per_epoch : int
        total_steps : int
            Of all epochs together.
        state : mapping
            What :meth:`start` or the last :meth:`after_epoch` returned.
        """

    def start(self) -> dict[str, Any]:
        """State before the first epoch."""
        return {}

    def after_epoch(self, state: State, value: float) -> dict[str, Any]:
        """State after an epoch.

        Parameters
        ----------
        state : mapping
            That of the epoch which ended.
        value : float
            What should fall: the validation loss, or the training loss without one.
        """
        return dict(state)

    def to_config(self) -> dict[str, Any]:
        """Name and settings as JSON values, from which the same schedule is made."""
        return config_of(self, lambda schedule: f"schedule.{schedule.name}")


def epochs_done(step: int, steps_per_epoch: int) -> int:
    """Number of epochs that were complete before a step."""
    return (step - 1) // steps_per_epoch
