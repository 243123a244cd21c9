"""Loops against matrices: the same layer both ways, timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.messages import _
from neurona.reference.random_numbers import normals, stream_of
from neurona.settings import Count, checked
from neurona.show.explanation import Explanation
from neurona.show.notation import Relation, Summation, Symbol
from neurona.show.notation.compose import side_by_side, sum_of
from neurona.show.page import Formulas, Listing, Page, Paragraph
from neurona.show.wording import note, say, tabulate

__all__ = ["Timings", "time_loops"]

Rows: TypeAlias = list[list[float]]

BUDGET: Final = 0.1
"""Seconds spent on each way; the quickest of its repetitions counts."""

MOST_PRODUCTS: Final = 2_000_000
"""More products than this would keep a reader waiting."""

CODE: Final = """\
for n in range(N):
    for j in range(O):
        z = b[j]
        for i in range(I):
            z += X[n][i] * W[i][j]
        Z[n][j] = z
"""


@dataclass(frozen=True, eq=False)
class Timings(Explanation):
    """One layer by loops, and by a product of matrices.

    Parameters
    ----------
    rows, inputs, units : int
        N, I and O.
    loop_seconds, matrix_seconds : float
        Of the quickest repetition.
    largest_difference : float
        Between the two results; they add in another order, so that it is rounding.
    """

    kind = "loops"

    rows: int
    inputs: int
    units: int
    loop_seconds: float
    matrix_seconds: float
    largest_difference: float

    @property
    def ratio(self) -> float:
        """How many times quicker the matrices are."""
        return self.loop_seconds / self.matrix_seconds

    @property
    def products(self) -> int:
        """Multiplications, N·I·O."""
        return self.rows * self.inputs * self.units

    def page(self) -> Page:
        """Both ways, their times and the ratio."""
        x, w, b = (Symbol(letter, bold=True) for letter in "XWb")
        one = Summation(side_by_side(Symbol("x", "ni"), Symbol("w", "ij")), Symbol("i"))
        z = Relation((Symbol("z", "nj"), sum_of(one, Symbol("b", "j"))))
        all_at_once = Relation((Symbol("Z", bold=True), sum_of(side_by_side(x, w), b)))
        table = tabulate(
            [_("way"), _("milliseconds"), _("nanoseconds per product")],
            [
                [name, 1e3 * seconds, 1e9 * seconds / self.products]
                for name, seconds in (
                    (_("three loops in Python"), self.loop_seconds),
                    (_("one product of matrices"), self.matrix_seconds),
                )
            ],
            _("The quickest of several repetitions on this machine."),
        )
        start = _(
            "A layer of {units} units on {inputs} inputs, for {rows} rows: {products} "
            "products. Number by number:"
        )
        end = _(
            "The matrices are {ratio} times as quick, and the largest difference of "
            "the results is {difference}. The sums are the same; what is saved is "
            "Python's work between them."
        )
        return Page(
            _("Loops against matrices"),
            (
                Paragraph((start.format(**vars(self), products=self.products),)),
                Formulas(((z, ""),)),
                Listing(CODE),
                say(_("The same numbers all at once:")),
                Formulas(((all_at_once, ""),)),
                table,
                note(
                    end,
                    "good",
                    ratio=float(f"{self.ratio:.2g}"),
                    difference=self.largest_difference,
                ),
            ),
        )

    def record(self) -> dict[str, Any]:
        """Sizes, seconds and ratio."""
        return vars(self) | {"ratio": self.ratio}


def time_loops(
    rows: int = 50, inputs: int = 20, units: int = 20, seed: int = 0
) -> Timings:
    """Compute one layer by loops and by matrices, timed.

    Parameters
    ----------
    rows, inputs, units : int
        At least 1.
    seed : int
        Of the numbers.

    Raises
    ------
    OptionError
        A size cannot be, or loops would take too long.

    Examples
    --------
    >>> timings = time_loops(5, 4, 3)
    >>> timings.ratio > 1, timings.largest_difference < 1e-12
    (True, True)
    """
    sizes = {"rows": rows, "inputs": inputs, "units": units}
    for name, size in sizes.items():
        checked(name, size, Count)
    if rows * inputs * units > MOST_PRODUCTS:
        raise OptionError(
            _("{products} products are too many for loops: at most {most}").format(
                products=rows * inputs * units, most=MOST_PRODUCTS
            )
        )
    X, W = draw((rows, inputs), "X", seed), draw((inputs, units), "W", seed)
    b = draw((units,), "b", seed)
    listed: tuple[Rows, Rows, list[float]] = (X.tolist(), W.tolist(), b.tolist())
    loop_seconds, looped = quickest(lambda: layer_by_loops(*listed))
    matrix_seconds, product = quickest(lambda: X @ W + b)
    difference = float(np.abs(np.asarray(looped) - product).max())
    return Timings(rows, inputs, units, loop_seconds, matrix_seconds, difference)


def draw(shape: tuple[int, ...], name: str, seed: int) -> Array:
    return normals(seed, stream_of(name), shape)


def layer_by_loops(X: Rows, W: Rows, b: list[float]) -> Rows:
    """Z = X W + b, one product after the other."""
    Z = [[0.0] * len(b) for _row in X]
    for n in range(len(X)):
        for j in range(len(b)):
            z = b[j]
            for i in range(len(W)):
                z += X[n][i] * W[i][j]
            Z[n][j] = z
    return Z


def quickest(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the quickest repetition within the budget, and its result."""
    best, spent, result = float("inf"), 0.0, None
    while spent < BUDGET and best > 0:
        start = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - start
        best, spent = min(best, seconds), spent + max(seconds, 1e-6)
    return max(best, 1e-9), result
