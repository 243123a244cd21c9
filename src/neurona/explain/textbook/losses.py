"""Every loss of one sample as a textbook writes it, and its slope in an output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from neurona.errors import OptionError
from neurona.messages import _
from neurona.nn.losses import Loss
from neurona.show.notation.compose import (
    ONE,
    ZERO,
    added,
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
    Call,
    Cases,
    Negative,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Summation,
    Surrounded,
    Symbol,
    Term,
    Word,
)

__all__ = [
    "LOSS_EQUATIONS",
    "OUTPUTS",
    "LossEquation",
    "average_factor",
    "loss_rule",
    "write_loss",
    "write_loss_slope",
    "write_row_loss",
]

OUTPUTS: Final = Symbol("n")
"""Number of outputs, over which most losses are averaged."""

Writer = Callable[[Any, Term, Term], Term]


@dataclass(frozen=True)
class LossEquation:
    """How a loss is written, for one output.

    Parameters
    ----------
    part : callable
        From the loss, a and y to what one output adds, the divisor apart.
    slope : callable
        From the same to its derivative in a, the factor apart.
    averaged : bool
        Whether the outputs are averaged, and not added.
    divisor : callable
        From the loss to the number below the part: 2 where it has a half.
    factor : callable
        From the loss to the number before the slope.
    """

    part: Writer
    slope: Writer
    averaged: bool = True
    divisor: Callable[[Any], int] = lambda loss: 1
    factor: Callable[[Any], int] = lambda loss: 1

    def term(self, loss: Loss, a: Term, y: Term) -> Term:
        """What one output adds."""
        below = exactly(self.divisor(loss))
        return side_by_side(quotient_of(ONE, below), self.part(loss, a, y))


SQUARE: Final = LossEquation(
    lambda loss, a, y: power_of(difference(a, y), exactly(2)),
    lambda loss, a, y: difference(a, y),
    divisor=lambda loss: 2 if loss.half else 1,
    factor=lambda loss: 1 if loss.half else 2,
)
"""The half of a square and the 2 of its derivative cancel."""


def absolute(a: Term, y: Term) -> Term:
    return Surrounded(difference(a, y), "|")


def sign(a: Term, y: Term) -> Term:
    return Call("sgn", (difference(a, y),))


def minkowski_slope(loss: Any, a: Term, y: Term) -> Term:
    size = power_of(absolute(a, y), exactly(loss.q - 1.0))
    return product_of(exactly(loss.q), size, sign(a, y))


def within(loss: Any, a: Term, y: Term, inside: Term, outside: Term) -> Term:
    near = Relation((absolute(a, y), exactly(loss.delta)), "≤")
    return Cases(((inside, near), (outside, Word(_("otherwise")))))


def huber(loss: Any, a: Term, y: Term) -> Term:
    half = quotient_of(ONE, exactly(2))
    square = side_by_side(half, power_of(difference(a, y), exactly(2)))
    beyond = difference(absolute(a, y), exactly(loss.delta / 2.0))
    line = product_of(exactly(loss.delta), beyond, sign="")
    return within(loss, a, y, square, line)


def huber_slope(loss: Any, a: Term, y: Term) -> Term:
    force = product_of(exactly(loss.delta), sign(a, y))
    return within(loss, a, y, difference(a, y), force)


def weighed(weight: Term, term: Term) -> Term:
    """Weight times a term: numbers keep the dot between them, letters need none."""
    return product_of(weight, term, sign="·" if holds_number(weight) else "")


def holds_number(term: Term) -> bool:
    """Whether a measured number stands in a term or, with any sign, in a sum."""
    parts = term.terms if isinstance(term, Sum) else (term,)
    bodies = [part.body if isinstance(part, Negative) else part for part in parts]
    return any(isinstance(body, Number) and not body.exact for body in bodies)


def logarithm(y: Term, a: Term) -> Term:
    return weighed(y, Call("ln", (a,)))


def binary(loss: Any, a: Term, y: Term) -> Term:
    no = logarithm(difference(ONE, y), difference(ONE, a))
    return minus(sum_of(logarithm(y, a), no))


def binary_slope(loss: Any, a: Term, y: Term) -> Term:
    yes = quotient_of(y, a)
    no = quotient_of(difference(ONE, y), difference(ONE, a))
    return difference(no, yes)


def poisson(loss: Any, a: Term, y: Term) -> Term:
    return difference(Power(Symbol("e"), a), side_by_side(y, a))


LOSS_EQUATIONS: Final[Mapping[str, LossEquation]] = {
    "mse": SQUARE,
    "mae": LossEquation(
        lambda loss, a, y: absolute(a, y), lambda loss, a, y: sign(a, y)
    ),
    "minkowski": LossEquation(
        lambda loss, a, y: power_of(absolute(a, y), exactly(loss.q)), minkowski_slope
    ),
    "huber": LossEquation(huber, huber_slope),
    "cross_entropy": LossEquation(
        lambda loss, a, y: minus(logarithm(y, a)),
        lambda loss, a, y: minus(quotient_of(y, a)),
        averaged=False,
    ),
    "binary_cross_entropy": LossEquation(binary, binary_slope),
    "poisson": LossEquation(
        poisson, lambda loss, a, y: difference(Power(Symbol("e"), a), y)
    ),
}
"""Losses that are a sum over the outputs; gaussian_nll mixes two outputs in a term."""


def entry_of(loss: Loss) -> LossEquation:
    entry = LOSS_EQUATIONS.get(loss.name)
    if entry is None:
        raise OptionError(
            _(
                "{loss} is not written as a sum over the outputs, so it is not derived "
                "here: choose one of {names}, or see the worked step"
            ).format(loss=loss.name, names=", ".join(LOSS_EQUATIONS))
        )
    return entry


def average_factor(loss: Loss, outputs: int) -> Term:
    """1/n, or 1 where there is one output or they are added."""
    if outputs == 1 or not entry_of(loss).averaged:
        return ONE
    return quotient_of(ONE, OUTPUTS)


def write_loss(
    loss: Loss, a: Callable[[str], Term], y: Callable[[str], Term], outputs: int
) -> Term:
    """Loss of one sample.

    Parameters
    ----------
    loss : Loss
    a, y : callable
        From the index of an output to its activation and its target.
    outputs : int

    Raises
    ------
    OptionError
        The loss is no sum over the outputs.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> from neurona.nn.losses import MeanSquaredError
    >>> def indexed(letter):
    ...     return lambda index: Symbol(letter, index)
    >>> show_text(write_loss(MeanSquaredError(), indexed("a"), indexed("y"), 1))
    '(a₁ − y₁)²'
    """
    entry = entry_of(loss)
    if outputs == 1:
        return entry.term(loss, a("1"), y("1"))
    inner = entry.term(loss, a("k"), y("k"))
    negative = isinstance(inner, Negative)
    body = inner.body if isinstance(inner, Negative) else inner
    total = Summation(body, Symbol("k"), ONE, OUTPUTS)
    whole = side_by_side(average_factor(loss, outputs), total)
    return minus(whole) if negative else whole


def write_row_loss(loss: Loss, predictions: list[Term], targets: list[Term]) -> Term:
    """Loss of one sample, every output written out.

    Of cross-entropy only the terms whose target is not 0 are written, where the
    targets are numbers.

    Raises
    ------
    OptionError
        The loss is no sum over the outputs.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> from neurona.nn.losses import MeanSquaredError
    >>> made, wanted = [Symbol("p"), Symbol("q")], [Symbol("s"), Symbol("t")]
    >>> show_text(write_row_loss(MeanSquaredError(half=True), made, wanted))
    '(1 / 4) · ((p − s)² + (q − t)²)'
    """
    entry = entry_of(loss)
    if loss.name == "cross_entropy":
        # A target of 0 or 1 is a part of the formula, which then leaves it out.
        known = (ZERO, ONE)
        exact = [exactly(t.value) if isinstance(t, Number) else t for t in targets]
        targets = [e if e in known else t for e, t in zip(exact, targets, strict=True)]
    pairs = zip(predictions, targets, strict=True)
    parts = [
        part for part in (entry.part(loss, *pair) for pair in pairs) if part != ZERO
    ]
    count = len(targets) if entry.averaged else 1
    share = quotient_of(ONE, exactly(entry.divisor(loss) * count))
    negative = all(isinstance(part, Negative) for part in parts)
    total = added([minus(part) if negative else part for part in parts])
    whole = total if share == ONE else Product((share, total))
    return minus(whole) if negative else whole


def write_loss_slope(loss: Loss, a: Term, y: Term, outputs: int) -> Term:
    """∂L/∂a of one output.

    Parameters
    ----------
    loss : Loss
    a, y : Term
        Activation and target of the output.
    outputs : int
        How many there are.

    Raises
    ------
    OptionError
        The loss is no sum over the outputs.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> from neurona.nn.losses import MeanSquaredError
    >>> show_text(write_loss_slope(MeanSquaredError(), Symbol("a"), Symbol("y"), 3))
    '(2 / n)(a − y)'
    """
    entry = entry_of(loss)
    factor = exactly(entry.factor(loss))
    averaged = outputs > 1 and entry.averaged
    share = quotient_of(factor, OUTPUTS if averaged else ONE)
    return side_by_side(share, entry.slope(loss, a, y))


def loss_rule(loss: Loss) -> str:
    """Name of the rule that gives the slope of a loss."""
    named = {
        "mse": _("power rule: derivative of the square"),
        "mae": _("derivative of the absolute value, 0 at 0 by convention"),
        "minkowski": _("power rule and derivative of the absolute value"),
        "huber": _("derivative of each case"),
        "cross_entropy": _("derivative of the logarithm"),
        "binary_cross_entropy": _("derivative of the logarithm"),
        "poisson": _("derivative of the exponential"),
    }
    return named[loss.name]
