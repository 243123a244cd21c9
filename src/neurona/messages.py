"""User-facing text in the reader's language.

The source language is English: ``_("train")`` is its own message identifier. Spanish
stands in ``locale/es/LC_MESSAGES/neurona.po`` and is compiled to the ``.mo`` beside it
by ``scripts/translations``.
"""

from __future__ import annotations

import contextvars
import functools
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
    return [tuple(map(catalogue(code).gettext, messages)) for code in LANGUAGES]


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


@functools.cache
def default_language() -> str:
    """Language of whoever chose none: found at the first message, not at import."""
    return preferred_language()


@functools.cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Messages of a language, read from its file once."""
    return gettext.translation("neurona", LOCALE_FOLDER, [language], fallback=True)


_chosen: contextvars.ContextVar[str | None] = contextvars.ContextVar(
    "language", default=None
)


class _Choice:
    """A language that was chosen: as a block, until its end."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._before = _chosen.get()
        _chosen.set(language)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        _chosen.set(self._before)

    def __repr__(self) -> str:
        return f"use_language({self._language!r})"


def use_language(language: str) -> _Choice:
    """Choose the language of the messages to come, in this thread or task alone.

    As a block, what was chosen before speaks again at its end. A new thread begins
    with the default: ``NEURONA_LANG``, else the locale, else English.

    Parameters
    ----------
    language : {"en", "es"}

    Raises
    ------
    ValueError
        The language has no catalogue.

    Examples
    --------
    >>> with use_language("es"):
    ...     language()
    'es'
    >>> use_language("en")
    use_language('en')
    >>> language()
    'en'
    """
    if language not in LANGUAGES:
        said = _("no messages in {language!r}; choose one of {known}")
        raise ValueError(said.format(language=language, known=", ".join(LANGUAGES)))
    return _Choice(language)


def language() -> str:
    """Code of the language in use here, ``"en"`` or ``"es"``."""
    return _chosen.get() or default_language()


def _(message: str) -> str:
    """Translate a message; placeholders such as ``{rows}`` are filled after."""
    return catalogue(language()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a message that depends on a count."""
    return catalogue(language()).ngettext(singular, plural, count)
