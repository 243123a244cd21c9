"""Cells as times of day and as durations, by a stored reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import polars as pl

from neurona.data.reading.reading import CellReading, Cells, strip_cells

__all__ = ["LAP", "clock_hours", "duration_seconds", "read_clocks", "read_durations"]

CLOCK = (
    r"^(?:(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9](?:[.,][0-9]+)?))?|(?P<whole>[0-9]{1,2}))"
    r"(?: ?(?P<half>[AaPp])\.? ?[Mm]\.?)?(?P<mark> ?h(?:rs?)?)?$"
)
NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
UNITS = (
    ("days", r"d|days?|días?|dias?", 86_400),
    ("hours", r"h|hrs?|hours?|horas?", 3_600),
    ("minutes", r"m|min|mins|minutes?|minutos?", 60),
    ("seconds", r"s|sec|secs|seg|segs|seconds?|segundos?", 1),
)
"""Units of a duration in their order, how each is written, and its seconds."""

SPOKEN = (
    r"^"
    + r",? ?(?:and |y )?".join(
        rf"(?:(?P<{name}>{NUMBER}) ?(?:{words})\.?)?" for name, words, _s in UNITS
    )
    + r"$"
)
ISO = (
    r"^P(?:(?P<days>[0-9]+)D)?(?:T(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?"
    r"(?:(?P<seconds>[0-9]+(?:[.,][0-9]+)?)S)?)?$"
)
CLOCKED = (
    r"^(?:(?P<days>[0-9]+) days?,? )?(?P<hours>[0-9]+):(?P<minutes>[0-5][0-9])"
    r"(?::(?P<seconds>[0-5][0-9](?:[.,][0-9]+)?))?$"
)
LAP = (
    r"^(?:(?P<days>[0-9]+)D)?(?:(?P<hours>[0-9]+)H)?"
    r"(?P<minutes>[0-9]+):(?P<seconds>[0-5][0-9][.,][0-9]+)$"
)
"""Minutes and seconds, as the fraction of the last tells."""


def clock_hours(texts: pl.Series) -> pl.Series:
    """Hours since midnight, null where a text is no time of day.

    Examples
    --------
    >>> texts = pl.Series(["23:30", "7:15 am", "12 p.m.", "07:30:36", "7", "25:00"])
    >>> clock_hours(texts).to_list()
    [23.5, 7.25, 12.0, 7.51, None, None]
    """
    parts = texts.rename("text").str.extract_groups(CLOCK).struct.unnest()
    half = pl.col("half").str.to_lowercase()
    hour = pl.coalesce("hour", "whole").cast(pl.Int64)
    twelve = (hour % 12 + 12 * (half == "p").cast(pl.Int64)).cast(pl.Float64)
    sound = (
        pl.when(half.is_not_null()).then(hour.is_between(1, 12)).otherwise(hour < 24)
    )
    # A whole number alone is a number; 24:00 is the midnight that ends a day.
    sound = sound & (pl.col("whole").is_null() | half.is_not_null())
    hours = pl.when(half.is_null()).then(hour.cast(pl.Float64)).otherwise(twelve)
    found = hours + _part("minute") / 60 + _part("second") / 3600
    midnight = (texts == "24:00") | (texts == "24:00:00")
    times = parts.select(pl.when(sound).then(found)).to_series()
    return times.rename(texts.name).set(midnight.fill_null(False), 0.0)


def duration_seconds(texts: pl.Series, style: str) -> pl.Series:
    """Seconds of durations, null where a text is none.

    Parameters
    ----------
    texts : Series
    style : {"h:m", "m:s"}
        What two numbers with a colon between are: hours and minutes, or minutes and
        seconds.

    Examples
    --------
    >>> texts = pl.Series(["1h 20m", "PT1H20M", "26:00:05", "1 day, 0:00:01", "soon"])
    >>> duration_seconds(texts, "h:m").to_list()
    [4800.0, 4800.0, 93605.0, 86401.0, None]
    >>> duration_seconds(pl.Series(["75:30", "1:23.5"]), "m:s").to_list()
    [4530.0, 83.5]
    """
    found = pl.Series(texts.name, [None] * len(texts), dtype=pl.Float64)
    for pattern in (SPOKEN, ISO, CLOCKED, LAP):
        parts = texts.rename("text").str.extract_groups(pattern).struct.unnest()
        names = [name for name, _words, _seconds in UNITS]
        total = pl.sum_horizontal(
            _part(name) * seconds for name, _words, seconds in UNITS
        )
        if pattern == CLOCKED and style == "m:s":
            two = pl.col("seconds").is_null() & pl.col("days").is_null()
            total = pl.when(two).then(total / 60).otherwise(total)
        some = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
        seconds = parts.select(pl.when(some).then(total)).to_series()
        found = found.zip_with(found.is_not_null(), seconds.rename(texts.name))
    return found


def read_clocks(cells: pl.Series, reading: CellReading | None = None) -> Cells:
    """Cells as hours since midnight, NaN where missing.

    Examples
    --------
    >>> found = read_clocks(pl.Series(["6:45", "", "noon"]))
    >>> found.values.tolist(), found.bad
    ([6.75, nan, nan], (2,))
    """
    return _read(cells, reading or CellReading("clock", "day"), clock_hours)


def read_durations(cells: pl.Series, reading: CellReading | None = None) -> Cells:
    """Cells as seconds, NaN where missing.

    Examples
    --------
    >>> read_durations(pl.Series(["2 min", "45 s", None])).values.tolist()
    [120.0, 45.0, nan]
    """
    reading = reading or CellReading("duration", "h:m")
    return _read(cells, reading, lambda texts: duration_seconds(texts, reading.style))


def _read(
    cells: pl.Series, reading: CellReading, numbers: Callable[[pl.Series], pl.Series]
) -> Cells:
    if cells.dtype != pl.String:
        # Such a column holds no text: what is there is something else.
        present = cells.cast(pl.Float64, strict=False).is_not_nan() & (
            cells.is_not_null()
        )
        bad = np.flatnonzero(present.fill_null(False).to_numpy())
        return Cells(np.full(len(cells), np.nan), tuple(bad.tolist()))
    texts, gone = strip_cells(cells, reading.missing)
    marks = Counter(text for text in texts.filter(pl.Series(gone)) if text)
    values = numbers(texts.set(pl.Series(gone), None))
    bad = np.flatnonzero(values.is_null().to_numpy() & ~gone)
    found = values.fill_null(np.nan).to_numpy(writable=True)
    return Cells(found, tuple(bad.tolist()), marks=marks)


def _part(name: str) -> pl.Expr:
    number = pl.col(name).str.replace(",", ".", literal=True)
    return number.cast(pl.Float64).fill_null(0.0)
