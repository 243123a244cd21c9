"""Records that stay small: of arrays too large to list, what is largest in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from neurona.arrays import Array

__all__ = ["abridged", "place_text", "total_of"]


def abridged(record: Any, most: int, largest: int) -> tuple[Any, dict[str, Any]]:
    """A record whose large arrays are told by their largest entries, and their totals.

    Parameters
    ----------
    record : mapping, list or array
        Lists and mappings may stand in one another; what is no array stays.
    most : int
        Numbers of all arrays that are told whole: the small arrays come first, and
        arrays of one size are told alike.
    largest : int
        How many entries of a larger array are told, as ``{"i,j": value}``.

    Returns
    -------
    record : mapping, list or array
    totals : dict
        :func:`total_of` of each larger array, by its place in the record as a JSON
        pointer (RFC 6901).

    Laws: at most ``most`` numbers are told whole, and ``largest`` of each other array.

    Examples
    --------
    >>> found, totals = abridged({"W": np.eye(2), "b": np.ones(3)}, 3, 1)
    >>> found
    {'W': {'0,0': 1.0}, 'b': array([1., 1., 1.])}
    >>> totals
    {'/W': {'entries': 4, 'norm': 1.4142135623730951, 'largest': 1.0}}
    """
    sizes = [array.size for array in arrays_in(record)]
    unique, count = np.unique(np.asarray(sizes, dtype=int), return_counts=True)
    fits = unique[np.cumsum(unique * count) <= most]
    limit, totals = int(fits.max(initial=1)), dict[str, Any]()

    def shortened(part: Any, place: str) -> Any:
        if isinstance(part, Mapping):
            return {k: shortened(p, f"{place}/{escaped(k)}") for k, p in part.items()}
        if isinstance(part, list):
            return [shortened(p, f"{place}/{i}") for i, p in enumerate(part)]
        if not is_measured(part) or part.size <= limit:
            return part
        totals[place] = total_of(part)
        return told_entries(part, largest)

    return shortened(record, ""), totals


def arrays_in(record: Any) -> Iterator[Array]:
    """Every array of numbers."""
    if isinstance(record, Mapping):
        record = list(record.values())
    if isinstance(record, list):
        for part in record:
            yield from arrays_in(part)
    elif is_measured(record):
        yield record


def is_measured(part: Any) -> bool:
    """Whether it is an array of numbers."""
    return isinstance(part, np.ndarray) and part.dtype.kind in "biuf"


def escaped(key: Any) -> str:
    """A key as part of a JSON pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")


def told_entries(array: Array, most: int) -> dict[str, float]:
    """The entries of largest size, in their order, by their place."""
    kept = np.sort(np.argsort(-np.abs(array).ravel(), kind="stable")[:most])
    places = zip(*np.unravel_index(kept, array.shape), strict=True)
    return {place_text(place): float(array[place]) for place in places}


def place_text(place: tuple[int, ...]) -> str:
    """Indices of an entry, counted from 0, as ``i,j``."""
    return ",".join(map(str, place))


def total_of(array: Array) -> dict[str, Any]:
    """How many entries an array has, its length, and the size of the largest."""
    return {
        "entries": int(array.size),
        "norm": float(np.linalg.norm(array)),
        "largest": float(np.abs(array).max(initial=0.0)),
    }
