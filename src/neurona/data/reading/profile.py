"""What a column holds under the reading that was chosen for it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.reading.doubtful_numbers import DoubtfulNumbers
from neurona.data.reading.odd_cells import OddCells
from neurona.data.reading.reading import CellReading, Cells

__all__ = ["DISTINCT_LIMIT", "Profile"]

DISTINCT_LIMIT = 10_000
"""Different values counted one by one; a column with more is said to have more."""

TEXTS = 2_000
"""Words of a column that tell whether they are free text."""


@dataclass
class Profile:
    """What is known of one column when it is read in one way.

    Parameters
    ----------
    name : str
    reading : CellReading
    facts : tuple of (str, str)
        What a note must say of the reading: a key of the notes, and a detail.
    rows, missing : int
    low, high : float
        Least and greatest number.
    whole : bool
        Every number is a whole one.
    rising : bool
        Every number is the one before plus one.
    first : float
        The first number.
    infinite : int or None
        Place of the first infinite number, from 0.
    counts : Counter
        How often each value occurs, or ``None`` once there are too many values.
    texts : Series
        The first words, where cells are words.
    marks : Counter
        Marks of missing values.
    strays, otherwise : OddCells
        Cells that do not fit the reading, and those that another way reads.
    doubtful : DoubtfulNumbers
        What speaks for another meaning of numbers.
    """

    name: str
    reading: CellReading
    facts: tuple[tuple[str, str], ...] = ()
    rows: int = 0
    missing: int = 0
    low: float = np.inf
    high: float = -np.inf
    whole: bool = True
    rising: bool = True
    first: float = np.nan
    infinite: int | None = None
    counts: Counter[str] | Counter[float] | None = field(default_factory=Counter)
    texts: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))
    marks: Counter[str] = field(default_factory=Counter)
    strays: OddCells = field(default_factory=OddCells)
    otherwise: OddCells = field(default_factory=OddCells)
    doubtful: DoubtfulNumbers = field(default_factory=DoubtfulNumbers)
    _last: float = np.nan
    _digest: hashlib.blake2b = field(
        default_factory=lambda: hashlib.blake2b(digest_size=16)
    )

    @property
    def present(self) -> int:
        """Cells that hold a value."""
        return self.rows - self.missing

    @property
    def distinct(self) -> int | None:
        """Different values, or ``None`` when they are more than were counted."""
        return None if self.counts is None else len(self.counts)

    @property
    def fingerprint(self) -> str:
        """Text that two columns share when all their values agree."""
        return f"{self.reading.kind} {self._digest.hexdigest()}"

    def take(self, found: Cells, cells: pl.Series) -> None:
        """Take in the next cells, as they were read."""
        values = found.values
        self.marks += found.marks
        self.strays.update(found.bad, cells, found, self.rows)
        self.otherwise.update(found.otherwise, cells, found, self.rows)
        if isinstance(values, np.ndarray):
            self._take_numbers(values)
        elif values.dtype == pl.String:
            self._digest.update(values.hash().to_numpy().tobytes())
            words = values.drop_nulls()
            self._count(words)
            if len(self.texts) < TEXTS:
                self.texts.extend(words.head(TEXTS - len(self.texts)))
            self.missing += values.null_count()
        else:
            micros = values.cast(pl.Int64)
            self._digest.update(micros.fill_null(-(2**63)).to_numpy().tobytes())
            self._count(micros.cast(pl.Float64).drop_nulls())
            self.missing += values.null_count()
        self.rows += len(values)

    def _take_numbers(self, values: NDArray[np.float64]) -> None:
        present = values[~np.isnan(values)]
        if self.infinite is None and np.isinf(present).any():
            self.infinite = self.rows + int(np.flatnonzero(np.isinf(values))[0])
        self._digest.update((values + 0.0).tobytes())
        if len(present):
            self._see_order(present, complete=len(present) == len(values))
            self.doubtful.update(present)
            self.low = min(self.low, float(present.min()))
            self.high = max(self.high, float(present.max()))
            with np.errstate(invalid="ignore"):
                self.whole &= bool((np.floor(present) == present).all())
            self._count(pl.Series(present))
        self.missing += len(values) - len(present)

    def _see_order(self, present: NDArray[np.float64], complete: bool) -> None:
        if not self.rows:
            self.first = float(present[0])
        self.rising &= complete
        if self.rising:
            with np.errstate(over="ignore"):
                steps = np.diff(present)
            follows = not self.rows or present[0] == self._last + 1
            self.rising = bool(follows and (steps == 1).all())
        self._last = float(present[-1])

    def _count(self, values: pl.Series) -> None:
        if self.counts is None or not len(values):
            return
        found = values.value_counts(name="times")
        self.counts.update(dict(zip(found.to_series(0), found["times"], strict=True)))
        if len(self.counts) > DISTINCT_LIMIT:
            self.counts = None
