"""Times of day, days of the week and months as standardized sine and cosine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import Check, is_list_of, is_number, is_one_of
from neurona.data.columns.column import Column
from neurona.data.encoding.encoder import Encoder, Fitter, Surprises, Values
from neurona.data.encoding.numbers import standardize
from neurona.data.moments import Moments
from neurona.data.reading.calendar_words import CYCLES
from neurona.messages import _

__all__ = ["CycleEncoder", "CycleFitter"]

WAVES = (np.sin, np.cos)


@dataclass(frozen=True)
class CycleEncoder(Encoder):
    """Write where on a cycle a value lies, so that its end meets its start.

    Parameters
    ----------
    column : str
    cycle : str
        A key of :data:`neurona.data.reading.calendar_words.CYCLES`.
    means, stds : tuple of float
        Of sine and cosine in the training rows.
    missing : bool
        Whether the last feature tells missing values, because training held some.

    Notes
    -----
    Math: (sin φ, cos φ) with φ = 2π x / period, each less its mean and divided by its
    deviation; 0 where missing or unknown.
    """

    cycle: str
    means: tuple[float, ...]
    stds: tuple[float, ...]

    kind = "cycle"
    checks: ClassVar[Mapping[str, Check]] = {
        "cycle": is_one_of(*CYCLES),
        "means": is_list_of(is_number),
        "stds": is_list_of(is_number),
    }

    @property
    def own_features(self) -> tuple[str, ...]:
        """Sine and cosine."""
        return (f"{self.column} sine", f"{self.column} cosine")

    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write the standardized waves, and 1 where missing."""
        numbers = CYCLES[self.cycle].numbers(values)
        unknown = np.isnan(numbers)
        gone = unknown
        if isinstance(values, pl.Series):
            gone = values.is_null().to_numpy()
            strange = values.filter(pl.Series(unknown & ~gone))
            if len(strange):
                surprises.unseen[self.column].update(strange)
        angles = _angles(numbers, self.cycle)
        for i, wave in enumerate(WAVES):
            out[:, i] = standardize(wave(angles), self.means[i], self.stds[i])
        self.tell_missing(gone, out, surprises)

    def misfit(self) -> str:
        """Whether the numbers are not those of two waves."""
        if len(self.means) == len(self.stds) == len(WAVES) and min(self.stds) >= 0:
            return ""
        return _("the waves of a cycle in the model file do not fit")


class CycleFitter(Fitter):
    """Gather mean and deviation of sine and cosine in the training rows.

    Parameters
    ----------
    column : Column
    """

    def __init__(self, column: Column) -> None:
        self.column = column.name
        self.cycle = column.reading.style
        self.moments = [Moments() for _wave in WAVES]
        self.missing = False

    def update(self, values: Values) -> None:
        """Take in the next training rows."""
        numbers = CYCLES[self.cycle].numbers(values)
        present = numbers[~np.isnan(numbers)]
        self.missing |= len(present) < len(numbers)
        for wave, moments in zip(WAVES, self.moments, strict=True):
            moments.update(wave(_angles(present, self.cycle)))

    def finish(self) -> CycleEncoder:
        """Encoder with what was gathered."""
        return CycleEncoder(
            self.column,
            self.cycle,
            tuple(m.mean for m in self.moments),
            # A single place on the cycle leaves a trace of spread by rounding.
            tuple(m.std if m.std > 1e-9 else 0.0 for m in self.moments),
            missing=self.missing,
        )


def _angles(numbers: NDArray[np.float64], cycle: str) -> NDArray[np.float64]:
    return np.asarray(numbers * (2 * math.pi / CYCLES[cycle].period))
