"""The rows that epochs visit, in the order in which they do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurona.data.batches import (
    EPOCH_ORDER,
    WindowedOrder,
    epoch_order,
    has_windows,
)
from neurona.native.available import engine_available
from neurona.reference.random_numbers import permutation
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
    if shuffle and not has_windows(n_rows) and engine_available():
        from neurona.native import _engine

        _engine.permutations(seed, EPOCH_ORDER, first, orders)
    else:
        for i in range(count):
            orders[i] = epoch_order(n_rows, seed=seed, epoch=first + i, shuffle=shuffle)
    return orders


def quick_permutation(
    seed: int, stream: int, step: int, count: int
) -> NDArray[np.int64]:
    """A permutation by the engine where there is one: the same bits."""
    if not engine_available():
        return permutation(seed, stream, step, count)
    from neurona.native import _engine

    orders: NDArray[np.int64] = np.empty((1, count), np.int64)
    _engine.permutations(seed, stream, step, orders)
    return orders.reshape(-1)


class EpochOrders:
    """Orders of the epochs of a run, those at hand kept: of many rows a window.

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
        self._windowed = shuffle and has_windows(rows.count)
        self._order: tuple[int, WindowedOrder] | None = None
        self._window = (-1, -1, np.empty(0, np.int64))

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
        if self._windowed:
            return self._take_from_windows(epoch, skipped, count)
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

    def _take_from_windows(
        self, epoch: int, skipped: int, count: int
    ) -> NDArray[np.int64]:
        size, parts = self._rows.count, []
        while count > 0:
            order = self._order_of(epoch)
            number = int(np.searchsorted(order.starts, skipped, side="right")) - 1
            begin = skipped - int(order.starts[number])
            parts.append(self._rows_of(epoch, number)[begin : begin + count])
            taken = len(parts[-1])
            count -= taken
            passed, skipped = divmod(skipped + taken, size)
            epoch += passed
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _order_of(self, epoch: int) -> WindowedOrder:
        if self._order is None or self._order[0] != epoch:
            order = WindowedOrder(
                self._rows.count,
                seed=self._seed,
                epoch=epoch,
                permute=quick_permutation,
            )
            self._order = (epoch, order)
        return self._order[1]

    def _rows_of(self, epoch: int, number: int) -> NDArray[np.int64]:
        if self._window[:2] != (epoch, number):
            rows = self._order_of(epoch).window(number)
            if self._rows.index is not None:
                rows = self._rows.index[rows]
            self._window = (epoch, number, rows)
        return self._window[2]
