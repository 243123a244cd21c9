"""Booleans as 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import (
    check_record,
    is_flag,
    is_list_of,
    is_number,
    is_text,
)
from neurona.data.columns.column import Column
from neurona.data.encoding.encoder import Encoder, Fitter, Surprises, Values
from neurona.data.moments import Moments
from neurona.errors import ModelFileError
from neurona.messages import _

__all__ = ["FlagEncoder", "FlagFitter"]


def flags_of(values: Values, words: tuple[str, ...]) -> NDArray[np.float64]:
    """Booleans as 0.0 and 1.0; NaN where missing or another word.

    Examples
    --------
    >>> flags_of(pl.Series(["yes", "No", None, "maybe"]), ("no", "yes")).tolist()
    [1.0, 0.0, nan, nan]
    """
    if not isinstance(values, pl.Series):
        return values
    lower = values.str.to_lowercase()
    flags = np.full(len(values), np.nan)
    for flag, word in enumerate(words):
        flags[(lower == word.lower()).fill_null(False).to_numpy()] = flag
    return flags


@dataclass(frozen=True)
class FlagEncoder(Encoder):
    """Write false as 0 and true as 1, neither centered nor scaled.

    Parameters
    ----------
    column : str
    words : tuple of str
        The words for false and true; empty when the column holds 0 and 1.
    mean : float
        Share of true in training, written where a value is missing or unknown.
    missing : bool
        Whether a second feature tells missing values, because training held some.
    """

    words: tuple[str, ...]
    mean: float
    missing: bool

    @property
    def features(self) -> tuple[str, ...]:
        """The column, and whether its value is missing."""
        return (self.column, f"{self.column} missing")[: 1 + self.missing]

    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write 0 and 1, and 1 where missing."""
        flags = flags_of(values, self.words)
        gone = np.isnan(flags)
        if isinstance(values, pl.Series):
            strange = gone & values.is_not_null().to_numpy()
            if strange.any():
                surprises.unseen[self.column].update(values.filter(pl.Series(strange)))
            gone = values.is_null().to_numpy()
        out[:, 0] = np.where(np.isnan(flags), self.mean, flags)
        if self.missing:
            out[:, 1] = gone
        elif gone.any():
            surprises.missing[self.column] += int(gone.sum())

    def to_json(self) -> dict[str, Any]:
        """Record of plain values."""
        return {
            "encoder": "boolean",
            "column": self.column,
            "words": list(self.words),
            "mean": self.mean,
            "missing": self.missing,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Encoder of a record that :meth:`to_json` wrote."""
        checks = {
            "column": is_text,
            "words": is_list_of(is_text),
            "mean": is_number,
            "missing": is_flag,
        }
        fields = check_record(record, checks, _("encoder"))
        if len(fields["words"]) not in (0, 2):
            raise ModelFileError(_("a boolean in the model file lacks its two words"))
        return cls(**{**fields, "words": tuple(fields["words"])})


class FlagFitter(Fitter):
    """Gather the share of true in the training rows.

    Parameters
    ----------
    column : Column
    """

    def __init__(self, column: Column) -> None:
        self.column = column
        self.moments = Moments()
        self.missing = False

    def update(self, values: Values) -> None:
        """Take in the next training rows."""
        flags = flags_of(values, self.column.words)
        present = flags[~np.isnan(flags)]
        self.missing |= len(present) < len(flags)
        self.moments.update(present)

    def finish(self) -> FlagEncoder:
        """Encoder with the share found."""
        return FlagEncoder(
            self.column.name, self.column.words, self.moments.mean, self.missing
        )
