"""A table: named columns whose rows are handed out batch by batch."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.selectors import by_name

from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _

__all__ = [
    "BATCH_ROWS",
    "DataTable",
    "FrameTable",
    "check_dtypes",
    "list_cell",
    "plain_column",
]

BATCH_ROWS = 65_536
"""Rows of one batch of a table in memory."""

EXACT = 2**53
"""Whole numbers up to which a float64 holds every one."""

EXACT_DIGITS = 15
"""Digits up to which a float64 holds every decimal fraction."""


@dataclass(frozen=True)
class DataTable(ABC):
    """Rows under named columns, read as often as asked, never all at once.

    Parameters
    ----------
    name : str
        What messages call it, usually the name of the file.
    columns : tuple of str
    rows : int
    notes : tuple of str
        What was noticed while it was opened, in sentences.
    separator : str
        What stands between the columns of its text file, "" where there is none.
    first_row : int
        Row of the first cells as a spreadsheet counts: 2 below a line of names.
    left_out : ndarray, int64
        Lines below the first row that are no rows: how many lines below it they stand,
        rising.
    """

    name: str
    columns: tuple[str, ...]
    rows: int
    notes: tuple[str, ...] = ()
    separator: str = ""
    first_row: int = 1
    left_out: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    @abstractmethod
    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of consecutive rows, in file order.

        Parameters
        ----------
        columns : sequence of str, optional
            The columns wanted, in the order wanted; all of them when not given.

        Notes
        -----
        Columns are texts, numbers, booleans or points in time, nothing else. A column
        of a text file is text, unless :meth:`with_numbers` says otherwise: what it
        means is found by the schema.
        """

    def with_numbers(self, columns: Collection[str]) -> DataTable:
        """The table, some of whose columns may come as numbers and not as text.

        Parameters
        ----------
        columns : collection of str
            Those whose cells are plain numbers with a decimal point.

        Notes
        -----
        Laws: numbers are those that a cast of the text gives; where a cell is anything
        but a finite number or empty, the columns come as text after all.
        """
        return self

    def row_number(self, place: int) -> int:
        """Row as a spreadsheet counts it, of the cells ``place`` below the first."""
        rows_before = self.left_out - np.arange(len(self.left_out))
        skipped = int(np.searchsorted(rows_before, place, side="right"))
        return self.first_row + place + skipped

    @property
    def counting(self) -> str:
        """How a message counts the rows of this table."""
        if self.first_row > 2:
            return _(
                "rows are counted as a spreadsheet does: the first one is row {row}"
            ).format(row=self.first_row)
        if self.first_row > 1:
            return _(
                "rows are counted as a spreadsheet does: the names are row {row}"
            ).format(row=self.first_row - 1)
        return _("rows are counted from 1")

    def about(self) -> dict[str, Any]:
        """What is known of the rows, for a table that holds the same ones."""
        return {
            "notes": self.notes,
            "separator": self.separator,
            "first_row": self.first_row,
            "left_out": self.left_out,
        }

    def check_names(self, columns: Sequence[str]) -> None:
        """Raise an OptionError that offers the nearest names for an unknown column."""
        for column in columns:
            if column not in self.columns:
                raise OptionError(unknown_name(_("column"), column, self.columns))


@dataclass(frozen=True)
class FrameTable(DataTable):
    """A table that is already in memory."""

    frame: pl.DataFrame | None = None

    @classmethod
    def of(
        cls,
        frame: pl.DataFrame,
        name: str,
        notes: tuple[str, ...] = (),
        separator: str = "",
        first_row: int = 1,
    ) -> FrameTable:
        """Table of a frame, which is not copied."""
        check_dtypes(frame.schema, name)
        if not frame.height:
            raise DataError(_("{name} has no rows").format(name=name))
        return cls(
            name,
            tuple(frame.columns),
            frame.height,
            notes,
            separator,
            first_row,
            frame=frame,
        )

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of consecutive rows, in file order."""
        assert self.frame is not None
        chosen = self.frame.select(by_name(*(columns or self.columns)))
        for batch in chosen.iter_slices(BATCH_ROWS):
            yield plain_frame(batch)


def check_dtypes(schema: Mapping[str, pl.DataType], name: str) -> None:
    """Raise a DataError for a column that holds lists, records or bytes."""
    for column, dtype in schema.items():
        if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
            raise DataError(
                _(
                    "column {column!r} of {name} holds {dtype}; "
                    "give numbers, texts or dates"
                ).format(column=column, name=name, dtype=dtype)
            )


def plain_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with only texts, numbers, booleans and points in time."""
    return frame.select(_plain_series(series) for series in frame.get_columns())


