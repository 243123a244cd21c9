"""A linear model solved at once by its normal equations, XOR first of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.course.lessons.points import read_points
from neurona.errata import note_for
from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _
from neurona.settings import checked
from neurona.show.explanation import Explanation
from neurona.show.notation import (
    Product,
    Relation,
    Symbol,
    Term,
    Transpose,
    numbers_matrix,
)
from neurona.show.notation.compose import exactly, power_of, side_by_side
from neurona.show.page import Block, Formulas, Page
from neurona.show.wording import note, say

__all__ = ["TRUTH_TABLES", "NormalEquations", "solve_at_once"]

INPUTS: Final = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))

TRUTH_TABLES: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "xor": (0.0, 1.0, 1.0, 0.0),
        "and": (0.0, 0.0, 0.0, 1.0),
        "or": (0.0, 1.0, 1.0, 1.0),
        "nand": (1.0, 1.0, 1.0, 0.0),
    }
)
"""Targets of the rows 00, 01, 10, 11."""

MOST_COLUMNS, MOST_ROWS = 5, 12


@dataclass(frozen=True, eq=False)
class NormalEquations(Explanation):
    """Inputs with a column of ones, targets, and the weights that fit them best.

    Parameters
    ----------
    X : array (N, d + 1)
        The last column is 1, for the bias.
    y : array (N,)
    XtX, inverse : array (d + 1, d + 1)
        XᵀX, and its inverse, or its pseudo-inverse where it has none.
    Xty, weights : array (d + 1,)
        Xᵀy, and the solution w, the bias last.
    predictions : array (N,)
    mse : float
        Mean squared error of the predictions.
    singular_values : array (d + 1,)
        Of X.
    """

    kind = "normal_equations"

    X: Array
    y: Array
    XtX: Array
    inverse: Array
    Xty: Array
    weights: Array
    predictions: Array
    mse: float
    singular_values: Array

    @property
    def has_inverse(self) -> bool:
        """Whether XᵀX can be inverted: no column follows from the others."""
        return bool(np.linalg.matrix_rank(self.X) == self.X.shape[1])

    def page(self) -> Page:
        """The solution, number by number."""
        x, y, w = (Symbol(name, bold=True) for name in "Xyw")
        gram = side_by_side(Transpose(x), x)
        inverse = power_of(gram, exactly(-1))
        moments = side_by_side(Transpose(x), y)
        predicted = Symbol("y", accent="hat", bold=True), side_by_side(x, w)
        pseudo = _("a pseudo-inverse: it has no inverse")
        lines: tuple[tuple[Term, str], ...] = (
            (Relation((x, matrix(self.X))), _("the last column is for the bias")),
            (Relation((gram, matrix(self.XtX))), ""),
            (
                Relation((inverse, matrix(self.inverse))),
                "" if self.has_inverse else pseudo,
            ),
            (Relation((moments, column(self.Xty))), ""),
            (
                Relation((w, Product((inverse, moments), ""), column(self.weights))),
                _("the gradient is 0 here, and the bias stands last"),
            ),
            (Relation((*predicted, column(self.predictions))), ""),
        )
        start = _(
            "A linear model needs no descent: where the gradient of the squared error "
            "is 0, its weights solve one linear system."
        )
        result = _("The mean squared error is {loss}: no other weights come closer.")
        same = _(
            "Every row gets the same prediction, {value}: to a linear model these "
            "inputs say nothing about the target. A hidden layer is needed."
        )
        blocks: list[Block] = [say(start), Formulas(lines), note(result, loss=self.mse)]
        if np.ptp(self.predictions) < 1e-9 < np.ptp(self.y):
            blocks.append(note(same, "warning", value=float(self.predictions[0])))
        blocks += note_for("linear_regression")
        return Page(_("A linear model solved at once"), tuple(blocks))


def solve_at_once(
    table: str = "xor",
    *,
    X: Sequence[Sequence[float]] | None = None,
    y: Sequence[float] | None = None,
) -> NormalEquations:
    """Solve a linear model by its normal equations.

    Parameters
    ----------
    table : str
        A logic function, ``xor``, ``and``, ``or`` or ``nand``; or rows with their
        targets, such as ``1:2.1 2:3.9 3:6.2``.
    X, y : sequences of float, optional
        Rows and targets instead of it; a column of ones is added.

    Raises
    ------
    OptionError
        There is no such table.
    DataError
        The rows are not numbers, or too many to be written out.

    Notes
    -----
    Math: w = (XᵀX)⁻¹Xᵀy, from ∇J = −(2/N) Xᵀ(y − Xw) = 0.

    Examples
    --------
    >>> lesson = solve_at_once("xor")
    >>> lesson.weights.round(12).tolist(), round(lesson.mse, 12)
    ([0.0, 0.0, 0.5], 0.25)
    """
    given: Any = (X, y)
    if X is None or y is None:
        checked("table", table, str)
        if ":" not in table and table not in TRUTH_TABLES:
            raise OptionError(unknown_name(_("table"), table, TRUTH_TABLES))
        given = read_points(table) if ":" in table else (INPUTS, TRUTH_TABLES[table])
    try:
        rows, targets = (np.asarray(part, np.float64) for part in given)
    except (TypeError, ValueError):
        rows = targets = np.zeros(0)
    fits = rows.ndim == 2 and targets.shape == rows.shape[:1] and rows.size > 0
    if not fits or not (np.isfinite(rows).all() and np.isfinite(targets).all()):
        raise DataError(_("X must be rows of numbers, and y one number for each row"))
    if rows.shape[0] > MOST_ROWS or rows.shape[1] >= MOST_COLUMNS:
        raise DataError(
            _("at most {rows} rows of {columns} numbers are written out").format(
                rows=MOST_ROWS, columns=MOST_COLUMNS - 1
            )
        )
    return solve(np.column_stack([rows, np.ones(len(rows))]), targets)


def solve(X: Array, y: Array) -> NormalEquations:
    """The solution, by a pseudo-inverse where a column follows from the others."""
    XtX, Xty = X.T @ X, X.T @ y
    has_inverse = np.linalg.matrix_rank(X) == X.shape[1]
    inverse = np.asarray((np.linalg.inv if has_inverse else np.linalg.pinv)(XtX))
    weights = inverse @ Xty
    predictions = X @ weights
    return NormalEquations(
        X=X,
        y=y,
        XtX=XtX,
        inverse=inverse,
        Xty=Xty,
        weights=weights,
        predictions=predictions,
        mse=float(np.mean((y - predictions) ** 2)),
        singular_values=np.asarray(np.linalg.svd(X, compute_uv=False), np.float64),
    )


def matrix(values: Array) -> Term:
    return numbers_matrix(clean(values).tolist())


def column(values: Array) -> Term:
    return numbers_matrix([[value] for value in clean(values).tolist()])


def clean(values: Array) -> Array:
    """Zeros where rounding left something next to the largest number."""
    noise = 1e-12 * float(np.abs(values).max(initial=1.0))
    return np.where(np.abs(values) < noise, 0.0, values)
