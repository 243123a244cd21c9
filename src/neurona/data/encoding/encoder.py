"""What every encoder of a column shares: its values in, its features out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import Check, check_record, is_flag, is_text
from neurona.data.columns.column import Column
from neurona.data.reading.notes import Notes
from neurona.data.reading.number_forms import FORMS
from neurona.data.reading.odd_cells import OddCells
from neurona.data.reading.read_numbers import SHARES
from neurona.data.reading.reading import Cells, Values
from neurona.data.reading.ways import WAYS, read_cells
from neurona.data.sources.table import DataTable
from neurona.errors import DataError, ModelFileError
from neurona.messages import _, ngettext

__all__ = ["Encoder", "Fitter", "Surprises", "Values", "read_values"]

SHOWN_CATEGORIES = 3


@dataclass
class Surprises:
    """What a table holds that the model does not tell apart, or never saw so."""

    unseen: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    missing: Counter[str] = field(default_factory=Counter)
    pooled: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    strays: defaultdict[str, OddCells] = field(
        default_factory=lambda: defaultdict(OddCells)
    )
    otherwise: defaultdict[str, OddCells] = field(
        default_factory=lambda: defaultdict(OddCells)
    )
    fractions: defaultdict[str, OddCells] = field(
        default_factory=lambda: defaultdict(OddCells)
    )
    shares: dict[str, float] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    respelled: defaultdict[str, dict[str, str]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def reading_notes(self, table: DataTable) -> list[str]:
        """One sentence for each kind of cells that are not as the rest."""
        notes = Notes()
        for column, greatest in self.shares.items():
            if greatest <= 1:
                notes.add("shares", column)
        for column, order in self.orders.items():
            notes.add(order, column)
        for kind, columns in (
            ("strays", self.strays),
            ("otherwise", self.otherwise),
            ("fraction", self.fractions),
        ):
            for column, odd in columns.items():
                if odd.count:
                    notes.add_cells(kind, column, odd, table)
        for column, words in self.respelled.items():
            if words:
                shown = [f"{word!r} → {known!r}" for word, known in words.items()]
                more = "; …" * (len(shown) > SHOWN_CATEGORIES)
                detail = "; ".join(shown[:SHOWN_CATEGORIES]) + more
                notes.add("one word", column, detail)
        return notes.sentences()

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
    missing : bool
        Whether training held missing values: then a last feature tells them.
    """

    column: str
    missing: bool = field(kw_only=True)

    kind: ClassVar[str]
    """What it is called in a model file."""

    checks: ClassVar[Mapping[str, Check]]
    """What its own fields are in a model file."""

    @property
    @abstractmethod
    def own_features(self) -> tuple[str, ...]:
        """Names of the features but for the one that tells missing values."""

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features, one for each number in a row."""
        return (*self.own_features, *[f"{self.column} missing"] * self.missing)

    @property
    def pooled(self) -> tuple[int, ...]:
        """Places of the features that stand for several values."""
        return ()

    @abstractmethod
    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write the features of the values into ``out`` (N, features)."""

    def tell_missing(
        self, gone: NDArray[np.bool_], out: NDArray[Any], surprises: Surprises
    ) -> None:
        """Write which values are missing; count them where training held none."""
        if self.missing:
            out[:, -1] = gone
        elif gone.any():
            surprises.missing[self.column] += int(gone.sum())

    def to_json(self) -> dict[str, Any]:
        """Record of plain values; ``encoder`` names the kind."""
        told = {part.name: getattr(self, part.name) for part in fields(self)}
        told["missing"] = told.pop("missing")  # The last, as its feature is.
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in told.items()}
        return {"encoder": self.kind, **plain}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Encoder of a record that :meth:`to_json` wrote, less its kind.

        Raises
        ------
        ModelFileError
            The record is not one of those, or its parts do not fit together.
        """
        checks = {"column": is_text, **cls.checks, "missing": is_flag}
        found = check_record(record, checks, _("encoder"))
        settled: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in found.items()
        }
        encoder = cls(**settled)
        if misfit := encoder.misfit():
            raise ModelFileError(misfit)
        return encoder

    def misfit(self) -> str:
        """What does not fit together in a record of it; empty where all does."""
        return ""


class Fitter(ABC):
    """Gather from the training rows of one column what its encoder needs."""

    @abstractmethod
    def update(self, values: Values) -> None:
        """Take in the values of the next training rows."""

    @abstractmethod
    def finish(self) -> Encoder:
        """Encoder fitted on all the values taken in."""


def open_fractions(column: Column, cells: pl.Series, found: Cells) -> tuple[int, ...]:
    """Places of cells such as 1.234, read as a fraction where thousands may be meant.

    They may where training held whole numbers and no cell shows another count of
    digits after its point, or where decimal commas stand beside them.
    """
    reading = column.reading
    if (
        reading.kind != "number"
        or (reading.decimal or ".", reading.thousands) != (".", "")
        or cells.dtype != pl.String
    ):
        return ()
    three = cells.str.contains(rf"^\D*(?:{FORMS['point, three digits']})\D*$")
    places = three.fill_null(False).arg_true().to_list()
    if not places:
        return ()
    whole = all(
        end is not None and float(end).is_integer() for end in (column.low, column.high)
    )
    if whole:
        pointed = cells.str.contains(r"\d\.\d").sum()
        whole = pointed == len(places)
    commas = any("," in str(cells[place]) for place in found.otherwise)
    return tuple(places) if whole or commas else ()


DAY_AND_MONTH = r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-]"


def order_in_doubt(column: Column, cells: pl.Series, found: Cells) -> str | None:
    """Note on which of day and month comes first, where it may be either.

    A cell shows the other order, and in another both would fit.
    """
    style = column.reading.style
    if column.reading.kind != "time" or not style.startswith(("%d", "%m")):
        return None
    day_first = style.startswith("%d")
    if cells.dtype != pl.String or not found.otherwise:
        return None
    parts = cells.str.extract_groups(DAY_AND_MONTH).struct.unnest()
    first, second = parts.cast(pl.Int64).get_columns()
    other = (second if day_first else first).gather(list(found.otherwise)) > 12
    either = (first <= 12) & (second <= 12) & (first != second)
    if not (other.any() and either.any()):
        return None
    return "day first" if day_first else "month first"


def read_values(
    column: Column,
    cells: pl.Series,
    *,
    table: DataTable,
    first_row: int,
    dtype: str,
    surprises: Surprises | None = None,
) -> Values:
    """Cells of a column, read as it was read in training.

    Parameters
    ----------
    column : Column
    cells : Series
    table : DataTable
        Where they stand.
    first_row : int
        Rows that come before these cells.
    dtype : {"float32", "float64"}
        What the numbers must fit into.
    surprises : Surprises, optional
        Where to keep what was read otherwise than the rest.

    Raises
    ------
    DataError
        A cell is not what the column holds, with its row and its value.
    """
    found = read_cells(cells, column.reading)
    if found.bad and not column.reading.strays:
        place = found.bad[0]
        expected = WAYS[column.reading.kind].expected(column.reading)
        raise DataError(
            _(
                "column {column!r} of {name} holds {value!r} in row {row} where "
                "{expected} is expected; correct it or leave the cell empty "
                "({counting})"
            ).format(
                column=column.name,
                name=table.name,
                value=str(cells[place]),
                row=table.row_number(first_row + place),
                expected=expected,
                counting=table.counting,
            )
        )
    if surprises is not None:
        surprises.strays[column.name].update(found.bad, cells, found, first_row)
        if column.reading.unit in SHARES and found.otherwise and (column.high or 0) > 1:
            bare = np.abs(np.asarray(found.values)[list(found.otherwise)])
            greatest = max(float(bare.max()), surprises.shares.get(column.name, 0))
            surprises.shares[column.name] = greatest
        surprises.otherwise[column.name].update(
            found.otherwise, cells, found, first_row
        )
        if (order := order_in_doubt(column, cells, found)) is not None:
            surprises.orders[column.name] = order
        surprises.fractions[column.name].update(
            open_fractions(column, cells, found), cells, found, first_row
        )
    values = found.values
    if isinstance(values, pl.Series):
        return values
    too_large = np.abs(values) > np.finfo(dtype).max
    if too_large.any():
        place = int(np.flatnonzero(too_large)[0])
        raise DataError(
            _(
                "column {column!r} of {name} holds {value} in row {row}, "
                "beyond what {dtype} can hold; correct it or leave the cell empty "
                "({counting})"
            ).format(
                column=column.name,
                name=table.name,
                value=cells[place],
                row=table.row_number(first_row + place),
                dtype=dtype,
                counting=table.counting,
            )
        )
    return values
