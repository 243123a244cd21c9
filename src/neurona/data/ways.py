"""The ways of reading a column: what each tries, and how it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from neurona.data.read_numbers import read_numbers
from neurona.data.read_times import read_times
from neurona.data.read_words import read_words
from neurona.data.reading import Cells, Reading
from neurona.data.trial import Trial
from neurona.data.trial_numbers import NumberTrial
from neurona.data.trial_times import TimeTrial
from neurona.data.trial_words import WordTrial
from neurona.messages import _

__all__ = ["WAYS", "Way", "read_cells"]


@dataclass(frozen=True)
class Way:
    """One way of reading.

    Parameters
    ----------
    trial : type of Trial
        What is counted of a column to find out whether, and how, it is read so.
    read : callable
        Cells and a reading of this kind to values.
    expected : callable
        What an error says was expected, in the reader's language.
    """

    trial: type[Trial]
    read: Callable[[pl.Series, Reading], Cells]
    expected: Callable[[], str]


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "number": Way(NumberTrial, read_numbers, lambda: _("a number")),
        "time": Way(TimeTrial, read_times, lambda: _("a date")),
        "word": Way(WordTrial, read_words, lambda: _("a word")),
    }
)
"""Every way, by the kind of its readings; where several fit, the earlier is taken.
The last takes everything."""


def read_cells(cells: pl.Series, reading: Reading) -> Cells:
    """Cells as a reading takes them: in training, prediction and evaluation alike.

    Examples
    --------
    >>> read_cells(pl.Series(["1,5", "2"]), Reading(decimal=",")).values.tolist()
    [1.5, 2.0]
    """
    return WAYS[reading.kind].read(cells, reading)
