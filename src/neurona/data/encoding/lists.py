"""Lists in a cell as one feature for each of their parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import Check, is_flag, is_list_of, is_one_of, is_text
from neurona.data.columns.column import Column
from neurona.data.encoding.categories import (
    category_numbers,
    repeated,
    usual_categories,
)
from neurona.data.encoding.encoder import Encoder, Fitter, Surprises, Values
from neurona.data.reading.lists import SEPARATORS, one_spelling, split_lists

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

    kind = "list"
    checks: ClassVar[Mapping[str, Check]] = {
        "separator": is_one_of(*SEPARATORS),
        "parts": is_list_of(is_text),
        "other": is_flag,
    }

    @property
    def own_features(self) -> tuple[str, ...]:
        """One name for each part."""
        names = [f"{self.column}: {part}" for part in self.parts]
        return (*names, *[f"{self.column} other"] * self.other)

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
        self.tell_missing(gone, out, surprises)

    def misfit(self) -> str:
        """Whether a part stands twice."""
        return repeated(self.parts)


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
        return ListEncoder(
            self.column, self.separator, parts, other, missing=self.missing
        )
