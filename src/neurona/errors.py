"""Errors that say what went wrong, where, and what to do, in one sentence.

Whoever catches :class:`NeuronaError` catches every error
that this package raises on purpose.
"""

from __future__ import annotations

import difflib
import errno
import os
from collections.abc import Iterable, Mapping
from typing import Final

from neurona.messages import _, defer

__all__ = [
    "CheckpointError",
    "CheckpointOptionError",
    "DataError",
    "DesignWarning",
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
    "UnknownOptionError",
    "ValidationWarning",
    "nearest_names",
    "system_reason",
    "unknown_name",
]


class NeuronaError(Exception):
    """Base of every error raised on purpose."""


class OptionError(NeuronaError, ValueError):
    """An argument or option has a value that cannot be used."""


class UnknownOptionError(OptionError, TypeError):
    """There is no option of such a name."""


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


class DesignWarning(UserWarning):
    """Columns of a linear model do not determine every weight."""


class DivergenceWarning(UserWarning):
    """Training left the finite numbers; the best finite weights were kept."""


class ValidationWarning(UserWarning):
    """No validation loss was a finite number; the last weights were kept."""


class EngineWarning(UserWarning):
    """Something runs on the reference because the native engine cannot run it."""


class DivergenceError(NeuronaError, ArithmeticError):
    """Training left the finite numbers before a single good epoch."""


SYSTEM_REASONS: Final[Mapping[int, str]] = {
    errno.ENOENT: defer("there is no such file or folder"),
    errno.EACCES: defer("this is not permitted"),
    errno.EPERM: defer("this is not permitted"),
    errno.EISDIR: defer("it is a folder"),
    errno.ENOTDIR: defer("a part of the path is no folder"),
    errno.EEXIST: defer("there is one already"),
    errno.ENOSPC: defer("no space is left there"),
    errno.EROFS: defer("nothing can be written there"),
    errno.ENAMETOOLONG: defer("the name is too long"),
}
"""What the system most often says of a path, in words that are translated."""


def system_reason(error: OSError) -> str:
    """Why the system refused a path, in the reader's language where it is known.

    Example
    -------
    >>> system_reason(IsADirectoryError(errno.EISDIR, "Is a directory"))
    'it is a folder'
    """
    known = SYSTEM_REASONS.get(error.errno or 0)
    return _(known) if known else error.strerror or str(error)


FEW: Final = 8
"""Choices that a message lists even where it has a guess."""


def nearest_names(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Known names that look most like the given one, or that it is the beginning of.

    Example
    -------
    >>> nearest_names("adamm", ["adam", "sgd", "adamw"])
    ['adam', 'adamw']
    >>> nearest_names("acc", ["accuracy", "r2"]), nearest_names("fast", ["auto"])
    (['accuracy'], [])
    >>> nearest_names("iris.csv", ["x.csv", "irs.csv"])
    ['irs.csv']
    """
    given = name.lower()
    choices = {str(k).lower(): str(k) for k in known}
    root, ending = os.path.splitext(given)

    def same(choice: str) -> bool:
        """Whether two names are alike without the ending that both files have."""
        own = choice.removesuffix(ending)
        return own == choice or bool(difflib.get_close_matches(root, [own]))

    found = [*filter(same, difflib.get_close_matches(given, choices, n=most))]
    if len(given) > 1:
        found += [k for k in choices if k.startswith(given) and k not in found]
    return [choices[k] for k in found[:most]]


def unknown_name(kind: str, name: object, known: Iterable[str]) -> str:
    """Sentence that says a name is unknown, and offers the nearest or all the others.

    Parameters
    ----------
    kind : str
        What it would be the name of, such as "optimizer".
    name : object
        As it was given: not even text, perhaps.
    known : iterable of str
        A few are listed in any case, many where none is near.

    Example
    -------
    >>> unknown_name("engine", "nativ", ["auto", "native", "reference"])
    "unknown engine 'nativ'; did you mean native? Choose one of auto, native, reference"
    >>> unknown_name("engine", None, ["auto", "native"])
    'unknown engine None; choose one of auto, native'
    """
    names = [str(k) for k in known]
    near = nearest_names(name, names) if isinstance(name, str) else []
    if not near:
        text = _("unknown {kind} {name!r}; choose one of {names}")
    elif len(near) < len(names) <= FEW:
        text = _("unknown {kind} {name!r}; did you mean {near}? Choose one of {names}")
    else:
        text = _("unknown {kind} {name!r}; did you mean {near}?")
    return text.format(
        kind=kind, name=name, near=", ".join(near), names=", ".join(names)
    )
