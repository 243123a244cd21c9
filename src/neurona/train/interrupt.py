"""Ctrl-C as a wish: stop after a whole step and save, rather than anywhere."""

from __future__ import annotations

import contextlib
import contextvars
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from neurona.native.stop_flag import StopFlag, make_stop_flag

__all__ = ["catch_interrupts", "stopped_by"]


_given: contextvars.ContextVar[StopFlag | None] = contextvars.ContextVar(
    "stop flag", default=None
)


@contextlib.contextmanager
def stopped_by(flag: StopFlag) -> Iterator[None]:
    """Let a flag, rather than Ctrl-C, stop the fits inside.

    Examples
    --------
    >>> with stopped_by(make_stop_flag()), catch_interrupts() as flag:
    ...     flag.is_set
    False
    """
    token = _given.set(flag)
    try:
        yield
    finally:
        _given.reset(token)


@contextlib.contextmanager
def catch_interrupts() -> Iterator[StopFlag]:
    """Turn the first Ctrl-C inside into a set flag; a second one interrupts at once.

    Inside :func:`stopped_by` its flag is the one. Otherwise, outside the main thread,
    where no signal arrives, and in a process that was started to ignore Ctrl-C, the
    flag is never set.
    """
    given = _given.get()
    if given is not None:
        yield given
        return
    flag = make_stop_flag()

    def handle(number: int, frame: FrameType | None) -> None:
        if flag.is_set:
            raise KeyboardInterrupt
        flag.set()

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
