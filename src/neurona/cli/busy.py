"""What is being done while it lasts, where it takes more than a moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.markup import escape

from neurona.cli.console import errors

__all__ = ["QUIET_SECONDS", "busy"]

QUIET_SECONDS: Final = 1.0
"""What takes less shows no progress at all."""


@contextmanager
def busy(doing: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Say what is being done: a live line in a terminal, else a plain line.

    The block is given what changes the live line.

    Parameters
    ----------
    doing : str
    quiet : bool
        Whether to say nothing.
    """
    console = errors()
    if quiet:
        yield lambda doing: None
    elif console.is_terminal:
        with console.status(escape(doing)) as status:
            yield lambda doing: status.update(escape(doing))
    else:
        timer = threading.Timer(QUIET_SECONDS, console.print, [f"{doing} …"],
                                {"markup": False})  # fmt: skip
        timer.daemon = True
        timer.start()
        try:
            yield lambda doing: None
        finally:
            timer.cancel()
