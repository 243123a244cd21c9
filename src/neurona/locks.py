"""Locks for what all threads of a process share."""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager

__all__ = ["lock_open_in_forks"]


def lock_open_in_forks() -> AbstractContextManager[bool]:
    """Lock that a child process finds open, and what it guards whole.

    A lock that another thread holds when a process forks stays locked in the child for
    ever. Whoever forks waits for this one, so hold it for moments only. The thread that
    holds it may take it again.

    Examples
    --------
    >>> lock = lock_open_in_forks()
    >>> with lock, lock:
    ...     "held"
    'held'
    """
    lock = threading.RLock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire,
            after_in_parent=lock.release,
            after_in_child=lock.release,
        )
    return lock
