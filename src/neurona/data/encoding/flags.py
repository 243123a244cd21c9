"""Booleans as 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import Check, is_list_of, is_number, is_text
from neurona.data.columns.column import Column
from neurona.data.encoding.encoder import Encoder, Fitter, Surprises, Values
from neurona.data.moments import Moments
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

    kind = "boolean"
    checks: ClassVar[Mapping[str, Check]] = {
        "words": is_list_of(is_text),
        "mean": is_number,
    }

    @property
    def own_features(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

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
        self.tell_missing(gone, out, surprises)

    def misfit(self) -> str:
        """Whether it lacks a word."""
        if len(self.words) in (0, 2):
            return ""
        return _("a boolean in the model file lacks its two words")


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
            self.column.name,
            self.column.words,
            self.moments.mean,
            missing=self.missing,
        )
