"""The kind of a column, and the reason for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from neurona.data.columns.column import Column, Kind
from neurona.data.columns.kinds_of_words import (
    FoundKind,
    boolean_words,
    is_mostly_different,
    kind_of_words,
)
from neurona.data.reading.profile import Profile
from neurona.data.reading.ways import WAYS
from neurona.messages import _, defer

__all__ = ["find_column", "is_row_number", "names_rows"]

ID_NAME = re.compile(
    r"(?i:id|uuid|guid|index|none|row|rowid|row[ _.-]?(?:number|num|nr|no|names?)"
    r"|unnamed.*|column[ _]\d+"
    r"|.*[ _.-](?:id|uuid|guid)|(?:id|uuid)[ _.-].*)|.*[a-z](?:Id|ID)"
)
OTHERWISE: Mapping[str, tuple[Kind, str]] = MappingProxyType(
    {
        "time": ("date", defer("every cell is a date")),
        "clock": ("cycle", defer("every cell is a time of day")),
        "duration": ("numeric", defer("every cell is a duration")),
    }
)
"""Kind and reason of the readings that leave nothing to find out."""

ROWS_FOR_COUNTING = 20
"""Rows from which 0, 1, 2, … is taken for a row number rather than a measurement."""


def find_column(profile: Profile) -> Column:
    """Column of a profile, as an input, or left out if nothing can be learned from it.

    Notes
    -----
    In this order:

    constant
        one value in every row, or none at all;
    identifier
        whole numbers under a name like "id", "index" or "customer_id" that are nearly
        all different; whole numbers that count 0, 1, 2, … or 1, 2, 3, … in every row,
        from 20 rows on. Numbers with a fraction are never identifiers;
    boolean
        the two numbers 0 and 1, or a pair of words such as no and yes;
    cycle
        times of day; or words that are all days of the week, or all months;
    flags
        lists of parts that occur again and again, alone and in several places;
    text
        words that are all different, or more than half of them different (and more
        than 50), or more than 10,000, and that share words which may tell something;
        or more than 50 different sentences, however often they occur;
    identifier
        other words that are so different;
    date, numeric, categorical
        the rest, by how the cells are read.
    """
    found = _kind(profile)
    numeric = WAYS[profile.reading.kind].numbers and profile.present > 0
    reading = profile.reading
    return Column(
        profile.name,
        found.kind,
        "left out" if found.kind in ("constant", "identifier") else "input",
        found.reason,
        replace(reading, style=found.style) if found.style else reading,
        boolean_words(profile) if found.kind == "boolean" else (),
        profile.missing,
        profile.distinct,
        profile.low if numeric and not profile.infinite else None,
        profile.high if numeric and not profile.infinite else None,
    )


def _kind(profile: Profile) -> FoundKind:
    if not profile.present:
        return FoundKind("constant", _("every cell is empty"))
    if profile.distinct == 1 and not profile.missing:
        return FoundKind("constant", _("every row holds the same value"))
    if profile.reading.kind == "word":
        return kind_of_words(profile)
    if profile.reading.kind == "number":
        return _kind_of_numbers(profile)
    kind, reason = OTHERWISE[profile.reading.kind]
    return FoundKind(kind, _but_strays(profile, _(reason)))


def _kind_of_numbers(profile: Profile) -> FoundKind:
    if profile.whole and names_rows(profile.name):
        if is_mostly_different(profile):
            reason = _("its name and different whole numbers name the rows")
            return FoundKind("identifier", reason)
    if is_row_number(profile) and profile.rows >= ROWS_FOR_COUNTING:
        return FoundKind("identifier", _("it counts the rows"))
    if profile.distinct == 2 and (profile.low, profile.high) == (0.0, 1.0):
        return FoundKind("boolean", _("its numbers are 0 and 1"))
    whole = _("every cell is a whole number")
    reason = whole if profile.whole else _("every cell is a number")
    if profile.reading.unit:
        reason = _("{reason}, in {unit}").format(
            reason=reason, unit=profile.reading.unit
        )
    return FoundKind("numeric", _but_strays(profile, reason))


def _but_strays(profile: Profile, reason: str) -> str:
    if not profile.strays.count:
        return reason
    return _("{reason}, but for {count}").format(
        reason=reason, count=profile.strays.count
    )


def names_rows(name: str) -> bool:
    """Whether the name of a column says that it names the rows.

    Examples
    --------
    >>> [names_rows(name) for name in ("id", "PassengerId", "rownames", "acid", "t")]
    [True, True, True, False, False]
    """
    return bool(ID_NAME.fullmatch(name.strip()))


def is_row_number(profile: Profile) -> bool:
    """Whether the numbers count the rows from 0 or 1."""
    return (
        profile.reading.kind == "number"
        and profile.rising
        and profile.missing == 0
        and profile.first in (0.0, 1.0)
    )


def as_target(column: Column) -> Column:
    """Column to be predicted: its values as they stand, not what is made of them.

    Notes
    -----
    Months, lists and texts are classes; times of day are hours.
    """
    kind: Kind = "numeric" if WAYS[column.reading.kind].numbers else "categorical"
    kept = column.kind in ("numeric", "boolean", "date", "categorical", "constant")
    return replace(column, kind=column.kind if kept else kind, role="target")
