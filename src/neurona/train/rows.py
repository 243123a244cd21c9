"""Which rows train, and which are held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.data.batches import epoch_order
from neurona.errors import DataError, OptionError
from neurona.messages import _
from neurona.train.examples import as_rows, row_count

__all__ = ["Rows", "choose_rows"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Data of every input of a step, with all their rows, or some of them.

    Parameters
    ----------
    data : mapping of str to array
        Inputs, targets and weights, as long as each other.
    index : int64 array, optional
        The rows meant, in any order; by default all. Nothing is copied for it.
    """

    data: Mapping[str, Array]
    index: np.ndarray[Any, np.dtype[np.int64]] | None = None

    @property
    def count(self) -> int:
        """Number of rows meant."""
        return row_count(self.data) if self.index is None else len(self.index)

    def order(self, *, seed: int, epoch: int, shuffle: bool) -> Any:
        """Rows in the order that an epoch visits them."""
        order = epoch_order(self.count, seed=seed, epoch=epoch, shuffle=shuffle)
        return order if self.index is None else self.index[order]


def choose_rows(
    data: Mapping[str, Array],
    rows: Any,
    validation: Any,
    prepare: Callable[..., Mapping[str, Array]],
) -> tuple[Rows, Rows | None]:
    """Training rows, and those that are held out.

    Parameters
    ----------
    data : mapping of str to array
        Inputs, targets and weights with all their rows.
    rows : int or bool array, optional
        Rows to train on; by default all that are not held out.
    validation : tuple (X, y) or (X, y, sample_weight), or array of rows, optional
    prepare : callable
        Makes such data of X, y and, where there are any, sample weights.

    Raises
    ------
    DataError
        No rows are left to train on.
    OptionError
        Rows that cannot be, or that are both trained on and held out.
    """
    count = row_count(data)
    chosen = as_rows(rows, count)
    if validation is None:
        return some_rows(data, chosen), None
    wanted = _(
        "(X, y) or (X, y, sample_weight), or the rows of X to hold out: a list of row "
        "numbers or one flag per row"
    )
    if isinstance(validation, tuple):
        if len(validation) not in (2, 3):
            raise OptionError(
                _("{setting} must be {wanted}, not {found}").format(
                    setting="validation",
                    wanted=wanted,
                    found=_("a tuple of {count}").format(count=len(validation)),
                )
            )
        return some_rows(data, chosen), Rows(prepare(*validation))
    index = as_rows(validation, count, "validation", wanted)
    assert index is not None
    held = np.zeros(count, bool)
    held[index] = True
    if chosen is None:
        chosen = np.flatnonzero(~held)
    elif held[chosen].any():
        row = int(chosen[np.argmax(held[chosen])])
        raise OptionError(
            _("row {row} is both trained on and held out: rows must be apart").format(
                row=row
            )
        )
    return some_rows(data, chosen), Rows(data, index) if index.size else None


def some_rows(data: Mapping[str, Array], index: Array | None) -> Rows:
    """Rows to train on, of which there must be some."""
    rows = Rows(data, index)
    if rows.count == 0:
        raise DataError(_("no rows are left to train on: hold fewer out"))
    return rows
