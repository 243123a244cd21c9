"""Records of settings: frozen, compared by value, and checked when they are made."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, get_type_hints

from neurona.settings.kinds import checked

__all__ = ["changed_settings", "check_settings"]


@functools.cache
def declared_kinds(record: Any) -> Mapping[str, Any]:
    """Kind of every setting of a dataclass, as its annotations declare it."""
    hints = get_type_hints(record, include_extras=True)
    return {entry.name: hints[entry.name] for entry in fields(record)}


def check_settings(record: Any) -> None:
    """Check every setting of a frozen dataclass against what its annotation declares.

    NumPy's scalars become Python's, and whole numbers become real ones where real ones
    are declared, so that equal settings are equal records.

    Raises
    ------
    OptionError
        A setting is of another kind, not finite, or outside its interval.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Slope:
    ...     value: float
    >>> slope = Slope("steep")
    >>> check_settings(slope)
    Traceback (most recent call last):
    ...
    neurona.errors.OptionError: Slope: value must be a finite number, not 'steep'
    """
    kind_of_record: Any = type(record)
    for name, kind in declared_kinds(kind_of_record).items():
        value = getattr(record, name)
        settled = checked(f"{kind_of_record.__name__}: {name}", value, kind)
        if settled is not value:
            object.__setattr__(record, name, settled)


def default_of(entry: Field[Any]) -> Any:
    """Default of a setting; a lone object, equal to nothing, where it has none."""
    return entry.default if entry.default is not MISSING else object()


def changed_settings(record: Any) -> Iterator[tuple[str, Any]]:
    """Settings that differ from their defaults, by name.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Curve:
    ...     alpha: float = 1.0
    >>> dict(changed_settings(Curve(alpha=0.5))), dict(changed_settings(Curve()))
    ({'alpha': 0.5}, {})
    """
    for entry in fields(record):
        value = getattr(record, entry.name)
        if value != default_of(entry):
            yield entry.name, value
