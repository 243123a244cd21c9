"""What every encoder of a column shares: its values in, its features out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.cells import read_numbers, read_times, read_words
from neurona.data.column import Column
from neurona.errors import DataError
from neurona.messages import _, ngettext

__all__ = ["Encoder", "Fitter", "Surprises", "Values", "read_values"]

Values = NDArray[np.float64] | pl.Series
"""Cells of a column as read: numbers with NaN, or times or words with null."""

SHOWN_CATEGORIES = 3


@dataclass
class Surprises:
    """What the encoders meet that the model does not tell apart or never saw."""

    unseen: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    missing: Counter[str] = field(default_factory=Counter)
    pooled: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def notes(self) -> list[str]:
        """One sentence for each column that held something new, with a count."""
        notes = []
        for column, words in self.pooled.items():
            rows = words.total()
            notes.append(
                _(
                    "column {column!r}: {categories} rare or new categories, in {rows} "
                    "of its cells, are one to the model, 'other'"
                ).format(column=column, categories=len(words), rows=rows)
                if len(words) > 1
                else _(
                    "column {column!r}: the rare or new category {word!r}, in {rows} "
                    "of its cells, is part of 'other' to the model"
                ).format(column=column, word=next(iter(words)), rows=rows)
            )
        for column, words in self.unseen.items():
            count = words.total()
            shown = ", ".join(repr(w) for w, _n in words.most_common(SHOWN_CATEGORIES))
            notes.append(
                ngettext(
                    "column {column!r}: {count} cell holds a category not seen in "
                    "training ({shown})",
                    "column {column!r}: {count} cells hold categories not seen in "
                    "training ({shown})",
                    count,
                ).format(
                    column=column,
                    count=count,
                    shown=shown + ", …" * (len(words) > SHOWN_CATEGORIES),
                )
            )
        for column, count in self.missing.items():
            notes.append(
                ngettext(
                    "column {column!r}: {count} cell is missing, as none was in "
                    "training",
                    "column {column!r}: {count} cells are missing, as none was in "
                    "training",
                    count,
                ).format(column=column, count=count)
            )
        return notes


@dataclass(frozen=True)
class Encoder(ABC):
    """Turn the values of one column into features.

    Parameters
    ----------
    column : str
    """

    column: str

    @property
    @abstractmethod
    def features(self) -> tuple[str, ...]:
        """Names of the features, one for each number in a row."""

    @property
    def pooled(self) -> tuple[int, ...]:
        """Places of the features that stand for several values."""
        return ()

    @abstractmethod
    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write the features of the values into ``out`` (N, features)."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Record of plain values; ``encoder`` names the kind."""

    @classmethod
    @abstractmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Encoder of a record that :meth:`to_json` wrote, less its kind."""


class Fitter(ABC):
    """Gather from the training rows of one column what its encoder needs."""

    @abstractmethod
    def update(self, values: Values) -> None:
        """Take in the values of the next training rows."""

    @abstractmethod
    def finish(self) -> Encoder:
        """Encoder fitted on all the values taken in."""


def read_values(
    column: Column,
    cells: pl.Series,
    *,
    decimal_comma: bool,
    first_row: int,
    dtype: str,
    where: str,
) -> Values:
    """Cells of a column, read as the schema says.

    Parameters
    ----------
    column : Column
    cells : Series
    decimal_comma : bool
        Whether texts may write 3.14 as 3,14.
    first_row : int
        Rows that come before these cells, for messages.
    dtype : {"float32", "float64"}
        What the numbers must fit into.
    where : str
        What messages call the table.

    Raises
    ------
    DataError
        A cell is not what the column holds, with its row and its value.
    """
    if column.reading == "word":
        return read_words(cells)
    if column.reading == "time":
        times = read_times(cells, column.style)
        if times.bad:
            row = first_row + times.bad[0] + 1
            raise _unfit_cell(column, cells[times.bad[0]], row, _("a date"), where)
        return times.values
    numbers = read_numbers(cells, decimal_comma)
    if numbers.bad:
        row = first_row + numbers.bad[0] + 1
        raise _unfit_cell(column, cells[numbers.bad[0]], row, _("a number"), where)
    too_large = np.abs(numbers.values) > np.finfo(dtype).max
    if too_large.any():
        place = int(np.flatnonzero(too_large)[0])
        raise DataError(
            _(
                "column {column!r} of {name} holds {value} in row {row}, "
                "beyond what {dtype} can hold; correct it or leave the cell empty"
            ).format(
                column=column.name,
                name=where,
                value=cells[place],
                row=first_row + place + 1,
                dtype=dtype,
            )
        )
    return numbers.values


def _unfit_cell(
    column: Column, value: object, row: int, expected: str, where: str
) -> DataError:
    return DataError(
        _(
            "column {column!r} of {name} holds {value!r} in row {row} where {expected} "
            "is expected; correct it or leave the cell empty"
        ).format(
            column=column.name,
            name=where,
            value=str(value),
            row=row,
            expected=expected,
        )
    )
