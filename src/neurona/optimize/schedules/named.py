"""Schedules by name, and from a file."""

from __future__ import annotations

from typing import Any, Final

from neurona.messages import _
from neurona.optimize.registry import Registry
from neurona.optimize.schedules.constant import Constant
from neurona.optimize.schedules.cosine import Cosine
from neurona.optimize.schedules.exponential import Exponential
from neurona.optimize.schedules.geometric import Geometric
from neurona.optimize.schedules.one_cycle import OneCycle
from neurona.optimize.schedules.reduce_on_plateau import ReduceOnPlateau
from neurona.optimize.schedules.schedule import Schedule
from neurona.optimize.schedules.step import Step
from neurona.optimize.schedules.warm_up import WarmUp

__all__ = ["SCHEDULES", "as_schedule", "schedule_from_config"]

_registry: Final = Registry[Schedule](
    lambda: _("schedule"),
    Schedule,  # type: ignore[type-abstract]
    (
        Constant,
        Step,
        Exponential,
        Cosine,
        OneCycle,
        WarmUp,
        ReduceOnPlateau,
        Geometric,
    ),
)
SCHEDULES: Final = _registry.classes
"""Every schedule's class by its name."""


def as_schedule(value: str | type[Schedule] | Schedule, **overrides: Any) -> Schedule:
    """Return the schedule that a name, a class or an instance stands for.

    Parameters
    ----------
    value : str, type or Schedule
    **overrides
        Settings that replace the default or the instance's own.

    Raises
    ------
    OptionError
        An unknown name or setting (the nearest ones are offered), or a value outside
        its range.

    Examples
    --------
    >>> as_schedule("cosine", minimum=0.1)
    Cosine(minimum=0.1)
    """
    return _registry.resolve(value, overrides)


def schedule_from_config(config: Any) -> Schedule:
    """Return the schedule whose ``to_config`` this is.

    Raises
    ------
    ModelFileError
        Anything that ``to_config`` does not write.

    Examples
    --------
    >>> schedule_from_config({"name": "exponential", "gamma": 0.5})
    Exponential(gamma=0.5)
    """
    return _registry.read(config)
