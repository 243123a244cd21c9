"""The kind of a column of words, and the reason for it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import polars as pl

from neurona.data.columns.column import Kind
from neurona.data.reading.calendar_words import cycle_of_words
from neurona.data.reading.free_text import is_free_text, is_in_sentences
from neurona.data.reading.lists import find_separator, split_lists
from neurona.data.reading.profile import DISTINCT_LIMIT, Profile
from neurona.data.reading.read_words import BOOLEAN_WORDS
from neurona.messages import _

__all__ = [
    "FEW_VALUES",
    "FoundKind",
    "boolean_words",
    "is_mostly_different",
    "kind_of_words",
]

FEW_VALUES = 50
"""Values that a category may always have, however few the rows."""


class FoundKind(NamedTuple):
    """Kind of a column, why it is that, and the style that its reading needs for it."""

    kind: Kind
    reason: str
    style: str = ""


def kind_of_words(profile: Profile) -> FoundKind:
    """Kind of a column that is read as words, and why.

    Notes
    -----
    In this order: boolean, a cycle, lists, free text, identifier, categorical. See
    :func:`neurona.data.columns.kinds.find_column`.
    """
    words = boolean_words(profile)
    if words:
        reason = _("its words are {no!r} and {yes!r}")
        return FoundKind("boolean", reason.format(no=words[0], yes=words[1]))
    counts = {str(word): times for word, times in (profile.counts or {}).items()}
    cycle = cycle_of_words(counts) if counts else ""
    if cycle:
        reasons = {"week": _("days of the week"), "year": _("months of the year")}
        return FoundKind("cycle", reasons[cycle], cycle)
    separator = find_separator(counts)
    if separator:
        lists = pl.Series([*counts], dtype=pl.String)
        parts = split_lists(lists, separator)["part"].n_unique()
        reason = _("lists of {count} different parts with {separator!r} between")
        text = reason.format(count=parts, separator=separator)
        return FoundKind("flags", text, separator)
    different = is_mostly_different(profile)
    sentences = different or len(counts) > FEW_VALUES
    texts = profile.texts.unique(maintain_order=True)
    if sentences and is_free_text(texts) and (different or is_in_sentences(texts)):
        return FoundKind("text", _("texts that share words"))
    if different:
        return FoundKind("identifier", _why_identifier(profile))
    reason = _("texts with {count} different values")
    return FoundKind("categorical", reason.format(count=len(counts)))


def _why_identifier(profile: Profile) -> str:
    distinct = profile.distinct
    if distinct is None:
        reason = _("it holds more than {count} different texts")
        return reason.format(count=DISTINCT_LIMIT)
    if distinct == profile.present:
        return _("every text is different")
    reason = _("{distinct} of its {present} texts are different")
    return reason.format(distinct=distinct, present=profile.present)


def is_mostly_different(profile: Profile) -> bool:
    """Whether so many values are different that they name the rows."""
    distinct = profile.distinct
    if distinct is None or (distinct > 2 and distinct == profile.present):
        return True
    return distinct > max(FEW_VALUES, profile.present / 2)


def boolean_words(profile: Profile) -> tuple[str, ...]:
    """The two words for false and true of a column, none where it holds others."""
    if profile.reading.kind != "word" or profile.distinct != 2:
        return ()
    counts: Counter[str] | Counter[float] = profile.counts or Counter()
    found = sorted(map(str, counts), key=str.lower)
    lower = (found[0].lower(), found[1].lower())
    return tuple(found) if lower in BOOLEAN_WORDS else ()
