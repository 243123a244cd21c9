"""Terms as presentation MathML, of the core that browsers draw themselves.

What a browser does by itself is left unsaid, so that large pages are small: a row
around what is a row already, the form of a sign that stands between two things.
"""

from __future__ import annotations

import unicodedata
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

from neurona.show.notation.clean import printable
from neurona.show.notation.fold import Fold, MatrixColumn
from neurona.show.notation.numbers import Numeral
from neurona.show.notation.scripts import chunks
from neurona.show.notation.terms import Mark, Symbol, Term, Word
from neurona.show.notation.text import MARK_SIGNS
from neurona.show.notation.writing import DIGITS, Writing

__all__ = ["mathml_pieces", "to_mathml"]

Row: TypeAlias = "tuple[str, ...]"
"""Elements side by side, around which no ``mrow`` stands yet."""

_ACCENTS: Final = {"hat": "^", "bar": "¯"}
_TALL: Final = ("<mfrac", "<mtable", "<munder", "<msqrt")
_EITHER: Final = frozenset("+−")
"""Signs that bind otherwise where they stand first: they say that they do not."""

_TIMES: Final = "\u2062"
_SPACE: Final = "\u00a0"
_BOLD: Final = ((0x41, 26, 0x1D400), (0x61, 26, 0x1D41A), (0x391, 25, 0x1D6A8))
_BOLD_SMALL_GREEK: Final = (0x3B1, 25, 0x1D6C2)


def to_mathml(term: Term, digits: int = DIGITS, answers: bool = False) -> str:
    """Return a term as a whole ``<math>`` element.

    Parameters
    ----------
    term : Term
    digits : int
        Significant digits of measured numbers.
    answers : bool
        Whether blanks show what goes into them.

    Examples
    --------
    >>> from neurona.show.notation.terms import Number, Power
    >>> to_mathml(Power(Symbol("x"), Number(2, exact=True)))
    '<math><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    return math(_MathWriter(Writing(digits, answers)).whole(term))


def mathml_pieces(
    term: Term, digits: int = DIGITS, answers: bool = False
) -> list[list[str]]:
    """Sides of a relation as ``<math>`` elements between which a line may be broken.

    Returns
    -------
    list of list of str
        One list for each side; its first element begins with the sign before it.

    Examples
    --------
    >>> from neurona.show.notation.terms import Number, Relation
    >>> mathml_pieces(Relation((Symbol("x"), Number(2.0))))[1]
    ['<math><mo>=</mo><mn>2</mn></math>']
    """
    sides = _MathWriter(Writing(digits, answers)).pieces(term)
    return [[math(part) for part in side] for side in sides]


def math(row: Row) -> str:
    return f"<math>{''.join(row)}</math>"


def element(row: Row) -> str:
    """A row as the one element that a fraction or a power holds in each place."""
    return row[0] if len(row) == 1 else f"<mrow>{''.join(row)}</mrow>"


def sign_between(sign: str) -> str:
    return f"<mo>{escape(sign)}</mo>"


def fence(body: Row, left: str, right: str) -> str:
    """Row between delimiters that stretch around what is tall and nothing else.

    They have a row of their own, as they stretch to the whole of it.
    """
    tall = any(name in part for part in body for name in _TALL)
    start = "<mo>" if tall else '<mo stretchy="false">'
    return element((f"{start}{left}</mo>", *body, f"{start}{right}</mo>"))


def bold(letter: str) -> str:
    """Letter in Unicode's bold mathematics; letters without one stay as they are."""
    if len(letter) != 1:
        return letter
    for first, count, start in (*_BOLD, _BOLD_SMALL_GREEK):
        if first <= ord(letter) < first + count:
            return chr(start + ord(letter) - first)
    return letter


def identifier(text: str) -> str:
    return f"<mi>{escape(text)}</mi>"


def index(text: str) -> Row:
    """Indices: digits as numbers, letters as letters, words upright."""
    parts: list[str] = []
    for chunk in chunks(printable(text)):
        if chunk.isdigit():
            parts.append(f"<mn>{chunk}</mn>")
        elif chunk.isalpha() and len(chunk) <= 2:
            parts += [f"<mi>{letter}</mi>" for letter in chunk]
        elif chunk.isalpha() or chunk.strip() == "":
            parts.append(f"<mtext>{chunk}</mtext>")
        elif chunk in "()[]":
            parts.append(f"<mo>{chunk}</mo>")
        else:
            sign = escape(chunk.replace("-", "−"))
            parts.append(f'<mo lspace="0" rspace="0">{sign}</mo>')
    return tuple(parts)


def layer_index(text: str) -> Row:
    """The layer in brackets: one token, but for letters, which stand in italics."""
    clean = printable(text)
    if clean.isdigit():
        return (f"<mi>[{clean}]</mi>",)
    return (fence(index(clean), "[", "]"),)


