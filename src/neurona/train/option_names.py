"""Functions of a network that take a record's options by name, and no others."""

from __future__ import annotations

import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from typing import Any, ParamSpec, Protocol, TypeVar, overload

from neurona.errors import UnknownOptionError, nearest_names, unknown_name
from neurona.messages import _
from neurona.optimize import OPTIMIZERS
from neurona.settings import describe_options, options_of, shortened
from neurona.train.solvers import SOLVERS

__all__ = ["option_names", "refuse_unknown", "taking"]

P = ParamSpec("P")
R = TypeVar("R", covariant=True)
N = TypeVar("N", contravariant=True)
Record = TypeVar("Record")


class Method(Protocol[P, R]):
    """A function of one network that takes rows, and options by name."""

    def __call__(self, X: Any, y: Any, *args: P.args, **options: P.kwargs) -> R:
        """Run it."""


class NetworkFunction(Protocol[N, P, R]):
    """The same of any network: as part of a class, its method."""

    def __call__(
        self, network: N, X: Any, y: Any, *args: P.args, **options: P.kwargs
    ) -> R:
        """Run it."""

    @overload
    def __get__(self, network: None, kind: type[N]) -> NetworkFunction[N, P, R]: ...

    @overload
    def __get__(self, network: N, kind: type[N]) -> Method[P, R]: ...


def taking(
    record: Callable[P, Record],
) -> Callable[[Callable[[N, Any, Any, Record], R]], NetworkFunction[N, P, R]]:
    """Give a function that reads a record of options those options by name.

    Callers, type checkers and :mod:`inspect` see each of them; in the function's
    docstring they stand in place of ``{options}``.

    Parameters
    ----------
    record : class of Options

    Raises
    ------
    UnknownOptionError
        When the function is called with an option that the record has not.
    """
    kind: Any = record
    known = options_of(kind)

    def decorate(
        method: Callable[[N, Any, Any, Record], R],
    ) -> NetworkFunction[N, P, R]:
        @functools.wraps(method)
        def call(network: N, X: Any, y: Any, **given: Any) -> R:
            refuse_unknown(method.__name__, given, known)
            return method(network, X, y, kind(**given))

        made: Any = call
        whole = inspect.signature(method)
        first = [whole.parameters[name] for name in list(whole.parameters)[:3]]
        rest = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=entry.default,
                annotation=entry.annotation,
            )
            for name, entry in known.items()
        ]
        made.__signature__ = whole.replace(parameters=[*first, *rest])
        made.__annotations__ = {
            entry.name: entry.annotation for entry in (*first, *rest)
        } | {"return": whole.return_annotation}
        if method.__doc__ is not None:
            said = describe_options(kind)
            made.__doc__ = re.sub(
                "^( *){options}",
                lambda place: textwrap.indent(said, place.group(1)),
                method.__doc__,
                flags=re.MULTILINE,
            )
        found: NetworkFunction[N, P, R] = made
        return found

    return decorate


def option_names(method: Callable[..., Any]) -> tuple[str, ...]:
    """Names of a method's options, in their order: of what goes by name alone.

    Examples
    --------
    >>> def fit(X, y, *, epochs=10, seed=None): ...
    >>> option_names(fit)
    ('epochs', 'seed')
    """
    entries = inspect.signature(method).parameters.values()
    return tuple(entry.name for entry in entries if entry.kind is entry.KEYWORD_ONLY)


def refuse_unknown(
    method: str, given: Mapping[str, Any], known: Collection[str]
) -> None:
    """Refuse options that a method does not have.

    Parameters
    ----------
    method : str
        Its name.
    given : mapping of str to value
    known : collection of str

    Raises
    ------
    UnknownOptionError
        The message offers the nearest option, or says how the setting of an optimizer
        is given.

    Examples
    --------
    >>> refuse_unknown("fit", {"learning_rate": 0.1}, ["optimizer", "epochs"])
    Traceback (most recent call last):
    ...
    neurona.errors.UnknownOptionError: learning_rate is a setting of the optimizer, \
not an option of fit: write optimizer=Adam(learning_rate=0.1)
    """
    for name, value in given.items():
        if name not in known:
            found = setting_of(name, known, given.get("optimizer", "adam"))
            if found is not None:
                rule, setting = found
                raise UnknownOptionError(
                    _(
                        "{setting} is a setting of the optimizer, not an option of "
                        "{method}: write {example}"
                    ).format(
                        setting=setting,
                        method=method,
                        example=f"optimizer={rule}({setting}={shortened(value)})",
                    )
                )
            kind = _("option of {method}").format(method=method)
            raise UnknownOptionError(unknown_name(kind, name, known))


def setting_of(
    name: str, known: Collection[str], asked: object
) -> tuple[str, str] | None:
    """Class of an optimizer, and its setting that a name means, if it means one.

    Parameters
    ----------
    name : str
    known : collection of str
        Options that it may mean as well.
    asked : object
        The optimizer: where it has no such setting, another is taken.

    Examples
    --------
    >>> setting_of("learning_rat", ["optimizer"], "sgd")
    ('SGD', 'learning_rate')
    >>> setting_of("optimiser", ["optimizer"], "sgd")
    """
    rules: dict[str, Any] = {**OPTIMIZERS, **SOLVERS}
    if "optimizer" not in known:
        return None
    kind = rules.get(asked) if isinstance(asked, str) else type(asked)
    chosen = [rule for rule in (kind, asked) if rule in rules.values()]
    found: dict[str, str] = {}
    for rule in (*chosen, *rules.values()):
        for field in fields(rule):
            found.setdefault(field.name, rule.__name__)
    near = nearest_names(name, [*found, *known], most=1)
    return (found[near[0]], near[0]) if near and near[0] in found else None
