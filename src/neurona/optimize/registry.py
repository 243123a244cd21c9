"""Settings that can be looked up by name, written to a file and read back."""

from __future__ import annotations

import abc
import dataclasses
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

from neurona.errors import ModelFileError, OptionError, unknown_name
from neurona.messages import _

__all__ = ["Configured", "Registry"]


@dataclass(frozen=True)
class Configured(abc.ABC):
    """A record of settings with a name: it computes, but it never changes."""

    name: ClassVar[str]

    def to_config(self) -> dict[str, Any]:
        """Name and settings as JSON values, from which the same record is made."""
        found = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {"name": self.name, **{k: _plain(v) for k, v in found.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, Configured):
        return value.to_config()
    return value.item() if isinstance(value, np.generic) else value


T = TypeVar("T", bound=Configured)


class Registry(Generic[T]):
    """The closed list of classes that a name may stand for.

    Parameters
    ----------
    kind : callable
        Gives the word for one of them in the reader's language.
    base : type
        What they all are.
    classes : iterable of type
        Each with its own ``name``.
    """

    def __init__(
        self, kind: Callable[[], str], base: type[T], classes: Iterable[type[T]]
    ) -> None:
        self.kind = kind
        self.base = base
        self.classes = {found.name: found for found in classes}

    def resolve(self, value: str | type[T] | T, overrides: Mapping[str, Any]) -> T:
        """Return the record that a name, a class or a record stands for.

        Raises
        ------
        OptionError
            The name is unknown (the nearest ones are offered), or a setting is.
        """
        if isinstance(value, self.base):
            _check_settings(type(value), overrides)
            return dataclasses.replace(value, **overrides)
        if (
            isinstance(value, type)
            and issubclass(value, self.base)
            and not inspect.isabstract(value)
        ):
            _check_settings(value, overrides)
            return value(**overrides)
        if not isinstance(value, str):
            raise OptionError(
                _("{value!r} is not the name, class or instance of any {kind}").format(
                    value=value, kind=self.kind()
                )
            )
        if value not in self.classes:
            raise OptionError(unknown_name(self.kind(), value, self.classes))
        return self.resolve(self.classes[value], overrides)

    def read(self, config: Any) -> T:
        """Make a record again from what ``to_config`` wrote.

        Raises
        ------
        ModelFileError
            Anything that ``to_config`` does not write.
        """
        if not isinstance(config, Mapping) or not isinstance(config.get("name"), str):
            raise ModelFileError(
                _("the settings of the {kind} must be a mapping with a name").format(
                    kind=self.kind()
                )
            )
        settings = {k: v for k, v in config.items() if k != "name"}
        for key, value in settings.items():
            if isinstance(value, Mapping):
                # One level is all that exists, so a file cannot nest without end.
                if value.get("name") == config["name"]:
                    raise ModelFileError(
                        _("the {kind} {name} cannot contain itself").format(
                            kind=self.kind(), name=config["name"]
                        )
                    )
                settings[key] = self.read(value)
        try:
            return self.resolve(config["name"], settings)
        except OptionError as error:
            raise ModelFileError(str(error)) from None


def _check_settings(found: type[Configured], given: Mapping[str, Any]) -> None:
    known = [field.name for field in dataclasses.fields(found)]
    for key in given:
        if key not in known:
            kind = _("setting of {name}").format(name=found.name)
            raise OptionError(unknown_name(kind, key, known))
