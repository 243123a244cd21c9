"""The table a person means: a file, a bundled set by name, or a frame in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurona.data.sources.bundled import BUNDLED, load_bundled
from neurona.data.sources.read import STANDARD_INPUT, as_source
from neurona.data.sources.table import DataTable
from neurona.errors import OptionError, nearest_names
from neurona.messages import _

__all__ = ["Source", "open_source"]


@dataclass(frozen=True)
class Source:
    """A table and what is known of it before it is looked at.

    Parameters
    ----------
    table : DataTable
    target : str or None
        The column to predict, where the set says so itself.
    task : str or None
        Likewise.
    """

    table: DataTable
    target: str | None = None
    task: str | None = None


def open_source(data: Any, *, seed: int = 0) -> Source:
    """Open a file, a bundled set or anything that holds named columns.

    Parameters
    ----------
    data : path, name of a bundled set, or table in memory
        As :func:`neurona.data.sources.read.as_source` takes it. A file goes before a
        bundled set of the same name.
    seed : int
        Of the sets that are made at random.

    Raises
    ------
    OptionError
        There is no such file or set; the message offers the nearest names.
    DataError
        The file cannot be read.

    Examples
    --------
    >>> open_source("xor").table.rows
    4
    """
    if not isinstance(data, str | Path):
        return Source(as_source(data))
    name = str(data)
    if is_name(name) and not Path(name).exists():
        if name in BUNDLED:
            known = BUNDLED[name]
            table = as_source(load_bundled(name, seed=seed), repr(name))
            return Source(table, known.target, known.task)
        raise OptionError(unknown_data(name))
    return Source(as_source(Path(name)))


def is_name(text: str) -> bool:
    """Whether a text may name a bundled set, rather than a file or standard input.

    Examples
    --------
    >>> is_name("iris"), is_name("iris.csv"), is_name("-")
    (True, False, False)
    """
    return text != STANDARD_INPUT and Path(text).name == text and "." not in text


def unknown_data(name: str) -> str:
    near = nearest_names(name, BUNDLED)
    if near:
        return _(
            "there is no file {name!r} and no bundled set of that name; did you mean "
            "{near}?"
        ).format(name=name, near=", ".join(near))
    return _(
        "there is no file {name!r} and no bundled set of that name; the sets are {sets}"
    ).format(name=name, sets=", ".join(BUNDLED))
