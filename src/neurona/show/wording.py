"""Sentences with mathematics in them, translated whole."""

from __future__ import annotations

from typing import TypeAlias

from neurona.show.notation import Term, show_text
from neurona.show.page import Inline

__all__ = ["Part", "fill", "inline_text"]

Part: TypeAlias = "str | Term | Inline"


def fill(message: str, **parts: Part) -> Inline:
    """Put terms and texts in the places of a translated message.

    Parameters
    ----------
    message : str
        With ``{name}`` where a part belongs, in the order that its language needs.
    **parts : str, Term or tuple of them

    Examples
    --------
    >>> from neurona.show.notation import Symbol
    >>> fill("with {x} it fires", x=Symbol("θ"))[1].letter
    'θ'
    """
    found: list[str | Term] = []
    rest = message
    while "{" in rest:
        before, _brace, rest = rest.partition("{")
        key, _brace, rest = rest.partition("}")
        part = parts[key]
        found += [before] if before else []
        found += part if isinstance(part, tuple) else [part]
    return tuple([*found, rest] if rest else found)


def inline_text(content: Inline, digits: int = 6) -> str:
    """Text of an inline, on one line where it holds no matrix.

    Examples
    --------
    >>> from neurona.show.notation import Number, Relation, Symbol
    >>> inline_text(("so that ", Relation((Symbol("z"), Number(-0.5)))))
    'so that z = −0.5'
    """
    return "".join(
        part if isinstance(part, str) else show_text(part, digits) for part in content
    )
