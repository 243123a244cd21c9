"""How many threads this process may use."""

from __future__ import annotations

import functools
import os
import sys
from typing import Any, Final

__all__ = ["MOST_THREADS", "allowed_threads", "usable_threads"]

MOST_THREADS: Final = 8
"""A batch is cut into at most so many blocks; more threads would have no work."""


def allowed_threads() -> int:
    """Threads that this process may use: no more than the processors it may run on.

    ``OMP_NUM_THREADS``, which joblib sets in its workers, is a limit too, and so is
    what threadpoolctl has set for NumPy's BLAS, where that limits it: whoever asks
    every other library to keep to a few threads means this one as well.

    Examples
    --------
    >>> 1 <= allowed_threads() <= MOST_THREADS
    True
    """
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:
        count = os.cpu_count() or 1
    limit = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if limit.isdigit():
        count = min(count, int(limit))
    if count > 1:
        count = min(count, threadpoolctl_limit(), MOST_THREADS)
    return max(1, count)


def usable_threads(asked: int) -> int:
    """Threads that are worth starting where a number of them is asked for.

    Examples
    --------
    >>> usable_threads(2)
    2
    """
    return min(asked, max(MOST_THREADS, os.cpu_count() or 1))


def threadpoolctl_limit() -> int:
    """Fewest threads that the native libraries of this process are limited to.

    Only where threadpoolctl is imported already can it have set a limit.
    """
    if sys.modules.get("threadpoolctl") is None:
        return MOST_THREADS
    counts = [library.num_threads for library in limited_libraries()]
    return min((count for count in counts if count), default=MOST_THREADS)


@functools.cache
def limited_libraries() -> list[Any]:
    """What threadpoolctl limits: looked for once, since that takes milliseconds.

    A limit is set for all of them, so those that are loaded later tell nothing more.
    """
    found: list[Any] = (
        sys.modules["threadpoolctl"].ThreadpoolController().lib_controllers
    )
    return found
