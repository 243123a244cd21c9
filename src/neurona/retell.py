"""Sentences kept in a file, told again in the language of whoever reads them.

A model file keeps why a column was read as it was, as it was said at training. The
catalogue it was said from gives the same message in the reader's language.
"""

from __future__ import annotations

import functools
import re
import string
import struct
from dataclasses import dataclass
from typing import Final, TypeAlias

from neurona.messages import LANGUAGES, LOCALE_FOLDER, language

__all__ = ["retell"]

Told: TypeAlias = tuple[str, ...]
"""A message in each of the languages."""

HEADER: Final = struct.Struct("<7I")
QUOTES: Final = "'\"«“‘"


def retell(sentence: str) -> str:
    """A sentence of the catalogue in the language in use; any other as it stands.

    Notes
    -----
    A value in a sentence is kept as it was written, but for a sentence in a sentence.
    Where several messages fit, the one with the most words of its own counts.

    Examples
    --------
    >>> from neurona.messages import use_language
    >>> with use_language("en"):
    ...     retell("cada celda es un número entero, en cm"), retell("as it stands")
    ('every cell is a whole number, in cm', 'as it stands')
    """
    return _told(sentence)[1]


def _told(sentence: str) -> tuple[int, str]:
    """How much of a sentence is words of messages, and the sentence told again."""
    place = LANGUAGES.index(language())
    best = (0, sentence)
    for told in messages():
        for form in map(form_of, told):
            found = form.longest in sentence and form.pattern.fullmatch(sentence)
            if not found:
                continue
            # A value of one word, or in quotes, is a name.
            values = {
                name: _told(value)
                if " " in value and value[0] not in QUOTES and value != sentence
                else (0, value)
                for name, value in found.groupdict().items()
            }
            known = len(form.own) + sum(count for count, _text in values.values())
            if known > best[0]:
                texts = {name: text for name, (_count, text) in values.items()}
                best = (known, form_of(told[place]).fill(texts))
    return best


@dataclass(frozen=True)
class Form:
    """A message in one language.

    Parameters
    ----------
    parts : tuple of (str, str or None)
        Words of its own, and the name of the value after them.
    """

    parts: tuple[tuple[str, str | None], ...]

    @functools.cached_property
    def own(self) -> str:
        """Its own words, without the values."""
        return "".join(words for words, _name in self.parts)

    @functools.cached_property
    def longest(self) -> str:
        """The longest of its own words between two values."""
        return max((words for words, _name in self.parts), key=len, default="")

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its sentences match, whatever the values."""
        text, known = "", set()
        for words, name in self.parts:
            text += re.escape(words)
            if name is not None:
                text += f"(?P={name})" if name in known else f"(?P<{name}>.+?)"
                known.add(name)
        return re.compile(text, re.DOTALL)

    def fill(self, values: dict[str, str]) -> str:
        """The sentence with values as they were written."""
        return "".join(
            words + (values.get(name, "") if name else "") for words, name in self.parts
        )


@functools.cache
def form_of(message: str) -> Form:
    parts = string.Formatter().parse(message)
    return Form(tuple((words, name) for words, name, _spec, _how in parts))


@functools.cache
def messages() -> tuple[Told, ...]:
    """Every message whose values have names, in each language, its forms one by one."""
    translated = [catalogue(code) for code in LANGUAGES[1:]]
    found: list[Told] = []
    for forms in translated[0]:
        others = [known[forms] for known in translated if forms in known]
        found += zip(forms, *others, strict=False) if others else []
    return tuple(told for told in found if all(map(is_plain, told)))


def is_plain(message: str) -> bool:
    """Whether a message has words, and values that are written by their names."""
    try:
        form = form_of(message)
    except ValueError:
        return False
    names = [name for _words, name in form.parts if name is not None]
    return bool(form.own.strip()) and all(name.isidentifier() for name in names)


def catalogue(code: str) -> dict[Told, Told]:
    """Compiled messages of a language: English forms to its forms.

    Notes
    -----
    Source: GNU gettext manual, "The Format of GNU MO Files". The standard library's
    reader drops the English plural, so this one reads the two tables itself.
    """
    path = LOCALE_FOLDER / code / "LC_MESSAGES" / "neurona.mo"
    if not path.exists():
        return {}
    data = path.read_bytes()
    _magic, _revision, count, *tables, _hash, _size = HEADER.unpack_from(data)

    def text(table: int, number: int) -> Told:
        length, start = struct.unpack_from("<2I", data, table + 8 * number)
        return tuple(data[start : start + length].decode("utf-8").split("\0"))

    return {text(tables[0], n): text(tables[1], n) for n in range(count)}
