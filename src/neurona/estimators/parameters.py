"""Parameters of estimators: each declared once, with what it may be."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from types import UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

from sklearn.utils._param_validation import Interval, StrOptions

from neurona.settings import Option, Options, describe_options, options_of

__all__ = [
    "constrained",
    "constraints_of",
    "described",
    "named",
    "of_option",
    "parameter",
    "with_options",
]

E = TypeVar("E")

OPEN: Final[Mapping[str, str]] = {
    "[]": "both", "[)": "left", "(]": "right", "()": "neither",
}  # fmt: skip
"""Ends that belong to an interval, as scikit-learn calls them."""

BASES: Final[Mapping[Any, type]] = {int: Integral, float: Real}


def parameter(default: Any, *allowed: Any) -> Any:
    """Declare a parameter, with what scikit-learn's validation lets it be."""
    return field(default=default, metadata={"allowed": list(allowed)})


def named(default: Any, *allowed: Any) -> Any:
    """Declare a parameter that is given by name alone."""
    return field(default=default, kw_only=True, metadata={"allowed": list(allowed)})


def of_option(option: Option) -> Any:
    """Declare a parameter, given by name, that is an option of a record."""
    allowed = constraints_of(option, option.default)
    return field(default=option.default, kw_only=True, metadata={"allowed": allowed})


@dataclass_transform(eq_default=False)
def constrained(kind: type[E]) -> type[E]:
    """Make a class's constructor from its parameters, and tell scikit-learn of them.

    Notes
    -----
    The constructor keeps what it is given and looks at nothing, as scikit-learn's
    protocol has it: values are checked by ``fit``.
    """
    made: Any = dataclass(eq=False, repr=False)(kind)
    made._parameter_constraints = {
        entry.name: entry.metadata["allowed"] for entry in fields(made)
    }
    found: type[E] = made
    return found


def with_options(
    record: type[Options], names: Iterable[str]
) -> Callable[[type[E]], type[E]]:
    """Make a class's constructor from options of a record and its own parameters.

    Parameters
    ----------
    record : class of Options
    names : iterable of str
        Those that are parameters, in order.
    """
    known = options_of(record)
    chosen = {name: known[name] for name in names}

    def give(kind: type[E]) -> type[E]:
        for name, option in chosen.items():
            kind.__annotations__[name] = Any
            setattr(kind, name, of_option(option))
        return constrained(kind)

    return give


def described(
    record: type[Options], names: Iterable[str]
) -> Callable[[type[E]], type[E]]:
    """Describe options of a record where a class's docstring has ``{options}``."""
    said = textwrap.indent(describe_options(record, names), "    ").lstrip()

    def describe(kind: type[E]) -> type[E]:
        kind.__doc__ = (kind.__doc__ or "").replace("{options}", said)
        return kind

    return describe


def constraints_of(option: Option, default: Any) -> Any:
    """What scikit-learn's validation lets pass, for what an option may be.

    Examples
    --------
    >>> from neurona.settings import Count
    >>> one = Option("epochs", "int", Count, None, "")
    >>> [str(kind) for kind in constraints_of(one, None)]
    ['an int in the range [1, inf)', 'None']
    """
    found = _of_kind(option.kind)
    if found == [object]:
        return "no_validation"
    return found if default is not None or None in found else [*found, None]


def _of_kind(kind: Any) -> list[Any]:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        base, interval = parts
        high = None if interval.high == math.inf else interval.high
        closed = OPEN[interval.ends]
        return [Interval(BASES[base], interval.low, high, closed=closed)]
    if origin in (Union, UnionType):
        return [one for part in parts for one in _of_kind(part)]
    if origin is Literal:
        return [StrOptions(set(parts))]
    if origin is tuple:
        return ["array-like", tuple]
    if kind is type(None):
        return [None]
    return ["boolean"] if kind is bool else [kind]
