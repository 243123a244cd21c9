"""Matrices as letters and as numbers, samples as rows or as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.show.notation.compose import exactly, measured, side_by_side, sum_of
from neurona.show.notation.terms import (
    Derivative,
    Matrix,
    Power,
    Product,
    Symbol,
    Term,
    Transpose,
)

__all__ = ["CONVENTIONS", "Convention", "Writer", "check_convention", "shape_term"]

Convention: TypeAlias = Literal["rows", "columns"]
CONVENTIONS: Final[tuple[Convention, ...]] = ("rows", "columns")

MOST_ROWS: Final = 8
MOST_COLUMNS: Final = 8
"""Larger matrices are shown by their shape alone."""

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


def check_convention(convention: str) -> Convention:
    """The convention, if there is one of that name.

    Raises
    ------
    OptionError
        There is none.
    """
    for known in CONVENTIONS:
        if convention == known:
            return known
    raise OptionError(unknown_name(_("convention"), convention, CONVENTIONS))


def shape_term(shape: tuple[int, ...]) -> Term:
    """ℝ with the sizes above it."""
    rows, columns = shape
    return Power(Symbol("ℝ"), Product((exactly(rows), exactly(columns)), "×"))


@dataclass(frozen=True)
class Writer:
    """Writes products and numbers in one convention.

    Parameters
    ----------
    convention : {"rows", "columns"}
    batch : bool
        Whether the letters stand for all samples (Z, A) or for one (z, a).
    """

    convention: Convention
    batch: bool

    @property
    def by_rows(self) -> bool:
        """Whether a sample is a row."""
        return self.convention == "rows"

    # Letters ------------------------------------------------------------------------

    def z(self, layer: int) -> Term:
        """Weighted sums of a layer."""
        return Symbol("Z" if self.batch else "z", layer=str(layer), bold=True)

    def a(self, layer: int) -> Term:
        """Activations of a layer; of layer 0 the inputs."""
        if layer == 0:
            return Symbol("X" if self.batch else "x", bold=True)
        return Symbol("A" if self.batch else "a", layer=str(layer), bold=True)

    def y(self) -> Term:
        """Targets."""
        return Symbol("Y" if self.batch else "y", bold=True)

    def w(self, layer: int) -> Term:
        """Weights of a layer, as they are stored: (inputs, units)."""
        return Symbol("W", layer=str(layer), bold=True)

    def b(self, layer: int) -> Term:
        """Biases of a layer."""
        return Symbol("b", layer=str(layer), bold=True)

    def slope(self, of: Term) -> Derivative:
        """∂J/∂of for a batch, ∂L/∂of for a sample."""
        return Derivative(Symbol("J" if self.batch else "L"), of)

    # Products -----------------------------------------------------------------------

    def weighted(self, x: Term, w: Term) -> Term:
        """XW, or WᵀX where samples are columns."""
        if self.by_rows:
            return side_by_side(x, w)
        return side_by_side(Transpose(w), x)

    def affine(self, x: Term, w: Term, b: Term | None) -> Term:
        """XW + b, or WᵀX + b."""
        product = self.weighted(x, w)
        return product if b is None else sum_of(product, b)

    def through_weights(self, grad: Term, w: Term) -> Term:
        """Gradient sent back through weights: ∂Z Wᵀ, or W ∂Z."""
        if self.by_rows:
            return side_by_side(grad, Transpose(w))
        return side_by_side(w, grad)

    def weight_gradient(self, x: Term, grad: Term) -> Term:
        """Xᵀ ∂Z, or X ∂Zᵀ where samples are columns."""
        if self.by_rows:
            return side_by_side(Transpose(x), grad)
        return side_by_side(x, Transpose(grad))

    def through_jacobian(self, grad: Term, jacobian: Term) -> Term:
        """Gradient of one sample sent back through a Jacobian."""
        pair = (grad, jacobian) if self.by_rows else (jacobian, grad)
        return side_by_side(*pair)

    # Numbers ------------------------------------------------------------------------

    def turned(self, samples: Array) -> Array:
        """Samples as the convention has them: (N, d), or (d, N)."""
        rows = np.atleast_2d(samples)
        return rows if self.by_rows else rows.T

    def numbers(self, array: Array) -> Term | None:
        """Matrix of numbers; nothing where it is too large to read."""
        rows, columns = array.shape
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            return None
        return Matrix(tuple(tuple(measured(float(x)) for x in row) for row in array))