class _MathWriter(Fold[Row]):
    linear = False

    def symbol(self, symbol: Symbol) -> Row:
        letter = printable(symbol.letter)
        if symbol.bold:
            base = f'<mi mathvariant="normal">{escape(bold(letter))}</mi>'
        else:
            base = identifier(unicodedata.normalize("NFC", letter))
        if symbol.accent in _ACCENTS:
            accent = f'<mo stretchy="false">{_ACCENTS[symbol.accent]}</mo>'
            base = f'<mover accent="true">{base}{accent}</mover>'
        prime = ("<mo>′</mo>",) if symbol.accent == "prime" else ()
        above = (*prime, *(layer_index(symbol.layer) if symbol.layer else ()))
        below = index(symbol.subscript)
        if below and above:
            return (f"<msubsup>{base}{element(below)}{element(above)}</msubsup>",)
        if below:
            return (f"<msub>{base}{element(below)}</msub>",)
        return (f"<msup>{base}{element(above)}</msup>" if above else base,)

    def word(self, text: str) -> Row:
        return (f"<mtext>{escape(text)}</mtext>",)

    def numeral(self, numeral: Numeral) -> Row:
        if numeral.is_word:
            return self.word(numeral.digits.replace(" ", "\u00a0"))
        sign = "−" if numeral.negative else ""
        if numeral.exponent is None:
            return (f"<mn>{sign}{numeral.digits}</mn>",)
        power = f"<mn>{numeral.exponent}</mn>".replace("-", "−")
        ten = f"<msup><mn>10</mn>{power}</msup>"
        if numeral.digits:
            dot = '<mo lspace="0.1em" rspace="0.1em">·</mo>'
            return (f"<mn>{sign}{numeral.digits}</mn>", dot, ten)
        return self.negative((ten,)) if sign else (ten,)

    def function(self, name: str) -> Row:
        return (identifier(name),)

    def signed(self, signs: list[str], part: Row) -> Row:
        shown = [
            f'<mo form="infix">{sign}</mo>' if sign in _EITHER else sign_between(sign)
            for sign in signs
        ]
        return (*shown, *part)

    def joined(self, parts: list[tuple[str, Row]]) -> Row:
        row: list[str] = []
        for sign, part in parts:
            row += [*([sign_between(sign)] if sign else []), *part]
        return tuple(row)

    def gap(self, before: Term, after: Term) -> str:
        return _SPACE if isinstance(after, Word) else _TIMES

    def negative(self, body: Row) -> Row:
        return ('<mo form="prefix">−</mo>', *body)

    def fraction(self, top: Row, bottom: Row) -> Row:
        return (f"<mfrac>{element(top)}{element(bottom)}</mfrac>",)

    def rate(self, d: str, top: Row, bottom: Row) -> Row:
        sign = "<mi>∂</mi>" if d == "∂" else f'<mi mathvariant="normal">{d}</mi>'
        return self.fraction((sign, *top), (sign, *bottom))

    def raised(self, base: Row, exponent: Row) -> Row:
        return (f"<msup>{element(base)}{element(exponent)}</msup>",)

    def root(self, body: Row) -> Row:
        return (f"<msqrt>{''.join(body)}</msqrt>",)

    def listed(self, parts: list[Row]) -> Row:
        return self.joined(
            [(",", part) if i else ("", part) for i, part in enumerate(parts)]
        )

    def call(self, head: Row, inside: Row) -> Row:
        return (*head, *self.fenced(inside, "(", ")"))

    def fenced(self, body: Row, left: str, right: str) -> Row:
        return (fence(body, left, right),)

    def summation(
        self, index: Row, first: Row | None, last: Row | None, body: Row
    ) -> Row:
        low = element(index if first is None else (*index, "<mo>=</mo>", *first))
        sign = f'<mo movablelimits="false">∑</mo>{low}'
        if last is None:
            return (f"<munder>{sign}</munder>", *body)
        return (f"<munderover>{sign}{element(last)}</munderover>", *body)

    def matrix(self, columns: list[MatrixColumn[Row]]) -> Row:
        # Where every column has numbers, the table says so once.
        numbers = bool(columns) and all(c.tails is not None for c in columns)
        cells = [self.cells(column, numbers) for column in columns]
        rows = [f"<mtr>{''.join(row)}</mtr>" for row in zip(*cells, strict=True)]
        start = '<mtable class="numbers">' if numbers else "<mtable>"
        return self.fenced((f"{start}{''.join(rows)}</mtable>",), "[", "]")

    def cells(self, column: MatrixColumn[Row], numbers: bool) -> list[str]:
        if column.tails is None:
            return [f"<mtd>{''.join(cell)}</mtd>" for cell in column.cells]
        start = "<mtd>" if numbers else '<mtd class="number">'
        shown = []
        for cell, tail in zip(column.cells, column.tails, strict=True):
            unseen = f"<mphantom><mn>{tail}</mn></mphantom>" if tail else ""
            shown.append(f"{start}{''.join(cell)}{unseen}</mtd>")
        return shown

    def cases(self, cases: list[tuple[Row, Row]]) -> Row:
        rows = [
            f"<mtr><mtd>{''.join(value)}</mtd><mtd>{''.join(condition)}</mtd></mtr>"
            for value, condition in cases
        ]
        table = f'<mtable class="cases">{"".join(rows)}</mtable>'
        return (element(('<mo form="prefix">{</mo>', table)),)

    def introduced(self, word: str, body: Row) -> Row:
        return (*self.word(f"{word}\u00a0"), *body)

    def marked(self, body: Row, kind: Mark) -> Row:
        inside = f'<mrow class="{kind}">{"".join(body)}</mrow>'
        return (f"<msup>{inside}<mi>{MARK_SIGNS[kind]}</mi></msup>",)

    def blank(self, answer: Row | None) -> Row:
        if answer is None:
            return ('<mspace class="blank" width="4em" height="0.9em"/>',)
        return (f'<mrow class="answer">{"".join(answer)}</mrow>',)
