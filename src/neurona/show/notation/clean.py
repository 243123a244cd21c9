"""Text from outside, made harmless for any output."""

from __future__ import annotations

import unicodedata

__all__ = ["printable"]

_UNSEEN = frozenset({"Cc", "Cs", "Cn", "Co"})
# Marks that turn the direction of all that follows.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    r"""Text without control characters, lone surrogates and turns of direction.

    What is left may stand in XML, in a terminal and in LaTeX, once escaped.

    Examples
    --------
    >>> printable("tab\tand\x1b[31m red")
    'tab and[31m red'
    """
    if text.isascii() and text.isprintable():
        return text
    spaced = text.replace("\t", " ").replace("\r\n", "\n").replace("\n", " ")
    return "".join(
        character
        for character in spaced
        if unicodedata.category(character) not in _UNSEEN and character not in _TURNING
    )
