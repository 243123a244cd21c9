"""How many coefficients a polynomial has: the curse of dimensionality, counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from neurona.errata import note_for
from neurona.messages import _
from neurona.settings import Count, checked
from neurona.show.explanation import Explanation
from neurona.show.notation import Relation, Surrounded, Symbol, Term
from neurona.show.notation.compose import (
    ONE,
    power_of,
    quotient_of,
    side_by_side,
    sum_of,
)
from neurona.show.page import Formulas, Page, Paragraph
from neurona.show.wording import note, tabulate

__all__ = ["CoefficientCounts", "count_coefficients"]


@dataclass(frozen=True)
class Counts:
    """Numbers of coefficients in some inputs.

    Parameters
    ----------
    inputs : int
        d.
    polynomial : int
        Terms up to the degree, C(d + k, k).
    grid : int
        Products of every power of every input, (k + 1)^d.
    network : int
        Parameters of one hidden layer and one output.
    """

    inputs: int
    polynomial: int
    grid: int
    network: int


@dataclass(frozen=True)
class CoefficientCounts(Explanation):
    """Numbers of coefficients for several numbers of inputs.

    Parameters
    ----------
    degree : int
        k.
    hidden : int
        Units of the network that is set beside.
    counts : tuple of Counts
    """

    kind = "coefficients"

    degree: int
    hidden: int
    counts: tuple[Counts, ...]

    def page(self) -> Page:
        """The formulas and a table."""
        start = _(
            "A polynomial of degree {degree} has few coefficients in one input, and "
            "very many in ten. A network of {hidden} hidden units grows by {hidden} "
            "for each input."
        )
        end = _(
            "The basis of a polynomial is fixed before the data are seen. A network's "
            "hidden units are a basis that adapts to the directions in which the data "
            "vary."
        )
        return Page(
            _("The curse of dimensionality, counted"),
            (
                Paragraph((start.format(degree=self.degree, hidden=self.hidden),)),
                Formulas(formulas()),
                tabulate(
                    [_("inputs"), _("polynomial"), _("grid of powers"), _("network")],
                    [astuple(count) for count in self.counts],
                ),
                note(end),
                *note_for("features"),
            ),
        )


def formulas() -> tuple[tuple[Term, str], ...]:
    """The three counts in d inputs, of degree k and with h hidden units."""
    d, k, h = map(Symbol, "dkh")
    factorial = quotient_of(
        side_by_side(Surrounded(sum_of(d, k), "()"), Symbol("!")),
        side_by_side(d, Symbol("!"), k, Symbol("!")),
    )
    parameters = sum_of(side_by_side(sum_of(d, ONE), h), h, ONE)
    return (
        (
            Relation((Symbol("C"), factorial)),
            _("terms of a polynomial of degree k in d inputs"),
        ),
        (
            Relation((Symbol("G"), power_of(sum_of(k, ONE), d))),
            _("with every power of each input times every power of the others"),
        ),
        (
            Relation((Symbol("P"), parameters)),
            _("parameters of a network with one hidden layer of h units"),
        ),
    )


def count_coefficients(
    degree: int = 3, *, inputs: Sequence[int] = (1, 2, 3, 10), hidden: int = 10
) -> CoefficientCounts:
    """Count the coefficients of polynomials beside a network's.

    Parameters
    ----------
    degree : int
        At least 1.
    inputs : sequence of int
        Numbers of inputs, each at least 1.
    hidden : int
        Hidden units of the network.

    Raises
    ------
    OptionError
        A number is less than 1.

    Examples
    --------
    >>> [count.polynomial for count in count_coefficients().counts]
    [4, 10, 20, 286]
    """
    checked("degree", degree, Count)
    checked("hidden", hidden, Count)
    for count in inputs:
        checked("inputs", count, Count)
    counts = (
        Counts(
            inputs=d,
            polynomial=math.comb(d + degree, degree),
            grid=(degree + 1) ** d,
            network=(d + 1) * hidden + hidden + 1,
        )
        for d in inputs
    )
    return CoefficientCounts(degree, hidden, tuple(counts))
