"""Cells as points in time, by a stored reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.reading.calendar_words import english_months
from neurona.data.reading.reading import CellReading, Cells, strip_cells

__all__ = ["DAY_STYLES", "read_days", "read_times", "split_times", "zone_offset"]

DAY_STYLES = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%B %d, %Y",
    "%B %d %Y",
    "%d %B %Y",
    "%d-%B-%Y",
    "%d. %B %Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%d-%B-%y",
    "%Y-%m",
    "%Y/%m",
    "%m/%Y",
    "%B %Y",
    "%Y %B",
    "%G-W%V-%u",
    "%G-W%V",
)
"""Ways of writing a day that are recognized; where two fit, the earlier is taken."""

COMPLETE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **{style: ("-01", "-%d") for style in ("%Y-%m", "%Y/%m", "%m/%Y")},
        "%B %Y": ("-01", "-%d"),
        "%Y %B": ("-01", "-%d"),
        "%G-W%V": ("-1", "-%u"),
    }
)
"""What makes a day of a month or a week: its first, in text and style."""

CLOCK = (
    r"^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?P<day>.*?)"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d(?:[.,]\d+)?))?"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?)?"
    r" ?(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$"
)
FIRST, END = (int(np.datetime64(year, "us").astype(int)) for year in ("1600", "2401"))
"""The first microsecond that a person may mean, and the first past the last one."""

SECOND = 1_000_000
MOMENT = pl.Datetime("us")


def read_times(cells: pl.Series, reading: CellReading | None = None) -> Cells:
    """Cells as points in time on the clock of the reading's zone.

    Notes
    -----
    A cell that names a zone is moved to the clock of the column's zone. One that names
    none stands as it is; so does one that names a zone where training held none, and
    is said to be read otherwise.

    Examples
    --------
    >>> reading = CellReading("time", "%d/%m/%Y", zone="UTC")
    >>> found = read_times(pl.Series(["24/12/2024 10:00-06:00", "", "soon"]), reading)
    >>> str(found.values[0]), found.bad
    ('2024-12-24 16:00:00', (2,))
    """
    reading = reading or CellReading("time", DAY_STYLES[0])
    if isinstance(cells.dtype, pl.Datetime):
        return Cells(_on_clock(cells, reading.zone))
    if cells.dtype != pl.String:
        nothing = pl.Series(cells.name, [None] * len(cells), dtype=MOMENT)
        present = cells.is_not_null() & cells.cast(pl.Float64).is_not_nan()
        return Cells(nothing, _places(present.to_numpy()))
    texts, gone = strip_cells(cells, reading.missing)
    marks = Counter(text for text in texts.filter(pl.Series(gone)) if text)
    texts = texts.set(pl.Series(gone), None)
    times = _usual_times(texts, reading.style)
    zoned = np.zeros(len(texts), bool)
    left = np.flatnonzero((times.is_null() & texts.is_not_null()).to_numpy())
    if len(left):
        rest, offsets = _moments(texts.gather(left.astype(np.uint32)), reading.style)
        moved, here = _to_zone(rest, offsets, reading.zone)
        times = times.scatter(left, moved)
        zoned[left] = here & (reading.zone == "")
    bad = times.is_null().to_numpy() & ~gone
    return Cells(times, _places(bad), _places(zoned & ~bad), marks)


def _usual_times(texts: pl.Series, style: str) -> pl.Series:
    """Days, and moments whose clock is written as in ISO 8601: the quickest to read."""
    words = english_months(texts) if "%B" in style else texts
    first = texts.drop_nulls().head(1)
    joined = r"\dT\d"
    is_joined = first.str.contains(joined).any() or texts.str.contains(joined).any()
    clock = f"{style}{'T' if is_joined else ' '}%H:%M:%S"
    ways = [partial(_read, style=clock), partial(_read, style=f"{clock}%.f")]
    # What the first text is most are: the other ways are tried on what is left.
    begins = first.str.contains(":", literal=True).any()
    ways.insert(2 if begins else 0, partial(read_days, style=style))
    times = pl.Series(texts.name, [None] * len(texts), dtype=MOMENT)
    for read in ways:
        left = (times.is_null() & texts.is_not_null()).arg_true()
        if not len(left):
            break
        times = times.scatter(left, read(words.gather(left)))
    return times


def _read(texts: pl.Series, style: str) -> pl.Series:
    return _within(texts.str.to_datetime(style, strict=False, time_unit="us"))


def _within(times: pl.Series) -> pl.Series:
    """Times of years that a person may mean, null for others."""
    micros = times.to_physical()
    sound = (micros >= FIRST) & (micros < END)
    return times if sound.all() else times.set(~sound, None)


def read_days(texts: pl.Series, style: str) -> pl.Series:
    """Days of texts that hold no time of the day."""
    more, sign = COMPLETE.get(style, ("", ""))
    if "%B" in style:
        texts = english_months(texts)
    days = (texts + more) if more else texts
    return _read(days, style + sign)


def split_times(texts: pl.Series) -> pl.DataFrame:
    """Day, clock (in microseconds, null where there is none or no such hour) and zone.

    Examples
    --------
    >>> split_times(pl.Series(["2024-01-31T10:00Z", "1/2/2024 1:30 PM"])).rows()
    [('2024-01-31', 36000000000, 'Z'), ('1/2/2024', 48600000000, None)]
    """
    parts = texts.rename("text").str.extract_groups(CLOCK).struct.unnest()
    hour = pl.col("hour").cast(pl.Int64)
    half = pl.col("half").str.to_lowercase()
    twelve = half.is_not_null() & ((hour < 1) | (hour > 12))
    afternoon = half.str.starts_with("p").fill_null(False).cast(pl.Int64)
    hour = pl.when(half.is_null()).then(hour).otherwise(hour % 12 + 12 * afternoon)
    second = pl.col("second").str.replace(",", ".", literal=True).cast(pl.Float64)
    clock = (hour * 60 + pl.col("minute").cast(pl.Int64)) * (60 * SECOND) + (
        second.fill_null(0) * SECOND
    ).round().cast(pl.Int64)
    wrong = ((clock > 86_400 * SECOND) | twelve).fill_null(False)
    clock = pl.when(~wrong).then(clock)
    return parts.select(
        day=pl.col("day"),
        clock=pl.when(hour.is_null()).then(pl.lit(0, pl.Int64)).otherwise(clock),
        zone=pl.col("zone"),
    )


def zone_offset(zone: pl.Expr) -> pl.Expr:
    """Microseconds by which a written zone is ahead of UTC, null where none is written.

    Examples
    --------
    >>> frame = pl.DataFrame({"zone": ["Z", "-06:00", "+0530", None]})
    >>> frame.select(zone_offset(pl.col("zone")) / 3.6e9).to_series().to_list()
    [0.0, -6.0, 5.5, None]
    """
    hours = zone.str.slice(1, 2).cast(pl.Int64, strict=False)
    minutes = zone.str.extract(r"(\d\d)$").cast(pl.Int64, strict=False)
    minutes = pl.when(zone.str.len_chars() > 3).then(minutes).otherwise(0)
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    written = sign * (hours * 60 + minutes) * (60 * SECOND)
    named = zone.is_in(["Z", "UTC", "GMT"])
    return pl.when(named).then(pl.lit(0, pl.Int64)).otherwise(written)


def _moments(texts: pl.Series, style: str) -> tuple[pl.Series, pl.Series]:
    """Day and clock of each text, and microseconds that its zone is ahead of UTC."""
    parts = split_times(texts)
    days = read_days(parts["day"], style)
    found = (days.cast(pl.Int64) + parts["clock"]).cast(MOMENT)
    return found, parts.select(zone_offset(pl.col("zone"))).to_series()


def _to_zone(
    times: pl.Series, offsets: pl.Series, zone: str
) -> tuple[pl.Series, NDArray[np.bool_]]:
    """Times on the clock of a zone, and which named a zone themselves."""
    here = offsets.is_not_null().to_numpy()
    if not zone or not here.any():
        return times, here
    utc = (times.cast(pl.Int64) - offsets.fill_null(0)).cast(MOMENT)
    moved = _on_clock(utc.dt.replace_time_zone("UTC"), zone)
    return moved.zip_with(pl.Series(here), times), here


def _on_clock(times: pl.Series, zone: str) -> pl.Series:
    """Points in time as the clock of a zone shows them."""
    dtype = times.dtype
    assert isinstance(dtype, pl.Datetime)
    times = times.cast(pl.Datetime("us", dtype.time_zone))
    if dtype.time_zone is None or not zone:
        return times.dt.replace_time_zone(None)
    if zone[0] not in "+-":
        return times.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    ahead = pl.select(zone_offset(pl.lit(zone))).to_series()
    return (times.cast(pl.Int64) + ahead).cast(MOMENT)


def _places(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())
