"""Where a table stands: a file, and a part of it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["split_place"]


def split_place(place: str | Path) -> tuple[Path, str | None]:
    """A file, and what after ``::`` says which of its tables is meant.

    Examples
    --------
    >>> split_place("shop.db::sales")[1], split_place("a.csv")[1]
    ('sales', None)
    """
    file, mark, part = str(place).partition("::")
    if not mark or Path(place).exists():
        return Path(place), None
    return Path(file), part
