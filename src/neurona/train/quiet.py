"""Warnings that are kept quiet, however many threads ask for it at once."""

from __future__ import annotations

import contextlib
import os
import threading
import warnings
from collections.abc import Iterator
from typing import Final

from neurona.locks import lock_open_in_forks

__all__ = ["quiet"]


class _Filters:
    """The filters of this process, kept while anybody is inside."""

    def __init__(self) -> None:
        self.lock = lock_open_in_forks()
        self.inside = 0
        self.own = threading.local()
        self.kept = contextlib.ExitStack()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forget_others)

    def enter(self) -> None:
        """Keep the filters, if this is the first inside."""
        if not self.inside:
            self.kept.enter_context(warnings.catch_warnings())
        self.inside += 1
        self.own.inside = getattr(self.own, "inside", 0) + 1

    def leave(self) -> None:
        """Restore the filters, if this is the last inside."""
        self.own.inside -= 1
        self.inside -= 1
        if not self.inside:
            self.kept.close()

    def forget_others(self) -> None:
        """Leave for the threads that a child process does not have."""
        own = getattr(self.own, "inside", 0)
        if self.inside and not own:
            self.kept.close()
        self.inside = own


_filters: Final = _Filters()


@contextlib.contextmanager
def quiet(category: type[Warning] = Warning, message: str = "") -> Iterator[None]:
    """Ignore some warnings inside.

    Filters of warnings belong to the process: threads that each kept and restored them
    would restore each other's, and leave a warning ignored for ever. Here the first to
    enter keeps them and the last to leave restores them; a child process counts itself
    alone.

    Parameters
    ----------
    category : type of Warning
    message : str
        Regular expression for its beginning.

    Examples
    --------
    >>> with quiet(UserWarning):
    ...     warnings.warn("not heard", UserWarning)
    """
    with _filters.lock:
        _filters.enter()
        warnings.filterwarnings("ignore", message, category)
    try:
        yield
    finally:
        with _filters.lock:
            _filters.leave()
