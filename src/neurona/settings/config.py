"""Records as plain JSON values, and back: what a model file says of its parts."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final, TypeAlias

from neurona.errors import ModelFileError, OptionError, unknown_name
from neurona.messages import _

__all__ = ["Families", "config_of", "from_config", "to_config"]

Families: TypeAlias = Mapping[str, Mapping[str, type]]
"""Closed registries: the family's name, then the names of its classes."""

DEEPEST: Final = 32
"""Levels of records within records that are read before a file is refused."""


def to_config(record: Any, families: Families) -> dict[str, Any]:
    """Describe a record and the records within it by their names and settings.

    Parameters
    ----------
    record : frozen dataclass
        Of a class in one of the families.
    families : mapping of str to mapping of str to type

    Returns
    -------
    dict
        "type" holds the family and name joined by a dot; every other entry is a
        setting, those with default values included, since defaults may change.

    Raises
    ------
    OptionError
        A class is in none of the families.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Curve:
    ...     alpha: float = 1.0
    >>> to_config(Curve(0.5), {"shape": {"curve": Curve}})
    {'type': 'shape.curve', 'alpha': 0.5}
    """
    return config_of(record, functools.partial(known_type, families=families))


def known_type(record: Any, families: Families) -> str:
    """Family and name of a record's class, joined by a dot."""
    for family, registry in families.items():
        for name, kind in registry.items():
            if type(record) is kind:
                return f"{family}.{name}"
    raise OptionError(
        _(
            "{kind} cannot be saved: a model file names only what this software knows"
        ).format(kind=type(record).__name__)
    )


def config_of(record: Any, type_of: Callable[[Any], str]) -> dict[str, Any]:
    """Describe a record, and the records within it, as ``type_of`` calls them.

    What :func:`to_config` does for closed families, for records that name themselves.
    """
    found = {"type": type_of(record)}
    for name in setting_names(type(record)):
        found[name] = encode(getattr(record, name), type_of)
    return found


def setting_names(kind: Any) -> list[str]:
    return [entry.name for entry in fields(kind)]


def encode(value: Any, type_of: Callable[[Any], str]) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple):
        return [encode(part, type_of) for part in value]
    return config_of(value, type_of)


def from_config(
    config: object, families: Families, family: str, *, depth: int = 0
) -> Any:
    """Record described by :func:`to_config`.

    Parameters
    ----------
    config : object
        As read from a file: nothing about it is taken for granted.
    families : mapping of str to mapping of str to type
    family : str
        What the record must belong to.

    Raises
    ------
    ModelFileError
        The description is not of that family, names something unknown, lacks a
        setting or has one too many, or a setting cannot be used.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Curve:
    ...     alpha: float = 1.0
    >>> config = {"type": "shape.curve", "alpha": 0.5}
    >>> from_config(config, {"shape": {"curve": Curve}}, "shape")
    Curve(alpha=0.5)
    """
    if not isinstance(config, dict) or not isinstance(config.get("type"), str):
        raise ModelFileError(
            _("the model file's description of a {family} has no type").format(
                family=family
            )
        )
    if depth > DEEPEST:
        raise ModelFileError(_("the model file nests its descriptions too deeply"))
    found, name = (*config["type"].split(".", 1), "")[:2]
    if found != family:
        raise ModelFileError(
            _("the model file has {found!r} where a {family} must stand").format(
                found=config["type"], family=family
            )
        )
    kind = families[family].get(name)
    if kind is None:
        raise ModelFileError(unknown_name(family, name, families[family]))
    wanted = set(setting_names(kind))
    given = set(config) - {"type"}
    if given != wanted:
        raise ModelFileError(
            _("the model file gives {name} the settings {given}, not {wanted}").format(
                name=config["type"],
                given=", ".join(sorted(map(str, given))) or _("none"),
                wanted=", ".join(sorted(wanted)) or _("none"),
            )
        )
    settings = {key: decode(config[key], families, depth) for key in wanted}
    try:
        return kind(**settings)
    except OptionError as error:
        raise ModelFileError(
            _("the model file cannot be used: {why}").format(why=error)
        ) from None


def decode(value: object, families: Families, depth: int) -> Any:
    if isinstance(value, list):
        if depth > DEEPEST:
            raise ModelFileError(_("the model file nests its descriptions too deeply"))
        return tuple(decode(part, families, depth + 1) for part in value)
    if isinstance(value, dict):
        family = str(value.get("type")).partition(".")[0]
        if family not in families:
            raise ModelFileError(unknown_name(_("kind"), family, families))
        return from_config(value, families, family, depth=depth + 1)
    return value
