"""Indices of a table: each is one of its entries, or an error says where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neurona.errors import DataError
from neurona.messages import _

__all__ = ["NO_INDEX", "WrongIndex", "require_indices", "whole_numbers"]

NO_INDEX: Final = -(2**63)
"""What stands for NaN, and for numbers beyond 64 bits, where indices are wanted."""


class WrongIndex(DataError):
    """An index points outside of its table.

    Parameters
    ----------
    row, column : int
        Where it stands in the data, counted from 0.
    index : int
        ``NO_INDEX`` where it is no whole number of 64 bits.
    size : int
        Entries of the table.

    Examples
    --------
    >>> print(WrongIndex(4, 0, -1, 3))
    row 4, column 0: index -1 is outside the table's 0 to 2
    """

    def __init__(self, row: int, column: int, index: int, size: int) -> None:
        text = (
            _("row {row}, column {column}: what should be an index is not a number")
            if index == NO_INDEX
            else _(
                "row {row}, column {column}: index {index} is outside the table's "
                "0 to {last}"
            )
        )
        super().__init__(
            text.format(row=row, column=column, index=index, last=size - 1)
        )
        self.place = (row, column, index, size)

    def __reduce__(self) -> tuple[type[WrongIndex], tuple[int, ...]]:
        return type(self), self.place

    def in_rows(self, rows: Sequence[int] | NDArray[np.int64]) -> WrongIndex:
        """The same, where row i of a batch was row ``rows[i]`` of the data."""
        row, *others = self.place
        return WrongIndex(int(rows[row]), *others)


def require_indices(indices: NDArray[Any], size: int) -> None:
    """Refuse an index outside of a table: never a silent wrap-around.

    Parameters
    ----------
    indices : int array (N, ...)
    size : int
        Entries of the table.

    Raises
    ------
    WrongIndex
        It tells the first.
    """
    wrong = np.atleast_1d((indices < 0) | (indices >= size))
    if wrong.any():
        first = int(wrong.argmax())
        row, column = divmod(first, wrong[0].size)
        raise WrongIndex(row, column, int(indices.flat[first]), size)


def whole_numbers(x: NDArray[Any]) -> NDArray[np.int64]:
    """Numbers without their fractions, ``NO_INDEX`` for those that have no such.

    Of these, processors would make what they like, 0 among it.

    Examples
    --------
    >>> whole_numbers(np.array([2.7, -0.5])).tolist()
    [2, 0]
    >>> int(whole_numbers(np.array([np.nan]))[0]) == NO_INDEX
    True
    """
    fits = np.abs(x) < 2.0**63
    return np.where(fits, x, NO_INDEX).astype(np.int64)
