"""Records of a model file: exactly the known keys, each of the right kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from neurona.errors import ModelFileError
from neurona.messages import _

__all__ = [
    "Check",
    "check_record",
    "is_count",
    "is_flag",
    "is_list_of",
    "is_number",
    "is_one_of",
    "is_optional",
    "is_record",
    "is_text",
]

Check = Callable[[Any], bool]


def check_record(
    record: object, checks: Mapping[str, Check], what: str
) -> dict[str, Any]:
    """Return the record if it has exactly these keys and each value passes its check.

    Raises
    ------
    ModelFileError
        A key is missing, unknown, or its value is of another kind.

    Examples
    --------
    >>> check_record({"rows": 3}, {"rows": is_count}, "schema")
    {'rows': 3}
    """
    if not isinstance(record, dict) or set(record) != set(checks):
        raise ModelFileError(
            _("the model file's {what} does not have the expected entries").format(
                what=what
            )
        )
    for key, check in checks.items():
        if not check(record[key]):
            raise ModelFileError(
                _("the model file's {what} has a wrong entry {key!r}").format(
                    what=what, key=key
                )
            )
    return record


def is_text(value: object) -> bool:
    """Whether it is a text."""
    return isinstance(value, str)


def is_flag(value: object) -> bool:
    """Whether it is true or false."""
    return isinstance(value, bool)


def is_count(value: object) -> bool:
    """Whether it is a whole number from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_number(value: object) -> bool:
    """Whether it is a finite number."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def is_record(value: object) -> bool:
    """Whether it is a record with texts as keys."""
    return isinstance(value, dict)


def is_optional(check: Check) -> Check:
    """Check that also lets ``None`` pass."""
    return lambda value: value is None or check(value)


def is_one_of(*choices: str) -> Check:
    """Check for one of a few texts."""
    return lambda value: isinstance(value, str) and value in choices


def is_list_of(check: Check) -> Check:
    """Check for a list whose items all pass."""
    return lambda value: isinstance(value, list) and all(map(check, value))
