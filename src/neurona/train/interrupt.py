"""Ctrl-C as a wish: stop between two steps and save, rather than anywhere."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

__all__ = ["StopFlag", "catch_interrupts"]


class StopFlag:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self.raised = False


@contextlib.contextmanager
def catch_interrupts() -> Iterator[StopFlag]:
    """Turn the first Ctrl-C inside into a raised flag; a second one interrupts at once.

    Outside the main thread, where no signal arrives, and in a process that was started
    to ignore Ctrl-C, the flag is never raised.
    """
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
