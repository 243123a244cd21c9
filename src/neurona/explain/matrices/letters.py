"""Matrices as letters and as numbers, samples as rows or as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.arrays import Array
from neurona.explain.collect import collected, divided, multiplied
from neurona.explain.derive import Piece
from neurona.explain.equations import write_equation
from neurona.explain.letters import Convention, Letters
from neurona.explain.matrices.by_elements import holds_matrix
from neurona.explain.stages import Stage
from neurona.graph import Node
from neurona.messages import _
from neurona.show.notation.compose import (
    difference,
    exactly,
    measured,
    minus,
    power_of,
    side_by_side,
)
from neurona.show.notation.terms import (
    Call,
    Derivative,
    Matrix,
    Negative,
    Power,
    Product,
    Symbol,
    Term,
    Transpose,
)

__all__ = ["Writer", "added", "is_written", "shape_term", "write_matrix"]

MOST_ROWS: Final = 8
MOST_COLUMNS: Final = 8
"""Larger matrices are shown by their shape alone."""


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


Terms: TypeAlias = tuple[Term, ...]
Rule: TypeAlias = Callable[[Node, Terms, bool], Term]


def product(node: Node, terms: Terms, by_rows: bool) -> Term:
    """XW; by columns (XW)ᵀ = WᵀXᵀ."""
    x, w = terms
    return side_by_side(x, w) if by_rows else side_by_side(transposed(w), x)


def contraction(node: Node, terms: Terms, by_rows: bool) -> Term:
    """XᵀD; by columns with X and D written as their transposes."""
    x, d = terms
    return side_by_side(*((Transpose(x), d) if by_rows else (x, transposed(d))))


def beside(terms: Terms, by_rows: bool) -> Matrix:
    """Matrices beside each other, or one above the other where samples are columns."""
    return Matrix((terms,) if by_rows else tuple((term,) for term in terms))


def given(node: Node, terms: Terms, by_rows: bool) -> Term:
    """A constant, a vector of which lies as samples do."""
    term = write_equation(node)
    if isinstance(term, Matrix) and len(node.shape) == 1:
        return beside(term.rows[0], by_rows)
    return term


def cut_out(node: Node, terms: Terms, by_rows: bool) -> Term:
    """Some columns, or rows where samples are columns; from 1, the last included."""
    first, last = node.attributes["start"] + 1, node.attributes["stop"]
    bounds = (first, last) if last > first else (first,)
    called = _("columns") if by_rows else _("rows")
    return Call(called, (*terms, *map(exactly, bounds)))


def padded(node: Node, terms: Terms, by_rows: bool) -> Term:
    """A matrix among zeros: so many columns of them, or rows."""
    sizes = (node.attributes[side] for side in ("before", "after"))
    before, after = (
        (Symbol("0", str(size), bold=True),) if size else () for size in sizes
    )
    return beside((*before, *terms, *after), by_rows)


def added(node: Node, terms: Terms) -> Term:
    """Matrices added; what stands beside zeros and what fills them become one."""
    blocks = [
        (term, [entry for row in term.rows for entry in row])
        for term in terms
        if isinstance(term, Matrix)
    ]
    if len(terms) == len(blocks) == 2:
        (whole, first), (_other, second) = blocks
        zeros = sum(map(zeros_of, (first[-1], second[0])))
        # One has its zeros where the other has its numbers.
        if len(first) == len(second) == 2 and zeros == node.shape[-1]:
            return beside((first[0], second[1]), len(whole.rows) == 1)
    return collected(*terms)


def zeros_of(term: Term) -> int:
    """How many columns of zeros a block is."""
    if isinstance(term, Symbol) and term.letter == "0":
        return int(term.subscript)
    return 0


def times(node: Node, terms: Terms, by_rows: bool) -> Term:
    """Element by element, or by a number."""
    a, b = terms
    if a == b and holds_matrix(a):
        return power_of(a, exactly(2))
    return multiplied(terms, "⊙" if holds_matrix(a) and holds_matrix(b) else "·")


def total(node: Node, terms: Terms, by_rows: bool) -> Term:
    """A sum, the sign of its terms before it."""
    (body,) = terms
    negative = isinstance(body, Negative)
    whole = write_equation(node, (minus(body),) if negative else terms)
    return minus(whole) if negative else whole


MATRICES: Final[Mapping[str, Rule]] = {
    "constant": given,
    "matmul": product,
    "contract_rows": contraction,
    "concatenate": lambda node, terms, by_rows: beside(terms, by_rows),
    "slice": cut_out,
    "pad": padded,
    "add": lambda node, terms, by_rows: added(node, terms),
    "multiply": times,
    "divide": lambda node, terms, by_rows: divided(terms[0], terms[1], "⊙"),
    "sum": total,
    "max": lambda node, terms, by_rows: Call(Symbol("max", "j"), terms),
}
"""Operations that are written in another way where what they read are matrices."""


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
        rule = MATRICES.get(part.operation)
        written[part] = (
            write_equation(part, terms) if rule is None else rule(part, terms, by_rows)
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

    def write(self, node: Node, known: Mapping[Node, Term]) -> Term:
        """A node in this convention, down to nodes that are known."""
        return write_matrix(node, known, by_rows=self.by_rows)

    def known_in(self, piece: Piece) -> dict[Node, Term]:
        """What the nodes of a piece are called."""
        known = {leaf: self.term(node) for node, leaf in piece.leaves.items()}
        return {**known, piece.seed: self.slope_in(piece.node)}

    def share(self, piece: Piece, of: Node, arriving: Term | None = None) -> Term:
        """What a node sends back to another."""
        known = {**self.known_in(piece), piece.root: self.term(piece.node)}
        if arriving is not None:
            known[piece.seed] = arriving
        return self.write(piece.share(of), known)

    def in_order(self, *factors: Any) -> tuple[Any, ...]:
        """Factors from the loss on, from the left, or from the right."""
        return factors if self.by_rows else factors[::-1]

    def softmax_jacobian(self, a: Term) -> Term:
        """∂a/∂z of a softmax: diag(a) − a aᵀ of a column, diag(a) − aᵀa of a row."""
        outer = (Transpose(a), a) if self.by_rows else (a, Transpose(a))
        return difference(Call("diag", (a,)), side_by_side(*outer))

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
