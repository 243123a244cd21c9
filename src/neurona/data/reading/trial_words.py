"""Try to read a column as words: which marks are missing, which spellings are one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from unicodedata import normalize

import polars as pl

from neurona.data.reading.read_words import BOOLEAN_WORDS, as_texts, one_form
from neurona.data.reading.reading import MARKS, CellReading, are_errors
from neurona.data.reading.trial import Proposal, ReadingTrial

__all__ = ["LONG_WORD", "WordTrial"]

COUNTED = 10_000
"""Different texts whose spellings are compared; a column with more is no category."""

PERHAPS_VALUES = ("na", "none", "-", "null")
"""Marks that may be a value: Namibia, nothing, negative."""

LONG_WORD = 3
"""Letters from which words that differ in case alone are one; m and M are two."""

SHOWN = 5


class WordTrial(ReadingTrial):
    """Count the different texts of a column."""

    def __init__(self, missing: tuple[str, ...] = MARKS) -> None:
        super().__init__(missing)
        self.counts: Counter[str] | None = Counter()
        self.marks: Counter[str] = Counter()
        self.empty = self.present = 0

    def update(self, values: pl.Series, times: pl.Series) -> None:
        """Count the next cells."""
        words = as_texts(values)
        stripped = words.str.strip_chars().fill_null("")
        empty = stripped == ""
        self.empty += int(times.filter(empty).sum())
        self.present += int(times.filter(~empty).sum())
        # Marks are counted even where there are too many texts to count.
        marks = stripped.str.to_lowercase().is_in(list(self.missing)) & ~empty
        marks |= are_errors(stripped)
        _count(self.marks, words.filter(marks), times.filter(marks))
        if self.counts is not None:
            _count(self.counts, words.filter(~empty), times.filter(~empty))
            if len(self.counts) > COUNTED:
                self.counts = None

    def propose(self, context: str) -> Proposal:
        """Words as they are written, but for marks, outer blanks and one spelling."""
        words, marks = self._words()
        kept = self._kept(words, marks)
        for mark in kept:
            words[mark] = marks.pop(mark)
        missing = tuple(m for m in self.missing if m not in {k.lower() for k in kept})
        same = _booleans(words) or _spellings(words)
        facts = [*self._facts(words, same)]
        if kept:
            shown = ", ".join(f"{mark!r} ({words[mark]})" for mark in kept)
            facts.append(("mark as a value", shown))
        gone = marks.total()
        return Proposal(
            CellReading("word", missing=missing, same=tuple(sorted(same.items()))),
            self.present - gone,
            self.present - gone,
            facts=tuple(facts),
            repeated=self.counts is not None and 2 * len(words) <= words.total(),
        )

    def _words(self) -> tuple[Counter[str], Counter[str]]:
        """Words without outer blanks and in one Unicode form, and marks apart."""
        words: Counter[str] = Counter()
        marks: Counter[str] = Counter()
        raw = self.marks if self.counts is None else self.counts
        forms = one_form(pl.Series(list(raw), dtype=pl.String).str.strip_chars())
        for form, error, count in zip(
            forms, are_errors(forms), raw.values(), strict=True
        ):
            gone = error or form.lower() in self.missing
            (marks if gone else words)[form] += count
        return words, marks

    def _kept(self, words: Counter[str], marks: Counter[str]) -> list[str]:
        """Marks that are values: beside empty cells, or among codes of their form."""
        if self.missing != MARKS:
            return []
        asked = [mark for mark in marks if mark.lower() in PERHAPS_VALUES]
        return [mark for mark in asked if self.empty or _is_among(mark, words)]

    def _facts(
        self, words: Counter[str], same: Mapping[str, str]
    ) -> Iterator[tuple[str, str]]:
        if self.counts is None:
            return
        read: defaultdict[str, list[str]] = defaultdict(list)
        for raw in sorted(self.counts):
            form = normalize("NFC", raw.strip())
            if form in words:
                read[same.get(form.lower(), form)].append(raw)
        merged = {word: raw for word, raw in read.items() if len(raw) > 1}
        if merged:
            shown = [
                f"{', '.join(map(repr, raw))} → {word!r}"
                for word, raw in merged.items()
            ]
            yield "one word", "; ".join(shown[:SHOWN]) + "; …" * (len(shown) > SHOWN)


def _count(counts: Counter[str], words: pl.Series, times: pl.Series) -> None:
    counts.update(dict(zip(words, times, strict=True)))


def _is_among(mark: str, words: Counter[str]) -> bool:
    """Whether a mark looks as most of the words do that are codes.

    Examples
    --------
    >>> _is_among("NA", Counter(["BW", "ZA"])), _is_among("NA", Counter(["male", "x"]))
    (True, False)
    >>> _is_among("none", Counter(["mild", "severe"])), _is_among("-", Counter(["+"]))
    (True, True)
    """
    form = _form(mark)
    alike = [word for word in words if _form(word) == form]
    if mark.lower() == "none":
        # An ordinary word, where the others are written as it is.
        case = [word for word in words if _case(word) == _case(mark)]
        return 2 * len(case) >= len(words) > 0
    enough = 1 if form == "." else 2
    code = form.isupper() or len(form) <= 2
    return code and len(alike) >= enough and 2 * len(alike) >= len(words)


def _form(word: str) -> str:
    """Kind of each character: capital A, small a, digit 0, any other a point."""
    return re.sub(r"[^Aa0]", ".", "".join(map(_letter, word)))


def _letter(sign: str) -> str:
    if sign.isalpha():
        return "A" if sign.isupper() else "a"
    return "0" if sign.isdigit() else "."


def _case(word: str) -> str:
    return _form(word)[:2] if word[:1].isalpha() else ""


def _booleans(words: Counter[str]) -> dict[str, str]:
    """Words of several pairs for false and true, and the pair that they are read as."""
    folded: Counter[str] = Counter()
    for word, count in words.items():
        folded[word.lower()] += count
    pairs = [pair for pair in BOOLEAN_WORDS if all(word in folded for word in pair)]
    known = {word for pair in BOOLEAN_WORDS for word in pair}
    if len(words) < 3 or not pairs or not set(folded) <= known:
        return {}
    best = max(pairs, key=lambda pair: folded[pair[0]] + folded[pair[1]])
    written = [_usual(words, word) for word in best]
    truths = {pair[1] for pair in BOOLEAN_WORDS}
    return {word: written[word in truths] for word in sorted(known)}


def _spellings(words: Counter[str]) -> dict[str, str]:
    """Words that differ in case alone, and the spelling that is read for them."""
    groups: Counter[str] = Counter(word.lower() for word in words)
    return {
        folded: _usual(words, folded)
        for folded, count in groups.items()
        if count > 1 and len(folded) >= LONG_WORD
    }


def _usual(words: Counter[str], folded: str) -> str:
    spellings = [word for word in words if word.lower() == folded]
    return min(spellings, key=lambda word: (-words[word], word))
