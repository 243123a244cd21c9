"""Count a table's columns batch by batch until how each is read is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from neurona.data.reading.decide import Decision, decide
from neurona.data.reading.number_forms import unit_of_name
from neurona.data.reading.profile import Profile
from neurona.data.reading.read_words import as_texts
from neurona.data.reading.reading import MARKS, CellReading, Cells, strip_cells
from neurona.data.reading.trial import ReadingTrial
from neurona.data.reading.trial_numbers import NumberTrial
from neurona.data.reading.ways import WAYS, read_cells
from neurona.data.sources.table import DataTable
from neurona.messages import _

__all__ = ["find_profiles"]

SAMPLE = 100
"""Different cells of a first batch that say which ways of reading are open."""

HINTS = {",": ".", ";": ";"}
"""What a separator of columns says of decimal marks where no column does."""

MOST_WAITING = 10_000
"""Different cells that are counted at once: columns of few values are tried on few."""

OPEN_MARK = r"^\s*[-+]?[1-9]\d{0,2}\.\d{3}\s*$"
"""A number whose point may stand before a fraction or between thousands."""

EXACT = 2.0**53
"""Whole numbers below which a float64 holds every one."""


class Tally:
    """What is known of one column so far, and how it would be read.

    Parameters
    ----------
    name : str
    missing : tuple of str
        Texts that mean a missing value.
    asked : str
        Kind of the reading that a person asked for, "" where none did.

    Notes
    -----
    Plain numbers are cast and profiled, nothing else. From the first cell that is none
    the open ways of reading count every cell; when they begin after the first batch,
    or decide in the end otherwise than at first, the table is read once more.
    """

    def __init__(self, name: str, missing: tuple[str, ...], asked: str = "") -> None:
        self.name = name
        self.asked = asked
        self.missing = missing
        self.plain = CellReading(missing=missing)
        self.unit = unit_of_name(name)
        self.profile = Profile(name, self.plain)
        self.trials: list[ReadingTrial] = []
        self.waiting = pl.DataFrame()
        self.complete = True
        self.counted = False
        self.written = False

    def update(self, cells: pl.Series) -> None:
        """Take in the next cells."""
        self.written |= cells.dtype == pl.String
        if cells.dtype == pl.Boolean:
            cells = cells.cast(pl.String)
        if not self.trials:
            found = read_cells(cells, self.plain)
            if not self._is_odd(found, cells):
                self.profile.take(found, cells)
                return
            self.trials = self._open_ways(cells)
            self.complete = not self.profile.rows
            self._update_trials(cells)
            if self.complete:
                self._read_as(self.decide(""))
        elif not self.counted:
            self._update_trials(cells)
        if self.complete:
            self.profile.take(read_cells(cells, self.profile.reading), cells)

    def _update_trials(self, cells: pl.Series) -> None:
        """Take note of how often each different cell occurs."""
        found = pl.DataFrame(
            {"cell": cells.unique(maintain_order=True), "times": cells.unique_counts()}
        )
        if self.waiting.schema != found.schema:
            self._count_waiting()
            self.waiting = found
        elif len(self.waiting):
            both = pl.concat([self.waiting, found])
            groups = both.group_by("cell", maintain_order=True)
            self.waiting = groups.agg(pl.col("times").sum())
        else:
            self.waiting = found
        if len(self.waiting) > MOST_WAITING:
            self._count_waiting()

    def _count_waiting(self) -> None:
        """Try every way on the cells that are noted: on each different one once."""
        for trial in self.trials if len(self.waiting) else ():
            trial.update(self.waiting["cell"], self.waiting["times"])
        self.waiting = self.waiting.clear()

    def _read_as(self, decision: Decision) -> None:
        self.profile = Profile(self.name, decision.reading, decision.facts)

    def _is_odd(self, found: Cells, cells: pl.Series) -> bool:
        """Whether plain numbers may not be all there is to these cells."""
        if self.asked not in ("", "number"):
            return True
        if found.bad or found.otherwise:
            return True
        values = found.values
        if not isinstance(values, np.ndarray) or cells.dtype != pl.String:
            return False
        if not self.profile.whole or not len(cells):
            return False
        whole = values == np.floor(values)
        parted = ~whole & ~np.isnan(values)
        if parted.any():
            dotted = cells.filter(pl.Series(parted))
            # The first tells of most columns that no mark is in doubt.
            return bool(dotted[:1].str.contains(OPEN_MARK)[0]) and bool(
                dotted.str.contains(OPEN_MARK).all()
            )
        if (np.abs(values[np.isfinite(values)]) >= EXACT).any():
            return True
        # A code such as 007 is a number like any other to a cast.
        led = cells.filter(cells.str.starts_with("0").fill_null(False))
        return bool((led.str.len_bytes() > 1).any()) and bool(
            led.str.contains(r"^0\d+\s*$").any()
        )

    def _open_ways(self, cells: pl.Series) -> list[ReadingTrial]:
        texts = cells if cells.dtype == pl.String else cells.head(0).cast(pl.String)
        dates = self.asked == "time"
        if dates and cells.dtype.is_numeric():
            texts = as_texts(cells.drop_nulls().head(SAMPLE))
        words, gone = strip_cells(texts, self.missing)
        plain = words.cast(pl.Float64, strict=False).is_not_null().to_numpy()
        # Only who asks for dates has whole numbers that are some.
        odd = words.filter(pl.Series(~gone & (~plain | dates)))
        sample = odd.unique(maintain_order=True).head(SAMPLE)
        trials = [way.trial(self.missing) for way in WAYS.values()]
        for trial in trials:
            trial.find(sample)
        return trials

    def decide(self, context: str) -> Decision:
        """How the column is read, as far as it was counted."""
        self._count_waiting()
        found = [trial.propose(context) for trial in self.trials]
        decision = Decision(self.plain)
        if found:
            decision = decide([p for p in found if p], self.asked)
        reading = decision.reading
        if reading.kind != "number" or reading.unit or not self.unit:
            return decision
        return Decision(replace(reading, unit=self.unit), decision.facts)

    @property
    def decimal(self) -> str:
        """Decimal mark that this column makes sure of by itself, "" for none."""
        if not self.trials:
            return "." if self.written and not self.profile.whole else ""
        self._count_waiting()
        return next(t.decimal for t in self.trials if isinstance(t, NumberTrial))

    def next_pass(self, context: str) -> Tally | None:
        """What is to be read once more, or ``None`` where all is decided."""
        decision = self.decide(context)
        plain = not self.trials
        if plain or (self.complete and decision.reading == self.profile.reading):
            self.profile.reading = decision.reading
            self.profile.facts = decision.facts
            return None
        again = Tally(self.name, self.missing, self.asked)
        again.counted = self.complete
        again.trials = [t if self.complete else t.again() for t in self.trials]
        again._read_as(decision)
        return again


def find_profiles(
    table: DataTable,
    columns: Sequence[str] | None = None,
    missing: tuple[str, ...] = MARKS,
    asked: Mapping[str, str] | None = None,
) -> dict[str, Profile]:
    """Profile of each column, read as all of its cells say.

    Parameters
    ----------
    table : DataTable
    columns : sequence of str, optional
        All of them when not given.
    missing : tuple of str
        Texts that mean a missing value, in lower case.
    asked : mapping of str to str, optional
        Kinds of readings that a person asked for, by column.

    Notes
    -----
    Each column decides by itself. Only where its marks leave open what is meant does
    the decimal mark of the others tell, where they have one.

    Examples
    --------
    >>> from neurona.data.sources.read import as_source
    >>> profiles = find_profiles(as_source({"x": ["1", "2", "NA"]}))
    >>> profiles["x"].reading.kind, profiles["x"].missing
    ('number', 1)
    """
    ways = asked or {}
    tallies = {
        name: Tally(name, missing, ways.get(name, ""))
        for name in columns or table.columns
    }
    waiting = dict(tallies)
    while waiting:
        for batch in table.batches(list(waiting)):
            for name, tally in waiting.items():
                tally.update(batch[name])
        tallies |= waiting
        marks = {tally.decimal for tally in tallies.values()} - {""}
        if not marks and table.separator in HINTS:
            marks = {HINTS[table.separator]}
        context = marks.pop() if len(marks) == 1 else ""
        passes = {name: tally.next_pass(context) for name, tally in tallies.items()}
        waiting = {name: tally for name, tally in passes.items() if tally is not None}
    profiles = {name: tally.profile for name, tally in tallies.items()}
    for name, profile in profiles.items():
        profile.facts = tuple(
            (kind, _place(table, name, detail) if kind == "nearly" else detail)
            for kind, detail in profile.facts
        )
    return profiles


def _place(table: DataTable, column: str, text: str) -> str:
    """Where a text stands first, as a note shows it."""
    first = 0
    for batch in table.batches([column]):
        words = as_texts(batch[column]).str.strip_chars()
        place = (words == text).arg_max() or 0
        if words[place] == text:
            row = table.row_number(first + place)
            return _("{text!r} in row {row}").format(text=text, row=row)
        first += batch.height
    return repr(text)
