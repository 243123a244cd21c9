"""Kinds of settings: what a value may be, and how a message says it."""

from __future__ import annotations

import math
import types
from collections.abc import Sequence
from dataclasses import dataclass
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeAlias,
    Union,
    get_args,
    get_origin,
)

from neurona.errors import OptionError
from neurona.messages import _

__all__ = [
    "Count",
    "Interval",
    "Natural",
    "NonNegative",
    "Positive",
    "ProperShare",
    "Seed",
    "Share",
    "checked",
    "describe",
    "shortened",
]

LARGEST_SEED: Final = 2**63 - 1
"""Seeds enter graphs as whole numbers of 64 bits with a sign."""


@dataclass(frozen=True)
class Interval:
    """Numbers from ``low`` to ``high``; each end belongs to it or not.

    Examples
    --------
    >>> unit = Interval(0, 1, "[)")
    >>> str(unit), 0.0 in unit, 1.0 in unit
    ('[0, 1)', True, False)
    """

    low: float
    high: float
    ends: Literal["[]", "[)", "(]", "()"]

    def __contains__(self, value: float) -> bool:
        above = value >= self.low if self.ends[0] == "[" else value > self.low
        below = value <= self.high if self.ends[1] == "]" else value < self.high
        return above and below

    def __str__(self) -> str:
        low, high = (_show_bound(bound) for bound in (self.low, self.high))
        return f"{self.ends[0]}{low}, {high}{self.ends[1]}"


def _show_bound(bound: float) -> str:
    if bound == LARGEST_SEED:
        return "2⁶³ − 1"
    return "∞" if bound == math.inf else f"{bound:g}"


Positive: TypeAlias = Annotated[float, Interval(0, math.inf, "()")]
"""A real number above 0."""
NonNegative: TypeAlias = Annotated[float, Interval(0, math.inf, "[)")]
"""A real number of at least 0."""
Share: TypeAlias = Annotated[float, Interval(0, 1, "[)")]
"""A real number of at least 0 and below 1."""
ProperShare: TypeAlias = Annotated[float, Interval(0, 1, "()")]
"""A real number above 0 and below 1."""
Count: TypeAlias = Annotated[int, Interval(1, math.inf, "[)")]
"""A whole number of at least 1."""
Natural: TypeAlias = Annotated[int, Interval(0, math.inf, "[)")]
"""A whole number of at least 0."""
Seed: TypeAlias = Annotated[int, Interval(0, LARGEST_SEED, "[]")]
"""A whole number that random streams can be made from."""


def checked(setting: str, value: Any, kind: Any) -> Any:
    """Value of a setting as its declared kind.

    Parameters
    ----------
    setting : str
        What the message calls it.
    value : object
    kind : type or annotation
        Such as :data:`Positive`.

    Raises
    ------
    OptionError
        The value is of another kind, not finite, or outside its interval.

    Examples
    --------
    >>> checked("limit", 3, Positive)
    3.0
    >>> checked("limit", 0, Positive)
    Traceback (most recent call last):
    ...
    neurona.errors.OptionError: limit must be a number above 0, not 0
    """
    try:
        return settle(value, kind)
    except TypeError:
        raise OptionError(
            _("{setting} must be {wanted}, not {found}").format(
                setting=setting, wanted=describe(kind), found=shortened(value)
            )
        ) from None


def settle(value: Any, kind: Any) -> Any:
    """Value as the declared kind, or TypeError."""
    if getattr(value, "shape", None) == ():
        # One of NumPy's own numbers, told without loading NumPy.
        value = value.item()
    origin = get_origin(kind)
    if origin is Annotated:
        base, interval = get_args(kind)
        settled = settle(value, base)
        if settled not in interval:
            raise TypeError
        return settled
    if origin in (Union, types.UnionType):
        return settle_union(value, get_args(kind))
    if origin is Literal:
        if type(value) is str and value in get_args(kind):
            return value
        raise TypeError
    if origin in (tuple, Sequence):
        if not isinstance(value, list | tuple):
            raise TypeError
        element = get_args(kind)[0]
        return tuple(settle(part, element) for part in value)
    return settle_plain(value, kind)


def settle_union(value: Any, kinds: Sequence[Any]) -> Any:
    for kind in kinds:
        try:
            return settle(value, kind)
        except TypeError:
            continue
    raise TypeError


def settle_plain(value: Any, kind: type) -> Any:
    if kind is float:
        if type(value) not in (int, float):
            raise TypeError
        try:
            number = float(value)
        except OverflowError:
            raise TypeError from None
        if not math.isfinite(number):
            raise TypeError
        return number
    if kind in (int, bool, str):
        if type(value) is not kind:
            raise TypeError
        return value
    if not isinstance(value, kind):
        raise TypeError
    return value


def describe(kind: Any) -> str:
    """Kind in words, for a message."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return describe_numbers(*parts)
    if origin in (Union, types.UnionType):
        return _(" or ").join(describe(part) for part in parts)
    if origin is Literal:
        return _(" or ").join(repr(part) for part in parts)
    if origin in (tuple, Sequence):
        return _("a sequence, each {element}").format(element=describe(parts[0]))
    known = {
        float: _("a finite number"),
        int: _("a whole number"),
        bool: _("True or False"),
        str: _("a text"),
        type(None): "None",
    }
    if kind in known:
        return known[kind]
    return _("a {kind}").format(kind=kind.__name__)


def describe_numbers(base: type, interval: Interval) -> str:
    kind = _("a whole number") if base is int else _("a number")
    if interval.high < math.inf:
        return _("{kind} in {interval}").format(kind=kind, interval=interval)
    if interval.ends[0] == "[":
        return _("{kind} of at least {low:g}").format(kind=kind, low=interval.low)
    return _("{kind} above {low:g}").format(kind=kind, low=interval.low)


def shortened(value: Any) -> str:
    """Value as text of one line, cut short where it would fill a message."""
    text = repr(value)
    if "\n" in text:
        text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
