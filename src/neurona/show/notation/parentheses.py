"""Parentheses and signs: what a term needs before it can be written down.

One pass serves every output: it puts parentheses where reading would go wrong without
them, joins the signs of a sum, and shortens what is nested too deep to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from neurona.show.notation.numbers import as_numeral
from neurona.show.notation.terms import (
    DOTS,
    Blank,
    Call,
    Cases,
    Derivative,
    Marked,
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
    with_parts,
)
from neurona.show.notation.writing import Writing

__all__ = ["punctuate", "relation_sides", "split_at_signs"]

DEEPEST: Final = 50
"""Levels of nesting that are written out; what lies deeper is shown as dots."""

# How tightly terms hold together, from nothing to letters. The order is what counts.
LOOSE, SUM, SUMMATION, QUOTIENT, PRODUCT, FACTOR, RATE, TIGHT, POWER, ATOM = range(10)


def punctuate(term: Term, writing: Writing, linear: bool) -> Term:
    """Term with the parentheses and signs it needs to be read right.

    Parameters
    ----------
    term : Term
    writing : Writing
    linear : bool
        Whether fractions and roots are written in one line, so that their parts need
        parentheses of their own.

    Returns
    -------
    Term
        Whose sums hold a ``Negative`` where a minus is written, and nothing negative
        besides, but for the first.

    Examples
    --------
    >>> x = Symbol("x")
    >>> punctuate(Product((x, Sum((x, Number(-1.0))))), Writing(), True).factors[1]
    ... # doctest: +NORMALIZE_WHITESPACE
    Surrounded(body=Sum(terms=(Symbol(letter='x', subscript='', layer='', accent='',
    bold=False), Negative(body=Number(value=1.0, exact=False)))), by='()')
    """
    return _Punctuation(writing, linear).inside(term, True, 0)


class _Punctuation:
    def __init__(self, writing: Writing, linear: bool) -> None:
        self.writing = writing
        self.linear = linear

    def hold(self, term: Term) -> int:
        """How tightly a punctuated term holds together."""
        match term:
            case Relation() | Cases():
                return LOOSE
            case Sum() | Negative():
                return SUM
            case Summation():
                return SUMMATION
            case Product():
                return PRODUCT
            case Quotient():
                return QUOTIENT if self.linear else POWER
            case Derivative():
                return RATE if self.linear else POWER
            case Number():
                numeral = as_numeral(term, self.writing.digits)
                if numeral.exponent is None:
                    return ATOM
                return FACTOR if numeral.is_product else POWER
            case Power() | Transpose() | Call():
                return POWER
            case Root():
                return POWER if self.linear else ATOM
            case Symbol():
                return POWER if term.layer else ATOM
            case Marked():
                return self.hold(term.body)
            case Blank() if self.writing.answers:
                return self.hold(term.answer)
        return ATOM

    def minus_first(self, term: Term) -> bool:
        """Whether a minus would be the first thing read."""
        match term:
            case Negative():
                return True
            case Number():
                return as_numeral(term, self.writing.digits).negative
            case Sum(parts) | Product(parts):
                return bool(parts) and self.minus_first(parts[0])
            case Quotient():
                return self.linear and self.minus_first(term.top)
            case Marked():
                return self.minus_first(term.body)
            case Blank():
                return self.writing.answers and self.minus_first(term.answer)
        return False

    def place(self, term: Term, level: int, first: bool, depth: int) -> Term:
        """Punctuate a part, in parentheses unless it holds as its place demands.

        ``first`` says whether a minus may stand bare at its beginning.
        """
        # Behind a parenthesis a minus may stand bare again.
        inner = self.inside(term, first or self.hold(term) < level, depth + 1)
        if self.hold(inner) < level or (not first and self.minus_first(inner)):
            return self.surround(inner)
        return inner

    def surround(self, term: Term) -> Term:
        # A mark keeps its colour around the parentheses as well.
        if isinstance(term, Marked):
            return replace(term, body=self.surround(term.body))
        return Surrounded(term, "()")

    def loose(self, term: Term, depth: int) -> Term:
        return self.inside(term, True, depth + 1)

    def inside(self, term: Term, first: bool, depth: int) -> Term:
        """Punctuate what a term is made of."""
        if depth > DEEPEST:
            return DOTS
        match term:
            case Sum():
                return self.sum(term, first, depth)
            case Product():
                return self.product(term, first, depth)
            case Negative(body):
                return Negative(self.place(body, SUMMATION, False, depth))
            case Quotient(top, bottom):
                if self.linear:
                    return Quotient(
                        self.place(top, PRODUCT, first, depth),
                        self.place(bottom, TIGHT, False, depth),
                    )
                return Quotient(self.loose(top, depth), self.loose(bottom, depth))
            case Power(base, exponent):
                return Power(
                    self.place(base, ATOM, False, depth), self.loose(exponent, depth)
                )
            case Transpose(body):
                level = POWER if isinstance(body, Symbol) else ATOM
                return Transpose(self.place(body, level, False, depth))
            case Root(body):
                if self.linear:
                    return Root(self.place(body, ATOM, False, depth))
                return Root(self.loose(body, depth))
            case Derivative(top, bottom, partial):
                return Derivative(
                    self.place(top, POWER, False, depth),
                    self.place(bottom, POWER, False, depth),
                    partial,
                )
        return self.enclosed(term, first, depth)

    def enclosed(self, term: Term, first: bool, depth: int) -> Term:
        """Punctuate terms whose parts stand apart already."""
        match term:
            case Symbol() | Number() | Word():
                return term
            case Marked(body):
                return replace(term, body=self.inside(body, first, depth + 1))
            case Blank(answer):
                return Blank(self.inside(answer, first, depth + 1))
        held: Term | str | None = None
        level = LOOSE
        match term:
            case Call(function):
                held, level = function, POWER
            case Summation(body):
                held, level = body, SUMMATION

        def placed(part: Term) -> Term:
            if part is held:
                return self.place(part, level, False, depth)
            return self.loose(part, depth)

        return with_parts(term, placed)

    def sum(self, term: Sum, first: bool, depth: int) -> Term:
        parts = tuple(_flatten(term.terms, depth))
        if not parts:
            return Number(0.0, exact=True)
        placed = [self.place(parts[0], SUM if first else SUMMATION, first, depth)]
        for part in parts[1:]:
            negative, rest = _split_sign(part)
            inner = self.place(rest, SUMMATION, False, depth)
            placed.append(Negative(inner) if negative else inner)
        return placed[0] if len(placed) == 1 else Sum(tuple(placed))

    def product(self, term: Product, first: bool, depth: int) -> Term:
        if not term.factors:
            return Number(1.0, exact=True)
        if len(term.factors) == 1:
            return self.inside(term.factors[0], first, depth)
        placed = []
        last = len(term.factors) - 1
        for i, factor in enumerate(term.factors):
            level = SUMMATION if i == last and isinstance(factor, Summation) else FACTOR
            if isinstance(factor, Product) and (
                term.sign == factor.sign or "⊙" not in (term.sign, factor.sign)
            ):
                level = PRODUCT
            placed.append(self.place(factor, level, first and i == 0, depth))
        return Product(tuple(placed), term.sign)


def _flatten(terms: Sequence[Term], depth: int) -> list[Term]:
    """Terms of a sum, those of the sums among them included."""
    flat: list[Term] = []
    for term in terms:
        if isinstance(term, Sum) and depth < DEEPEST:
            flat.extend(_flatten(term.terms, depth + 1))
        else:
            flat.append(term)
    return flat


def _split_sign(term: Term) -> tuple[bool, Term]:
    """Whether a term of a sum is taken away, and what is.

    A measured number keeps its sign inside a product, (−0.5) · 2, so that the numbers
    stand where the letters stood.
    """
    match term:
        case Negative(body):
            return True, body
        case Number(value) if value < 0:
            return True, replace(term, value=-value)
        case Marked(body):
            negative, rest = _split_sign(body)
            return negative, replace(term, body=rest)
        case Product(factors) if factors:
            head = factors[0]
            if isinstance(head, Negative) or (isinstance(head, Number) and head.exact):
                negative, rest = _split_sign(head)
                if negative:
                    return True, replace(term, factors=(rest, *factors[1:]))
        case Quotient(top, bottom):
            negative, rest = _split_sign(top)
            return negative, Quotient(rest, bottom)
    return False, term


def relation_sides(term: Term) -> list[tuple[str, Term]]:
    """Sides of a relation, and of relations in its sides, each after its sign.

    Examples
    --------
    >>> w = Symbol("w")
    >>> [sign for sign, side in relation_sides(Relation((w, Relation((w, w))), "←"))]
    ['', '←', '=']
    """
    if not isinstance(term, Relation):
        return [("", term)]
    sides: list[tuple[str, Term]] = []
    for i, side in enumerate(term.sides):
        inner = relation_sides(side)
        sides.append((term.sign if i else "", inner[0][1]))
        sides.extend(inner[1:])
    return sides


def split_at_signs(term: Term) -> list[tuple[str, Term]]:
    """Parts of a punctuated term between which a line may be broken.

    Examples
    --------
    >>> x, y = Symbol("x"), Symbol("y")
    >>> [sign for sign, part in split_at_signs(Sum((x, Negative(y), x)))]
    ['', '−', '+']
    """
    match term:
        case Sum(parts):
            split = [("", parts[0])]
            for part in parts[1:]:
                if isinstance(part, Negative):
                    split.append(("−", part.body))
                else:
                    split.append(("+", part))
            return split
        case Product(factors, sign) if sign:
            return [(sign if i else "", factor) for i, factor in enumerate(factors)]
    return [("", term)]
