"""Try to read a column as times of day, or as durations."""

from __future__ import annotations

from typing import Self

import polars as pl

from neurona.data.reading.read_clocks import LAP, clock_hours, duration_seconds
from neurona.data.reading.reading import MARKS, CellReading, strip_cells
from neurona.data.reading.trial import Proposal, ReadingTrial

__all__ = ["ClockTrial", "DurationTrial"]

MOST_STRAYS = 0.1
LONGEST_CLOCK = 86_400.0


class _SpanTrial(ReadingTrial):
    """Count the cells that are texts, and those among them that a way takes."""

    def __init__(self, missing: tuple[str, ...] = MARKS) -> None:
        super().__init__(missing)
        self.open = False
        self.odd = ""
        self.present = self.taken = 0

    def again(self) -> Self:
        """Trial that is open where this one is."""
        found = type(self)(self.missing)
        found.open = self.open
        return found

    def update(self, values: pl.Series, times: pl.Series) -> None:
        """Count the next cells."""
        if not self.open:
            return
        if values.dtype != pl.String:
            here = values.is_not_null()
            if values.dtype.is_numeric():
                here &= values.cast(pl.Float64).is_not_nan()
            self.present += int(times.filter(here).sum())
            return
        texts, gone = strip_cells(values, self.missing)
        here = pl.Series(~gone)
        texts, times = texts.filter(here), times.filter(here)
        self.present += int(times.sum())
        self.count(texts, times)

    def count(self, texts: pl.Series, times: pl.Series) -> None:
        """Count texts, none of them missing."""

    def take(self, texts: pl.Series, times: pl.Series, taken: pl.Series) -> None:
        """Count the texts that are taken, and keep the first that is not."""
        self.taken += int(times.filter(taken).sum())
        if not self.odd:
            self.odd = next(iter(texts.filter(~taken).head(1)), "")

    def proposal(self, reading: CellReading, *facts: tuple[str, str]) -> Proposal:
        """A reading that has taken what was counted."""
        likely = self.taken >= (1 - MOST_STRAYS) * self.present
        return Proposal(
            reading, self.taken, self.present, likely, detail=self.odd, facts=facts
        )


class ClockTrial(_SpanTrial):
    """Count the cells that are times of day."""

    def find(self, texts: pl.Series) -> None:
        """Whether half of the texts are times of day."""
        self.open = 2 * clock_hours(texts).null_count() <= len(texts) > 0

    def count(self, texts: pl.Series, times: pl.Series) -> None:
        """Count times of day."""
        self.take(texts, times, clock_hours(texts).is_not_null())

    def propose(self, context: str) -> Proposal | None:
        """Hours since midnight."""
        if not self.open or not self.taken:
            return None
        reading = CellReading("clock", "day", missing=self.missing)
        return self.proposal(reading, ("clocks", ""))


class DurationTrial(_SpanTrial):
    """Count the cells that are durations; those like a clock, only beyond 24 hours."""

    def __init__(self, missing: tuple[str, ...] = MARKS) -> None:
        super().__init__(missing)
        self.parts = {2: False, 3: False}
        self.longest = 0.0
        self.plain = False

    def find(self, texts: pl.Series) -> None:
        """Whether half of the texts are durations."""
        seconds = duration_seconds(texts, "h:m")
        self.open = 2 * seconds.null_count() <= len(texts) > 0

    def count(self, texts: pl.Series, times: pl.Series) -> None:
        """Count durations."""
        seconds = duration_seconds(texts, "h:m")
        self.take(texts, times, seconds.is_not_null())
        colons = texts.filter(seconds.is_not_null()).str.count_matches(":")
        lap = texts.filter(seconds.is_not_null()).str.contains(LAP)
        self.plain |= bool(((colons == 0) | lap).any())
        colons = colons.filter(~lap)
        for parts in self.parts:
            self.parts[parts] |= bool((colons == parts - 1).any())
        longest = seconds.max()
        if isinstance(longest, float):
            self.longest = max(self.longest, longest)

    def propose(self, context: str) -> Proposal | None:
        """Seconds; two numbers are minutes and seconds where others have hours too."""
        clock_like = not self.plain and self.longest <= LONGEST_CLOCK
        if not self.taken or clock_like:
            return None
        style = "m:s" if all(self.parts.values()) else "h:m"
        reading = CellReading("duration", style, missing=self.missing)
        detail = f"1:30 = {duration_seconds(pl.Series(['1:30']), style)[0]:g} s"
        return self.proposal(reading, ("durations", detail * self.parts[2]))
