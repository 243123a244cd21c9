"""Try to read a column as points in time: in which style, in which zone."""

from __future__ import annotations

from collections import Counter
from typing import Self

import numpy as np
import polars as pl

from neurona.data.reading.read_times import (
    DAY_STYLES,
    read_days,
    read_times,
    split_times,
)
from neurona.data.reading.reading import MARKS, CellReading, strip_cells
from neurona.data.reading.trial import Proposal, ReadingTrial

__all__ = ["TimeTrial"]

MOST_STRAYS = 0.1
DATED = r"\d\D+\d|\d{4}"
"""Two numbers, or a year: no style has less."""

ZONED = r":\d\d.*(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$"


class TimeTrial(ReadingTrial):
    """Count the cells that each style of a day takes, and the zones they name."""

    def __init__(self, missing: tuple[str, ...] = MARKS) -> None:
        super().__init__(missing)
        self.styles: dict[str, int] = {}
        self.zones: Counter[str] = Counter()
        self.present = 0

    def find(self, texts: pl.Series) -> None:
        """Styles in which half of the texts are days."""
        if 2 * int(texts.str.contains(DATED).sum()) < len(texts):
            return
        days = split_times(texts)["day"]
        for style in DAY_STYLES:
            if 2 * read_days(days, style).null_count() <= len(days) > 0:
                self.styles[style] = 0

    def again(self) -> Self:
        """Trial of the same styles that has counted nothing yet."""
        found = type(self)(self.missing)
        found.styles = dict.fromkeys(self.styles, 0)
        return found

    def update(self, values: pl.Series, times: pl.Series) -> None:
        """Count the next cells."""
        if isinstance(values.dtype, pl.Datetime):
            count = int(times.filter(values.is_not_null()).sum())
            self.present += count
            styles = self.styles or {DAY_STYLES[0]: 0}
            self.styles = {style: taken + count for style, taken in styles.items()}
            if count and values.dtype.time_zone:
                self.zones[values.dtype.time_zone] += count
            return
        if values.dtype != pl.String:
            self.present += int(times.filter(values.fill_nan(None).is_not_null()).sum())
            return
        texts, gone = strip_cells(values, self.missing)
        here = pl.Series(~gone)
        texts, times = texts.filter(here), times.filter(here)
        self.present += int(times.sum())
        for style in self.styles:
            found = read_times(texts, CellReading("time", style, missing=self.missing))
            bad = times.gather(np.array(found.bad, np.uint32))
            self.styles[style] += int(times.sum()) - int(bad.sum())
        zoned = texts.str.contains(ZONED)
        if not self.styles or not zoned.any():
            return
        zones, times = split_times(texts.filter(zoned))["zone"], times.filter(zoned)
        for zone, count in zip(zones, times, strict=True):
            if zone is not None:
                self.zones[written_zone(zone)] += count

    def propose(self, context: str) -> Proposal | None:
        """The style that takes the most cells; UTC where cells name several zones."""
        if not self.styles:
            return None
        style = max(self.styles, key=lambda one: self.styles[one])
        zone = "UTC" if len(self.zones) > 1 else next(iter(self.zones), "")
        taken = self.styles[style]
        return Proposal(
            CellReading("time", style, zone=zone, missing=self.missing),
            taken,
            self.present,
            taken >= (1 - MOST_STRAYS) * self.present,
            facts=(*self._facts(zone), *((("two digits", ""),) * ("%y" in style))),
        )

    def _facts(self, zone: str) -> tuple[tuple[str, str], ...]:
        if len(self.zones) > 1:
            return (("several zones", ", ".join(sorted(self.zones))),)
        return (("one zone", zone),) * (zone not in ("", "UTC"))


def written_zone(zone: str) -> str:
    """A zone in one spelling.

    Examples
    --------
    >>> [written_zone(zone) for zone in ("Z", "+0530", "-06", "+00:00")]
    ['UTC', '+05:30', '-06:00', 'UTC']
    """
    if zone[0] not in "+-":
        return "UTC"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return "UTC" if digits == "0000" else f"{zone[0]}{digits[:2]}:{digits[2:]}"
