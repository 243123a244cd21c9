"""Terms of a graph brought together: 2x and not x + x, x/v and not (x/√v)/√v.

A graph computes one operation at a time; a book writes what they come to. Nothing else
is rewritten: each rule takes away what a reader would.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial, reduce
from typing import Final

from neurona.show.notation.compose import (
    ONE,
    exactly,
    minus,
    power_of,
    product_of,
    quotient_of,
    sum_of,
)
from neurona.show.notation.terms import (
    Cases,
    Negative,
    Number,
    Quotient,
    Root,
    Sign,
    Sum,
    Term,
    with_parts,
)

__all__ = ["collected", "divided", "multiplied", "put_in"]

LARGEST: Final = 1000
"""A number is written as a fraction of whole numbers where they are smaller."""


def collected(*terms: Term) -> Term:
    """Terms added: equal ones counted, choices by the same conditions made one.

    Examples
    --------
    >>> from neurona.show.notation.terms import Symbol
    >>> from neurona.show.notation.text import show_text
    >>> x = Symbol("x")
    >>> show_text(collected(x, x)), show_text(collected(x, minus(x)))
    ('2x', '0')
    """
    choices = [term.cases for term in terms if isinstance(term, Cases)]
    conditions = [tuple(c for _value, c in choice) for choice in choices]
    if len(choices) == len(terms) > 1 and len(set(conditions)) == 1:
        values = [
            collected(*[value for value, _condition in alternative])
            for alternative in zip(*choices, strict=True)
        ]
        return Cases(tuple(zip(values, conditions[0], strict=True)))
    whole = sum_of(*terms)
    if not isinstance(whole, Sum):
        return whole
    counts: dict[Term, int] = {}
    for term in whole.terms:
        body = minus(term) if isinstance(term, Negative) else term
        counts[body] = counts.get(body, 0) + (-1 if body is not term else 1)
    return sum_of(*[times(Fraction(n), term) for term, n in counts.items()])


def fraction_of(term: Term) -> Fraction | None:
    """A number of the formula, or a fraction of two, as such."""
    if isinstance(term, Negative):
        body = fraction_of(term.body)
        return None if body is None else -body
    if isinstance(term, Quotient):
        top, bottom = fraction_of(term.top), fraction_of(term.bottom)
        return top / bottom if top is not None and bottom else None
    if not isinstance(term, Number) or not term.exact:
        return None
    found = Fraction(term.value).limit_denominator(LARGEST)
    return found if float(found) == term.value else None


def written(number: Fraction) -> Term:
    """A fraction as a term, its sign in front."""
    size = abs(number)
    term = quotient_of(exactly(size.numerator), exactly(size.denominator))
    return minus(term) if number < 0 else term


def times(number: Fraction, term: Term) -> Term:
    """A number before a term, or above the line where the term is a fraction.

    Examples
    --------
    >>> from neurona.show.notation.terms import Symbol
    >>> from neurona.show.notation.text import show_text
    >>> show_text(times(Fraction(2), Quotient(Symbol("x"), exactly(3))))
    '2x / 3'
    """
    if number in (0, 1):
        return term if number else exactly(0)
    if number < 0:
        return minus(times(-number, term))
    if isinstance(term, Negative):
        return minus(times(number, term.body))
    own = fraction_of(term)
    if own is not None:
        return written(number * own)
    if isinstance(term, Quotient):
        below = fraction_of(term.bottom) or Fraction(1)
        share = number / below
        rest = ONE if fraction_of(term.bottom) is not None else term.bottom
        top = times(Fraction(share.numerator), term.top)
        return quotient_of(top, times(Fraction(share.denominator), rest))
    if number.denominator == 1:
        return product_of(exactly(number.numerator), term)
    return quotient_of(
        times(Fraction(number.numerator), term), exactly(number.denominator)
    )


def without_sign(term: Term) -> tuple[bool, Term]:
    """Whether a term is negative, or all of a sum, and the term without that sign."""
    if isinstance(term, Negative):
        return True, term.body
    if isinstance(term, Sum) and all(isinstance(t, Negative) for t in term.terms):
        return True, Sum(tuple(minus(t) for t in term.terms))
    return False, term


def multiplied(factors: Sequence[Term], sign: Sign) -> Term:
    """Factors as one product: numbers made one, a fraction 1/x below the line.

    Examples
    --------
    >>> from neurona.show.notation.terms import Symbol
    >>> from neurona.show.notation.text import show_text
    >>> half = Quotient(ONE, product_of(exactly(2), Symbol("x")))
    >>> show_text(multiplied([Symbol("y"), half], "")), show_text(
    ...     multiplied([exactly(0.5), exactly(0.5)], "")
    ... )
    ('y / (2x)', '1 / 4')
    """
    negative, number = False, Fraction(1)
    rest: list[Term] = []
    below: list[Term] = []
    for factor in factors:
        is_negative, body = without_sign(factor)
        negative ^= is_negative
        own = fraction_of(body)
        if own is not None:
            number *= own
        elif not isinstance(body, Quotient):
            rest.append(body)
        elif (divisor := fraction_of(body.bottom)) is not None:
            number /= divisor
            rest.append(body.top)
        elif (share := fraction_of(body.top)) is not None:
            number *= share
            below.append(body.bottom)
        else:
            rest.append(body)
    whole = times(number, product_of(*rest, sign=sign)) if rest else written(number)
    if below and whole != exactly(0):
        whole = divided(whole, reduce(partial(joined, sign=sign), below), sign)
    return minus(whole) if negative else whole


def joined(a: Term, b: Term, *, sign: Sign) -> Term:
    """Two divisors as one: a root times itself is what stands under it."""
    if a == b:
        return a.body if isinstance(a, Root) else power_of(a, exactly(2))
    return product_of(a, b, sign=sign)


def divided(top: Term, bottom: Term, sign: Sign = "") -> Term:
    """A fraction: one of a fraction made one, numbers made one.

    Examples
    --------
    >>> from neurona.show.notation.terms import Symbol
    >>> from neurona.show.notation.text import show_text
    >>> x, root = Symbol("x"), Root(Symbol("v"))
    >>> show_text(divided(divided(x, root), root))
    'x / v'
    >>> [show_text(divided(exactly(0.5), below)) for below in (x, exactly(2))]
    ['1 / (2x)', '1 / 4']
    """
    negative, body = without_sign(top)
    if negative:
        return minus(divided(body, bottom, sign))
    own, below = fraction_of(body), fraction_of(bottom)
    if own is not None and below:
        return written(own / below)
    if own is not None and own.denominator > 1:
        return quotient_of(
            exactly(own.numerator), times(Fraction(own.denominator), bottom)
        )
    if isinstance(body, Quotient):
        return quotient_of(body.top, joined(body.bottom, bottom, sign=sign))
    return quotient_of(body, bottom)


def put_in(term: Term, old: Term, new: Term) -> Term:
    """A term with another in place of one that stands in it.

    Examples
    --------
    >>> from neurona.show.notation.terms import Symbol
    >>> n = Symbol("n")
    >>> put_in(Quotient(ONE, n), n, exactly(3)) == Quotient(ONE, exactly(3))
    True
    """
    if term == old:
        return new
    return with_parts(term, lambda part: put_in(part, old, new))
