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

__all__ = ["Design", "least_squares", "look_at_design"]


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


def look_at_design(X: Array, solver: str) -> Design:
    """Rank and singular values of a design matrix.

    Examples
    --------
    >>> look_at_design(np.array([[1.0, 1.0], [1.0, 1.0]]), "svd").rank
    1
    """
    values = np.linalg.svd(X, compute_uv=False)
    least = values.max(initial=0.0) * max(X.shape) * np.finfo(np.float64).eps
    rank = int(np.sum(values > least))
    return Design(X.shape[0], X.shape[1], rank, values, solver)


def least_squares(X: Array, y: Array, design: Design) -> Array:
    """Weights with the least Σ(y − Xw)²; of many the shortest.

    Math:     X = QR and Rw = Qᵀy;   or X = USVᵀ and w = V S⁺ Uᵀ y
    Shapes:   X (N, D), y (N, K) -> (D, K)

    Notes
    -----
    XᵀX is not formed: its condition is the square of that of X.

    Examples
    --------
    >>> X, y = np.array([[1.0, 0], [1, 1], [1, 2]]), np.array([[1.0], [3], [5]])
    >>> least_squares(X, y, look_at_design(X, "qr")).round(6)
    array([[1.],
           [2.]])
    """
    if design.solver == "qr":
        from scipy.linalg import solve_triangular

        Q, R = np.linalg.qr(X)
        return np.asarray(solve_triangular(R, Q.T @ y))
    found: Array = np.linalg.lstsq(X, y, rcond=None)[0]
    return found
