"""Where text goes: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys

from rich.console import Console

__all__ = ["errors", "results"]


def results() -> Console:
    """Console on standard output; lines are not cut where it is no terminal."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())


def errors() -> Console:
    """Console on standard error."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=not sys.stderr.isatty())
