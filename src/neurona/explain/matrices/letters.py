"""Matrices as letters and as numbers, samples as rows or as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.explain.derive import Piece
from neurona.explain.equations import write_equation
from neurona.explain.letters import Convention, Letters
from neurona.explain.reading import Stage
from neurona.graph import Node
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

__all__ = ["Writer", "is_written", "shape_term", "write_matrix"]

MOST_ROWS: Final = 8
MOST_COLUMNS: Final = 8
"""Larger matrices are shown by their shape alone."""

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


def is_written(shape: tuple[int, ...]) -> bool:
    """Whether a matrix is small enough to be read."""
    rows, columns = shape
    return rows <= MOST_ROWS and columns <= MOST_COLUMNS


def shape_term(shape: tuple[int, ...]) -> Term:
    """ℝ with the sizes above it."""
    rows, columns = shape
    return Power(Symbol("ℝ"), Product((exactly(rows), exactly(columns)), "×"))


def transposed(term: Term) -> Term:
    """The transpose of a term; of a transpose the term itself.

    Examples
    --------
    >>> transposed(transposed(Symbol("W"))).letter
    'W'
    """
    return term.body if isinstance(term, Transpose) else Transpose(term)


def product_by_columns(node: Node, terms: tuple[Term, ...]) -> Term:
    """(XW)ᵀ = WᵀXᵀ, samples being columns."""
    return side_by_side(transposed(terms[1]), terms[0])


def contraction_by_columns(node: Node, terms: tuple[Term, ...]) -> Term:
    """XᵀD with X and D written as their transposes."""
    return side_by_side(terms[0], transposed(terms[1]))


BY_COLUMNS: Final[Mapping[str, Callable[[Node, tuple[Term, ...]], Term]]] = {
    "matmul": product_by_columns,
    "contract_rows": contraction_by_columns,
}
"""Operations that are written in another way where samples are columns."""


def write_matrix(node: Node, known: Mapping[Node, Term], *, by_rows: bool) -> Term:
    """Write a node with bold letters, down to nodes that are known.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> x, W = g.input("x", (g.BATCH, 2)), g.parameter("W", (2, 3))
    >>> known = {x: Symbol("X", bold=True), W: Symbol("W", bold=True)}
    >>> [show_text(write_matrix(x @ W, known, by_rows=b)) for b in (True, False)]
    ['XW', 'WᵀX']
    """
    written = dict(known)
    for part in g.topological_order([node]):
        if part in written or any(p not in written for p in part.inputs):
            continue
        terms = tuple(written[p] for p in part.inputs)
        rule = None if by_rows else BY_COLUMNS.get(part.operation)
        written[part] = (
            write_equation(part, terms) if rule is None else rule(part, terms)
        )
    return written[node]


class Writer:
    """Writes products and numbers in one convention.

    Parameters
    ----------
    letters : Letters
    convention : {"rows", "columns"}
    batch : bool
        Whether the letters stand for all samples (Z, A) or for one (z, a).
    """

    def __init__(
        self, letters: Letters, convention: Convention, *, batch: bool
    ) -> None:
        self.letters, self.convention, self.batch = letters, convention, batch

    @property
    def by_rows(self) -> bool:
        """Whether a sample is a row."""
        return self.convention == "rows"

    # Letters ------------------------------------------------------------------------

    def term(self, node: Node) -> Term:
        """Letter of a node."""
        return self.letters.matrix(node, batch=self.batch)

    def z(self, stage: Stage) -> Term:
        """Weighted sums of a stage, or what it reads."""
        if not stage.is_weighted:
            return self.term(stage.z)
        return Symbol("Z" if self.batch else "z", layer=str(stage.number), bold=True)

    @property
    def whole(self) -> Symbol:
        """J for a batch, L for a sample."""
        return Symbol("J" if self.batch else "L")

    def slope(self, of: Term) -> Derivative:
        """∂J/∂of for a batch, ∂L/∂of for a sample."""
        return Derivative(self.whole, of)

    def slope_in(self, node: Node) -> Derivative:
        """The same of a node; of a weighted sum in Z, though A be the same."""
        stage = self.letters.sums.get(node)
        return self.slope(self.term(node) if stage is None else self.z(stage))

    # Products -----------------------------------------------------------------------

    def made_of(self, piece: Piece) -> Term:
        """How a node is made of others."""
        known = {leaf: self.term(node) for node, leaf in piece.leaves.items()}
        return write_matrix(piece.root, known, by_rows=self.by_rows)

    def share(self, piece: Piece, of: Node, arriving: Term | None = None) -> Term:
        """What a node sends back to another."""
        known = {leaf: self.term(node) for node, leaf in piece.leaves.items()}
        known[piece.root] = self.term(piece.node)
        known[piece.seed] = arriving or self.slope_in(piece.node)
        return write_matrix(piece.share(of), known, by_rows=self.by_rows)

    def weighted(self, x: Term, w: Term) -> Term:
        """XW, or WᵀX where samples are columns."""
        if self.by_rows:
            return side_by_side(x, w)
        return side_by_side(transposed(w), x)

    def affine(self, x: Term, w: Term, b: Term | None) -> Term:
        """XW + b, or WᵀX + b."""
        product = self.weighted(x, w)
        return product if b is None else sum_of(product, b)

    def through_weights(self, grad: Term, w: Term) -> Term:
        """Gradient sent back through weights: ∂Z Wᵀ, or W ∂Z."""
        return self.weighted(grad, transposed(w))

    def weight_gradient(self, x: Term, grad: Term) -> Term:
        """Xᵀ ∂Z, or X ∂Zᵀ where samples are columns."""
        if self.by_rows:
            return side_by_side(Transpose(x), grad)
        return side_by_side(x, Transpose(grad))

    def in_order(self, *factors: Any) -> tuple[Any, ...]:
        """Factors from the loss on, from the left, or from the right."""
        return factors if self.by_rows else factors[::-1]

    # Numbers ------------------------------------------------------------------------

    def turned(self, samples: Array) -> Array:
        """Samples as the convention has them: (N, d), or (d, N)."""
        rows = np.atleast_2d(samples)
        return rows if self.by_rows else rows.T

    def numbers(self, array: Array) -> Term | None:
        """Matrix of numbers; nothing where it is too large to read."""
        if not is_written(array.shape):
            return None
        return Matrix(tuple(tuple(measured(float(x)) for x in row) for row in array))
