"""Arrays in files, read through the memory's pages, of which few stay resident."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neurona.arrays import Array

__all__ = ["MappedArray", "Pages", "open_mapped"]

RESIDENT_BYTES: Final = 1 << 24
"""Pages touched after which they are let go of: 16 MB."""

CLUSTER_BYTES: Final = 1 << 21
"""What the system maps at most around a byte that is read, where it has it at hand:
64 KB on most, 2 MB on recent Linux."""

GATHERED_ROWS: Final = 1 << 16


class MappedArray(np.memmap[Any, np.dtype[Any]]):
    """An array in a file, never written, that answers like any other.

    Rows picked by number are copied out piece by piece, so that a sample of all rows
    does not leave the whole file in memory. The pages that are let go of stay with the
    system as long as it has room, and are read again where they are needed.
    """

    def __getitem__(self, key: Any) -> Any:
        """As of any array; rows picked by number are a plain array of their own."""
        if isinstance(key, np.ndarray) and key.ndim == 1 and key.dtype.kind in "iu":
            return self._gather(key)
        return super().__getitem__(key)

    def __array_wrap__(
        self, array: Any, context: Any = None, return_scalar: bool = False
    ) -> Any:
        """What is computed from it is in memory."""
        return array.view(np.ndarray)[() if array.ndim == 0 else ...]

    def _gather(self, rows: NDArray[Any]) -> Array:
        plain, pages = self.view(np.ndarray), Pages([self])
        found = np.empty((len(rows), *self.shape[1:]), self.dtype)
        step = max(1, RESIDENT_BYTES // CLUSTER_BYTES)
        for start in range(0, len(rows), GATHERED_ROWS):
            part = rows[start : start + GATHERED_ROWS]
            near = pages.span(part) <= RESIDENT_BYTES
            for begin in range(0, len(part), len(part) if near else step):
                some = part[begin : None if near else begin + step]
                found[start + begin : start + begin + len(some)] = plain[some]
                pages.touch(pages.span(some))
        pages.let_go()
        return found


def open_mapped(path: str | os.PathLike[str]) -> MappedArray:
    """Array of an ``.npy`` file, of which nothing is read yet.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(pathlib.Path(folder) / "x.npy", np.arange(6.0).reshape(3, 2))
    ...     x = open_mapped(pathlib.Path(folder) / "x.npy")
    ...     x[np.array([2, 0])], x.sum().item()
    (array([[4., 5.],
           [0., 1.]]), 15.0)
    """
    found: MappedArray = np.load(path, mmap_mode="r").view(MappedArray)
    return found


class Pages:
    """The pages of some arrays that may be mapped, and how many are resident.

    Parameters
    ----------
    arrays : iterable of array
        Those in memory count for nothing, and cost nothing here.

    Attributes
    ----------
    row_bytes : int
        Of one row of all the mapped arrays; 0 where none is.
    """

    def __init__(self, arrays: Iterable[Array]) -> None:
        found = [(a, mapping_behind(a)) for a in arrays]
        self._mappings = [m for _array, m in found if m is not None]
        self.row_bytes = sum(
            a.nbytes // max(len(a), 1) for a, m in found if m is not None
        )
        self._touched = 0

    def span(self, rows: NDArray[Any]) -> int:
        """Bytes of pages that are mapped at most where some rows are read."""
        if not self.row_bytes or not len(rows):
            return 0
        wide = (int(rows.max()) - int(rows.min()) + 1) * self.row_bytes
        return min(wide, len(rows) * (self.row_bytes + CLUSTER_BYTES))

    def touch(self, size: int) -> None:
        """Note that bytes were read, and let go of all where they are many."""
        self._touched += size
        if self._touched > RESIDENT_BYTES:
            self.let_go()

    def let_go(self) -> None:
        """Have no page resident."""
        self._touched = 0
        for mapping in self._mappings:
            # Where the system offers no such thing, it decides by itself.
            if hasattr(mapping, "madvise"):
                mapping.madvise(mmap.MADV_DONTNEED)


def mapping_behind(array: Any) -> mmap.mmap | None:
    """Mapping of the file that an array is a view of, if it is one of ours.

    Others may be written to, and lose by it what was not yet in their file.
    """
    while isinstance(array, np.ndarray):
        if isinstance(array, MappedArray):
            found: mmap.mmap | None = array._mmap  # type: ignore[attr-defined]
            return found
        array = array.base
    return None
