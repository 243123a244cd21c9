"""A linear model solved at once by its normal equations, XOR first of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.course.lessons.points import read_points
from neurona.errata import note_for
from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _, language
from neurona.show.explanation import Explanation
from neurona.show.notation import (
    Number,
    Product,
    Relation,
    Symbol,
    Term,
    Transpose,
    numbers_matrix,
)
from neurona.show.notation.compose import exactly, power_of, side_by_side
from neurona.show.page import Block, Formulas, Note, Page, Paragraph
from neurona.show.wording import fill

__all__ = ["TRUTH_TABLES", "NormalEquations", "solve_at_once"]

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

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
    """

    kind = "normal_equations"

    X: Array
    y: Array

    @cached_property
    def gram(self) -> Array:
        """XᵀX."""
        return np.asarray(self.X.T @ self.X)

    @cached_property
    def has_inverse(self) -> bool:
        """Whether XᵀX can be inverted: no column follows from the others."""
        return bool(np.linalg.matrix_rank(self.X) == self.X.shape[1])

    @cached_property
    def inverse(self) -> Array:
        """The inverse of XᵀX, or its pseudo-inverse where there is none."""
        invert = np.linalg.inv if self.has_inverse else np.linalg.pinv
        return np.asarray(invert(self.gram), dtype=np.float64)

    @property
    def moments(self) -> Array:
        """Xᵀy."""
        return np.asarray(self.X.T @ self.y)

    @cached_property
    def weights(self) -> Array:
        """The solution, the bias last."""
        return np.asarray(self.inverse @ self.moments)

    @property
    def predictions(self) -> Array:
        """X w of every row."""
        return np.asarray(self.X @ self.weights)

    @property
    def loss(self) -> float:
        """Mean squared error."""
        return float(np.mean((self.y - self.predictions) ** 2))

    def page(self) -> Page:
        """The solution, number by number."""
        x, y, w = (Symbol(name, bold=True) for name in "Xyw")
        gram = side_by_side(Transpose(x), x)
        inverse = power_of(gram, exactly(-1))
        moments = side_by_side(Transpose(x), y)
        lines: list[tuple[Term, str]] = [
            (Relation((x, matrix(self.X))), _("the last column is for the bias")),
            (Relation((gram, matrix(self.gram))), ""),
            (
                Relation((inverse, matrix(self.inverse))),
                "" if self.has_inverse else _("a pseudo-inverse: it has no inverse"),
            ),
            (Relation((moments, column(self.moments))), ""),
            (
                Relation((w, Product((inverse, moments), ""), column(self.weights))),
                _("the gradient is 0 here, and the bias stands last"),
            ),
            (
                Relation(
                    (
                        Symbol("y", accent="hat", bold=True),
                        side_by_side(x, w),
                        column(self.predictions),
                    )
                ),
                "",
            ),
        ]
        result = fill(
            _("The mean squared error is {loss}: no other weights come closer."),
            loss=Number(self.loss),
        )
        blocks: tuple[Block, ...] = (
            Paragraph(
                (
                    _(
                        "A linear model needs no descent: where the gradient of the "
                        "squared error is 0, its weights solve one linear system."
                    ),
                )
            ),
            Formulas(tuple(lines)),
            Note(result),
        )
        if np.ptp(self.predictions) < 1e-9 < np.ptp(self.y):
            same = fill(
                _(
                    "Every row gets the same prediction, {value}: to a linear model "
                    "these inputs say nothing about the target. A hidden layer is "
                    "needed."
                ),
                value=Number(float(self.predictions[0])),
            )
            blocks = (*blocks, Note(same, "warning"))
        blocks = (*blocks, *note_for("linear_regression"))
        return Page(_("A linear model solved at once"), blocks, language())

    def record(self) -> dict[str, Any]:
        """Every matrix of the solution."""
        return {
            "X": self.X.tolist(),
            "y": self.y.tolist(),
            "XtX": self.gram.tolist(),
            "inverse": self.inverse.tolist(),
            "Xty": self.moments.tolist(),
            "weights": self.weights.tolist(),
            "predictions": self.predictions.tolist(),
            "mse": self.loss,
            "singular_values": np.linalg.svd(self.X, compute_uv=False).tolist(),
        }


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
    >>> lesson.weights.round(12).tolist(), round(lesson.loss, 12)
    ([0.0, 0.0, 0.5], 0.25)
    """
    given: Any = (X, y)
    if X is None or y is None:
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
    return NormalEquations(np.column_stack([rows, np.ones(len(rows))]), targets)


def matrix(values: Array) -> Term:
    return numbers_matrix(clean(values).tolist())


def column(values: Array) -> Term:
    return numbers_matrix([[value] for value in clean(values).tolist()])


def clean(values: Array) -> Array:
    """Zeros where rounding left something next to the largest number."""
    noise = 1e-12 * float(np.abs(values).max(initial=1.0))
    return np.where(np.abs(values) < noise, 0.0, values)
