"""Points in time as standardized parts of the calendar."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import Check, is_list_of, is_number, is_one_of
from neurona.data.columns.column import Column
from neurona.data.encoding.encoder import Encoder, Fitter, Surprises, Values
from neurona.data.encoding.numbers import standardize
from neurona.data.moments import Moments
from neurona.messages import _

__all__ = ["DATE_PARTS", "DateEncoder", "DateFitter"]

DAYS_PER_YEAR = 365.25
MICROSECONDS_PER_DAY = 86_400_000_000


def _year_angle(times: pl.Series) -> NDArray[np.float64]:
    days = times.dt.ordinal_day().cast(pl.Float64).to_numpy()
    return np.asarray((days - 1) * (2 * math.pi / DAYS_PER_YEAR))


def _hour(times: pl.Series) -> NDArray[np.float64]:
    clock = times - times.dt.truncate("1d")
    return np.asarray(clock.dt.total_seconds().cast(pl.Float64).to_numpy() / 3600)


def _number(part: pl.Series) -> NDArray[np.float64]:
    return np.asarray(part.cast(pl.Float64).to_numpy())


DATE_PARTS: Mapping[str, Callable[[pl.Series], NDArray[np.float64]]] = MappingProxyType(
    {
        "year": lambda times: _number(times.dt.year()),
        "month": lambda times: _number(times.dt.month()),
        "day of week": lambda times: _number(times.dt.weekday()),
        "day of year, sine": lambda times: np.sin(_year_angle(times)),
        "day of year, cosine": lambda times: np.cos(_year_angle(times)),
        "hour": _hour,
        "days": lambda times: _number(times.cast(pl.Int64)) / MICROSECONDS_PER_DAY,
    }
)
"""Parts of a date: each from points in time without gaps to numbers.

``day of week`` is 1 for Monday; ``hour`` has a fraction; ``days`` have gone by since
1970; the sine and cosine of the day of the year let December and January meet.
"""


@dataclass(frozen=True)
class DateEncoder(Encoder):
    """Standardize the parts of a date that varied in training.

    Parameters
    ----------
    column : str
    parts : tuple of str
        Keys of :data:`DATE_PARTS`.
    means, stds : tuple of float
        Of each part, in the training rows.
    missing : bool
        Whether the last feature tells missing values, because training held some.
    """

    parts: tuple[str, ...]
    means: tuple[float, ...]
    stds: tuple[float, ...]

    kind = "date"
    checks: ClassVar[Mapping[str, Check]] = {
        "parts": is_list_of(is_one_of(*DATE_PARTS)),
        "means": is_list_of(is_number),
        "stds": is_list_of(is_number),
    }

    @property
    def own_features(self) -> tuple[str, ...]:
        """One name for each part."""
        return tuple(f"{self.column} {part}" for part in self.parts)

    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write the standardized parts, 0 where the date is missing."""
        times = pl.Series(values, dtype=pl.Datetime("us"))
        here = times.is_not_null().to_numpy()
        present = times.drop_nulls()
        out[:] = 0
        for i, part in enumerate(self.parts):
            numbers = DATE_PARTS[part](present)
            out[here, i] = standardize(numbers, self.means[i], self.stds[i])
        self.tell_missing(~here, out, surprises)

    def misfit(self) -> str:
        """Whether parts and numbers do not belong together."""
        counts = {len(self.means), len(self.stds), len(set(self.parts))}
        if counts == {len(self.parts)} and min(self.stds, default=0) >= 0:
            return ""
        return _("the parts of a date in the model file do not fit")


class DateFitter(Fitter):
    """Gather mean and deviation of each part of the dates in the training rows.

    Parameters
    ----------
    column : Column
    """

    def __init__(self, column: Column) -> None:
        self.column = column.name
        self.moments = {part: Moments() for part in DATE_PARTS}
        self.missing = False

    def update(self, values: Values) -> None:
        """Take in the next training rows."""
        times = pl.Series(values, dtype=pl.Datetime("us"))
        present = times.drop_nulls()
        self.missing |= len(present) < len(times)
        for part, moments in self.moments.items():
            moments.update(DATE_PARTS[part](present))

    def finish(self) -> DateEncoder:
        """Encoder with the parts that varied."""
        varied = {part: m for part, m in self.moments.items() if m.std > 0}
        return DateEncoder(
            self.column,
            tuple(varied),
            tuple(m.mean for m in varied.values()),
            tuple(m.std for m in varied.values()),
            missing=self.missing,
        )
