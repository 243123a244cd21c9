"""scikit-learn's constructors and constraints, written from a record of options."""

from __future__ import annotations

import inspect
import math
import textwrap
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

from sklearn.utils._param_validation import Interval, StrOptions

from neurona.settings import Option, Options, describe_options, options_of

__all__ = ["constraints_of", "with_parameters"]

T = TypeVar("T")

OPEN: Final[Mapping[str, str]] = {
    "[]": "both", "[)": "left", "(]": "right", "()": "neither",
}  # fmt: skip
"""Ends that belong to an interval, as scikit-learn calls them."""

BASES: Final[Mapping[Any, type]] = {int: Integral, float: Real}


def with_parameters(
    record: type[Options], defaults: Mapping[str, Any]
) -> Callable[[T], T]:
    """Give a class the constructor that scikit-learn asks for.

    Parameters
    ----------
    record : class of Options
        What each parameter may be, unless the class has constraints of its own for it;
        they are described where the class's docstring has ``{options}``.
    defaults : mapping of str to object
        Every parameter in order, with its default.

    Notes
    -----
    The constructor keeps what it is given and looks at nothing, as scikit-learn's
    protocol has it: values are checked by ``fit``.
    """
    known = options_of(record)
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(name, kind, default=value) for name, value in defaults.items()
    ]
    first = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    signature = inspect.Signature([first, *parameters])

    def __init__(self: Any, /, **given: Any) -> None:
        bound = signature.bind(self, **given)
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            if name != "self":
                setattr(self, name, value)

    def give(chosen: Any) -> Any:
        made: Any = __init__
        made.__signature__ = signature
        made.__qualname__ = f"{chosen.__name__}.__init__"
        chosen.__init__ = made
        chosen._parameter_constraints = {
            name: constraints_of(known[name], value)
            for name, value in defaults.items()
            if name in known
        } | chosen._parameter_constraints
        said = describe_options(record, [n for n in defaults if n in known])
        said = textwrap.indent(said, "    ").lstrip()
        chosen.__doc__ = (chosen.__doc__ or "").replace("{options}", said)
        return chosen

    return give


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
