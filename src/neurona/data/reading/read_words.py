"""Cells as words, by a stored reading."""

from __future__ import annotations

from collections import Counter

import polars as pl

from neurona.data.reading.read_numbers import number_word
from neurona.data.reading.reading import CellReading, Cells, is_plain, strip_cells

__all__ = ["BOOLEAN_WORDS", "as_texts", "one_form", "read_words"]

BOOLEAN_WORDS = (
    ("false", "true"),
    ("no", "yes"),
    ("n", "y"),
    ("f", "t"),
    ("off", "on"),
    ("no", "sí"),
    ("no", "si"),
    ("falso", "verdadero"),
    ("nein", "ja"),
    ("falsch", "wahr"),
    ("non", "oui"),
    ("faux", "vrai"),
    ("não", "sim"),
    ("no", "sì"),
    ("0", "1"),
)
"""Pairs of words for false and true, in lower case."""


def as_texts(cells: pl.Series) -> pl.Series:
    """Cells as texts: numbers without a needless point, the rest as polars writes it.

    Examples
    --------
    >>> as_texts(pl.Series([1.0, 2.5, float("nan")])).to_list()
    ['1', '2.5', None]
    """
    if cells.dtype == pl.String:
        return cells
    if cells.dtype.is_numeric():
        numbers = cells.cast(pl.Float64).fill_nan(None)
        words = [None if v is None else number_word(v) for v in numbers]
        return pl.Series(cells.name, words, dtype=pl.String)
    return cells.cast(pl.String)


def one_form(texts: pl.Series) -> pl.Series:
    """Texts in which a letter and its accent are one character (Unicode's NFC)."""
    if is_plain(texts):
        return texts
    return texts.str.normalize("NFC")


def read_words(cells: pl.Series, reading: CellReading | None = None) -> Cells:
    """Cells as texts without outer blanks, null where missing.

    Examples
    --------
    >>> cells = pl.Series(["red ", "?", "RED"])
    >>> read_words(cells, CellReading("word")).values.to_list()
    ['red', None, 'RED']
    >>> reading = CellReading("word", same=(("red", "red"),))
    >>> read_words(cells, reading).values.to_list()
    ['red', None, 'red']
    >>> read_words(pl.Series([1.0, 2.5])).values.to_list()
    ['1', '2.5']
    """
    reading = reading or CellReading("word")
    texts, gone = strip_cells(one_form(as_texts(cells)), reading.missing)
    missing = pl.Series(gone)
    marks = Counter(text for text in texts.filter(missing) if text)
    words = texts.set(missing, None)
    if reading.same:
        folded = words.str.to_lowercase()
        words = folded.replace_strict(
            [written for written, _word in reading.same],
            [word for _written, word in reading.same],
            default=words,
        )
    return Cells(words, marks=marks)
