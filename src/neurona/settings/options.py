"""Records of options: what each may be, its default and its meaning, written once."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args, get_origin

from neurona.errors import OptionError, unknown_name
from neurona.messages import use_language
from neurona.settings.kinds import checked, describe

__all__ = ["Option", "Options", "describe_options", "like", "option", "options_of"]

R = TypeVar("R", bound="Options")

WIDTH = 80


@dataclass(frozen=True, eq=False)
class Option:
    """One option of a record.

    Parameters
    ----------
    name : str
    annotation : str
        What type checkers take it for.
    kind : type or annotation
        What it may be, such as :data:`neurona.settings.Count`; ``object`` where whoever
        uses it looks at it more closely.
    default : object
    meaning : str
        One sentence, to be translated where it is shown.
    details : str
        More sentences, for programmers.
    free : bool
        Whether a run that resumes may change it.
    kept : bool
        Whether a model file remembers it.
    metavar : str
        What stands for its value on a command's help page.
    reader : callable of str, optional
        What reads it from text, where its kind does not say how.
    """

    name: str
    annotation: str
    kind: Any
    default: Any
    meaning: str
    details: str = ""
    free: bool = False
    kept: bool = True
    metavar: str = ""
    reader: Callable[[str], Any] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether its kind says all that it may be."""
        return self.kind is not object

    def check(self, value: Any) -> Any:
        """Value as its kind; an option whose default is None may be left open.

        Raises
        ------
        OptionError
            It is of another one; the message says the option, the value, and what it
            may be.
        """
        if value is None and self.default is None:
            return None
        if get_origin(self.kind) is Literal and type(value) is str:
            names = get_args(self.kind)
            if value not in names:
                raise OptionError(unknown_name(self.name, value, names))
        return checked(self.name, value, self.kind)

    def of_file(self, value: Any) -> Any:
        """Value that a person writes in a file, where numbers and texts differ.

        Raises
        ------
        OptionError
        """
        if self.reader is not None and type(value) in (str, int):
            return self.check(self.reader(str(value)))
        if isinstance(value, str) and isinstance(self.default, tuple):
            value = [value]
        return self.check(value)

    def read(self, text: str) -> Any:
        """Value that a person writes as text: not checked yet.

        Raises
        ------
        OptionError
            The option's own reader cannot read it.
        """
        if self.reader is not None:
            return self.reader(text)
        try:
            return self.check(text)
        except OptionError:
            for number in (int, float):
                try:
                    return number(text)
                except ValueError:
                    continue
        return text


def option(
    default: Any, kind: Any, meaning: str, details: str = "", **more: Any
) -> Any:
    """Declare an option: the default of a field of a class of :class:`Options`.

    Parameters
    ----------
    default, kind, meaning, details, **more
        As :class:`Option` has them.
    """
    said = {"kind": kind, "meaning": meaning, "details": details, **more}
    return field(default=default, metadata=said)


def like(known: Option, default: Any = None, **changes: Any) -> Any:
    """Declare an option as another record has it, with another default.

    Parameters
    ----------
    known : Option
    default : object
        By default None: left open.
    **changes
        What differs besides.
    """
    names = ("kind", "meaning", "details", "free", "kept", "metavar", "reader")
    said = {name: getattr(known, name) for name in names}
    return field(default=default, metadata={**said, **changes})


@dataclass(frozen=True, kw_only=True)
class Options:
    """Base of records of options: each value is checked as its record is made.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from neurona.settings import Count
    >>> @dataclass(frozen=True, kw_only=True)
    ... class Walk(Options):
    ...     steps: int = option(10, Count, "How many.")
    >>> Walk(steps=0)
    Traceback (most recent call last):
    ...
    neurona.errors.OptionError: steps must be a whole number of at least 1, not 0
    """

    def __post_init__(self) -> None:
        for name, declared in options_of(type(self)).items():
            value = getattr(self, name)
            settled = declared.check(value)
            if settled is not value:
                object.__setattr__(self, name, settled)

    @classmethod
    def of_texts(
        cls: type[R],
        texts: Mapping[str, Any],
        values: Mapping[str, Any] = MappingProxyType({}),
    ) -> R:
        """Record of what a person wrote, by the options' names.

        Parameters
        ----------
        texts : mapping of str to object
            What is no text is taken as it is.
        values : mapping of str to object, optional
            Of options that have no text.

        Raises
        ------
        OptionError
        """
        known = options_of(cls)
        read = {
            name: known[name].read(value) if isinstance(value, str) else value
            for name, value in texts.items()
        }
        return cls(**{**values, **read})


def options_of(record: type[Options]) -> Mapping[str, Option]:
    """Every option of a record's class by its name, in order."""
    kind: Any = record
    return declared_options(kind)


@functools.cache
def declared_options(record: Any) -> Mapping[str, Option]:
    return MappingProxyType(
        {
            entry.name: Option(
                entry.name, str(entry.type), default=entry.default, **entry.metadata
            )
            for entry in fields(record)
        }
    )


def describe_options(record: type[Options], names: Iterable[str] | None = None) -> str:
    """Options as the part of a docstring that lists parameters: in English.

    Parameters
    ----------
    record : class of Options
    names : iterable of str, optional
        Of those wanted; by default all.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from neurona.settings import Count
    >>> @dataclass(frozen=True, kw_only=True)
    ... class Walk(Options):
    ...     steps: int = option(10, Count, "How many.", "The last may be shorter.")
    >>> print(describe_options(Walk))
    steps : a whole number of at least 1, default 10
        How many. The last may be shorter.
    """
    lines = []
    known = options_of(record)
    for declared in known.values() if names is None else map(known.__getitem__, names):
        wanted = declared.annotation
        if declared.is_plain:
            with use_language("en"):
                wanted = describe(declared.kind)
        lines.append(f"{declared.name} : {wanted}, default {declared.default!r}")
        text = f"{declared.meaning} {declared.details}".strip()
        lines += textwrap.wrap(
            text,
            WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
    return "\n".join(lines)
