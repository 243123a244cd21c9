"""What a column holds, found in one pass over its cells."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.cells import date_formats, read_numbers, read_times, read_words
from neurona.data.table import DataTable
from neurona.messages import _

__all__ = ["DISTINCT_LIMIT", "CellReading", "Profile", "find_profiles"]

DISTINCT_LIMIT = 10_000
"""Different values counted one by one; a column with more is said to have more."""


@dataclass(frozen=True)
class CellReading:
    """How the cells of a column are read: as numbers, times (in a style) or words."""

    kind: Literal["number", "time", "word"]
    style: str = ""


@dataclass
class Profile:
    """What is known of one column when it is read in one way.

    Parameters
    ----------
    name : str
    reading : CellReading
    rows, missing : int
    low, high : float
        Least and greatest number.
    whole : bool
        Every number is a whole one.
    rising : bool
        Every number is the one before plus one.
    first : float
        The first number.
    infinite : int
        Row of the first infinite number, 0 for none.
    counts : Counter
        How often each value occurs, or ``None`` once there are too many values.
    marks : Counter
        Marks of missing values among numbers.
    """

    name: str
    reading: CellReading
    rows: int = 0
    missing: int = 0
    low: float = np.inf
    high: float = -np.inf
    whole: bool = True
    rising: bool = True
    first: float = np.nan
    infinite: int = 0
    counts: Counter[str] | Counter[float] | None = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
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

    def update(self, cells: pl.Series, decimal_comma: bool) -> str | None:
        """Take in the next cells; the reason, should they not fit the reading."""
        if self.reading.kind == "number":
            return self._update_numbers(cells, decimal_comma)
        if self.reading.kind == "time":
            return self._update_times(cells)
        words = read_words(cells)
        self._digest.update(words.hash().to_numpy().tobytes())
        self._count(words.drop_nulls())
        self.missing += words.null_count()
        self.rows += len(cells)
        return None

    def _update_numbers(self, cells: pl.Series, decimal_comma: bool) -> str | None:
        if cells.dtype == pl.Boolean:
            return ""
        found = read_numbers(cells, decimal_comma)
        if found.bad:
            value, row = cells[found.bad[0]], self.rows + found.bad[0] + 1
            # A stray word among numbers is likely an error; say where it stands.
            numbers = int(np.count_nonzero(~np.isnan(found.values)))
            if self.present + numbers <= len(found.bad):
                return ""
            return _(
                "column {column!r} is read as text: {value!r} in row {row} "
                "is not a number"
            ).format(column=self.name, value=value, row=row)
        values = found.values
        present = values[~np.isnan(values)]
        if not self.infinite and np.isinf(present).any():
            self.infinite = self.rows + int(np.flatnonzero(np.isinf(values))[0]) + 1
        self._digest.update((values + 0.0).tobytes())
        if len(present):
            self._see_order(present, complete=len(present) == len(values))
            self.low = min(self.low, float(present.min()))
            self.high = max(self.high, float(present.max()))
            with np.errstate(invalid="ignore"):
                self.whole &= bool((np.floor(present) == present).all())
            self._count(pl.Series(present))
        self.marks += found.marks
        self.missing += len(values) - len(present)
        self.rows += len(values)
        return None

    def _see_order(self, present: NDArray[np.float64], complete: bool) -> None:
        if not self.rows:
            self.first = float(present[0])
        self.rising &= complete
        if self.rising:
            steps = np.diff(present)
            follows = not self.rows or present[0] == self._last + 1
            self.rising = bool(follows and (steps == 1).all())
        self._last = float(present[-1])

    def _update_times(self, cells: pl.Series) -> str | None:
        found = read_times(cells, self.reading.style)
        if found.bad:
            return ""
        times = found.values
        micros = times.cast(pl.Int64)
        self._digest.update(micros.fill_null(-(2**63)).to_numpy().tobytes())
        self._count(micros.cast(pl.Float64).drop_nulls())
        self.missing += times.null_count()
        self.rows += len(times)
        return None

    def _count(self, values: pl.Series) -> None:
        if self.counts is None or not len(values):
            return
        found = values.value_counts(name="times")
        self.counts.update(dict(zip(found.to_series(0), found["times"], strict=True)))
        if len(self.counts) > DISTINCT_LIMIT:
            self.counts = None


def find_profiles(
    table: DataTable, columns: Sequence[str] | None = None
) -> tuple[dict[str, Profile], list[str]]:
    """Profile of each column, and notes on what was surprising.

    Notes
    -----
    A column is tried as numbers, then as dates, then taken as words. Where a batch
    does not fit, the column falls to the next reading and is read once more from the
    start, alone with the others that fell: most tables take one pass.

    Examples
    --------
    >>> from neurona.data.read import as_source
    >>> profiles, notes = find_profiles(as_source({"x": ["1", "2", "NA"]}))
    >>> profiles["x"].reading.kind, profiles["x"].missing
    ('number', 1)
    """
    waiting = {name: [CellReading("number")] for name in columns or table.columns}
    started: set[str] = set()
    done: dict[str, Profile] = {}
    notes: list[str] = []
    while waiting:
        profiles = {name: Profile(name, next_[0]) for name, next_ in waiting.items()}
        fallen: dict[str, list[CellReading]] = {}
        for batch in table.batches(list(profiles)):
            for name in list(profiles):
                profile, readings = profiles[name], waiting[name]
                while True:
                    reason = profile.update(batch[name], table.decimal_comma)
                    if reason is None:
                        break
                    if reason:
                        notes.append(reason)
                    if name not in started:
                        styles = date_formats(batch[name])
                        readings += [CellReading("time", style) for style in styles]
                        readings.append(CellReading("word"))
                        started.add(name)
                    readings.pop(0)
                    if profile.rows:
                        fallen[name] = readings
                        del profiles[name]
                        break
                    profile = profiles[name] = Profile(name, readings[0])
        done.update(profiles)
        waiting = fallen
    return {name: done[name] for name in columns or table.columns}, notes
