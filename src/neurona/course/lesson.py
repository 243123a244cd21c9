"""A lesson as whoever chooses one sees it: its names, what it shows, what it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from neurona.errors import OptionError
from neurona.lazy import settled_property
from neurona.messages import _, defer, in_every_language
from neurona.show.find import folded, words_of

if TYPE_CHECKING:
    from neurona.show.explanation import Explanation

__all__ = ["KINDS", "Lesson", "LessonOption"]


FLAGS: Final = {"yes": True, "true": True, "si": True, "no": False, "false": False}


def split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


KINDS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
    {
        "network": (defer("numbers of units, such as 2-3-1"), str),
        "name": (defer("a name"), str),
        "names": (defer("names with commas between them"), split),
        "count": (defer("a whole number"), int),
        "counts": (
            defer("whole numbers with commas between them"),
            lambda text: tuple(map(int, split(text))),
        ),
        "flag": (defer("yes or no"), lambda text: FLAGS[folded(text)]),
        "points": (defer("a name, or points such as 0,1:+ 0,-1:-"), str),
        "array": (defer("an array, from Python alone"), str),
    }
)
"""What the value of an option is, in English, and how it is read from text.

What reads it raises KeyError or ValueError where the text is none.
"""


@dataclass(frozen=True)
class LessonOption:
    """What a lesson can be asked for otherwise than by default.

    Parameters
    ----------
    name : str
        As the lesson's function has it.
    kind : str
        One of :data:`KINDS`.
    message : str
        What it means, in English.
    default : object
        None where the lesson finds one.
    """

    name: str
    kind: str
    message: str
    default: Any = None

    @property
    def meaning(self) -> str:
        """What it means, in the reader's language."""
        return _(self.message)

    @property
    def value(self) -> str:
        """What its value is, in the reader's language."""
        return _(KINDS[self.kind][0])

    def read(self, value: Any) -> Any:
        """Value of the option; text is read as its kind says.

        Raises
        ------
        OptionError
            The text is nothing of this kind.

        Examples
        --------
        >>> LessonOption("inputs", "counts", "").read("1, 2")
        (1, 2)
        """
        if not isinstance(value, str):
            return value
        try:
            return KINDS[self.kind][1](value)
        except (KeyError, ValueError):
            raise OptionError(
                _("{setting} must be {wanted}, not {found}").format(
                    setting=self.name, wanted=self.value, found=repr(value)
                )
            ) from None


@dataclass(frozen=True)
class Lesson:
    """A lesson: found, described and given.

    Parameters
    ----------
    title, shows, words : str
        Its name, a sentence of what it shows, and more words to find it by, in
        English.
    home : str
        Module and function that give it, loaded when the lesson is.
    told : mapping of str to (kind, message)
        Of each option of the function what it is, and what it means.
    """

    title: str
    shows: str
    words: str
    home: str
    told: Mapping[str, tuple[str, str]] = field(repr=False)

    @property
    def key(self) -> str:
        """Its name for programs, in any language: ``normal-equations``."""
        return folded(self.title)

    @property
    def name(self) -> str:
        """What its reader types: the name in the language in use."""
        return "-".join(_(self.title).split())

    @property
    def summary(self) -> str:
        """One sentence of what it shows, in the language in use."""
        return _(self.shows)

    @settled_property
    def names(self) -> frozenset[str]:
        """Its names in every language, folded."""
        return frozenset(folded(name) for (name,) in in_every_language(self.title))

    @settled_property
    def found_by(self) -> frozenset[str]:
        """Words of every language that it is found by, folded."""
        return words_of(self.title, self.shows, self.words)

    @settled_property
    def function(self) -> Callable[..., Explanation]:
        """What gives it."""
        module, _colon, name = self.home.partition(":")
        function: Callable[..., Explanation] = getattr(import_module(module), name)
        return function

    @property
    def __signature__(self) -> inspect.Signature:
        """What the function takes, for those who ask Python."""
        return inspect.signature(self.function)

    @settled_property
    def options(self) -> Mapping[str, LessonOption]:
        """What it takes, by name, with the defaults of its function."""
        parameters = self.__signature__.parameters.values()
        return MappingProxyType(
            {p.name: LessonOption(p.name, *self.told[p.name], p.default)
             for p in parameters}
        )  # fmt: skip

    def __call__(self, **options: Any) -> Explanation:
        """Give the lesson; an option may be text, which is read as its kind says.

        Raises
        ------
        OptionError
            It has no such option, or the value is none.
        """
        text = _("the lesson {name} has no option {option!r}; it has {options}")
        for option in options:
            if option not in self.options:
                known = ", ".join(self.options)
                raise OptionError(
                    text.format(name=self.name, option=option, options=known)
                )
        read = {name: self.options[name].read(given) for name, given in options.items()}
        return self.function(**read)
