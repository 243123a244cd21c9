"""Place buffers in memory so that those which are not needed together share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Lifetime", "plan_memory"]


@dataclass(frozen=True)
class Lifetime:
    """A piece of memory and when it is needed.

    Parameters
    ----------
    size : int
        Elements, a multiple of a vector register.
    first, last : int
        Moments, both included, between which nothing else may touch it.
    """

    size: int
    first: int
    last: int


def plan_memory(lifetimes: Sequence[Lifetime]) -> tuple[list[int], int]:
    """Offsets of pieces of memory, and the size of the whole.

    The largest are placed first, each at the lowest offset where nothing that lives at
    the same time is in the way.

    Laws: two pieces whose lifetimes meet never overlap; the whole is at least as large
    as what lives at any moment.

    Examples
    --------
    >>> plan_memory([Lifetime(16, 0, 1), Lifetime(16, 2, 3), Lifetime(32, 1, 2)])
    ([32, 32, 0], 48)
    """
    offsets = [0] * len(lifetimes)
    placed: list[int] = []
    order = sorted(range(len(lifetimes)), key=lambda i: (-lifetimes[i].size, i))
    for i in order:
        own = lifetimes[i]
        taken = sorted(
            (offsets[j], offsets[j] + lifetimes[j].size)
            for j in placed
            if lifetimes[j].first <= own.last and own.first <= lifetimes[j].last
        )
        offset = 0
        for start, stop in taken:
            if offset + own.size <= start:
                break
            offset = max(offset, stop)
        offsets[i] = offset
        placed.append(i)
    whole = max((offsets[i] + x.size for i, x in enumerate(lifetimes)), default=0)
    return offsets, whole
