"""Numbers that may mean something else: marks of missing values, days, moments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.reading.read_numbers import number_word
from neurona.data.reading.read_times import COMPACT, EPOCHS, read_days

__all__ = ["DoubtfulNumbers"]

NINES = [
    sign * (10.0**k - d) for k in range(1, 9) for d in (1, 2, 3) for sign in (1, -1)
]
FRACTIONS = [sign * (10.0**k - 0.1) for k in (2, 3, 4) for sign in (1, -1)]
LIMITS = [-32_768.0, 32_767.0, -(2.0**31), 2.0**31 - 1, 1e20, -1e20, 1e30, -1e30]
SENTINELS = frozenset([*NINES, *FRACTIONS, *LIMITS])
"""Numbers that are written for a missing value: −9, 98, 999, −9999.9, …"""

SMALL = 10.0
"""Below it a number is a level like others, but two spreads away from them."""

PLAIN_NEGATIVE = -97.0
"""From here down such a number is far outside numbers of which none is negative."""

COMPACT_DAYS = (19_000_101.0, 21_001_231.0)
MOMENT_NAME = re.compile(
    r"(?i:.*(?:time|date|epoch|unix|fecha|hora|moment).*|(?:.*_)?(?:ts|at|when|cuando))"
)
YEARS = (631_152_000.0, 2_208_988_800.0)
"""Seconds since 1970 from 1990 to 2040."""


@dataclass
class DoubtfulNumbers:
    """What speaks for another meaning of a column's numbers, batch by batch.

    Parameters
    ----------
    sentinels : Counter of float
        How often each of :data:`SENTINELS` stood at the edge of what a batch held.
    low, high : float
        Least and greatest of the other numbers.
    days : bool
        Whether every number is a day such as 20240531.

    Notes
    -----
    A number far outside the others is the least or the greatest of every batch that
    holds it, so that only these are looked at.
    """

    sentinels: Counter[float] = field(default_factory=Counter)
    low: float = np.inf
    high: float = -np.inf
    days: bool = True

    def update(self, values: NDArray[np.float64]) -> None:
        """Take in the next numbers, none of them missing."""
        low, high = COMPACT_DAYS
        self.days = self.days and bool(
            low <= values[0] <= high
            and ((values >= low) & (values <= high) & (values % 1 == 0)).all()
            and _are_days(values)
        )
        while len(values):
            edges = {float(values.min()), float(values.max())}
            found = edges & SENTINELS
            if not found:
                self.low = min(self.low, *edges)
                self.high = max(self.high, *edges)
                return
            for value in found:
                here = values == value
                self.sentinels[value] += int(np.count_nonzero(here))
                values = values[~here]

    def facts(self, name: str, low: float, high: float) -> Iterator[tuple[str, str]]:
        """Keys of :data:`neurona.data.reading.notes.NOTES`, each with a detail.

        Parameters
        ----------
        name : str
            Of the column.
        low, high : float
            Its least and greatest number.

        Examples
        --------
        >>> found = DoubtfulNumbers()
        >>> found.update(np.array([1.0, 2.0, 5.0, 3.0, -999.0]))
        >>> [*found.facts("score", -999.0, 5.0)]
        [('sentinels', '-999')]
        """
        far = [
            number_word(value) for value in sorted(self.sentinels) if self._far(value)
        ]
        if far:
            yield "sentinels", " ".join(far)
        if self.days and low < high:
            yield "days as numbers", number_word(low)
        if MOMENT_NAME.fullmatch(name.strip()) and low < high:
            for style, (unit, zero, _least) in EPOCHS.items():
                start, end = ((1e6 * year - zero) / unit for year in YEARS)
                if start <= low and high <= end:
                    first = read_days(pl.Series([repr(low)]), style)[0]
                    yield "moments as numbers", f"{number_word(low)} = {first:%Y-%m-%d}"

    def _far(self, value: float) -> bool:
        """Whether a number stands further from the others than these from each other.

        Or it is the one that is negative.
        """
        gap = max(self.low - value, value - self.high)
        plain = value <= PLAIN_NEGATIVE and self.low >= 0
        spread = (self.high - self.low) * (2 if 0 < value < SMALL else 1)
        return self.high > self.low and (plain or gap > spread)


def _are_days(values: NDArray[np.float64]) -> bool:
    texts = pl.Series(values).cast(pl.Int64).cast(pl.String)
    return not read_days(texts, COMPACT).null_count()
