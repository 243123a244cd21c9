"""Whether the compiled engine is there, and which instructions it uses."""

from __future__ import annotations

import functools
import importlib
import logging
import os
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from neurona.errors import OptionError
from neurona.messages import _

__all__ = [
    "OtherSources",
    "engine_available",
    "instruction_set",
    "instruction_sets",
    "missing_engine_sentence",
    "note_missing_engine",
    "other_sources_sentence",
    "sources_fingerprint",
]

_logger = logging.getLogger("neurona")


SOURCES: Final = Path(__file__).with_name("cpp")
"""Where the engine's sources are, in a checkout; they are not installed."""


class OtherSources(ImportError):
    """The engine that is there was built from other sources than those beside it."""


def sources_fingerprint(folder: Path = SOURCES) -> str | None:
    """Hash of the engine's sources, as CMakeLists.txt puts it into the engine.

    Returns
    -------
    str or None
        None where there are no sources: the engine came with the package.
    """
    files = sorted(p for p in folder.glob("*.[ch]pp"))
    hashes = (f"{p.name} {sha256(p.read_bytes()).hexdigest()}\n" for p in files)
    return sha256("".join(hashes).encode()).hexdigest() if files else None


@functools.cache
def _import_failure() -> ImportError | None:
    """What importing the engine raised: once a process, since it cannot change."""
    try:
        engine = importlib.import_module("neurona.native._engine")
    except ImportError as error:
        return error
    return _mismatch(getattr(engine, "sources", None), sources_fingerprint())


def _mismatch(built_from: str | None, sources: str | None) -> OtherSources | None:
    """What is wrong with an engine, by the fingerprints of its sources."""
    return None if sources in (built_from, None) else OtherSources(built_from)


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
    return other_sources_sentence() or _(
        "the native engine cannot be loaded ({reason}); running on the reference"
    ).format(reason=failure)


def other_sources_sentence() -> str:
    """What to do with an engine of other sources; empty where there is none."""
    if not isinstance(_import_failure(), OtherSources):
        return ""
    return _(
        "the native engine was built from other sources and is not used: run "
        "scripts/build_native"
    )


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
