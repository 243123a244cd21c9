"""How much memory there is, and refusing what cannot fit in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from neurona.messages import _

__all__ = ["available_memory", "require_memory", "show_bytes"]

CGROUP_LIMITS: Final = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def available_memory() -> int | None:
    """Bytes of memory of this machine or container; ``None`` where it does not say."""
    limits = []
    try:
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        pass
    for path in CGROUP_LIMITS:
        try:
            limits.append(int(path.read_text()))
        except (OSError, ValueError):
            continue
    return min((x for x in limits if x > 0), default=None)


def show_bytes(count: float) -> str:
    """Bytes in the largest unit that leaves a number of at least 1.

    Examples
    --------
    >>> show_bytes(4e12), show_bytes(1500)
    ('3.6 TiB', '1.5 KiB')
    """
    units = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
    power = 0
    while count >= 1024 and power < len(units) - 1:
        count /= 1024
        power += 1
    return f"{count:.1f} {units[power]}"


def require_memory(size: int, rows: int) -> None:
    """Refuse an engine's memory that this machine does not have.

    It is asked for beforehand, since a system that promises more memory than it has
    ends the process that uses it.

    Parameters
    ----------
    size : int
        Bytes.
    rows : int
        Of the largest batch.

    Raises
    ------
    MemoryError
        The message says how much was asked for.

    Examples
    --------
    >>> require_memory(1_000, rows=32)
    """
    there = available_memory()
    if there is not None and size > there:
        raise MemoryError(
            _(
                "the engine needs {needed} ({size:,} bytes) for batches of {rows:,} "
                "rows, but this machine has {there}: use a smaller batch size"
            ).format(
                needed=show_bytes(size), size=size, rows=rows, there=show_bytes(there)
            )
        )
