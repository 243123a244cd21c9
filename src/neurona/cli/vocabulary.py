"""Words of the command line that are understood in every language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from neurona.errors import nearest_names, unknown_name
from neurona.lazy import settled_property
from neurona.messages import _, in_every_language
from neurona.show.find import folded

__all__ = ["Vocabulary"]


@dataclass(frozen=True)
class Vocabulary:
    """Names that are messages, typed in any language and shown in the reader's.

    Parameters
    ----------
    names : tuple of str
        In English.

    Examples
    --------
    >>> views = Vocabulary(("symbols", "cost"))
    >>> views.find("Simbolos"), views.find("x"), views.near("costs")
    ('symbols', None, ['cost'])
    """

    names: tuple[str, ...]

    @settled_property
    def by_word(self) -> Mapping[str, str]:
        """Every word as it is compared, and its name."""
        return {
            folded(text): name
            for name in self.names
            for (text,) in in_every_language(name)
        }

    def find(self, word: str) -> str | None:
        """The name that a word is, if it is one."""
        return self.by_word.get(folded(word))

    def near(self, word: str, among: Iterable[str] | None = None) -> list[str]:
        """Names nearest to a word, in the reader's language, each once."""
        names = set(self.names if among is None else among)
        words = {text: name for text, name in self.by_word.items() if name in names}
        found = [words[near] for near in nearest_names(folded(word), words)]
        return [_(name) for name in dict.fromkeys(found)]

    def unknown(self, kind: str, word: str, among: Iterable[str]) -> str:
        """Sentence that says a word is unknown, and offers the nearest or all."""
        names = list(among)
        near = self.near(word, names)
        if not near:
            return unknown_name(kind, word, [_(name) for name in names])
        return _("unknown {kind} {name!r}; did you mean {near}?").format(
            kind=kind, name=word, near=", ".join(near)
        )
