"""What is found when it is asked for: names of a package, properties."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Self, TypeVar, overload

__all__ = ["lazy_names", "settled_property"]

T = TypeVar("T")


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
        held = vars(sys.modules[package])
        return sorted({*(n for n in held if n.startswith("__")), *held["__all__"]})

    return get, names


class settled_property(Generic[T]):
    """Property that is found once, and then kept.

    Unlike ``functools.cached_property`` up to Python 3.11 it has no lock, which a
    process forked meanwhile would find closed for ever. Of two threads that ask first
    both are given what one of them found.

    Examples
    --------
    >>> class Circle:
    ...     @settled_property
    ...     def centre(self):
    ...         return object()
    >>> circle = Circle()
    >>> circle.centre is circle.centre
    True
    """

    def __init__(self, find: Callable[[Any], T]) -> None:
        self.find, self.name = find, find.__name__
        self.__doc__ = find.__doc__

    @overload
    def __get__(self, held: None, kind: type[Any]) -> Self: ...

    @overload
    def __get__(self, held: object, kind: type[Any]) -> T: ...

    def __get__(self, held: object | None, kind: type[Any]) -> Self | T:
        if held is None:
            return self
        kept: T = vars(held).setdefault(self.name, self.find(held))
        return kept
