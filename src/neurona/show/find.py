"""What a reader looks for, found by words of any language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

from neurona.messages import in_every_language

__all__ = ["find_by_words", "folded", "words_of"]

Found = TypeVar("Found")


def folded(text: str) -> str:
    """Text as it is compared: small letters without accents, hyphens between words.

    Examples
    --------
    >>> folded("Ecuaciones normales"), folded("perceptrón")
    ('ecuaciones-normales', 'perceptron')
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return "-".join(letters.replace("_", " ").replace("-", " ").split())


def words_of(*messages: str) -> frozenset[str]:
    """Words of messages in every language, folded.

    Examples
    --------
    >>> sorted(words_of("perceptron"))
    ['perceptron']
    >>> sorted(words_of("normal equations"))
    ['ecuaciones', 'equations', 'normal', 'normales']
    """
    return frozenset(
        word.strip(".,:;()’'")
        for texts in in_every_language(*messages)
        for text in texts
        for word in folded(text).split("-")
    )


def find_by_words(
    words: str, known: Mapping[Found, Iterable[str]]
) -> tuple[Found, ...]:
    """What has the most of some words; nothing if it has none, all for no words.

    Parameters
    ----------
    words : str
        Of which a beginning is enough.
    known : mapping of anything to its words
        Folded.

    Examples
    --------
    >>> find_by_words("Tangent", {"tanh": ["hyperbolic", "tangent"], "relu": ["relu"]})
    ('tanh',)
    """
    wanted = [word for word in folded(words).split("-") if len(word) > 1]
    counts = {
        one: sum(any(own.startswith(word) for own in owned) for word in wanted)
        for one, owned in known.items()
    }
    most = max(counts.values(), default=0)
    if words.strip() and not most:
        return ()
    return tuple(one for one, count in counts.items() if count == most)
