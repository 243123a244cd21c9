"""Ctrl-C as a wish: stop after a whole step and save, rather than anywhere."""

from __future__ import annotations

import contextlib
import contextvars
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import numpy as np

__all__ = ["StopFlag", "catch_interrupts", "stopped_by"]


class StopFlag:
    """Whether somebody asked to stop: a byte, which the engine reads while it runs.

    Examples
    --------
    >>> flag = StopFlag()
    >>> flag.raised = True
    >>> flag.byte
    array([1], dtype=uint8)
    """

    def __init__(self) -> None:
        self.byte = np.zeros(1, np.uint8)

    @property
    def raised(self) -> bool:
        """Whether it is raised."""
        return bool(self.byte[0])

    @raised.setter
    def raised(self, value: bool) -> None:
        self.byte[0] = value


_given: contextvars.ContextVar[StopFlag | None] = contextvars.ContextVar(
    "stop flag", default=None
)


@contextlib.contextmanager
def stopped_by(flag: StopFlag) -> Iterator[None]:
    """Let a flag, rather than Ctrl-C, stop the fits inside.

    Examples
    --------
    >>> with stopped_by(StopFlag()) as nothing, catch_interrupts() as flag:
    ...     flag.raised
    False
    """
    token = _given.set(flag)
    try:
        yield
    finally:
        _given.reset(token)


@contextlib.contextmanager
def catch_interrupts() -> Iterator[StopFlag]:
    """Turn the first Ctrl-C inside into a raised flag; a second one interrupts at once.

    Inside :func:`stopped_by` its flag is the one. Otherwise, outside the main thread,
    where no signal arrives, and in a process that was started to ignore Ctrl-C, the
    flag is never raised.
    """
    given = _given.get()
    if given is not None:
        yield given
        return
    flag = StopFlag()

    def handle(number: int, frame: FrameType | None) -> None:
        if flag.raised:
            raise KeyboardInterrupt
        flag.raised = True

    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if ignored or threading.current_thread() is not threading.main_thread():
        yield flag
        return
    before = signal.signal(signal.SIGINT, handle)
    try:
        yield flag
    finally:
        # A handler that was not set from Python cannot be put back.
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
