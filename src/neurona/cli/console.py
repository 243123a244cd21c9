"""Where text goes: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
from functools import partial

from rich.console import Console
from rich.measure import Measurement
from rich.table import Column, Table

__all__ = ["errors", "fits", "results"]


def results() -> Console:
    """Console on standard output; lines are not cut where it is no terminal."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())


def errors() -> Console:
    """Console on standard error."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=not sys.stderr.isatty())


def fits(console: Console, table: Table) -> bool:
    """Whether a table can be printed without a cut through what must not be broken.

    Parameters
    ----------
    console : Console
    table : Table
        With a space at either side of a cell, and a line between columns.
    """
    return sum(map(partial(_least_width, console), table.columns)) < console.width


def _least_width(console: Console, column: Column) -> int:
    """Width that a column needs, with its spaces and one of its lines."""
    cells = (column.header, *column.cells)
    sizes = [Measurement.get(console, console.options, cell) for cell in cells]
    least = max(s.maximum if column.no_wrap else s.minimum for s in sizes)
    return max(least, column.min_width or 0) + 3
