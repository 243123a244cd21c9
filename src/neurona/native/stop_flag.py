"""By which one thread asks the run of another to end, or a signal the run it meets."""

from __future__ import annotations

from typing import Protocol

from neurona.native.available import engine_available

__all__ = ["PlainStopFlag", "StopFlag", "make_stop_flag"]


class StopFlag(Protocol):
    """Once set, it stays so until it is cleared; any thread may do either.

    Examples
    --------
    >>> flag = make_stop_flag()
    >>> flag.set()
    >>> flag.is_set
    True
    """

    def set(self) -> None:
        """Ask to stop."""

    def clear(self) -> None:
        """Take that back."""

    @property
    def is_set(self) -> bool:
        """Whether somebody asks."""


class PlainStopFlag:
    """A flag that Python alone reads: where there is no engine."""

    is_set = False

    def set(self) -> None:
        """Ask to stop."""
        self.is_set = True

    def clear(self) -> None:
        """Take that back."""
        self.is_set = False


def make_stop_flag() -> StopFlag:
    """A flag that is not set: one that the engine reads while it runs, if it is there.

    Examples
    --------
    >>> make_stop_flag().is_set
    False
    """
    if not engine_available():
        return PlainStopFlag()
    import neurona.native._engine as _engine

    return _engine.StopFlag()
