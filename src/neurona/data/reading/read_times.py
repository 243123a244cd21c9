"""Cells as points in time, by a stored reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.reading.calendar_words import english_months
from neurona.data.reading.read_words import as_texts
from neurona.data.reading.reading import CellReading, Cells, strip_cells

__all__ = [
    "COMPACT",
    "DAY_STYLES",
    "EPOCHS",
    "NUMBER_STYLES",
    "read_days",
    "read_times",
    "split_times",
    "zone_offset",
]

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
    "%Y%m%d",
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

DAY_ZERO = -25_569 * 86_400e6
"""The day from which workbooks count, in microseconds."""

EPOCHS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "workbook days": (86_400e6, DAY_ZERO, 1e4),
        "epoch s": (1e6, 0.0, 1e8),
        "epoch ms": (1e3, 0.0, 1e11),
        "epoch us": (1.0, 0.0, 1e14),
        "epoch ns": (1e-3, 0.0, 1e17),
    }
)
"""Numbers that count from a moment: microseconds of one; the moment; and the least that
is taken for one. Forty times as many is the end of what they may be."""

COMPACT = "%Y%m%d"
NUMBER_STYLES = (COMPACT, *EPOCHS)
"""Styles whose cells are whole numbers to any other way of reading."""

SINGLE = (
    *(style for style in DAY_STYLES if "%d" in style or "%u" in style),
    *("%y-%m-%d", "%y/%m/%d", "%y.%m.%d"),
)
"""Styles that tell whether a day has one meaning or several: also such as hardly
anybody writes, which a reader would have to exclude."""

CLOCK = (
    r"^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?P<day>.*?)"
    r"(?:[T ]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9](?:[.,][0-9]+)?))?"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?)?"
    r" ?(?P<zone>Z|UTC|GMT|[+-][0-9][0-9](?::?[0-9][0-9])?)?)?$"
)
SHORT_YEAR = {"y": r"[^0-9][0-9]{2}$", "d": r"^[0-9]{2}[^0-9]"}
"""A year of two digits at the end and at the beginning: 1.12.0 is no day."""

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
    is said to be read otherwise. So does a day of another style that has one meaning
    alone: 2024-12-25 among 25/12/2024, but not 03/04/2024 among 2024-04-03.

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
    if cells.dtype.is_numeric() and reading.style in NUMBER_STYLES:
        cells = as_texts(cells)
    if cells.dtype != pl.String:
        nothing = pl.Series(cells.name, [None] * len(cells), dtype=MOMENT)
        present = cells.is_not_null() & cells.cast(pl.Float64).is_not_nan()
        return Cells(nothing, _places(present.to_numpy()))
    texts, gone = strip_cells(cells, reading.missing)
    marks = Counter(text for text in texts.filter(pl.Series(gone)) if text)
    texts = texts.set(pl.Series(gone), None)
    times = _usual_times(texts, reading.style)
    otherwise = np.zeros(len(texts), bool)
    for read in (partial(read_days, style=reading.style), single_days):
        left = np.flatnonzero((times.is_null() & texts.is_not_null()).to_numpy())
        if not len(left):
            break
        rest, offsets = _moments(texts.gather(left.astype(np.uint32)), read)
        moved, here = _to_zone(rest, offsets, reading.zone)
        times = times.scatter(left, moved)
        otherwise[left] = (here & (reading.zone == "")) | (read is single_days)
    bad = times.is_null().to_numpy() & ~gone
    return Cells(times, _places(bad), _places(otherwise & ~bad), marks)


def _usual_times(texts: pl.Series, style: str) -> pl.Series:
    """Days, and moments whose clock is written as in ISO 8601: the quickest to read."""
    words = english_months(texts) if "%B" in style else texts
    first = texts.drop_nulls().head(1)
    joined = "[0-9]T[0-9]"
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
    """Days of texts that hold no time of the day; of numbers since 1970, moments.

    Examples
    --------
    >>> read_days(pl.Series(["20240531", "2024531"]), "%Y%m%d").dt.day().to_list()
    [31, None]
    >>> read_days(pl.Series(["1700000000", "17"]), "epoch s").dt.year().to_list()
    [2023, None]
    """
    if style in EPOCHS:
        unit, start, least = EPOCHS[style]
        numbers = texts.cast(pl.Float64, strict=False)
        sound = numbers.is_between(least, 40 * least).fill_null(False)
        micros = (numbers.set(~sound, None) * unit + start).round()
        return _within(micros.cast(pl.Int64).cast(MOMENT))
    if style == COMPACT:
        texts = texts.set(~texts.str.contains(r"^\d{8}$").fill_null(False), None)
    if style.endswith("%y") or style.startswith("%y"):
        short = texts.str.contains(SHORT_YEAR[style[-1]]).fill_null(False)
        texts = texts.set(~short, None)
    more, sign = COMPLETE.get(style, ("", ""))
    if "%B" in style:
        texts = english_months(texts)
    days = (texts + more) if more else texts
    return _read(days, style + sign)


def single_days(texts: pl.Series) -> pl.Series:
    """Days of texts that have one meaning in whatever styles take them, else null.

    Examples
    --------
    >>> texts = pl.Series(["2024-12-25", "25/12/2024", "12/11/2024", "11/11/2024"])
    >>> single_days(texts).dt.day().to_list()
    [25, 25, None, 11]
    """
    found = pl.DataFrame(
        [read_days(texts, style).alias(style) for style in SINGLE]
    ).select(low=pl.min_horizontal(pl.all()), high=pl.max_horizontal(pl.all()))
    return found.select(
        pl.when(pl.col("low") == pl.col("high")).then(pl.col("low"))
    ).to_series()


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


def _moments(
    texts: pl.Series, read: Callable[[pl.Series], pl.Series]
) -> tuple[pl.Series, pl.Series]:
    """Day and clock of each text, and microseconds that its zone is ahead of UTC."""
    parts = split_times(texts)
    days = read(parts["day"])
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
