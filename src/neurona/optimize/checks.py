"""Checks of an optimizer's and a schedule's settings, each with one plain sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

from neurona.errors import OptionError, unknown_name
from neurona.messages import _

__all__ = [
    "check_choice",
    "check_flag",
    "check_not_negative",
    "check_positive",
    "check_share",
    "check_whole",
]


def _is_finite(value: Any) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def check_positive(option: str, value: Any) -> None:
    """Demand a finite number above 0."""
    if not _is_finite(value) or value <= 0:
        raise OptionError(
            _("{option} must be a number above 0, not {value!r}").format(
                option=option, value=value
            )
        )


def check_not_negative(option: str, value: Any) -> None:
    """Demand a finite number, 0 or above."""
    if not _is_finite(value) or value < 0:
        raise OptionError(
            _("{option} must be a number of at least 0, not {value!r}").format(
                option=option, value=value
            )
        )


def check_share(option: str, value: Any) -> None:
    """Demand a number in [0, 1)."""
    if not _is_finite(value) or not 0 <= value < 1:
        raise OptionError(
            _("{option} must be in [0, 1), not {value!r}").format(
                option=option, value=value
            )
        )


def check_whole(option: str, value: Any) -> None:
    """Demand a whole number, 1 or above."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        raise OptionError(
            _("{option} must be a whole number of at least 1, not {value!r}").format(
                option=option, value=value
            )
        )


def check_flag(option: str, value: Any) -> None:
    """Demand True or False."""
    if not isinstance(value, bool):
        raise OptionError(
            _("{option} must be true or false, not {value!r}").format(
                option=option, value=value
            )
        )


def check_choice(option: str, value: Any, known: Iterable[str]) -> None:
    """Demand one of some names."""
    names = tuple(known)
    if value not in names:
        raise OptionError(unknown_name(option, str(value), names))
