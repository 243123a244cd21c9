"""Words of the command line that are understood in English and in Spanish."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from neurona.errors import nearest_names, unknown_name
from neurona.messages import _, language

__all__ = ["Vocabulary", "plain"]


def plain(text: str) -> str:
    """Text as it is compared: small letters, no accents, hyphens for blanks.

    Examples
    --------
    >>> plain("Entropía cruzada"), plain("cross_entropy")
    ('entropia-cruzada', 'cross-entropy')
    """
    parts = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(c for c in parts if not unicodedata.combining(c))
    return "-".join(letters.replace("_", " ").replace("-", " ").split())


@dataclass(frozen=True)
class Vocabulary:
    """Names, and what each is called in Spanish.

    Parameters
    ----------
    spanish : mapping of str to str

    Examples
    --------
    >>> views = Vocabulary({"symbols": "símbolos", "cost": "costo"})
    >>> views.find("simbolos"), views.find("x")
    ('symbols', None)
    >>> views.near("costos")
    ['cost']
    """

    spanish: Mapping[str, str]

    def find(self, word: str) -> str | None:
        """The name that a word is, in either language."""
        return self.by_word().get(plain(word))

    def by_word(self, among: Iterable[str] | None = None) -> dict[str, str]:
        """Every word as it is compared, and its name."""
        names = list(self.spanish if among is None else among)
        words = {plain(self.spanish[name]): name for name in names}
        return words | {plain(name): name for name in names}

    def shown(self, name: str) -> str:
        """A name in the reader's language."""
        return self.spanish[name] if language() == "es" else name

    def near(self, word: str, among: Iterable[str] | None = None) -> list[str]:
        """Names nearest to a word, in the reader's language, each once."""
        words = self.by_word(among)
        found = [words[near] for near in nearest_names(plain(word), words)]
        return [self.shown(name) for name in dict.fromkeys(found)]

    def unknown(self, kind: str, word: str, among: Iterable[str] | None = None) -> str:
        """Sentence that says a word is unknown, and offers the nearest or all."""
        names = list(self.spanish if among is None else among)
        near = self.near(word, names)
        if near:
            return _("unknown {kind} {name!r}; did you mean {near}?").format(
                kind=kind, name=word, near=", ".join(near)
            )
        return unknown_name(kind, word, [self.shown(name) for name in names])
