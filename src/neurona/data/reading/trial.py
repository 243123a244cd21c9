"""Try one way of reading on every cell of a column."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import polars as pl

from neurona.data.reading.reading import MARKS, CellReading

__all__ = ["Proposal", "ReadingTrial"]


@dataclass(frozen=True)
class Proposal:
    """What a way of reading makes of a column, and how well it does.

    Parameters
    ----------
    reading : CellReading
    taken : int
        Cells that it takes.
    present : int
        Cells that it does not hold for missing.
    likely : bool
        Whether the cells it does not take are exceptions in a column of this kind.
    doubt : str
        Why it may not be chosen, a key of :data:`neurona.data.reading.notes.NOTES`; ""
        if it may.
    detail : str
        What the doubt is about, as a note shows it.
    facts : tuple of (str, str)
        What a note must say where this reading is chosen: a key of the notes, a detail.
    repeated : bool
        Whether its values occur twice on average.
    """

    reading: CellReading
    taken: int
    present: int
    likely: bool = False
    doubt: str = ""
    detail: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    repeated: bool = False


class ReadingTrial(ABC):
    """Gather, batch by batch, what one way of reading can take of a column.

    Parameters
    ----------
    missing : tuple of str
        Texts that mean a missing value, in lower case.

    Notes
    -----
    Laws: after all batches, ``propose`` depends on the cells alone and not on how they
    were cut into batches; ``again`` forgets what was counted, not what is looked for.
    """

    def __init__(self, missing: tuple[str, ...] = MARKS) -> None:
        self.missing = missing

    def find(self, texts: pl.Series) -> None:
        """Look at a few different texts for what might be counted; marks are none."""
        return

    @abstractmethod
    def update(self, values: pl.Series, times: pl.Series) -> None:
        """Count the next cells: the different ones, and how often each occurs."""

    @abstractmethod
    def propose(self, context: str) -> Proposal | None:
        """Reading that takes the most cells, or ``None`` if there is none.

        Parameters
        ----------
        context : {"", ".", ",", ";"}
            Decimal mark of the table's other columns, "" where they do not tell; a
            semicolon if one stands between the columns then.
        """

    def again(self) -> Self:
        """Trial of the same ways that has counted nothing yet."""
        return type(self)(self.missing)
