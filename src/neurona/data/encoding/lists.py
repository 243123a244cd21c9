"""Lists in a cell as one feature for each of their parts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import (
    check_record,
    is_flag,
    is_list_of,
    is_one_of,
    is_text,
)
from neurona.data.columns.column import Column
from neurona.data.encoding.categories import (
    category_numbers,
    different_categories,
    usual_categories,
)
from neurona.data.encoding.encoder import Encoder, Fitter, Surprises, Values
from neurona.data.reading.lists import SEPARATORS, one_spelling, split_lists
from neurona.messages import _

__all__ = ["ListEncoder", "ListFitter"]


@dataclass(frozen=True)
class ListEncoder(Encoder):
    """Write 1 in the feature of each part of a list and 0 in the others.

    Parameters
    ----------
    column : str
    separator : str
        What stands between the parts.
    parts : tuple of str
        Parts with a feature of their own, in alphabetical order.
    other : bool
        Whether one feature stands for all other parts, because there were more than 32
        in training; else a part that training lacked is left out.
    missing : bool
        Whether the last feature tells missing lists, because training held some.
    """

    separator: str
    parts: tuple[str, ...]
    other: bool
    missing: bool

    @property
    def features(self) -> tuple[str, ...]:
        """One name for each part."""
        names = [f"{self.column}: {part}" for part in self.parts]
        names += [f"{self.column} other"] * self.other
        names += [f"{self.column} missing"] * self.missing
        return tuple(names)

    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write the features of the lists."""
        lists = pl.Series(values, dtype=pl.String)
        gone = lists.is_null().to_numpy()
        split = split_lists(lists, self.separator)
        rows = split["row"].to_numpy()
        found = category_numbers(split["part"], self.parts)
        surprises.respelled[self.column].update(found.respelled)
        known = found.numbers >= 0
        out[:] = 0
        out[rows[known], found.numbers[known]] = 1
        if self.other:
            out[rows[~known], len(self.parts)] = 1
        elif len(found.unseen):
            surprises.unseen[self.column].update(found.unseen)
        if self.missing:
            out[gone, -1] = 1
        elif gone.any():
            surprises.missing[self.column] += int(gone.sum())

    def to_json(self) -> dict[str, Any]:
        """Record of plain values."""
        return {
            "encoder": "list",
            "column": self.column,
            "separator": self.separator,
            "parts": list(self.parts),
            "other": self.other,
            "missing": self.missing,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Encoder of a record that :meth:`to_json` wrote."""
        checks = {
            "column": is_text,
            "separator": is_one_of(*SEPARATORS),
            "parts": is_list_of(is_text),
            "other": is_flag,
            "missing": is_flag,
        }
        fields = check_record(record, checks, _("encoder"))
        return cls(**{**fields, "parts": different_categories(fields["parts"])})


class ListFitter(Fitter):
    """Gather the parts of the lists in the training rows.

    Parameters
    ----------
    column : Column
    """

    def __init__(self, column: Column) -> None:
        self.column = column.name
        self.separator = column.reading.style
        self.counts: Counter[str] = Counter()
        self.missing = False

    def update(self, values: Values) -> None:
        """Take in the next training rows."""
        lists = pl.Series(values, dtype=pl.String)
        self.missing |= lists.null_count() > 0
        self.counts.update(split_lists(lists, self.separator)["part"])

    def finish(self) -> ListEncoder:
        """Encoder with the parts found."""
        counts: Counter[str] = Counter()
        same = one_spelling(self.counts)
        for part, times in self.counts.items():
            counts[same.get(part, part)] += times
        parts, other = usual_categories(counts)
        return ListEncoder(self.column, self.separator, parts, other, self.missing)
