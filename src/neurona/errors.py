"""Errors that say what went wrong, where, and what to do, in one sentence.

Whoever catches :class:`NeuronaError` catches every error
that this package raises on purpose.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from neurona.messages import _

__all__ = [
    "CheckpointError",
    "CheckpointOptionError",
    "DataError",
    "DivergenceError",
    "DivergenceWarning",
    "EngineWarning",
    "GradientError",
    "GraphError",
    "ModelFileError",
    "NeuronaError",
    "OptionError",
    "OutputError",
    "ShapeError",
    "nearest_names",
    "unknown_name",
]


class NeuronaError(Exception):
    """Base of every error raised on purpose."""


class OptionError(NeuronaError, ValueError):
    """An argument or option has a value that cannot be used."""


class GraphError(NeuronaError, ValueError):
    """A graph is not well formed."""


class ShapeError(GraphError):
    """Shapes or kinds of numbers do not fit together."""


class GradientError(GraphError):
    """A derivative was asked for where there is none."""


class DataError(NeuronaError, ValueError):
    """Data cannot be read or used as they are."""


class OutputError(NeuronaError, OSError):
    """A file cannot be written where it should be."""


class ModelFileError(NeuronaError, ValueError):
    """A file is not a whole model of this software."""


class CheckpointError(NeuronaError, ValueError):
    """A checkpoint does not fit the run that should resume from it."""


class CheckpointOptionError(CheckpointError, OptionError):
    """A run was asked to resume with other options or data than it began with."""


class DivergenceWarning(UserWarning):
    """Training left the finite numbers; the best finite weights were kept."""


class EngineWarning(UserWarning):
    """Something runs on the reference because the native engine cannot run it."""


class DivergenceError(NeuronaError, ArithmeticError):
    """Training left the finite numbers before a single good epoch."""


def nearest_names(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Known names that look most like the given one.

    Example
    -------
    >>> nearest_names("adamm", ["adam", "sgd", "adamw"])
    ['adam', 'adamw']
    """
    choices = {str(k).lower(): str(k) for k in known}
    found = difflib.get_close_matches(name.lower(), choices, n=most, cutoff=0.5)
    return [choices[k] for k in found]


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Sentence that says a name is unknown and offers the nearest ones.

    Example
    -------
    >>> unknown_name("optimizer", "adamm", ["adam", "sgd"])
    "unknown optimizer 'adamm'; did you mean adam?"
    """
    names = [str(k) for k in known]
    near = nearest_names(name, names)
    if near:
        return _("unknown {kind} {name!r}; did you mean {near}?").format(
            kind=kind, name=name, near=", ".join(near)
        )
    return _("unknown {kind} {name!r}; choose one of {names}").format(
        kind=kind, name=name, names=", ".join(names)
    )
