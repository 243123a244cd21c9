"""Alternatives that are chosen by name, class or instance."""

from __future__ import annotations

import abc
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar, cast

from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.settings.kinds import shortened
from neurona.settings.record import changed_settings, check_settings

__all__ = ["Choice", "as_choice", "by_name"]


@dataclass(frozen=True)
class Choice(abc.ABC):
    """One of a closed list of alternatives that are chosen by name.

    Subclasses are frozen dataclasses, so two choices with the same settings are equal.
    """

    name: ClassVar[str]
    """What it is called in options and files."""

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def is_plain(self) -> bool:
        """Whether every setting has its default."""
        return not dict(changed_settings(self))


C = TypeVar("C", bound=Choice)


def by_name(*kinds: type[C]) -> Mapping[str, type[C]]:
    """Closed registry of classes, each under its own name."""
    return MappingProxyType({kind.name: kind for kind in kinds})


def as_choice(
    value: object,
    kind: str,
    base: Any,
    registry: Mapping[str, type[C]],
    aliases: Mapping[str, str] = MappingProxyType({}),
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> C:
    """Alternative given by its name, its class or an instance.

    Parameters
    ----------
    value : str, type or instance
    kind : str
        What it is called in the message, such as "activation".
    base : type
        What every alternative descends from.
    registry : mapping of str to type
        The alternatives by name.
    aliases : mapping of str to str
        Other names.
    settings : mapping of str to value
        What replaces the defaults, or the instance's own settings.

    Raises
    ------
    OptionError
        The name or a setting is unknown (the message offers the nearest ones), a
        setting without a default is missing, or the value is something else.
    """
    chosen: Any = value
    if isinstance(chosen, base):
        check_names(type(chosen), settings)
        return cast(C, replace(chosen, **settings) if settings else chosen)
    if isinstance(value, str):
        name = value.lower().replace("-", "_")
        chosen = registry.get(aliases.get(name, name))
        if chosen is None:
            raise OptionError(unknown_name(kind, value, [*registry, *aliases]))
    if (
        not isinstance(chosen, type)
        or not issubclass(chosen, base)
        or inspect.isabstract(chosen)
    ):
        raise OptionError(
            _("{kind} must be a name, a class or an instance, not {found}").format(
                kind=kind, found=shortened(value)
            )
        )
    made: Any = chosen
    check_names(made, settings)
    needed = [
        f.name for f in fields(made) if f.default is MISSING and f.name not in settings
    ]
    if needed:
        raise OptionError(
            _("{kind} {name} needs a value: write {example}").format(
                kind=kind,
                name=made.name,
                example=f"{made.__name__}({', '.join(f'{n}=…' for n in needed)})",
            )
        )
    return cast(C, made(**settings))


def check_names(kind: Any, settings: Iterable[str]) -> None:
    """Refuse settings that a class does not have."""
    known = [entry.name for entry in fields(kind)]
    for name in settings:
        if name not in known:
            wanted = _("setting of {name}").format(name=kind.name)
            raise OptionError(unknown_name(wanted, name, known))
