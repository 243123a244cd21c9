"""Will it fit? Estimates before anything large is allocated."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["available_memory", "check_memory", "show_bytes"]

COPIES: Final = 6
"""Arrays of a parameter's size in training: itself, as it started, its gradient, two
slots, the best. A guess, before the optimizer is known; a fit counts its own."""

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


def check_memory(parameters: int, itemsize: int, copies: int = COPIES) -> None:
    """Refuse a network that cannot be trained in this machine's memory.

    Parameters
    ----------
    parameters : int
        Number of trained numbers.
    itemsize : int
        Bytes of each.
    copies : int
        How many arrays of their size there are at a time, themselves included.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> check_memory(1_000, 4)
    """
    needed = parameters * itemsize * copies
    there = available_memory()
    if there is not None and needed > there:
        raise OptionError(
            _(
                "{count:,} parameters need about {needed} to train, but this machine "
                "has {there}: use fewer or smaller layers"
            ).format(
                count=parameters, needed=show_bytes(needed), there=show_bytes(there)
            )
        )
