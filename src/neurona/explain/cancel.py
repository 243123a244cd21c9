"""What cancels: one table, for products in general and for a loss after its activation.

Every view takes its short forms, and the reasons that it gives for them, from here. The
tests compare each line with numbers, and each pair of ``MATCHES`` with the gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from neurona import graph as g
from neurona.graph import Node
from neurona.messages import _
from neurona.show.notation.compose import (
    ONE,
    difference,
    exactly,
    minus,
    power_of,
    product_of,
    quotient_of,
    side_by_side,
    sum_of,
)
from neurona.show.notation.terms import (
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Summation,
    Symbol,
    Term,
)
from neurona.show.notation.text import show_text

__all__ = [
    "MATCHES",
    "Match",
    "match_of",
    "multiply_and_cancel",
    "multiply_out_and_cancel",
]

Indexed: TypeAlias = Callable[[str], Term]
Way: TypeAlias = Callable[[Indexed, Indexed, str, int], tuple[tuple[Term, str], ...]]


def multiply_and_cancel(factors: Sequence[Term]) -> Term:
    """Product of some terms, equal ones above and below the line taken away.

    Where nothing can be taken away the factors stay as they are.

    Parameters
    ----------
    factors : sequence of Term

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> x = Symbol("x")
    >>> show_text(multiply_and_cancel([Quotient(ONE, x), x]))
    '1'
    >>> twice = side_by_side(exactly(2), x)
    >>> show_text(multiply_and_cancel([Quotient(ONE, Power(x, exactly(2))), twice]))
    '2 / x'
    """
    exponents: dict[Term, float] = {}
    numbers: list[Number] = []
    below_numbers: list[Number] = []
    above = below = 0
    negative = cancelled = False
    pending = [(factor, False) for factor in reversed(factors)]
    while pending:
        term, is_below = pending.pop()
        if isinstance(term, Negative):
            negative = not negative
            pending.append((term.body, is_below))
        elif isinstance(term, Product) and term.sign in ("", "·"):
            pending += [(factor, is_below) for factor in reversed(term.factors)]
        elif isinstance(term, Quotient):
            pending += [(term.bottom, not is_below), (term.top, is_below)]
        elif isinstance(term, Number):
            (below_numbers if is_below else numbers).append(term)
        else:
            base, times = as_power(term)
            before = exponents.get(base, 0.0)
            exponents[base] = before + (-times if is_below else times)
            cancelled |= before != 0.0 and (before < 0) != is_below
            above, below = above + (not is_below), below + is_below
    for number in [n for n in numbers if n in below_numbers and n.value]:
        if number in below_numbers:
            numbers.remove(number)
            below_numbers.remove(number)
            cancelled = True
    joined = bool(below) and above > sum(n > 0 for n in exponents.values())
    if not cancelled and not joined:
        return numbers_in_front(factors)
    whole = quotient_of(
        product_of(*numbers, *powers(exponents, 1.0)),
        product_of(*below_numbers, *powers(exponents, -1.0)),
    )
    return minus(whole) if negative else whole


def multiply_out_and_cancel(factors: Sequence[Term]) -> Term:
    """Product of some terms, a sum among them multiplied out where that is shorter.

    That is so where a fraction before the sum cancels in each of its terms.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> x, y = Symbol("x"), Symbol("y")
    >>> total = difference(x, Power(x, exactly(2)))
    >>> show_text(multiply_out_and_cancel([quotient_of(y, x), total]))
    'y − y · x'
    """
    whole = multiply_and_cancel(factors)
    sums = [factor for factor in factors if isinstance(factor, Sum)]
    rest = [factor for factor in factors if factor not in sums]
    bodies = [f.body if isinstance(f, Negative) else f for f in rest]
    if len(sums) != 1 or not any(isinstance(body, Quotient) for body in bodies):
        return whole
    parts = [multiply_and_cancel([*rest, term]) for term in sums[0].terms]
    out = sum_of(*parts)
    return out if len(show_text(out)) < len(show_text(whole)) else whole


def numbers_in_front(factors: Sequence[Term]) -> Term:
    """Product whose numbers are one: 3 · 2x is 6x, but cos(x) · 2x stays."""
    split: list[Term] = []
    for factor in factors:
        led = isinstance(factor, Product) and is_exact(factor.factors[0])
        split += factor.factors if isinstance(factor, Product) and led else [factor]
    several = sum(map(is_exact, split)) > 1
    return product_of(*split) if several else product_of(*factors)


def is_exact(term: Term) -> bool:
    """Whether a term is a number of the formula, not one that was measured."""
    return isinstance(term, Number) and term.exact


def as_power(term: Term) -> tuple[Term, float]:
    """What is raised, and how often: a power of a number is a repeated factor."""
    if isinstance(term, Power) and isinstance(term.exponent, Number):
        whole = term.exponent.exact and term.exponent.value > 0
        return (term.base, term.exponent.value) if whole else (term, 1.0)
    return term, 1.0


def powers(exponents: Mapping[Term, float], sign: float) -> list[Term]:
    """Factors on one side of the line, each once."""
    return [
        power_of(t, exactly(sign * n)) for t, n in exponents.items() if sign * n > 0
    ]


@dataclass(frozen=True)
class Match:
    """An activation and a loss that leave only a − y of their two slopes.

    Math:     ∂L/∂z = Σₖ ∂L/∂aₖ · ∂aₖ/∂z = (a − y) / n

    Parameters
    ----------
    activation, loss : str
        Their names; that of the loss is also that of the operation that reads logits.
    averaged : bool
        Whether the outputs are averaged, so that n is their number; else n is 1.
    apply : callable
        From the logits to a, in the graph.
    textbook : callable
        From a and y to what a row loses, as a book writes it, in the graph; summed
        over the outputs where they are not averaged.
    way : callable
        Lines that lead to a − y, each a right side and its reason: given a and y by
        the index of their output, the index in question and the number of outputs. A
        factor 1/n is left out.
    """

    activation: Literal["softmax", "sigmoid"]
    loss: str
    averaged: bool
    apply: Callable[[Node], Node]
    textbook: Callable[[Node, Node], Node]
    way: Way

    @property
    def reason(self) -> str:
        """The two by their names in a sentence."""
        named = {
            "softmax": _("softmax with cross-entropy"),
            "sigmoid": _("sigmoid with binary cross-entropy"),
        }
        return named[self.activation]

    def short(self, a: Term, y: Term, n: Term = ONE) -> Term:
        """What is left: (a − y) / n.

        Parameters
        ----------
        a, y : Term
            Letters, numbers or matrices.
        n : Term
            How many outputs are averaged.
        """
        return quotient_of(difference(a, y), n)


def times_log(share: Node, probability: Node) -> Node:
    """Term share · ln(probability), and 0 with slope 0 where the share is 0."""
    known = g.where(g.equal(share, 0.0), 1.0, probability)
    return share * g.log(known)


def cross_entropy(a: Node, y: Node) -> Node:
    return -g.sum(times_log(y, a), -1)


def binary_cross_entropy(a: Node, y: Node) -> Node:
    return -(times_log(y, a) + times_log(1.0 - y, 1.0 - a))


def sigmoid_way(
    a: Indexed, y: Indexed, j: str, outputs: int
) -> tuple[tuple[Term, str], ...]:
    opened = difference(
        side_by_side(difference(ONE, y(j)), a(j)),
        side_by_side(y(j), difference(ONE, a(j))),
    )
    return (
        (opened, _("a and 1 − a cancel")),
        (difference(a(j), y(j)), _("the two terms a y cancel")),
    )


def softmax_way(
    a: Indexed, y: Indexed, j: str, outputs: int
) -> tuple[tuple[Term, str], ...]:
    k, a_k, y_k = Symbol("k"), a("k"), y("k")
    own_index = exactly(int(j)) if j.isdigit() else Symbol(j)
    others = Relation((k, own_index), "≠")
    own_slope = side_by_side(a(j), difference(ONE, a(j)))
    own = product_of(quotient_of(y(j), a(j)), own_slope)
    rest = Summation(product_of(quotient_of(y_k, a_k), a_k, a(j)), others)
    beside = side_by_side(a(j), Summation(y_k, others))
    own_left = side_by_side(y(j), difference(ONE, a(j)))
    everyone = Summation(y_k, k, ONE, exactly(outputs))
    return (
        (difference(rest, own), _("both slopes put in")),
        (difference(beside, own_left), _("a cancels")),
        (difference(side_by_side(a(j), everyone), y(j)), _("a y joins the sum")),
        (difference(a(j), y(j)), _("the targets sum to 1")),
    )


MATCHES: Final[tuple[Match, ...]] = (
    Match("softmax", "cross_entropy", False, g.softmax, cross_entropy, softmax_way),
    Match(
        "sigmoid",
        "binary_cross_entropy",
        True,
        g.sigmoid,
        binary_cross_entropy,
        sigmoid_way,
    ),
)
"""Every activation with the loss that it is one formula with."""


def match_of(loss: str, activation: str | None = None) -> Match | None:
    """Entry of a loss, or of the operation of its name, after an activation.

    Parameters
    ----------
    loss : str
        Name of a loss, or of a node's operation.
    activation : str, optional
        By default whichever the loss goes with: an operation that reads logits.

    Examples
    --------
    >>> match_of("cross_entropy").activation, match_of("cross_entropy", "sigmoid")
    ('softmax', None)
    """
    for match in MATCHES:
        if match.loss == loss and activation in (None, match.activation):
            return match
    return None
