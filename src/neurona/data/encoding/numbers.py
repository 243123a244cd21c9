"""Numbers as standardized features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurona.data.closed_record import Check, is_number
from neurona.data.columns.column import Column
from neurona.data.encoding.encoder import Encoder, Fitter, Surprises, Values
from neurona.data.moments import Moments
from neurona.messages import _

__all__ = ["NumberEncoder", "NumberFitter", "standardize"]


def standardize(
    values: NDArray[np.float64], mean: float, std: float
) -> NDArray[np.float64]:
    r"""Numbers in units of a standard deviation from a mean.

    Notes
    -----
    Math: z = (x − μ) / σ, and 0 where σ = 0 or x is missing.

    Numerics: halves are subtracted, so that no difference overflows.

    Examples
    --------
    >>> standardize(np.array([2.0, 9.0, np.nan]), 5.0, 2.0).tolist()
    [-1.5, 2.0, 0.0]
    """
    if std == 0:
        return np.zeros(len(values))
    scores = (values / 2 - mean / 2) / (std / 2)
    scores[np.isnan(scores)] = 0.0
    return np.asarray(scores)


@dataclass(frozen=True)
class NumberEncoder(Encoder):
    """Standardize numbers with the mean and deviation of the training rows.

    Parameters
    ----------
    column : str
    mean, std : float
        Population mean and standard deviation of the training rows.
    missing : bool
        Whether a second feature tells missing values, because training held some.

    Notes
    -----
    A missing value is encoded as the mean, that is 0; so is every value of a column
    that was constant in training.
    """

    mean: float
    std: float

    kind = "standardize"
    checks: ClassVar[Mapping[str, Check]] = {"mean": is_number, "std": is_number}

    @property
    def own_features(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write standardized numbers, and 1 where missing."""
        numbers = np.asarray(values, dtype=np.float64)
        gone = np.isnan(numbers)
        most = float(np.finfo(out.dtype).max)
        out[:, 0] = np.clip(standardize(numbers, self.mean, self.std), -most, most)
        self.tell_missing(gone, out, surprises)

    def misfit(self) -> str:
        """Whether the deviation is none."""
        return _("a deviation in the model file is negative") if self.std < 0 else ""


class NumberFitter(Fitter):
    """Gather mean and deviation of the training rows.

    Parameters
    ----------
    column : Column
    """

    def __init__(self, column: Column) -> None:
        self.column = column.name
        self.moments = Moments.for_range(column.low or 0.0, column.high or 0.0)
        self.missing = False

    def update(self, values: Values) -> None:
        """Take in the next training rows."""
        numbers = np.asarray(values, dtype=np.float64)
        present = numbers[~np.isnan(numbers)]
        self.missing |= len(present) < len(numbers)
        self.moments.update(present)

    def finish(self) -> NumberEncoder:
        """Encoder with the mean and deviation found."""
        return NumberEncoder(
            self.column, self.moments.mean, self.moments.std, missing=self.missing
        )
