"""The kind of a column, and the reason for it."""

from __future__ import annotations

import re

from neurona.data.column import Column, Kind
from neurona.data.profile import DISTINCT_LIMIT, Profile
from neurona.data.read_words import BOOLEAN_WORDS
from neurona.messages import _

__all__ = ["find_column", "is_row_number", "names_rows"]

ID_NAME = re.compile(
    r"(?i:id|uuid|guid|index|none|row|rowid|row[ _.-]?(?:number|num|nr|no|names?)"
    r"|unnamed.*|column[ _]\d+"
    r"|.*[ _.-](?:id|uuid|guid)|(?:id|uuid)[ _.-].*)|.*[a-z](?:Id|ID)"
)
FEW_VALUES = 50
"""Values that a category may always have, however few the rows."""

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
        from 20 rows on; or words that are all different, or more than half of them
        different (and more than 50), or more than 10,000. Numbers with a fraction are
        never identifiers;
    boolean
        the two numbers 0 and 1, or a pair of words such as no and yes;
    date, numeric, categorical
        the rest, by how the cells are read.
    """
    kind, reason = _kind(profile)
    numeric = profile.reading.kind == "number" and profile.present > 0
    return Column(
        profile.name,
        kind,
        "left out" if kind in ("constant", "identifier") else "input",
        reason,
        profile.reading,
        _boolean_words(profile) if kind == "boolean" else (),
        profile.missing,
        profile.distinct,
        profile.low if numeric and not profile.infinite else None,
        profile.high if numeric and not profile.infinite else None,
    )


def _kind(profile: Profile) -> tuple[Kind, str]:
    if not profile.present:
        return "constant", _("every cell is empty")
    if profile.distinct == 1 and not profile.missing:
        return "constant", _("every row holds the same value")
    if profile.reading.kind == "time":
        return "date", _but_strays(profile, _("every cell is a date"))
    if profile.reading.kind == "number":
        return _kind_of_numbers(profile)
    return _kind_of_words(profile)


def _kind_of_numbers(profile: Profile) -> tuple[Kind, str]:
    if profile.whole and names_rows(profile.name):
        if _is_mostly_different(profile):
            return "identifier", _("its name and different whole numbers name the rows")
    if is_row_number(profile) and profile.rows >= ROWS_FOR_COUNTING:
        return "identifier", _("it counts the rows")
    if profile.distinct == 2 and (profile.low, profile.high) == (0.0, 1.0):
        return "boolean", _("its numbers are 0 and 1")
    whole = _("every cell is a whole number")
    reason = whole if profile.whole else _("every cell is a number")
    if profile.reading.unit:
        reason = _("{reason}, in {unit}").format(
            reason=reason, unit=profile.reading.unit
        )
    return "numeric", _but_strays(profile, reason)


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


def _kind_of_words(profile: Profile) -> tuple[Kind, str]:
    words = _boolean_words(profile)
    if words:
        return "boolean", _("its words are {no!r} and {yes!r}").format(
            no=words[0], yes=words[1]
        )
    distinct = profile.distinct
    if distinct is None:
        return "identifier", _("it holds more than {count} different texts").format(
            count=DISTINCT_LIMIT
        )
    if distinct > 2 and distinct == profile.present:
        return "identifier", _("every text is different")
    if _is_mostly_different(profile):
        return "identifier", _(
            "{distinct} of its {present} texts are different"
        ).format(distinct=distinct, present=profile.present)
    return "categorical", _("texts with {count} different values").format(
        count=distinct
    )


def _is_mostly_different(profile: Profile) -> bool:
    distinct = profile.distinct
    if distinct is None or (distinct > 2 and distinct == profile.present):
        return True
    return distinct > max(FEW_VALUES, profile.present / 2)


def _boolean_words(profile: Profile) -> tuple[str, ...]:
    if profile.reading.kind != "word" or profile.distinct != 2:
        return ()
    found = sorted((str(word) for word in profile.counts or ()), key=str.lower)
    lower = (found[0].lower(), found[1].lower())
    return tuple(found) if lower in BOOLEAN_WORDS else ()
