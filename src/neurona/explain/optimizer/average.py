"""The exponential moving average of a series, every number of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neurona.errors import OptionError
from neurona.messages import _
from neurona.optimize.average import ewma
from neurona.settings import Share, checked
from neurona.show.explanation import Explanation
from neurona.show.notation import Power, Product, Quotient, Relation, Sum, Symbol, Term
from neurona.show.notation.compose import ONE, difference, exactly, measured, sum_of
from neurona.show.page.blocks import Formulas, Page, Paragraph, Section
from neurona.show.wording import tabulate

__all__ = ["Average", "explain_average"]

LISTED: Final = 30
"""Values that a page writes line by line."""

BETA: Final = Symbol("β")


@dataclass(frozen=True, eq=False)
class Average(Explanation):
    """An exponential moving average, plain and corrected for its start at zero.

    Parameters
    ----------
    series : array (T,)
    beta : float
    values, corrected : array (T,)
        V_t, and V_t / (1 − βᵗ).
    """

    kind = "average"

    series: NDArray[np.float64]
    beta: float
    values: NDArray[np.float64]
    corrected: NDArray[np.float64]

    @property
    def weights(self) -> NDArray[np.float64]:
        """Share of each value of the series in the last average, the latest first."""
        back = np.arange(len(self.series))
        return np.asarray((1.0 - self.beta) * self.beta**back, np.float64)

    @property
    def memory(self) -> float:
        """About how many values are remembered, 1 / (1 − β)."""
        return 1.0 / (1.0 - self.beta)

    def record(self) -> dict[str, Any]:
        """The average for programs.

        Returns
        -------
        dict
            ``beta``, ``series``, ``values``, ``corrected``, ``weights`` (the latest
            first) and ``memory``: how many ``steps`` 1 / (1 − β) are, and what share
            of a value's weight is ``left`` after so many.
        """
        memory = {"steps": self.memory, "left": self.beta ** round(self.memory)}
        return {
            "beta": self.beta,
            **vars(self),
            "weights": self.weights,
            "memory": memory,
        }

    def page(self) -> Page:
        """The average in the reader's language."""
        v, x, hat = (Symbol("V", "t"), Symbol("x", "t"), Symbol("V", "t", accent="hat"))
        rest = difference(ONE, BETA)
        rule = sum_of(Product((BETA, Symbol("V", "t−1"))), Product((rest, x)))
        corrected = Quotient(v, difference(ONE, Power(BETA, Symbol("t"))))
        said = _("corrected for its start at 0; it is read and never fed back")
        both = np.column_stack([self.series, self.values, self.corrected]).tolist()
        rows = [(str(t), *row) for t, row in enumerate(both[: 5 * LISTED], start=1)]
        lines = [
            line for t in range(min(len(self.series), LISTED)) for line in self.lines(t)
        ]
        definition: list[tuple[Term, str]] = [
            (Relation((Symbol("V", "0"), measured(0.0))), ""),
            (Relation((v, rule)), ""),
            (Relation((hat, corrected)), said),
        ]
        return Page(
            _("Moving average with β = {beta}").format(beta=self.beta),
            (
                Formulas(tuple(definition)),
                tabulate([Symbol("t"), x, v, hat], rows),
                Section((_("Value by value"),), (Formulas(tuple(lines)),)),
                self.memory_section(),
            ),
        )

    def lines(self, t: int) -> list[tuple[Term, str]]:
        """One value of the average with its numbers, and its correction."""
        before = measured(float(self.values[t - 1]) if t else 0.0)
        beta, rest = measured(self.beta), measured(1.0 - self.beta)
        x, value = measured(float(self.series[t])), measured(float(self.values[t]))
        number = str(t + 1)
        total = Sum((Product((beta, before)), Product((rest, x))))
        letter, hat = Symbol("V", number), Symbol("V", number, accent="hat")
        below = difference(ONE, Power(beta, exactly(t + 1)))
        corrected = measured(float(self.corrected[t]))
        return [
            (Relation((letter, total, value)), ""),
            (Relation((hat, Quotient(value, below), corrected)), ""),
        ]

    def memory_section(self) -> Section:
        """How fast the past is forgotten."""
        steps = round(self.memory)
        share = Product((difference(ONE, BETA), Power(BETA, Symbol("k"))))
        shown = ", ".join(f"{w:.4g}" for w in self.weights[:4])
        powers = (Power(base, exactly(steps)) for base in (BETA, measured(self.beta)))
        left = Relation((*powers, measured(self.beta**steps)))
        weights = (
            _("The value k steps back has the weight "),
            share,
            _(": {weights}, …").format(weights=shown),
        )
        said = _("what is left of a value's weight after 1/(1 − β) steps")
        blocks = (Paragraph(weights), Formulas(((left, said),)))
        return Section((_("How long it remembers"),), blocks)


def explain_average(series: Sequence[float], beta: float) -> Average:
    """Explain the exponentially weighted moving average of a series.

    Parameters
    ----------
    series : sequence of float
        At least one finite number.
    beta : float
        β in [0, 1).

    Raises
    ------
    OptionError
        The series is empty or no list of finite numbers, or β is outside its range.

    Examples
    --------
    >>> found = explain_average([30, 28, 31], 0.9)
    >>> found.values.round(6).tolist(), found.corrected.round(6).tolist()
    ([3.0, 5.5, 8.05], [30.0, 28.947368, 29.704797])
    """
    beta = checked("beta", beta, Share)
    values, corrected = ewma(series, beta)
    array = np.asarray(series, dtype=np.float64)
    if not array.size or not np.isfinite(array).all():
        raise OptionError(_("a moving average is taken of a list of numbers"))
    return Average(array, beta, values, corrected)
