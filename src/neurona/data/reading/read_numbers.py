"""Cells as numbers, by a stored reading."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.reading.number_forms import (
    MARK_PAIRS,
    MONEY,
    number_values,
    split_numbers,
)
from neurona.data.reading.reading import CellReading, Cells, number_marks, strip_cells

__all__ = ["SHARES", "number_word", "read_numbers"]

SHARES = ("%", "‰")
"""Units without which a number would be another one: 0.05 among 5 % is said."""


def read_numbers(cells: pl.Series, reading: CellReading | None = None) -> Cells:
    """Cells as float64, with NaN for every way of writing "missing".

    Parameters
    ----------
    cells : Series
        Texts, numbers or booleans.
    reading : CellReading, optional
        With a decimal point and nothing else when not given.

    Notes
    -----
    Plain numbers take one cast of the whole column; only what is left is looked at.
    A cell that the reading does not take, and that has a single value under all other
    marks, units and signs, is read as that value and said to be read otherwise.

    Examples
    --------
    >>> found = read_numbers(pl.Series(["1", " 2.5", "NA", "three", "2,5", "1,234"]))
    >>> found.values.tolist(), found.bad, found.otherwise
    ([1.0, 2.5, nan, nan, 2.5, nan], (3, 5), (4,))
    """
    reading = reading or CellReading()
    if isinstance(cells.dtype, pl.Datetime):
        values = np.full(len(cells), np.nan)
        return Cells(values, _places(cells.is_not_null().to_numpy()))
    if cells.dtype != pl.String:
        numbers = cells.cast(pl.Float64)
        if not number_marks(reading.missing):
            return Cells(_floats(numbers))
        gone = numbers.is_in(number_marks(reading.missing)).fill_null(False)
        marks = Counter(map(number_word, numbers.filter(gone)))
        return Cells(_floats(numbers.set(gone, None)), marks=marks)
    numbers = cells.cast(pl.Float64, strict=False)
    if number_marks(reading.missing):
        numbers = numbers.set(pl.Series(strip_cells(cells, reading.missing)[1]), None)
    if reading.decimal == ",":
        dotted = cells.str.contains(".", literal=True).fill_null(False)
        numbers = numbers.set(dotted, None)
    values = _floats(numbers)
    plain: tuple[int, ...] = ()
    if reading.unit in SHARES:
        plain = _places(~np.isnan(values))
    # Texts such as "nan" are read as numbers, but are marks like any other.
    if np.count_nonzero(np.isnan(values)) == cells.null_count():
        return Cells(values, otherwise=plain)
    odd = np.flatnonzero(np.isnan(values) & cells.is_not_null().to_numpy())
    texts, gone = strip_cells(cells.gather(odd.astype(np.uint32)), reading.missing)
    marks = Counter(text for text in texts.filter(pl.Series(gone)) if text)
    odd, texts = odd[~gone], texts.filter(pl.Series(~gone))
    found, otherwise = _written(texts, reading)
    values[odd] = found
    return Cells(
        values,
        tuple(odd[np.isnan(found)].tolist()),
        (*plain, *odd[otherwise].tolist()),
        marks,
    )


def _written(
    texts: pl.Series, reading: CellReading
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Values of texts that no cast reads, and which are read otherwise."""
    parts = split_numbers(texts)
    unit = parts["unit"].fill_null("").to_numpy()
    bare, own = unit == "", unit == reading.unit
    marks = (reading.decimal or ".", reading.thousands)
    values = number_values(parts, *marks)
    values[~(own | bare)] = np.nan
    footed = parts["foot"].fill_null(False).to_numpy()
    enclosed = parts["parentheses"].fill_null(False).to_numpy()
    otherwise = footed | (enclosed & (not reading.parentheses))
    money = parts["unit"].str.contains(f"^(?:{MONEY})$").fill_null(False).to_numpy()
    left = np.isnan(values) & (own | bare | (money & (reading.unit == "")))
    left &= parts["body"].is_not_null().to_numpy()
    if left.any():
        asked = parts.filter(pl.Series(left))
        others = np.array([number_values(asked, *pair) for pair in MARK_PAIRS])
        low = np.nanmin(np.where(np.isnan(others), np.inf, others), axis=0)
        high = np.nanmax(np.where(np.isnan(others), -np.inf, others), axis=0)
        single = np.flatnonzero(left)[low == high]
        values[single] = low[low == high]
        otherwise[single] = True
    return values, otherwise & ~np.isnan(values)


def _floats(series: pl.Series) -> NDArray[np.float64]:
    values = np.array(series.to_numpy(), dtype=np.float64)
    # One and the same NaN: a signalling one would warn at the next sum.
    values[np.isnan(values)] = np.nan
    return values


def _places(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())


def number_word(value: float) -> str:
    """Write a number as a word: whole numbers without a point.

    Examples
    --------
    >>> number_word(3.0), number_word(0.5)
    ('3', '0.5')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))
