"""One walk over a term for every output: what is written, in which order, beside what.

An output says how a few things look: a letter, a fraction, a sign between two parts.
Which term is what, where parentheses stand and where a line may be broken is decided
here, once for all outputs.
"""

from __future__ import annotations

import abc
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from neurona.messages import _
from neurona.show.notation.clean import printable
from neurona.show.notation.numbers import Numeral, as_numeral, decimal_padding
from neurona.show.notation.parentheses import punctuate, relation_sides, split_at_signs
from neurona.show.notation.terms import (
    Blank,
    Call,
    Cases,
    Derivative,
    Mark,
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
from neurona.show.notation.writing import Writing

__all__ = ["Fold", "MatrixColumn"]

Part = TypeVar("Part")
"""What an output makes of a term: a box of characters, LaTeX, elements of MathML."""

TRANSPOSED = Symbol("⊤")


@dataclass(frozen=True)
class MatrixColumn(Generic[Part]):
    """One column of a matrix.

    Parameters
    ----------
    cells : list of Part
    tails : list of str, or None
        For a column of numbers what is added to each unseen, so that their points
        stand in line; None where the cells are centred.
    """

    cells: list[Part]
    tails: list[str] | None


class Fold(abc.ABC, Generic[Part]):
    """Writes terms; what is abstract is how one output looks.

    Parameters
    ----------
    writing : Writing
        The reader's choices.

    Laws: a part is written from the parts of its term alone, which are already
    punctuated; so the three outputs read alike.
    """

    linear: ClassVar[bool]
    """Whether fractions and roots are written in one line."""

    def __init__(self, writing: Writing) -> None:
        self.writing = writing

    def whole(self, term: Term) -> Part:
        """A term in one piece."""
        return self.write(punctuate(term, self.writing, self.linear))

    def pieces(self, term: Term) -> list[list[Part]]:
        """Sides of a relation, each as the parts between which a line may be broken.

        Each part begins with the sign before it.
        """
        sides = []
        for relation, side in relation_sides(
            punctuate(term, self.writing, self.linear)
        ):
            parts: list[Part] = []
            for sign, part in split_at_signs(side):
                signs = [s for s in ("" if parts else relation, sign) if s]
                parts.append(self.signed(signs, self.write(part)))
            sides.append(parts)
        return sides

    def write(self, term: Term) -> Part:
        """A punctuated term."""
        match term:
            case Symbol():
                return self.symbol(term)
            case Word(text):
                return self.word(printable(text))
            case Number():
                return self.numeral(as_numeral(term, self.writing.digits))
            case Relation():
                return self.joined(
                    [(sign, self.write(side)) for sign, side in relation_sides(term)]
                )
            case Product(factors, "") if len(factors) > 1:
                return self.side_by_side(factors)
            case Sum() | Product():
                return self.joined(
                    [(sign, self.write(part)) for sign, part in split_at_signs(term)]
                )
            case Negative(body):
                return self.negative(self.write(body))
            case Quotient(top, bottom):
                return self.fraction(self.write(top), self.write(bottom))
            case Derivative(top, bottom, partial):
                d = "∂" if partial else "d"
                return self.rate(d, self.write(top), self.write(bottom))
            case Power(base, exponent):
                return self.raised(self.write(base), self.write(exponent))
            case Transpose(body):
                return self.raised(self.write(body), self.symbol(TRANSPOSED))
            case Root(body):
                return self.root(self.write(body))
        return self.write_enclosed(term)

    def write_enclosed(self, term: Term) -> Part:
        """A term whose parts stand apart already."""
        match term:
            case Call(function, arguments):
                if isinstance(function, str):
                    head = self.function(printable(function))
                else:
                    head = self.write(function)
                return self.call(head, self.listed([self.write(a) for a in arguments]))
            case Summation(body, index, first, last):
                return self.summation(
                    self.write(index),
                    None if first is None else self.write(first),
                    None if last is None else self.write(last),
                    self.write(body),
                )
            case Surrounded(body, by):
                left, right = ("(", ")") if by == "()" else (by, by)
                return self.fenced(self.write(body), left, right)
            case Matrix(rows):
                columns = [self.column(cells) for cells in zip(*rows, strict=True)]
                return self.matrix(columns)
            case Cases(cases):
                return self.cases(
                    [(self.write(v), self.condition(c)) for v, c in cases]
                )
            case Marked(body, kind):
                return self.marked(self.write(body), kind)
            case Blank(answer):
                shown = self.write(answer) if self.writing.answers else None
                return self.blank(shown)
        raise TypeError(f"not a term: {term!r}")

    def side_by_side(self, factors: tuple[Term, ...]) -> Part:
        """Factors without a sign, but for a dot where digits would meet."""
        parts = [("", self.write(factors[0]))]
        for before, after in itertools.pairwise(factors):
            sign = "·" if self.digit_first(after) else self.gap(before, after)
            parts.append((sign, self.write(after)))
        return self.joined(parts)

    def digit_first(self, term: Term) -> bool:
        """Whether a digit is the first thing read."""
        match term:
            case Number():
                numeral = as_numeral(term, self.writing.digits)
                return not (numeral.negative or numeral.is_word)
            case Product(factors):
                return self.digit_first(factors[0])
            case Power(body) | Marked(body):
                return self.digit_first(body)
            case Blank(answer):
                return self.writing.answers and self.digit_first(answer)
        return False

    def column(self, cells: Sequence[Term]) -> MatrixColumn[Part]:
        """One column of a matrix, and what brings its numbers' points in line."""
        numerals = [
            as_numeral(cell, self.writing.digits) if isinstance(cell, Number) else None
            for cell in cells
        ]
        tails = decimal_padding(numerals) if all(numerals) else None
        return MatrixColumn([self.write(cell) for cell in cells], tails)

    def condition(self, term: Term) -> Part:
        """When a value is taken: words as they are, else after "if"."""
        shown = self.write(term)
        return shown if isinstance(term, Word) else self.introduced(_("if"), shown)

    @abc.abstractmethod
    def symbol(self, symbol: Symbol) -> Part:
        """A letter with its indices."""

    @abc.abstractmethod
    def word(self, text: str) -> Part:
        """Upright text."""

    @abc.abstractmethod
    def numeral(self, numeral: Numeral) -> Part:
        """A rounded number."""

    @abc.abstractmethod
    def function(self, name: str) -> Part:
        """The name of a function."""

    @abc.abstractmethod
    def signed(self, signs: list[str], part: Part) -> Part:
        """A part that begins a line, after the signs that belong before it."""

    @abc.abstractmethod
    def joined(self, parts: list[tuple[str, Part]]) -> Part:
        """Parts in a row, each after its sign; what ``gap`` gives is no sign."""

    @abc.abstractmethod
    def gap(self, before: Term, after: Term) -> str:
        """What stands between factors without a sign."""

    @abc.abstractmethod
    def negative(self, body: Part) -> Part:
        """A minus before a part."""

    @abc.abstractmethod
    def fraction(self, top: Part, bottom: Part) -> Part:
        """One part over another."""

    @abc.abstractmethod
    def rate(self, d: str, top: Part, bottom: Part) -> Part:
        """A derivative, with its d."""

    @abc.abstractmethod
    def raised(self, base: Part, exponent: Part) -> Part:
        """A part with another above."""

    @abc.abstractmethod
    def root(self, body: Part) -> Part:
        """A square root."""

    @abc.abstractmethod
    def listed(self, parts: list[Part]) -> Part:
        """Parts after each other, between commas."""

    @abc.abstractmethod
    def call(self, head: Part, inside: Part) -> Part:
        """A function before its arguments."""

    @abc.abstractmethod
    def fenced(self, body: Part, left: str, right: str) -> Part:
        """A part between delimiters as tall as it is."""

    @abc.abstractmethod
    def summation(
        self, index: Part, first: Part | None, last: Part | None, body: Part
    ) -> Part:
        """Σ before a part."""

    @abc.abstractmethod
    def matrix(self, columns: list[MatrixColumn[Part]]) -> Part:
        """Columns in brackets."""

    @abc.abstractmethod
    def cases(self, cases: list[tuple[Part, Part]]) -> Part:
        """Values, each with its condition."""

    @abc.abstractmethod
    def introduced(self, word: str, body: Part) -> Part:
        """A part after a word."""

    @abc.abstractmethod
    def marked(self, body: Part, kind: Mark) -> Part:
        """A part set off from the others."""

    @abc.abstractmethod
    def blank(self, answer: Part | None) -> Part:
        """A place to fill in, or what goes into it."""
