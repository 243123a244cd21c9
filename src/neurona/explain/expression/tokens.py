"""An expression cut into numbers, names and signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, NoReturn

from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["LONGEST", "Token", "refuse_at", "tokens_of"]

LONGEST: Final = 1_000_000
"""Characters that an expression may have."""

AROUND: Final = 30
"""Characters shown on either side of an error."""

RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
LOWERED: Final = "₀₁₂₃₄₅₆₇₈₉"
PATTERN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    rf"|(?P<power>[{RAISED}]+)"
    rf"|(?P<name>[^\W\d{RAISED}{LOWERED}][^\W{RAISED}{LOWERED}]*[{LOWERED}]*)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|[-+*/^(),<>≤≥≠·×−÷\[\]]))"
)
SAME: Final = {
    "**": "^", "·": "*", "×": "*", "−": "-", "÷": "/", "≤": "<=", "≥": ">=",
    "≠": "!=",
}  # fmt: skip
PLAIN: Final = str.maketrans(RAISED + LOWERED, "0123456789-0123456789")
"""Small figures as they are counted: x² is x^2, and w₁₁ is w11."""


class Token(NamedTuple):
    """A piece of an expression.

    Parameters
    ----------
    kind : {"number", "power", "name", "sign", "end"}
    text : str
        Signs of one meaning are written alike: ``**`` is ``^``. A power is a number
        above the line, as in x².
    position : int
        Of its first character.
    """

    kind: Literal["number", "power", "name", "sign", "end"]
    text: str
    position: int


def refuse_at(text: str, position: int, problem: str) -> NoReturn:
    """Raise an error that shows the expression with a caret below the place.

    Raises
    ------
    OptionError
        Always.

    Examples
    --------
    >>> refuse_at("1 +", 3, "a number is missing")
    Traceback (most recent call last):
    ...
    neurona.errors.OptionError: a number is missing
      1 +
         ^
    """
    start = max(0, position - AROUND)
    before = ("…" if start else "") + text[start:position]
    after = text[position : position + AROUND]
    if position + AROUND < len(text):
        after += "…"
    shown = re.sub(r"\s", " ", before + after)
    raise OptionError(f"{problem}\n  {shown}\n  {' ' * len(before)}^")


def tokens_of(text: str) -> Iterator[Token]:
    """Tokens of an expression, an end after the last.

    Raises
    ------
    OptionError
        It is too long, or has a character that means nothing; the message shows where.

    Examples
    --------
    >>> [token.text for token in tokens_of("2*x**2")]
    ['2', '*', 'x', '^', '2', '']
    >>> [token.text for token in tokens_of("w₁₁x²")]
    ['w11', 'x', '2', '']
    """
    if len(text) > LONGEST:
        raise OptionError(
            _(
                "the expression has {count} characters, more than the {most} that can "
                "be explained"
            ).format(count=len(text), most=LONGEST)
        )
    position = 0
    while match := PATTERN.match(text, position):
        position = match.end()
        kind = match.lastgroup
        assert kind is not None
        piece, begin = match[kind], match.start(kind)
        if kind == "sign":
            yield Token("sign", SAME.get(piece, piece), begin)
        elif kind == "number":
            yield Token("number", piece, begin)
        else:
            # A figure below the line belongs to the name, as in w₁₁.
            named: Literal["power", "name"] = "power" if kind == "power" else "name"
            yield Token(named, piece.translate(PLAIN), begin)
    rest = text[position:].lstrip()
    if rest:
        refuse_at(
            text,
            len(text) - len(rest),
            _("{character!r} means nothing in an expression").format(character=rest[0]),
        )
    yield Token("end", "", len(text))
