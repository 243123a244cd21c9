"""Settings that a person writes on the command line: ``beta_1=0.9``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from neurona.errors import OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.optimize import Optimizer

__all__ = [
    "read_optimizer",
    "read_point",
    "read_range",
    "read_series",
    "read_settings",
]


DECIMAL_COMMA: Final = re.compile(r"(\d),(\d+)(?![\w.=])")
"""A comma between figures that no name follows: 0,5 but not x=0,y=5."""


def read_settings(texts: Sequence[str]) -> dict[str, Any]:
    """Settings by name: numbers, yes or no, or words.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_settings(["beta_1=0.5", "bias_correction=false", "convention=keras"])
    {'beta_1': 0.5, 'bias_correction': False, 'convention': 'keras'}
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise OptionError(
                _(
                    "a setting is written as NAME=VALUE, such as beta_1=0.9; not "
                    "{text!r}"
                ).format(text=text)
            )
        found[name.strip()] = read_value(value.strip())
    return found


def read_value(text: str) -> Any:
    words = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def read_optimizer(
    name: str | None, learning_rate: float | None, texts: Sequence[str]
) -> Optimizer | None:
    """Optimizer with its settings; ``None`` where nothing was said.

    Raises
    ------
    OptionError
        There is no such optimizer or setting, or a value is outside its range.
    """
    from neurona.optimize import OPTIMIZERS, as_optimizer
    from neurona.train.solvers.named import SOLVERS

    if name is not None and name.lower() in SOLVERS:
        raise OptionError(
            _(
                "{name} is a solver: it chooses its steps by itself, and they are not "
                "shown one by one; choose one of {names}"
            ).format(name=name, names=", ".join(OPTIMIZERS))
        )
    settings = read_settings(texts)
    if learning_rate is not None:
        settings["learning_rate"] = learning_rate
    if name is None and not settings:
        return None
    return as_optimizer(name or "sgd", **settings)


def read_point(texts: Sequence[str]) -> dict[str, float]:
    """Values of variables: ``x=1``, or ``x=1,y=2``.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_point(["x=1,y=2.5"])
    {'x': 1.0, 'y': 2.5}
    """
    found: dict[str, float] = {}
    for text in texts:
        for part in text.split(","):
            name, _sign, value = part.partition("=")
            try:
                found[name.strip()] = float(value)
            except ValueError:
                said = _("a point is written as x=1, several as x=1,y=2; not {text!r}")
                if DECIMAL_COMMA.search(text):
                    said = _("decimals are written with a point: {meant}; not {text!r}")
                meant = DECIMAL_COMMA.sub(r"\1.\2", text)
                raise OptionError(said.format(text=text, meant=meant)) from None
    return found


def read_series(text: str) -> list[float]:
    """Numbers apart by commas.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_series("30,28,31")
    [30.0, 28.0, 31.0]
    """
    found: list[float] = []
    position = 0
    for part in text.split(","):
        try:
            found.append(float(part))
        except ValueError:
            from neurona.explain.expression.tokens import refuse_at

            said = _("a series is written as numbers such as 30,28,31; not {text!r}")
            begin = position + len(part) - len(part.lstrip())
            refuse_at(text, begin, said.format(text=part.strip()))
        position += len(part) + 1
    return found


def read_range(text: str) -> Sequence[int]:
    """Row numbers as a person writes them: ``0:4``, ``3`` or ``0,2,5``.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_range("0:4"), read_range("5,2")
    (range(0, 4), [5, 2])
    """
    found: Sequence[int] = ()
    try:
        if ":" in text:
            # Not listed: it may go on far beyond the table.
            first, last = text.split(":")
            found = range(int(first or 0), int(last))
        else:
            found = [int(part) for part in text.split(",")]
    except ValueError:
        pass
    if not found or "-" in text:
        raise OptionError(
            _(
                "rows are written as 0:4 for the first four, or 0,2,5, counted from 0; "
                "not {text!r}"
            ).format(text=text)
        )
    return found
