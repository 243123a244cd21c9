"""Terms as presentation MathML, of the core that browsers draw themselves."""

from __future__ import annotations

import unicodedata
from typing import Final
from xml.sax.saxutils import escape

from neurona.messages import _
from neurona.show.notation.clean import printable
from neurona.show.notation.numbers import Numeral, as_numeral, decimal_padding
from neurona.show.notation.parentheses import (
    punctuate,
    relation_sides,
    split_at_signs,
)
from neurona.show.notation.terms import (
    Blank,
    Call,
    Cases,
    Derivative,
    Marked,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Root,
    Sum,
    Summation,
    Surrounded,
    Symbol,
    Term,
    Transpose,
    Word,
)
from neurona.show.notation.text import MARK_SIGNS
from neurona.show.notation.writing import DIGITS, Writing

__all__ = ["mathml_pieces", "to_mathml"]

_ACCENTS: Final = {"hat": "^", "bar": "¯"}
_FENCE: Final = '<mo stretchy="{stretchy}" form="{form}">{sign}</mo>'
_CLOSE_SIGN: Final = '<mo lspace="0" rspace="0" stretchy="false">{sign}</mo>'
_TALL: Final = ("<mfrac", "<mtable", "<munder", "<msqrt")
_INFIX: Final = '<mo form="infix">{sign}</mo>'
_BOLD: Final = ((0x41, 26, 0x1D400), (0x61, 26, 0x1D41A), (0x391, 25, 0x1D6A8))
_BOLD_SMALL_GREEK: Final = (0x3B1, 25, 0x1D6C2)


def to_mathml(
    term: Term, digits: int = DIGITS, answers: bool = False, display: bool = False
) -> str:
    """Return a term as a whole ``<math>`` element.

    Parameters
    ----------
    term : Term
    digits : int
        Significant digits of measured numbers.
    answers : bool
        Whether blanks show what goes into them.
    display : bool
        Whether it stands in a line of its own.

    Examples
    --------
    >>> to_mathml(Power(Symbol("x"), Number(2, exact=True)))
    '<math><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    writing = Writing(digits, answers)
    inside = _MathWriter(writing).write(punctuate(term, writing, linear=False))
    return f'<math display="block">{inside}</math>' if display else math(inside)


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
    >>> mathml_pieces(Relation((Symbol("x"), Number(2.0))))[1]
    ['<math><mo form="infix">=</mo><mn>2</mn></math>']
    """
    writing = Writing(digits, answers)
    writer = _MathWriter(writing)
    sides = []
    for relation_sign, side in relation_sides(punctuate(term, writing, linear=False)):
        parts: list[str] = []
        for sign, part in split_at_signs(side):
            signs = [relation_sign if not parts else "", sign]
            before = "".join(_INFIX.format(sign=escape(s)) for s in signs if s)
            parts.append(math(f"{before}{writer.write(part)}"))
        sides.append(parts)
    return sides


def math(inside: str) -> str:
    return f"<math>{inside}</math>"


def row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def fence(inside: str, left: str, right: str) -> str:
    """Return mathematics between delimiters, stretched only around what is tall."""
    stretchy = "true" if any(tall in inside for tall in _TALL) else "false"
    return row(
        _FENCE.format(stretchy=stretchy, form="prefix", sign=left),
        inside,
        _FENCE.format(stretchy=stretchy, form="postfix", sign=right),
    )


def bold(letter: str) -> str:
    """Letter in Unicode's bold mathematics; letters without one stay as they are."""
    if len(letter) != 1:
        return letter
    for first, count, start in (*_BOLD, _BOLD_SMALL_GREEK):
        if first <= ord(letter) < first + count:
            return chr(start + ord(letter) - first)
    return letter


def identifier(text: str) -> str:
    return f"<mi>{escape(printable(text))}</mi>"


