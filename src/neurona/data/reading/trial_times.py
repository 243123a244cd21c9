"""Try to read a column as points in time: in which style, in which zone."""

from __future__ import annotations

from collections import Counter
from typing import Self

import numpy as np
import polars as pl

from neurona.data.reading.read_times import (
    DAY_STYLES,
    EPOCHS,
    NUMBER_STYLES,
    read_days,
    read_times,
    split_times,
)
from neurona.data.reading.read_words import as_texts
from neurona.data.reading.reading import MARKS, CellReading, strip_cells
from neurona.data.reading.trial import Proposal, ReadingTrial

__all__ = ["TimeTrial"]

MOST_STRAYS = 0.1
MINOR = 0.1
"""Share below which days of the other order are slips among those of one."""

UNITS = {
    "workbook days": "days, 45000 = 2023-03-15",
    **{
        f"epoch {unit}": f"{unit}, 0 = 1970-01-01 UTC"
        for unit in ("s", "ms", "us", "ns")
    },
}
"""What a note says of numbers that count from a moment."""

SIGNS = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%B": "month"}
"""Signs of a style as a note shows them."""
DATED = "[0-9][^0-9]+[0-9]|[0-9]{4}"
"""Two numbers, or a year: no style has less."""

ZONED = r":\d\d.*(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$"


class TimeTrial(ReadingTrial):
    """Count the cells that each style of a day takes, and the zones they name."""

    def __init__(self, missing: tuple[str, ...] = MARKS) -> None:
        super().__init__(missing)
        self.styles: dict[str, int] = {}
        self.own: Counter[str] = Counter()
        self.sure: Counter[str] = Counter()
        self.firsts: dict[tuple[str, bool], str] = {}
        self.odd: dict[str, str] = {}
        self.zones: Counter[str] = Counter()
        self.present = 0

    def find(self, texts: pl.Series) -> None:
        """Styles in which half of the texts are days, or each of several together."""
        if 2 * int(texts.str.contains(DATED).sum()) < len(texts):
            return
        days = split_times(texts)["day"]
        taken = pl.DataFrame(
            read_days(days, style).is_not_null().alias(style)
            for style in (*DAY_STYLES, *EPOCHS)
        )
        together = int(taken.select(pl.any_horizontal(pl.all())).to_series().sum())
        counts = {style: int(taken[style].sum()) for style in taken.columns}
        if 2 * together >= len(days) > 0:
            # Where one is the style of all, others take but what it takes too.
            least = len(days) / 2 if max(counts.values()) == together else 1
            self.styles = {style: 0 for style in counts if counts[style] >= least}

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
        if values.dtype.is_numeric() and set(self.styles) & set(NUMBER_STYLES):
            values = as_texts(values)
        if values.dtype != pl.String:
            self.present += int(times.filter(values.fill_nan(None).is_not_null()).sum())
            return
        texts, gone = strip_cells(values, self.missing)
        here = pl.Series(~gone)
        texts, times = texts.filter(here), times.filter(here)
        self.present += int(times.sum())
        self._update_styles(texts, times)
        zoned = texts.str.contains(ZONED)
        if not self.styles or not zoned.any():
            return
        zones, times = split_times(texts.filter(zoned))["zone"], times.filter(zoned)
        for zone, count in zip(zones, times, strict=True):
            if zone is not None:
                self.zones[written_zone(zone)] += count

    def _update_styles(self, texts: pl.Series, times: pl.Series) -> None:
        """Count what each style takes, itself or with what has one meaning alone."""
        days = split_times(texts)["day"] if len(self.styles) > 1 else texts
        takes = {
            style: read_days(days, style).is_not_null()
            for style in self.styles
            if len(self.styles) > 1
        }
        for style in self.styles:
            found = read_times(texts, CellReading("time", style, missing=self.missing))
            bad = times.gather(np.array(found.bad, np.uint32))
            self.styles[style] += int(times.sum()) - int(bad.sum())
            for place in found.bad[:1]:
                self.odd.setdefault(style, texts[place])
            if style not in takes:
                continue
            self.own[style] += int(times.filter(takes[style]).sum())
            other = takes.get(other_order(style))
            alone = takes[style] if other is None else takes[style] & ~other
            self.sure[style] += int(times.filter(alone).sum())
            for told, mask in ((True, alone), (False, takes[style])):
                for first in texts.filter(mask).head(1):
                    self.firsts.setdefault((style, told), first)

    def propose(self, context: str) -> Proposal | None:
        """The style that takes the most cells; UTC where cells name several zones."""
        if not self.styles:
            return None
        style = max(self.styles, key=lambda one: (self.styles[one], self.own[one]))
        zone = "UTC" if len(self.zones) > 1 else next(iter(self.zones), "")
        taken = self.styles[style]
        doubt = self._doubt(style)
        return Proposal(
            CellReading("time", style, zone=zone, missing=self.missing),
            taken,
            self.present,
            taken >= (1 - MOST_STRAYS) * self.present,
            doubt,
            self._written() if doubt else self.odd.get(style, ""),
            facts=(*self._facts(zone), *self._facts_of_style(style, doubt)),
        )

    def _doubt(self, style: str) -> str:
        """Whether days of two meanings stand where the others do not tell which."""
        if self.own[style] == self.sure[style]:
            return ""
        against = self.sure[other_order(style)]
        if self.sure[style]:
            return "orders" if against >= MINOR * self.sure[style] else ""
        alone = self.own[style] == self.styles[style]
        return "" if alone and not against else "orders"

    def _written(self) -> str:
        """Each style with its cells and the first of them."""
        shown = []
        for style in sorted(self.styles, key=lambda one: -self.own[one]):
            if self.own[style]:
                name = style
                for sign, letters in SIGNS.items():
                    name = name.replace(sign, letters)
                first = self.firsts.get((style, True), self.firsts.get((style, False)))
                shown.append(f"{name}: {self.own[style]}, {first!r}")
        return "; ".join(shown)

    def _facts_of_style(self, style: str, doubt: str) -> tuple[tuple[str, str], ...]:
        if doubt:
            return (("day first" if style.startswith("%d") else "month first", ""),)
        if style in EPOCHS:
            return (("since 1970", UNITS[style]),)
        return (("two digits", ""),) * ("%y" in style)

    def _facts(self, zone: str) -> tuple[tuple[str, str], ...]:
        if len(self.zones) > 1:
            return (("several zones", ", ".join(sorted(self.zones))),)
        return (("one zone", zone),) * (zone not in ("", "UTC"))


def other_order(style: str) -> str:
    """Style with day and month the other way round.

    Examples
    --------
    >>> other_order("%d/%m/%Y"), other_order("%Y-%m-%d")
    ('%m/%d/%Y', '%Y-%d-%m')
    """
    return style.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


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
