"""How many coefficients a polynomial has: the curse of dimensionality, counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neurona.errata import note_for
from neurona.messages import _, language
from neurona.settings import Count, checked
from neurona.show.explanation import Explanation
from neurona.show.notation import Number, Product, Relation, Surrounded, Symbol, Term
from neurona.show.notation.compose import exactly, power_of, quotient_of, sum_of
from neurona.show.page import Formulas, Inline, Note, Page, Paragraph, Table

__all__ = ["CoefficientCounts", "count_coefficients"]


@dataclass(frozen=True)
class CoefficientCounts(Explanation):
    """Numbers of coefficients for several numbers of inputs.

    Parameters
    ----------
    degree : int
    inputs : tuple of int
        d, the numbers of inputs looked at.
    hidden : int
        Units of the network that is set beside.
    """

    kind = "coefficients"

    degree: int
    inputs: tuple[int, ...]
    hidden: int

    def polynomial(self, inputs: int) -> int:
        """Terms up to the degree, C(d + k, k)."""
        return math.comb(inputs + self.degree, self.degree)

    def grid(self, inputs: int) -> int:
        """Products of every power of every input, (k + 1)^d."""
        return int((self.degree + 1) ** inputs)

    def network(self, inputs: int) -> int:
        """Parameters of one hidden layer and one output."""
        return (inputs + 1) * self.hidden + self.hidden + 1

    def formulas(self) -> Formulas:
        """The three counts in d inputs, of degree k and with h hidden units."""
        d, k, h = Symbol("d"), Symbol("k"), Symbol("h")
        factorial = quotient_of(
            Product((Surrounded(sum_of(d, k), "()"), Symbol("!")), ""),
            Product((d, Symbol("!"), k, Symbol("!")), ""),
        )
        lines: tuple[tuple[Term, str], ...] = (
            (
                Relation((Symbol("C"), factorial)),
                _("terms of a polynomial of degree k in d inputs"),
            ),
            (
                Relation((Symbol("G"), power_of(sum_of(k, exactly(1)), d))),
                _("with every power of each input times every power of the others"),
            ),
            (
                Relation(
                    (
                        Symbol("P"),
                        sum_of(Product((sum_of(d, exactly(1)), h), ""), h, exactly(1)),
                    )
                ),
                _("parameters of a network with one hidden layer of h units"),
            ),
        )
        return Formulas(lines)

    def page(self) -> Page:
        """The formulas and a table."""
        headings: tuple[Inline, ...] = (
            (_("inputs"),),
            (_("polynomial"),),
            (_("grid of powers"),),
            (_("network"),),
        )
        rows = tuple(
            tuple((Number(float(n), exact=True),) for n in row)
            for row in (
                (d_, self.polynomial(d_), self.grid(d_), self.network(d_))
                for d_ in self.inputs
            )
        )
        return Page(
            _("The curse of dimensionality, counted"),
            (
                Paragraph(
                    (
                        _(
                            "A polynomial of degree {degree} has few coefficients in "
                            "one input, and very many in ten. A network of {hidden} "
                            "hidden units grows by {hidden} for each input."
                        ).format(degree=self.degree, hidden=self.hidden),
                    )
                ),
                self.formulas(),
                Table(headings, rows),
                Note(
                    (
                        _(
                            "The basis of a polynomial is fixed before the data are "
                            "seen. A network's hidden units are a basis that adapts to "
                            "the directions in which the data vary."
                        ),
                    )
                ),
                *note_for("features"),
            ),
            language(),
        )

    def record(self) -> dict[str, Any]:
        """The counts by number of inputs."""
        return {
            "degree": self.degree,
            "hidden": self.hidden,
            "counts": [
                {
                    "inputs": d,
                    "polynomial": self.polynomial(d),
                    "grid": self.grid(d),
                    "network": self.network(d),
                }
                for d in self.inputs
            ],
        }


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
    >>> [count_coefficients().polynomial(d) for d in (1, 2, 3, 10)]
    [4, 10, 20, 286]
    """
    checked("degree", degree, Count)
    checked("hidden", hidden, Count)
    for count in inputs:
        checked("inputs", count, Count)
    return CoefficientCounts(degree, tuple(inputs), hidden)
