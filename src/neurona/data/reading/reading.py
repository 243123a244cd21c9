"""How the cells of one column are read, and what reading them gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import (
    check_record,
    is_flag,
    is_list_of,
    is_text,
)
from neurona.data.sources.cell_forms import ERRORS
from neurona.errors import ModelFileError
from neurona.messages import _

__all__ = [
    "MARKS",
    "CellReading",
    "Cells",
    "Values",
    "are_errors",
    "is_plain",
    "number_marks",
    "strip_cells",
]

Values = NDArray[np.float64] | pl.Series
"""Cells of a column as read: numbers with NaN, or times or words with null."""

MARKS = ("?", "-", "--", ".", "na", "n/a", "#n/a", "n.a.", "nan", "null", "none")
"""Texts that usually mean a missing value, in lower case; an empty cell always does."""


@dataclass(frozen=True)
class CellReading:
    """How the cells of a column are read, in training and ever after.

    Parameters
    ----------
    kind : str
        One of :data:`neurona.data.reading.ways.WAYS`: number, time, word, …
    style : str
        How it is written, in the signs of its kind: ``%d/%m/%Y`` for times.
    zone : str
        For times: the zone whose clock the values show; "" where no cell names one.
    decimal, thousands : str
        For numbers: the mark before the fraction, and the one between thousands, ""
        for none. A decimal mark "" is one that an older model file does not tell.
    unit : str
        For numbers: what stands before or after them, such as $, % or kg.
    parentheses : bool
        For numbers: whether (5) or 5.0- is written for −5.
    missing : tuple of str
        Texts that mean a missing value here, in lower case.
    same : tuple of (str, str)
        For words: a word in lower case, and the word it is read as.
    strays : bool
        Whether a cell that does not fit is missing, because training held such cells;
        else it is an error.
    """

    kind: str = "number"
    style: str = ""
    zone: str = ""
    decimal: str = "."
    thousands: str = ""
    unit: str = ""
    parentheses: bool = False
    missing: tuple[str, ...] = MARKS
    same: tuple[tuple[str, str], ...] = ()
    strays: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether its cells are numbers with a decimal point and no other mark."""
        marks = self.thousands, self.unit, self.parentheses
        is_plain = self.kind == "number" and self.decimal == "." and not any(marks)
        return is_plain and not number_marks(self.missing)

    def to_json(self) -> dict[str, Any]:
        """Record of plain values."""
        record = asdict(self)
        return {
            **record,
            "missing": list(self.missing),
            "same": [list(pair) for pair in self.same],
        }

    @classmethod
    def from_json(cls, record: object) -> CellReading:
        """Reading of a record that :meth:`to_json` wrote.

        Raises
        ------
        ModelFileError
            The record is not one of those.
        """
        fields = check_record(record, CHECKS, _("reading"))
        if any(len(pair) != 2 for pair in fields["same"]):
            raise ModelFileError(
                _("the model file's {what} has a wrong entry {key!r}").format(
                    what=_("reading"), key="same"
                )
            )
        same = tuple((written, word) for written, word in fields["same"])
        return cls(**{**fields, "missing": tuple(fields["missing"]), "same": same})


CHECKS = {
    "kind": is_text,
    "style": is_text,
    "zone": is_text,
    "decimal": lambda value: value in ("", ".", ","),
    "thousands": lambda value: value in ("", ".", ",", " ", "'"),
    "unit": is_text,
    "parentheses": is_flag,
    "missing": is_list_of(is_text),
    "same": is_list_of(is_list_of(is_text)),
    "strays": is_flag,
}


@dataclass(frozen=True)
class Cells:
    """Cells as a reading takes them.

    Parameters
    ----------
    values : ndarray, float64 (N,), or Series (N,)
        NaN or null where missing, and where a cell does not fit.
    bad : tuple of int
        Places of cells that do not fit.
    otherwise : tuple of int
        Places of cells that only another way of reading takes, and that are read so.
    marks : Counter of str
        How often each mark stood for a missing value, the empty cell apart.
    """

    values: Values
    bad: tuple[int, ...] = ()
    otherwise: tuple[int, ...] = ()
    marks: Counter[str] = field(default_factory=Counter)


def strip_cells(cells: pl.Series, missing: tuple[str, ...]) -> tuple[pl.Series, Any]:
    """Texts without outer blanks, and a mask of those that mean a missing value.

    Examples
    --------
    >>> texts, gone = strip_cells(pl.Series([" 5 ", "NA", "", None]), MARKS)
    >>> texts.to_list(), gone.tolist()
    (['5', 'NA', '', None], [False, True, True, True])
    """
    texts = cells.str.strip_chars()
    length = texts.str.len_bytes().fill_null(0).to_numpy()
    gone = length == 0
    # Few cells are as short as a mark, so that few need be looked at.
    short = np.flatnonzero((length <= max(map(_bytes, missing), default=0)) & ~gone)
    if len(short):
        lower = texts.gather(short.astype(np.uint32)).str.to_lowercase()
        gone[short] = lower.is_in(list(missing)).to_numpy()
    return texts, gone | are_errors(texts).to_numpy()


def are_errors(texts: pl.Series) -> pl.Series:
    """Which texts stand for no value in any table, such as errors of programs.

    Examples
    --------
    >>> are_errors(pl.Series(["#DIV/0!", "#1", "-nan(ind)", None])).to_list()
    [True, False, True, False]
    """
    perhaps = texts.str.contains(r"#|nan|NaT|[\\<(\[]").fill_null(False)
    if not perhaps.any():
        return perhaps
    return texts.str.contains(ERRORS).fill_null(False)


def _bytes(text: str) -> int:
    return len(text.encode())


def is_plain(texts: pl.Series) -> bool:
    """Whether all letters of the texts are of one byte: English and no accents."""
    return bool((texts.str.len_bytes() == texts.str.len_chars()).all())


@cache
def number_marks(missing: tuple[str, ...]) -> tuple[float, ...]:
    """Numbers that stand for a missing value.

    Examples
    --------
    >>> number_marks(("na", "-999"))
    (-999.0,)
    """
    numbers = pl.Series(missing, dtype=pl.String).cast(pl.Float64, strict=False)
    return tuple(numbers.drop_nulls().drop_nans())
