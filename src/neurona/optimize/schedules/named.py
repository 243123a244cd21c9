"""Schedules by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from neurona.messages import _
from neurona.optimize.schedules.schedule import Schedule
from neurona.optimize.schedules.warm_up import FOLLOWING, WarmUp
from neurona.settings import as_choice

__all__ = ["SCHEDULES", "as_schedule"]

SCHEDULES: Final[Mapping[str, type[Schedule]]] = MappingProxyType(
    {**FOLLOWING, WarmUp.name: WarmUp}
)
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
    return as_choice(value, _("schedule"), Schedule, SCHEDULES, settings=overrides)
