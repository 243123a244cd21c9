"""Products in which what stands above and below a fraction's line is taken away."""

from __future__ import annotations

from collections.abc import Sequence

from neurona.show.notation.compose import (
    exactly,
    minus,
    power_of,
    product_of,
    quotient_of,
)
from neurona.show.notation.terms import Negative, Number, Product, Quotient, Term

__all__ = ["multiply_and_cancel"]


def multiply_and_cancel(factors: Sequence[Term]) -> Term:
    """Product of some terms, equal ones above and below the line taken away.

    Where nothing can be taken away the factors stay as they are.

    Parameters
    ----------
    factors : sequence of Term

    Examples
    --------
    >>> from neurona.show.notation.compose import ONE
    >>> from neurona.show.notation import Symbol
    >>> x = Symbol("x")
    >>> multiply_and_cancel([Quotient(ONE, x), x]) == ONE
    True
    """
    tops: list[Term] = []
    bottoms: list[Term] = []
    negative = False
    pending = [(factor, False) for factor in reversed(factors)]
    while pending:
        term, below = pending.pop()
        if isinstance(term, Negative):
            negative = not negative
            pending.append((term.body, below))
        elif isinstance(term, Product) and term.sign in ("", "·"):
            pending += [(factor, below) for factor in reversed(term.factors)]
        elif isinstance(term, Quotient):
            pending += [(term.bottom, not below), (term.top, below)]
        else:
            (bottoms if below else tops).append(term)
    kept: list[Term] = []
    for top in tops:
        if top in bottoms:
            bottoms.remove(top)
        else:
            kept.append(top)
    if len(kept) == len(tops) and (not bottoms or not repeats(kept)):
        return product_of(*factors)
    whole = quotient_of(product_of(*as_powers(kept)), product_of(*as_powers(bottoms)))
    return minus(whole) if negative else whole


def repeats(terms: Sequence[Term]) -> bool:
    """Whether one of the terms, not a number, stands there twice."""
    letters = [term for term in terms if not isinstance(term, Number)]
    return len(set(letters)) < len(letters)


def as_powers(terms: Sequence[Term]) -> list[Term]:
    """Equal factors as powers."""
    found = {term: terms.count(term) for term in terms if not isinstance(term, Number)}
    numbers = [term for term in terms if isinstance(term, Number)]
    return [*numbers, *(power_of(term, exactly(n)) for term, n in found.items())]
