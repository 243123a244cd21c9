"""Whether the compiled engine is there, and which instructions it uses."""

from __future__ import annotations

import functools
import logging
import os
import threading
from collections.abc import Callable

from neurona.errors import OptionError
from neurona.messages import _

__all__ = [
    "engine_available",
    "instruction_set",
    "instruction_sets",
    "missing_engine_sentence",
    "note_missing_engine",
]

_logger = logging.getLogger("neurona")


@functools.cache
def _import_failure() -> ImportError | None:
    """What importing the engine raised: once a process, since it cannot change."""
    try:
        # One that was built from older sources lacks it.
        from neurona.native._engine import operations  # noqa: F401
    except ImportError as error:
        return error
    return None


def engine_available() -> bool:
    """Whether the native engine was built and can be loaded.

    Where no C++ compiler was found when the package was installed, it was not built.

    Examples
    --------
    >>> engine_available() in (True, False)
    True
    """
    return _import_failure() is None


def missing_engine_sentence() -> str:
    """Why the reference runs instead of the engine; empty where the engine is there."""
    failure = _import_failure()
    if failure is None:
        return ""
    if isinstance(failure, ModuleNotFoundError):
        return _("the native engine is not built; running on the reference")
    return _(
        "the native engine cannot be loaded ({reason}); running on the reference"
    ).format(reason=failure)


_said = threading.Lock()
"""Taken by whoever comes first, and kept."""


def note_missing_engine(tell: Callable[[str], object] = _logger.warning) -> None:
    """Say that the reference runs instead of the engine: once a process, if at all.

    Parameters
    ----------
    tell : callable, optional
        Is given the sentence; by default the logger ``"neurona"``, as a warning.
    """
    sentence = missing_engine_sentence()
    if sentence and _said.acquire(blocking=False):
        tell(sentence)


def instruction_sets() -> list[str]:
    """Instruction sets that this build has and this machine runs, the widest last.

    Examples
    --------
    >>> isinstance(instruction_sets(), list)
    True
    """
    if not engine_available():
        return []
    import neurona.native._engine as _engine

    return _engine.isas()


def instruction_set() -> str | None:
    """Instruction set that the engine uses: the widest, or what ``NEURONA_ISA`` names.

    Returns
    -------
    str or None
        ``"baseline"``, ``"avx2"``, ``"avx512"`` or ``"neon"``; None without an engine.

    Raises
    ------
    OptionError
        ``NEURONA_ISA`` names one that this build or this machine lacks.

    Examples
    --------
    >>> instruction_set() in (None, *instruction_sets())
    True
    """
    if not engine_available():
        return None
    import neurona.native._engine as _engine

    try:
        return _engine.isa()
    except ValueError:
        raise OptionError(
            _(
                "NEURONA_ISA asks for {asked!r}, which this build or this machine "
                "lacks; choose one of {known}, or unset it"
            ).format(
                asked=os.environ.get("NEURONA_ISA"), known=", ".join(_engine.isas())
            )
        ) from None
