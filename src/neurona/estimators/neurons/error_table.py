"""The four cases of a threshold unit: y, ŷ, y − ŷ, and what the old rule does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.estimators.readable import Readable
from neurona.messages import _, defer
from neurona.show.notation import Symbol
from neurona.show.notation.compose import difference
from neurona.show.page import Page
from neurona.show.wording import tabulate

__all__ = ["ErrorTable"]

CASES: Final[Mapping[tuple[int, int], str]] = {
    (1, 1): defer("right: nothing changes"),
    (0, 0): defer("right: nothing changes"),
    (1, 0): defer("the weighted sum is too small: α x is added to w"),
    (0, 1): defer("the weighted sum is too large: α x is taken from w"),
}
"""What the rule does for each (y, ŷ), in the order of the notes (S1:236)."""


@dataclass(frozen=True)
class ErrorTable(Readable):
    """How many rows there are of each case.

    Parameters
    ----------
    counts : mapping of (y, ŷ) to int
    """

    counts: Mapping[tuple[int, int], int]

    @classmethod
    def of(cls, targets: Array, fired: Array) -> ErrorTable:
        """Counts of answers that were 1 where the unit fired.

        Examples
        --------
        >>> ErrorTable.of(np.array([1, 0, 1]), np.array([True, True, True])).mistakes
        1
        """
        return cls(
            {
                (y, answer): int(np.sum((targets == y) & (fired == answer)))
                for y, answer in CASES
            }
        )

    @property
    def mistakes(self) -> int:
        """Answers that are wrong."""
        return self.counts[1, 0] + self.counts[0, 1]

    def page(self) -> Page:
        """One line for each case."""
        y, answered = Symbol("y"), Symbol("y", accent="hat")
        headings = (y, answered, difference(y, answered), _("rows"), _("the rule"))
        lines = [
            (true, said, true - said, self.counts[true, said], _(does))
            for (true, said), does in CASES.items()
        ]
        return Page(_("Answers and errors"), (tabulate(headings, lines),))
