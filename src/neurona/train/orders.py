"""The rows that epochs visit, in the order in which they do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurona.data.batches import EPOCH_ORDER, epoch_order
from neurona.native.available import engine_available
from neurona.train.rows import Rows

__all__ = ["EpochOrders", "epoch_orders"]


def epoch_orders(
    n_rows: int, *, seed: int, first: int, count: int, shuffle: bool = True
) -> NDArray[np.int64]:
    """Orders of several epochs: a line each, as ``epoch_order`` gives it.

    Parameters
    ----------
    n_rows : int
    seed : int
    first : int
        Number of the first epoch, from 0.
    count : int
        How many epochs.
    shuffle : bool
        False: the rows as they stand.

    Returns
    -------
    int64 array (count, n_rows)

    Examples
    --------
    >>> epoch_orders(4, seed=0, first=0, count=2)
    array([[2, 3, 0, 1],
           [2, 1, 3, 0]])
    """
    orders = np.empty((count, n_rows), np.int64)
    if not shuffle:
        orders[...] = np.arange(n_rows)
    elif engine_available():
        from neurona.native import _engine

        _engine.permutations(seed, EPOCH_ORDER, first, orders)
    else:
        for i in range(count):
            orders[i] = epoch_order(n_rows, seed=seed, epoch=first + i)
    return orders


class EpochOrders:
    """Orders of the epochs of a run, those at hand kept.

    Parameters
    ----------
    rows : Rows
        What is trained on.
    seed : int
    shuffle : bool
    """

    def __init__(self, rows: Rows, *, seed: int, shuffle: bool) -> None:
        self._rows = rows
        self._seed = seed
        self._shuffle = shuffle
        self._first = 0
        self._lines = np.empty((0, rows.count), np.int64)

    def take(self, epoch: int, skipped: int, count: int) -> NDArray[np.int64]:
        """Some rows in the order of visits.

        Parameters
        ----------
        epoch : int
            The first epoch, from 0.
        skipped : int
            How many of its rows to leave out.
        count : int
            How many rows, of that epoch and of those after it.
        """
        size = self._rows.count
        stop = epoch - (-(skipped + count) // size)
        if epoch < self._first or stop > self._first + len(self._lines):
            self._first = epoch
            self._lines = epoch_orders(
                size,
                seed=self._seed,
                first=epoch,
                count=stop - epoch,
                shuffle=self._shuffle,
            )
            if self._rows.index is not None:
                self._lines = self._rows.index[self._lines]
        begin = (epoch - self._first) * size + skipped
        return self._lines.reshape(-1)[begin : begin + count]
