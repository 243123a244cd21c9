"""Least squares in closed form, with the rank and condition of what is solved."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neurona.arrays import Array
from neurona.estimators.readable import Readable
from neurona.messages import _
from neurona.show.notation import Symbol
from neurona.show.page import Page
from neurona.show.wording import Cell, note, tabulate

__all__ = ["Design", "least_squares", "look_at_design", "reduce_system"]


@dataclass(frozen=True, eq=False)
class Design(Readable):
    """What a design matrix determines.

    Parameters
    ----------
    rows, columns : int
        The column of ones for the bias included.
    rank : int
        Columns that say something of their own, to rounding.
    singular_values : array (min(rows, columns),)
        The largest first.
    solver : str
        What solved it.
    """

    rows: int
    columns: int
    rank: int
    singular_values: Array
    solver: str

    @property
    def condition(self) -> float:
        """Largest by smallest singular value; infinite where columns depend on others.

        Relative errors of y may be as many times larger in the weights.
        """
        values = self.singular_values
        singular = self.rank < self.columns or not len(values)
        return math.inf if singular else float(values[0] / values[-1])

    def page(self) -> Page:
        """Its numbers, and whether it is singular."""
        values = self.singular_values
        lines: list[tuple[Cell, ...]] = [
            (_("rows"), self.rows),
            (_("columns"), self.columns),
            (_("rank"), self.rank),
            (_("largest singular value"), float(values[0]) if len(values) else 0.0),
            (_("smallest singular value"), float(values[-1]) if len(values) else 0.0),
            (_("condition"), self.condition),
            (_("solver"), self.solver),
        ]
        if self.rank < self.columns:
            said = note(
                _(
                    "Singular: of the many weights that fit alike the shortest were "
                    "taken."
                ),
                "warning",
            )
        else:
            said = note(_("The rows determine every weight."), "good")
        title = _("Design matrix")
        return Page(title, (tabulate(("", Symbol("X", bold=True)), lines), said))


def reduce_system(X: Array, y: Array) -> tuple[Array, Array]:
    """The same least squares in no more rows than columns: R w ≈ Qᵀ y.

    Math:     [X y] = Q [R Qᵀy], Q never being made
    Shapes:   X (N, D), y (N, K) -> (min(N, D), D), (min(N, D), K)

    Laws: R has the singular values of X, and the same w is best and shortest.

    Examples
    --------
    >>> X, y = np.array([[3.0], [4.0]]), np.array([[3.0], [4.0]])
    >>> [abs(part).round(6).tolist() for part in reduce_system(X, y)]
    [[[5.0]], [[5.0]]]
    """
    width = X.shape[1]
    both = np.asarray(np.linalg.qr(np.hstack([X, y]), mode="r"))[: min(X.shape)]
    return both[:, :width], both[:, width:]


def look_at_design(R: Array, rows: int, solver: str) -> Design:
    """Rank and singular values of a design matrix of so many rows, from its R.

    Examples
    --------
    >>> look_at_design(np.array([[1.0, 1.0], [1.0, 1.0]]), 2, "svd").rank
    1
    """
    values = np.linalg.svd(R, compute_uv=False)
    rank = int(np.sum(values > values.max(initial=0.0) * rounding(rows, R)))
    return Design(rows, R.shape[1], rank, values, solver)


def rounding(rows: int, R: Array) -> float:
    """Share of the largest singular value below which one is 0 to rounding."""
    return float(max(rows, R.shape[1]) * np.finfo(np.float64).eps)


def least_squares(R: Array, y: Array, design: Design) -> Array:
    """Weights with the least Σ(y − Rw)²; of many the shortest.

    Math:     R w = y by substitution, or R = USVᵀ and w = V S⁺ Uᵀ y
    Shapes:   R (D, D), y (D, K) -> (D, K)

    Parameters
    ----------
    R, y : array
        As :func:`reduce_system` gives them.
    design : Design
        Its solver: "qr" or "svd".

    Notes
    -----
    XᵀX is not formed: its condition is the square of that of X.

    Examples
    --------
    >>> X, y = np.array([[1.0, 0], [1, 1], [1, 2]]), np.array([[1.0], [3], [5]])
    >>> R, z = reduce_system(X, y)
    >>> least_squares(R, z, look_at_design(R, 3, "qr")).round(6)
    array([[1.],
           [2.]])
    """
    if design.solver == "qr":
        from scipy.linalg import solve_triangular

        return np.asarray(solve_triangular(R, y))
    found: Array = np.linalg.lstsq(R, y, rcond=rounding(design.rows, R))[0]
    return found
