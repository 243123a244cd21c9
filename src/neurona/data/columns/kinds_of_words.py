"""The kind of a column of words, and the reason for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from neurona.data.columns.column import Kind
from neurona.data.reading.calendar_words import cycle_of_words
from neurona.data.reading.free_text import is_free_text, is_in_sentences
from neurona.data.reading.lists import find_separator, one_spelling, split_lists
from neurona.data.reading.notes import DOUBTS, NOTES
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
        return FoundKind("flags", _why_lists(counts, separator), separator)
    different = is_mostly_different(profile)
    sentences = different or len(counts) > FEW_VALUES
    texts = profile.texts.unique(maintain_order=True)
    if sentences and is_free_text(texts) and (different or is_in_sentences(texts)):
        return FoundKind("text", _("texts that share words"))
    if different:
        return FoundKind("identifier", _why_identifier(profile))
    reason = _("texts with {count} different values")
    return FoundKind("categorical", reason.format(count=len(counts)))


def _why_lists(counts: Mapping[str, int], separator: str) -> str:
    times: Counter[str] = Counter()
    split = split_lists(pl.Series([*counts], dtype=pl.String), separator)
    every = [*counts.values()]
    for row, _place, part in split.iter_rows():
        times[part] += every[row]
    same = one_spelling(times)
    reason = _("lists of {count} different parts with {separator!r} between").format(
        count=len(times) - len(same), separator=separator
    )
    if not same:
        return reason
    more = _("{reason}; parts in other case are one, such as {one!r} and {other!r}")
    one, other = next(iter(same.items()))
    return more.format(reason=reason, one=one, other=other)


def _why_identifier(profile: Profile) -> str:
    for kind, detail in profile.facts:
        if kind in DOUBTS:
            reason = _("{reason} ({detail})")
            return reason.format(reason=_(NOTES[kind]), detail=detail)
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
    found = {word.lower(): word for word in map(str, counts)}
    for false, true in BOOLEAN_WORDS:
        if found.keys() == {false, true}:
            return found[false], found[true]
    return ()
