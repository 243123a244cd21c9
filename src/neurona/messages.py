"""User-facing text in the reader's language.

The source language is English: ``_("train")`` is its own message identifier. Spanish
stands in ``locale/es/LC_MESSAGES/neurona.po`` and is compiled to the ``.mo`` beside it
by ``scripts/translations``.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

__all__ = [
    "LANGUAGES",
    "_",
    "defer",
    "in_every_language",
    "language",
    "ngettext",
    "use_language",
]

LANGUAGES = ("en", "es")
LOCALE_FOLDER = Path(__file__).parent / "locale"


def defer(message: str) -> str:
    """Mark a message for the catalogues that is translated only where it is read."""
    return message


def in_every_language(*messages: str) -> list[tuple[str, ...]]:
    """Messages in each of :data:`LANGUAGES`, whichever is in use.

    Example
    -------
    >>> in_every_language("perceptron")
    [('perceptron',), ('perceptrón',)]
    """
    return [
        tuple(map(known.gettext, messages))
        for known in (
            gettext.translation("neurona", LOCALE_FOLDER, [code], fallback=True)
            for code in LANGUAGES
        )
    ]


def preferred_language() -> str:
    """Language asked for by ``NEURONA_LANG``, else by the locale, else English.

    Example
    -------
    >>> preferred_language() in LANGUAGES
    True
    """
    for variable in ("NEURONA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            code = value[:2].lower()
            return code if code in LANGUAGES else "en"
    return "en"


class _Catalogue:
    """The catalogue in use: loaded at the first message, not at import."""

    def __init__(self) -> None:
        self.language: str | None = None
        self.translations: gettext.NullTranslations | None = None

    def use(self, language: str) -> None:
        self.language = language
        self.translations = None

    def get(self) -> gettext.NullTranslations:
        if self.translations is None:
            self.language = self.language or preferred_language()
            self.translations = gettext.translation(
                "neurona", LOCALE_FOLDER, [self.language], fallback=True
            )
        return self.translations


_catalogue = _Catalogue()


def use_language(language: str) -> None:
    """Choose the language of every later message.

    Parameters
    ----------
    language : {"en", "es"}

    Raises
    ------
    ValueError
        The language has no catalogue.

    Example
    -------
    >>> use_language("en")
    >>> language()
    'en'
    """
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise ValueError(f"no messages in {language!r}; choose one of {known}")
    _catalogue.use(language)


def language() -> str:
    """Code of the language in use, ``"en"`` or ``"es"``."""
    _catalogue.get()
    return _catalogue.language or "en"


def _(message: str) -> str:
    """Translate a message; placeholders such as ``{rows}`` are filled after."""
    return _catalogue.get().gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a message that depends on a count."""
    return _catalogue.get().ngettext(singular, plural, count)
