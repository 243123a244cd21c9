"""What is being done while it lasts, where it takes more than a moment."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["QUIET_SECONDS", "busy"]

QUIET_SECONDS: Final = 1.0
"""What takes less shows no progress at all."""


@contextmanager
def busy(
    doing: str, *, quiet: bool = False, at_once: bool = False
) -> Iterator[Callable[[str], None]]:
    """Say what is being done: a live line in a terminal, else a plain line.

    The block is given what changes the live line.

    Parameters
    ----------
    doing : str
    quiet : bool
        Whether to say nothing.
    at_once : bool
        Whether to say it before anything is loaded, however soon it is done.
    """
    if quiet:
        yield lambda doing: None
        return
    if at_once:
        # In a terminal the live line is drawn over it.
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"{doing} …", end=end, file=sys.stderr, flush=True)
    # What draws live lines takes a moment to load.
    from rich.markup import escape

    from neurona.cli.console import errors

    console = errors()
    if console.is_terminal:
        with console.status(escape(doing)) as status:
            yield lambda doing: status.update(escape(doing))
        return
    timer = threading.Timer(QUIET_SECONDS, console.print, [f"{doing} …"],
                            {"markup": False})  # fmt: skip
    timer.daemon = True
    if not at_once:
        timer.start()
    try:
        yield lambda doing: None
    finally:
        timer.cancel()