def _plain_series(series: pl.Series) -> pl.Series:
    dtype = series.dtype
    if dtype in (pl.String, pl.Boolean, pl.Float64):
        return series
    if isinstance(dtype, pl.Datetime):
        return series.cast(pl.Datetime("us", dtype.time_zone))
    if dtype == pl.Date:
        return series.cast(pl.Datetime("us"))
    if dtype == pl.Time:
        return series.dt.to_string("%H:%M:%S%.f")
    if isinstance(dtype, pl.Duration):
        return series.dt.total_microseconds().cast(pl.Float64) / 1e6
    if dtype.is_integer() and len(series) and _is_long(series):
        return series.cast(pl.String)
    if isinstance(dtype, pl.Decimal) and (dtype.precision or 0) > EXACT_DIGITS:
        return series.cast(pl.String)
    if dtype.is_numeric() or dtype == pl.Null:
        return series.cast(pl.Float64)
    return series.cast(pl.String)


def _is_long(integers: pl.Series) -> bool:
    """Whether some are beyond the whole numbers that float64 holds one by one."""
    low, high = integers.min(), integers.max()
    return any(value is not None and abs(int(value)) > EXACT for value in (low, high))  # type: ignore[arg-type]


def plain_column(name: str, values: Sequence[object], where: str) -> pl.Series:
    """Column of plain Python values: one type for all, texts where they differ.

    Parameters
    ----------
    name : str
    values : sequence
        Texts, numbers, booleans, dates, times; ``None`` and NaN are missing.
    where : str
        What an error calls the source.

    Raises
    ------
    DataError
        A value is a list, a record or some other object.

    Examples
    --------
    >>> plain_column("age", [41, None, "unknown"], "data").to_list()
    ['41', None, 'unknown']
    """
    values = [_plain_cell(list_cell(v)) for v in values]
    present = [v for v in values if not _is_missing(v)]
    if all(isinstance(v, bool | np.bool_) for v in present):
        flags = [None if _is_missing(v) else bool(v) for v in values]
        return pl.Series(name, flags, dtype=pl.Boolean if present else pl.Float64)
    if all(_is_number(v) and not _is_too_long(v) for v in present):
        numbers = [None if _is_missing(v) else _float(v) for v in values]
        return pl.Series(name, numbers, dtype=pl.Float64)
    if all(isinstance(v, date) and _zone(v) is None for v in present):
        times = [None if _is_missing(v) else _time(v) for v in values]
        return pl.Series(name, times, dtype=pl.Datetime("us"))
    for row, value in enumerate(values, 1):
        if not (
            _is_missing(value)
            or isinstance(value, str | bool | date)
            or _is_number(value)
        ):
            raise DataError(
                _(
                    "column {column!r} of {name} holds values that are neither "
                    "numbers, texts nor dates (row {row}); give each of their parts "
                    "as a column of its own, or leave the column out of the table"
                ).format(column=name, name=where, row=row)
            )
    texts = [None if _is_missing(v) else _text(v) for v in values]
    return pl.Series(name, texts, dtype=pl.String)


def list_cell(value: object) -> object:
    """A list of texts as the cell that a text file has for it, others as they are.

    Examples
    --------
    >>> list_cell(["x", "y"]), list_cell([]), list_cell([1, 2]), list_cell(3)
    ('x|y', '[]', [1, 2], 3)
    """
    if not isinstance(value, list):
        return value
    if not all(isinstance(part, str) and "|" not in part for part in value):
        return value
    return "|".join(value) if value else "[]"


def _plain_cell(value: object) -> object:
    """A decimal as a number if one holds it, and a time as frames write it."""
    if isinstance(value, Decimal):
        exact = len(value.as_tuple().digits) <= EXACT_DIGITS
        return float(value) if exact else str(value)
    return value.isoformat() if isinstance(value, time) else value


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _is_too_long(value: Any) -> bool:
    return isinstance(value, int | np.integer) and abs(int(value)) > EXACT


def _zone(value: object) -> object:
    return value.tzinfo if isinstance(value, datetime) else None


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def _time(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
