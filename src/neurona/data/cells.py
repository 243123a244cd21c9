"""Cells as numbers, words or points in time, whatever they were written as."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = [
    "DATE_FORMATS",
    "Numbers",
    "Times",
    "date_formats",
    "number_word",
    "read_numbers",
    "read_times",
    "read_words",
]

MARKS_IN_NUMBERS = frozenset(
    ["", "?", "-", "--", ".", "na", "n/a", "#n/a", "n.a.", "nan", "null", "none"]
)
"""Texts that mean a missing value among numbers and dates, in lower case."""

MARKS_IN_WORDS = frozenset(["", "?", "na", "n/a", "#n/a", "nan", "null"])
"""Texts that mean a missing value among words; "none" and "-" may be categories."""

DATE_FORMATS = tuple(
    day + time
    for day, time in product(
        ["%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y"],
        ["", " %H:%M", "T%H:%M", " %H:%M:%S%.f", "T%H:%M:%S%.f"],
    )
)
"""Ways of writing a date that are recognized; where two fit, the earlier is taken."""

TIME_ZONE = r"(:\d\d(?:\.\d+)?)(?:Z|[+-]\d\d:?\d\d)$"
THOUSANDS = r"^\s*[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?\s*$"
YEARS = (1600, 2400)
TRIAL_CELLS = 100


@dataclass(frozen=True)
class Numbers:
    """Cells read as numbers.

    Parameters
    ----------
    values : ndarray, float64 (N,)
        NaN where missing.
    bad : tuple of int
        Places of cells that are not numbers.
    marks : Counter of str
        How often each mark stood for a missing value, the empty cell apart.
    """

    values: NDArray[np.float64]
    bad: tuple[int, ...]
    marks: Counter[str]


@dataclass(frozen=True)
class Times:
    """Cells read as points in time: null where missing, and places of other cells."""

    values: pl.Series
    bad: tuple[int, ...]


def read_numbers(cells: pl.Series, decimal_comma: bool = False) -> Numbers:
    """Cells as float64, with NaN for every way of writing "missing".

    Parameters
    ----------
    cells : Series
        Texts, numbers or booleans.
    decimal_comma : bool
        Whether texts may write 3.14 as 3,14; a dot before three digits then marks
        thousands.

    Examples
    --------
    >>> found = read_numbers(pl.Series(["1", " 2.5", "NA", "three"]))
    >>> found.values.tolist(), found.bad
    ([1.0, 2.5, nan, nan], (3,))
    """
    if cells.dtype != pl.String:
        if isinstance(cells.dtype, pl.Datetime):
            values = np.full(len(cells), np.nan)
            return Numbers(values, _places(cells.is_not_null()), Counter())
        return Numbers(_floats(cells.cast(pl.Float64)), (), Counter())
    if decimal_comma:
        cells = _without_thousands(cells)
    numbers = cells.cast(pl.Float64, strict=False)
    values = _floats(numbers)
    # Texts such as "nan" are read as numbers, but are marks like any other.
    if np.count_nonzero(np.isnan(values)) == cells.null_count():
        return Numbers(values, (), Counter())
    odd = np.flatnonzero(np.isnan(values) & cells.is_not_null().to_numpy())
    texts = cells.gather(odd.astype(np.uint32)).str.strip_chars()
    again = texts.str.replace(",", ".", literal=True) if decimal_comma else texts
    values[odd] = _floats(again.cast(pl.Float64, strict=False))
    missing = texts.str.to_lowercase().is_in(list(MARKS_IN_NUMBERS)).to_numpy()
    bad = odd[np.isnan(values[odd]) & ~missing]
    marks = Counter(text for text in texts.filter(pl.Series(missing)) if text)
    return Numbers(values, tuple(bad.tolist()), marks)


def _without_thousands(cells: pl.Series) -> pl.Series:
    """Texts such as 1.234,5 without the dots that mark thousands."""
    marked = cells.str.contains(THOUSANDS)
    if not marked.any():
        return cells
    plain = cells.str.replace_all(".", "", literal=True)
    return plain.zip_with(marked.fill_null(False), cells)


def _floats(series: pl.Series) -> NDArray[np.float64]:
    values = np.array(series.to_numpy(), dtype=np.float64)
    # One and the same NaN: a signalling one would warn at the next sum.
    values[np.isnan(values)] = np.nan
    return values


def _places(mask: pl.Series) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask.to_numpy()).tolist())


def read_words(cells: pl.Series) -> pl.Series:
    """Cells as texts without outer spaces, null where missing.

    Examples
    --------
    >>> read_words(pl.Series(["red ", "?", "none"])).to_list()
    ['red', None, 'none']
    >>> read_words(pl.Series([1.0, 2.5])).to_list()
    ['1', '2.5']
    """
    if cells.dtype == pl.Float64 or cells.dtype.is_numeric():
        numbers = cells.cast(pl.Float64).fill_nan(None)
        words = [None if v is None else number_word(v) for v in numbers]
        return pl.Series(cells.name, words, dtype=pl.String)
    if cells.dtype != pl.String:
        return cells.cast(pl.String)
    words_ = cells.str.strip_chars()
    marked = words_.str.to_lowercase().is_in(list(MARKS_IN_WORDS))
    nothing = pl.Series(cells.name, [None], dtype=pl.String)
    return words_.zip_with(~marked.fill_null(False), nothing)


def number_word(value: float) -> str:
    """Write a number as a word: whole numbers without a point.

    Examples
    --------
    >>> number_word(3.0), number_word(0.5)
    ('3', '0.5')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def read_times(cells: pl.Series, style: str) -> Times:
    """Cells as points in time, written in one of :data:`DATE_FORMATS`.

    Examples
    --------
    >>> found = read_times(pl.Series(["24/12/2024", "", "soon"]), "%d/%m/%Y")
    >>> str(found.values[0]), found.bad
    ('2024-12-24 00:00:00', (2,))
    """
    if isinstance(cells.dtype, pl.Datetime):
        return Times(cells.cast(pl.Datetime("us")), ())
    if cells.dtype != pl.String:
        nothing = pl.Series(cells.name, [None] * len(cells), dtype=pl.Datetime("us"))
        present = cells.is_not_null() & cells.cast(pl.Float64).is_not_nan()
        return Times(nothing, _places(present))
    texts = cells.str.strip_chars().str.replace(TIME_ZONE, "$1")
    times = texts.str.to_datetime(style, strict=False, time_unit="us")
    years = times.dt.year()
    sound = ((years >= YEARS[0]) & (years <= YEARS[1])).fill_null(False)
    missing = texts.str.to_lowercase().is_in(list(MARKS_IN_NUMBERS)).fill_null(True)
    nothing = pl.Series(cells.name, [None], dtype=pl.Datetime("us"))
    return Times(times.zip_with(sound, nothing), _places(~sound & ~missing))


def date_formats(cells: pl.Series) -> tuple[str, ...]:
    """Ways of writing a date that the first present cells leave open.

    Examples
    --------
    >>> date_formats(pl.Series(["01/02/2024", "03/04/2024"]))
    ('%d/%m/%Y', '%m/%d/%Y')
    """
    if cells.dtype != pl.String:
        return (DATE_FORMATS[0],) if isinstance(cells.dtype, pl.Datetime) else ()
    texts = cells.str.strip_chars()
    marked = texts.str.to_lowercase().is_in(list(MARKS_IN_NUMBERS)).fill_null(True)
    trial = texts.filter(~marked).head(TRIAL_CELLS)
    if not len(trial):
        return ()
    return tuple(style for style in DATE_FORMATS if not read_times(trial, style).bad)
