"""Public names of a package that are loaded when they are asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["lazy_names"]


def lazy_names(
    package: str, homes: Mapping[str, Iterable[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Give ``__getattr__`` and ``__dir__`` of a package that imports nothing at first.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    homes : mapping of module to names
        Where each public name stands; those of the package itself are its modules.

    Examples
    --------
    >>> get, names = lazy_names("neurona", {"neurona.errors": ["DataError"]})
    >>> get("DataError").__name__
    'DataError'
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def get(name: str) -> Any:
        """Load what is asked for, when it is asked for: importing stays quick."""
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if home == package:
            return importlib.import_module(f"{package}.{name}")
        value = getattr(importlib.import_module(home), name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home_of})

    return get, names
