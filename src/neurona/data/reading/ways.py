"""The ways of reading a column: what each tries, and how it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

import polars as pl

from neurona.data.reading.read_clocks import read_clocks, read_durations
from neurona.data.reading.read_numbers import read_numbers
from neurona.data.reading.read_times import EPOCHS, read_times
from neurona.data.reading.read_words import read_words
from neurona.data.reading.reading import CellReading, Cells
from neurona.data.reading.trial import ReadingTrial
from neurona.data.reading.trial_clocks import ClockTrial, DurationTrial
from neurona.data.reading.trial_numbers import NumberTrial
from neurona.data.reading.trial_times import TimeTrial
from neurona.data.reading.trial_words import WordTrial
from neurona.messages import _

__all__ = ["WAYS", "Way", "read_cells"]


@dataclass(frozen=True)
class Way:
    """One way of reading.

    Parameters
    ----------
    trial : type of ReadingTrial
        What is counted of a column to find out whether, and how, it is read so.
    read : callable
        Cells and a reading of this kind to values.
    expected : callable
        What an error says was expected of a reading, in the reader's language.
    numbers : bool
        Whether the values are numbers, which may be predicted as such.
    """

    trial: type[ReadingTrial]
    read: Callable[[pl.Series, CellReading], Cells]
    expected: Callable[[CellReading], str]
    numbers: bool = False


def expected_number(reading: CellReading) -> str:
    """A number as a column writes it.

    Examples
    --------
    >>> expected_number(CellReading(decimal=",", thousands="."))
    'a number such as 1.234,5'
    """
    thousands, decimal = reading.thousands, reading.decimal or "."
    example = f"1{thousands}234{decimal}5" if thousands else f"1{decimal}5"
    return _("a number such as {example}").format(example=example)


def expected_time(reading: CellReading) -> str:
    """A date as a column writes it.

    Examples
    --------
    >>> expected_time(CellReading("time", "%d/%m/%Y"))
    'a date such as 24/12/2024'
    """
    day = datetime(2024, 12, 24, tzinfo=UTC)
    example = day.strftime(reading.style)
    if reading.style in EPOCHS:
        unit, start, _least = EPOCHS[reading.style]
        example = f"{(day.timestamp() * 1e6 - start) / unit:.0f}"
    return _("a date such as {example}").format(example=example)


def expected_clock(reading: CellReading) -> str:
    """A time of day."""
    return _("a time of day such as {example}").format(example="17:05")


def expected_duration(reading: CellReading) -> str:
    """A duration as a column may write it."""
    example = "1h 20m"
    return _("a duration such as {example}").format(example=example)


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "number": Way(NumberTrial, read_numbers, expected_number, numbers=True),
        "time": Way(TimeTrial, read_times, expected_time),
        "clock": Way(ClockTrial, read_clocks, expected_clock, numbers=True),
        "duration": Way(DurationTrial, read_durations, expected_duration, numbers=True),
        "word": Way(WordTrial, read_words, lambda _reading: _("a word")),
    }
)
"""Every way, by the kind of its readings; where several fit, the earlier is taken.
The last takes everything."""


def read_cells(cells: pl.Series, reading: CellReading) -> Cells:
    """Cells as a reading takes them: in training, prediction and evaluation alike.

    Examples
    --------
    >>> read_cells(pl.Series(["1,5", "2"]), CellReading(decimal=",")).values.tolist()
    [1.5, 2.0]
    """
    return WAYS[reading.kind].read(cells, reading)