def index(text: str) -> str:
    """Indices: digits as numbers, letters as letters, words upright."""
    clean = printable(text)
    if clean.isdigit():
        return f"<mn>{clean}</mn>"
    parts: list[str] = []
    for chunk in chunks(clean):
        if chunk.isdigit():
            parts.append(f"<mn>{chunk}</mn>")
        elif chunk.isalpha() and len(chunk) <= 2:
            parts += [f"<mi>{letter}</mi>" for letter in chunk]
        elif chunk.isalpha() or chunk.strip() == "":
            parts.append(f"<mtext>{chunk}</mtext>")
        else:
            sign = chunk.replace("-", "−")
            parts.append(_CLOSE_SIGN.format(sign=escape(sign)))
    return parts[0] if len(parts) == 1 else row(*parts)


def chunks(text: str) -> list[str]:
    """Text cut where digits, letters and signs meet."""
    found: list[str] = []
    for character in text:
        kind = (character.isdigit(), character.isalpha())
        last = found[-1][-1] if found else ""
        if last and (any(kind) and kind == (last.isdigit(), last.isalpha())):
            found[-1] += character
        else:
            found.append(character)
    return found


class _MathWriter:
    """Writes each punctuated term as one element; parentheses are in place already."""

    def __init__(self, writing: Writing) -> None:
        self.writing = writing

    def write(self, term: Term) -> str:
        match term:
            case Symbol():
                return self.symbol(term)
            case Word(text):
                return f"<mtext>{escape(printable(text))}</mtext>"
            case Number():
                return self.numeral(as_numeral(term, self.writing.digits))
            case Relation():
                parts = []
                for sign, side in relation_sides(term):
                    parts += [_INFIX.format(sign=escape(sign))] if sign else []
                    parts.append(self.write(side))
                return row(*parts)
            case Sum():
                return self.joined(term)
            case Product(factors, sign):
                return self.joined(term) if sign else self.side_by_side(factors)
            case Negative(body):
                return row('<mo form="prefix">−</mo>', self.write(body))
            case Quotient(top, bottom):
                return f"<mfrac>{self.write(top)}{self.write(bottom)}</mfrac>"
            case Derivative(top, bottom, partial):
                d = "<mi>∂</mi>" if partial else '<mi mathvariant="normal">d</mi>'
                above, below = row(d, self.write(top)), row(d, self.write(bottom))
                return f"<mfrac>{above}{below}</mfrac>"
            case Power(base, exponent):
                return f"<msup>{self.write(base)}{self.write(exponent)}</msup>"
            case Transpose(body):
                return f"<msup>{self.write(body)}<mi>⊤</mi></msup>"
            case Root(body):
                return f"<msqrt>{self.write(body)}</msqrt>"
        return self.write_enclosed(term)

    def write_enclosed(self, term: Term) -> str:
        match term:
            case Call(function, arguments):
                if isinstance(function, str):
                    head = identifier(function)
                else:
                    head = self.write(function)
                inside = "<mo>,</mo>".join(self.write(a) for a in arguments)
                return row(head, fence(inside, "(", ")"))
            case Summation():
                return self.summation(term)
            case Surrounded(body, by):
                left, right = ("(", ")") if by == "()" else (by, by)
                return fence(self.write(body), left, right)
            case Matrix(rows):
                return fence(self.matrix(rows), "[", "]")
            case Cases():
                return self.cases(term)
            case Marked(body, kind):
                sign = f'<mo class="sign" lspace="0">{MARK_SIGNS[kind]}</mo>'
                inside = f'<mrow class="mark {kind}">{self.write(body)}</mrow>'
                return f"<msup>{inside}{sign}</msup>"
            case Blank(answer):
                if self.writing.answers:
                    return f'<mrow class="answer">{self.write(answer)}</mrow>'
                return '<mspace class="blank" width="4em" height="0.9em"/>'
        raise TypeError(f"not a term: {term!r}")

    def symbol(self, symbol: Symbol) -> str:
        letter = printable(symbol.letter)
        if symbol.bold:
            base = f'<mi mathvariant="normal">{escape(bold(letter))}</mi>'
        else:
            base = identifier(unicodedata.normalize("NFC", letter))
        if symbol.accent in _ACCENTS:
            accent = f'<mo stretchy="false">{_ACCENTS[symbol.accent]}</mo>'
            base = f'<mover accent="true">{base}{accent}</mover>'
        above = "<mo>′</mo>" if symbol.accent == "prime" else ""
        if symbol.layer:
            start, end = (_CLOSE_SIGN.format(sign=sign) for sign in "[]")
            layer = f"{start}{index(symbol.layer)}{end}"
            above = row(above, layer)
        if symbol.subscript and above:
            return f"<msubsup>{base}{index(symbol.subscript)}{above}</msubsup>"
        if symbol.subscript:
            return f"<msub>{base}{index(symbol.subscript)}</msub>"
        return f"<msup>{base}{above}</msup>" if above else base

    def numeral(self, numeral: Numeral) -> str:
        sign = '<mo form="prefix">−</mo>' if numeral.negative else ""
        if numeral.is_word:
            return f"<mtext>{escape(numeral.digits).replace(' ', '&#xA0;')}</mtext>"
        if numeral.exponent is None:
            digits = f"<mn>{numeral.digits}</mn>"
            return row(sign, digits) if sign else digits
        dot = '<mo lspace="0.1em" rspace="0.1em">·</mo>' if numeral.digits else ""
        digits = f"<mn>{numeral.digits}</mn>" if numeral.digits else ""
        power = f"<mn>{numeral.exponent}</mn>".replace("-", "−")
        return row(sign, digits, dot, f"<msup><mn>10</mn>{power}</msup>")

    def joined(self, term: Sum | Product) -> str:
        parts = []
        for sign, part in split_at_signs(term):
            parts += [_INFIX.format(sign=sign)] if sign else []
            parts.append(self.write(part))
        return row(*parts)

    def side_by_side(self, factors: tuple[Term, ...]) -> str:
        parts = [self.write(factors[0])]
        for factor in factors[1:]:
            inside = self.write(factor)
            digit = inside.removeprefix("<mrow>").startswith("<mn>")
            parts += [_INFIX.format(sign="·" if digit else "&#x2062;"), inside]
        return row(*parts)

    def summation(self, term: Summation) -> str:
        low = self.write(term.index)
        if term.first is not None:
            low = row(low, "<mo>=</mo>", self.write(term.first))
        sign = '<mo movablelimits="false">∑</mo>'
        if term.last is None:
            big = f"<munder>{sign}{low}</munder>"
        else:
            big = f"<munderover>{sign}{low}{self.write(term.last)}</munderover>"
        return row(big, self.write(term.body))

    def matrix(self, rows: tuple[tuple[Term, ...], ...]) -> str:
        columns = [self.column(list(cells)) for cells in zip(*rows, strict=True)]
        body = [
            f"<mtr>{''.join(column[i] for column in columns)}</mtr>"
            for i in range(len(rows))
        ]
        return f"<mtable>{''.join(body)}</mtable>"

    def column(self, cells: list[Term]) -> list[str]:
        """Cells of one column, numbers with their points in line, the rest centred."""
        numerals = [
            as_numeral(cell, self.writing.digits) if isinstance(cell, Number) else None
            for cell in cells
        ]
        if not all(numerals):
            return [f"<mtd>{self.write(cell)}</mtd>" for cell in cells]
        shown = []
        for cell, tail in zip(cells, decimal_padding(numerals), strict=True):
            unseen = f"<mphantom><mn>{tail}</mn></mphantom>" if tail else ""
            shown.append(f'<mtd class="number">{self.write(cell)}{unseen}</mtd>')
        return shown

    def cases(self, term: Cases) -> str:
        rows = []
        for value, condition in term.cases:
            word = "" if isinstance(condition, Word) else _("if") + "\u00a0"
            reason = (f"<mtext>{escape(word)}</mtext>" if word else "") + self.write(
                condition
            )
            rows.append(
                f'<mtr><mtd class="left">{self.write(value)}</mtd>'
                f'<mtd class="left">{reason}</mtd></mtr>'
            )
        opening = _FENCE.format(stretchy="true", form="prefix", sign="{")
        return row(opening, f"<mtable>{''.join(rows)}</mtable>")
