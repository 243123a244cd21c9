"""Warnings that are kept quiet, however many threads ask for it at once."""

from __future__ import annotations

import contextlib
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
        self.kept = contextlib.ExitStack()


_filters: Final = _Filters()


@contextlib.contextmanager
def quiet(category: type[Warning] = Warning, message: str = "") -> Iterator[None]:
    """Ignore some warnings inside.

    Filters of warnings belong to the process: threads that each kept and restored them
    would restore each other's, and leave a warning ignored for ever. Here the first to
    enter keeps them and the last to leave restores them.

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
        if not _filters.inside:
            _filters.kept.enter_context(warnings.catch_warnings())
        _filters.inside += 1
        warnings.filterwarnings("ignore", message, category)
    try:
        yield
    finally:
        with _filters.lock:
            _filters.inside -= 1
            if not _filters.inside:
                _filters.kept.close()
