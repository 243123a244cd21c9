"""The order of an epoch's rows, cut into batches, gathered without a copy of the data.

The order of epoch e is ``permutation(seed, stream_of("epoch order"), e, n_rows)``, so
it follows from the seed and the epoch's number alone: a resumed run meets the same
batches as one that was never stopped. Above 1,048,576 rows it is shuffled window by
window, as :class:`WindowedOrder` says, so that what is read at a time is small.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from neurona.errors import OptionError
from neurona.messages import _
from neurona.reference.random_numbers import permutation, stream_of

__all__ = [
    "RowGatherer",
    "WindowedOrder",
    "batch_count",
    "cut_into_batches",
    "epoch_order",
    "has_windows",
    "rows_per_batch",
]

EPOCH_ORDER = stream_of("epoch order")
BLOCK_ORDER = stream_of("order of blocks")
WINDOW_ORDER = stream_of("order in a window")

LARGE_ROWS: Final = 1 << 20
"""Rows up to which an epoch's order is one permutation of them all. No rule looks at
the memory there is: the same rows give the same bits on every machine."""

BLOCK_ROWS: Final = 1 << 11
"""Rows that stay together when there are more: read from a disk in one go."""

WINDOW_BLOCKS: Final = 1 << 7
"""Blocks whose rows are shuffled together: 262,144 rows, 21 MB of 20 numbers each."""


def epoch_order(
    n_rows: int, *, seed: int, epoch: int, shuffle: bool = True
) -> NDArray[np.int64]:
    """Return the order in which an epoch visits the rows.

    Parameters
    ----------
    n_rows : int
        How many rows there are.
    seed : int
        In [0, 2**64).
    epoch : int
        The epoch's number, from 0.
    shuffle : bool
        False: the rows as they stand.

    Returns
    -------
    int64 array (n_rows,)
        Every row once.

    Examples
    --------
    >>> epoch_order(4, seed=0, epoch=0), epoch_order(4, seed=0, epoch=1)
    (array([2, 3, 0, 1]), array([2, 1, 3, 0]))
    """
    if not shuffle:
        return np.arange(n_rows, dtype=np.int64)
    if not has_windows(n_rows):
        return permutation(seed, EPOCH_ORDER, epoch, n_rows)
    order = WindowedOrder(n_rows, seed=seed, epoch=epoch)
    return np.concatenate([order.window(i) for i in range(order.windows)])


def has_windows(n_rows: int) -> bool:
    """Whether so many rows are shuffled window by window.

    Examples
    --------
    >>> has_windows(1_048_576), has_windows(1_048_577)
    (False, True)
    """
    return n_rows > LARGE_ROWS


class WindowedOrder:
    """The order of an epoch over many rows, of which a window is known at a time.

    Parameters
    ----------
    n_rows : int
    seed : int
        In [0, 2**64).
    epoch : int
        The epoch's number, from 0.
    permute : callable
        What :func:`neurona.reference.random_numbers.permutation` computes.

    Attributes
    ----------
    starts : int64 array (windows + 1,)
        Place in the order where each window begins; the last is ``n_rows``.

    Notes
    -----
    Rows are cut into blocks of 2,048, the last perhaps shorter. The blocks are put in
    the order ``permutation(seed, stream_of("order of blocks"), epoch, blocks)`` and
    dealt out, 128 at a time, to windows. The rows of window w, its blocks one after the
    other, are put in the order ``permutation(seed, stream_of("order in a window"),
    epoch · windows + w, rows)``.

    Laws: the windows hold every row once; they depend on the number of rows, the seed
    and the epoch alone.

    Examples
    --------
    >>> order = WindowedOrder(600_000, seed=0, epoch=0)
    >>> order.windows, order.starts.tolist()
    (3, [0, 262144, 524224, 600000])
    >>> order.window(2)[:3]
    array([294181,  71443, 367365])
    """

    def __init__(
        self,
        n_rows: int,
        *,
        seed: int,
        epoch: int,
        permute: Callable[[int, int, int, int], NDArray[np.int64]] = permutation,
    ) -> None:
        self._n_rows = n_rows
        self._seed = seed
        self._epoch = epoch
        self._permute = permute
        self._blocks = permute(seed, BLOCK_ORDER, epoch, -(-n_rows // BLOCK_ROWS))
        lengths = np.minimum(BLOCK_ROWS, n_rows - self._blocks * BLOCK_ROWS)
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        self.starts = np.append(ends[:-1:WINDOW_BLOCKS], n_rows)

    @property
    def windows(self) -> int:
        """How many windows there are."""
        return len(self.starts) - 1

    def window(self, number: int) -> NDArray[np.int64]:
        """Rows of a window, counted from 0, in the order of visits."""
        first = number * WINDOW_BLOCKS
        blocks = self._blocks[first : first + WINDOW_BLOCKS]
        rows = (blocks[:, None] * BLOCK_ROWS + np.arange(BLOCK_ROWS)).reshape(-1)
        rows = rows[rows < self._n_rows]
        step = self._epoch * self.windows + number
        return rows[self._permute(self._seed, WINDOW_ORDER, step, len(rows))]


def rows_per_batch(n_rows: int, batch_size: int | Literal["full"] | None) -> int:
    """Return the number of rows in every batch but a shorter last one.

    Parameters
    ----------
    n_rows : int
        How many rows there are.
    batch_size : int, "full" or None
        At least 1; "full" and None mean all rows at once.

    Returns
    -------
    int
        In [1, n_rows], or 1 when there are no rows.

    Raises
    ------
    OptionError
        Anything else.

    Examples
    --------
    >>> rows_per_batch(150, 128), rows_per_batch(150, 1000), rows_per_batch(150, "full")
    (128, 150, 150)
    """
    if batch_size is None or batch_size == "full":
        return max(n_rows, 1)
    try:
        size = operator.index(batch_size)
    except TypeError:
        size = 0
    if size < 1 or isinstance(batch_size, bool):
        raise OptionError(
            _(
                "the batch size must be a whole number of at least 1, or 'full' for "
                "all rows, not {value!r}"
            ).format(value=batch_size)
        )
    return max(min(size, n_rows), 1)


def batch_count(n_rows: int, batch_size: int | Literal["full"] | None) -> int:
    """Return the number of batches in an epoch, the shorter last one included.

    Examples
    --------
    >>> batch_count(2_000_000, 1000), batch_count(150, 128)
    (2000, 2)
    """
    return -(-n_rows // rows_per_batch(n_rows, batch_size))


def cut_into_batches(
    order: NDArray[np.int64], batch_size: int | Literal["full"] | None
) -> Iterator[NDArray[np.int64]]:
    """Yield consecutive pieces of an order: views, the last one perhaps shorter.

    Examples
    --------
    >>> [rows.tolist() for rows in cut_into_batches(np.arange(5), 2)]
    [[0, 1], [2, 3], [4]]
    """
    size = rows_per_batch(len(order), batch_size)
    for begin in range(0, len(order), size):
        yield order[begin : begin + size]


class RowGatherer:
    """Collects rows of some arrays into buffers that every batch uses again.

    Only the gathered rows are ever copied. Arrays may be memory maps.

    Parameters
    ----------
    arrays : sequence of array (N, ...)
        All of the same N, for instance X, y and the sample weights.
    most_rows : int
        Rows of the largest batch.

    Raises
    ------
    OptionError
        The arrays do not have equally many rows.

    Examples
    --------
    >>> X, y = np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 1])
    >>> gatherer = RowGatherer([X, y], most_rows=3)
    >>> gatherer.gather(np.array([3, 0]))
    (array([[6., 7.],
           [0., 1.]]), array([1, 0]))
    """

    def __init__(self, arrays: Sequence[NDArray[Any]], most_rows: int) -> None:
        lengths = [len(array) for array in arrays]
        if len(set(lengths)) > 1:
            raise OptionError(
                _(
                    "the arrays of one data set have different numbers of rows: {rows}"
                ).format(rows=", ".join(map(str, lengths)))
            )
        self.arrays = tuple(arrays)
        self.n_rows = lengths[0] if lengths else 0
        self.buffers = tuple(
            np.empty((most_rows, *array.shape[1:]), dtype=array.dtype)
            for array in arrays
        )

    def gather(self, rows: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
        """Copy some rows of each array into its buffer.

        Parameters
        ----------
        rows : int64 array (n,)
            Each in [0, N); n at most ``most_rows``.

        Returns
        -------
        tuple of array (n, ...)
            Views of the buffers: the next call overwrites them.

        Raises
        ------
        IndexError
            A row that does not exist.
        """
        if len(rows) and not (rows.min() >= 0 and rows.max() < self.n_rows):
            raise IndexError(f"a batch asks for a row outside 0 .. {self.n_rows - 1}")
        return tuple(
            # Modes other than "clip" make take() build a copy before it fills out.
            np.take(array, rows, axis=0, out=buffer[: len(rows)], mode="clip")
            for array, buffer in zip(self.arrays, self.buffers, strict=True)
        )
