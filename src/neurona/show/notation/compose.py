"""Terms put together as a person writes them: 2x and not x·2, a − y and not a + −y.

Nothing is rewritten that a reader would look for: only ones, zeros, double signs and
nested sums are taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from neurona.messages import _
from neurona.show.notation.terms import (
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sign,
    Sum,
    Term,
    Word,
)

__all__ = [
    "ONE",
    "ZERO",
    "added",
    "difference",
    "exactly",
    "measured",
    "minus",
    "multiplied",
    "power_of",
    "product_of",
    "quotient_of",
    "side_by_side",
    "sum_of",
]


def exactly(value: float) -> Number:
    """Number that belongs to the formula and is written whole.

    Examples
    --------
    >>> exactly(2)
    Number(value=2.0, exact=True)
    """
    return Number(float(value), exact=True)


def measured(value: float | bool) -> Term:
    """Value that was computed: a number, which may be infinite or none, or a truth.

    Examples
    --------
    >>> measured(0.5), measured(True)
    (Number(value=0.5, exact=False), Word(text='true'))
    """
    if isinstance(value, bool):
        return Word(_("true") if value else _("false"))
    return Number(float(value))


ZERO: Final = exactly(0)
ONE: Final = exactly(1)


def sum_of(*terms: Term) -> Term:
    """Terms added, sums among them opened, zeros left out.

    Examples
    --------
    >>> from neurona.show.notation import Symbol
    >>> sum_of(Symbol("a"), ZERO)
    Symbol(letter='a', subscript='', layer='', accent='', bold=False)
    """
    flat: list[Term] = []
    for term in terms:
        flat += term.terms if isinstance(term, Sum) else [term]
    kept = [term for term in flat if term != ZERO]
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else Sum(tuple(kept))


def added(terms: Sequence[Term]) -> Term:
    """Terms added as they stand, zeros and all; the only one is itself."""
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def multiplied(factors: Sequence[Term]) -> Term:
    """Factors with points between them as they stand; the only one is itself."""
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def minus(term: Term) -> Term:
    """The negative of a term, without a double sign.

    Examples
    --------
    >>> from neurona.show.notation import Symbol
    >>> minus(minus(Symbol("a"))) == Symbol("a")
    True
    """
    if isinstance(term, Negative):
        return term.body
    return term if term == ZERO else Negative(term)


def difference(a: Term, b: Term) -> Term:
    """Write a − b.

    Examples
    --------
    >>> difference(ONE, ZERO) == ONE
    True
    """
    return sum_of(a, minus(b))


def product_of(*factors: Term, sign: Sign = "·") -> Term:
    """Factors multiplied: numbers of the formula in front, ones left out.

    Parameters
    ----------
    *factors : Term
    sign : {"·", "⊙", "×", ""}
        Between factors that are not numbers of the formula.

    Examples
    --------
    >>> from neurona.show.notation import Symbol
    >>> product_of(Symbol("x"), exactly(2)).sign
    ''
    """
    flat: list[Term] = []
    negative = False
    for factor in factors:
        inner = factor
        if isinstance(inner, Negative):
            negative, inner = not negative, inner.body
        same = isinstance(inner, Product) and inner.sign == sign
        flat += inner.factors if isinstance(inner, Product) and same else [inner]
    if ZERO in flat:
        return ZERO
    number, rest = 1.0, []
    for factor in flat:
        if isinstance(factor, Number) and factor.exact:
            number *= factor.value
        else:
            rest.append(factor)
    if number < 0:
        number, negative = -number, not negative
    written: Term
    if not rest:
        written = exactly(number)
    else:
        written = rest[0] if len(rest) == 1 else Product(tuple(rest), sign)
        if number != 1.0:
            written = beside_number(exactly(number), written)
    return minus(written) if negative else written


def beside_number(number: Number, term: Term) -> Term:
    """Number and what it multiplies: a sign only where digits would meet."""
    first = term
    while isinstance(first, Product):
        first = first.factors[0]
    base = first.base if isinstance(first, Power) else first
    return Product((number, term), "·" if isinstance(base, Number) else "")


def side_by_side(*factors: Term) -> Term:
    """Factors with nothing between them, as in s(1 − s) or XW.

    Examples
    --------
    >>> from neurona.show.notation import Symbol
    >>> side_by_side(Symbol("X"), Symbol("W")).sign
    ''
    """
    return product_of(*factors, sign="")


def quotient_of(top: Term, bottom: Term) -> Term:
    """Fraction, its sign in front, nothing over 1.

    Examples
    --------
    >>> from neurona.show.notation import Symbol
    >>> quotient_of(Symbol("a"), ONE) == Symbol("a")
    True
    """
    if bottom == ONE or top == ZERO:
        return top
    if isinstance(top, Negative):
        return minus(quotient_of(top.body, bottom))
    if isinstance(bottom, Negative):
        return minus(quotient_of(top, bottom.body))
    return Quotient(top, bottom)


def power_of(base: Term, exponent: Term) -> Term:
    """Power, the first one left out.

    Examples
    --------
    >>> from neurona.show.notation import Symbol
    >>> power_of(Symbol("x"), ONE) == Symbol("x")
    True
    """
    return base if exponent == ONE else Power(base, exponent)
