"""Formulas of one unit read for a whole matrix: element by element, with ⊙."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from neurona.show.notation.compose import side_by_side
from neurona.show.notation.terms import Matrix, Product, Symbol, Term, with_parts

__all__ = ["by_elements", "holds_matrix"]


def holds_matrix(part: Any) -> bool:
    """Whether a bold letter or a matrix of numbers stands somewhere in a term."""
    if isinstance(part, tuple):
        return any(map(holds_matrix, part))
    if isinstance(part, Symbol):
        return part.bold
    if isinstance(part, Matrix):
        return True
    if not is_dataclass(part):
        return False
    return any(holds_matrix(getattr(part, field.name)) for field in fields(part))


def by_elements(term: Term) -> Term:
    """The same formula with ⊙ where matrices are multiplied.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> from neurona.explain.textbook.activations import write_slope
    >>> from neurona.nn.activations import Sigmoid
    >>> Z, A = Symbol("Z", bold=True), Symbol("A", bold=True)
    >>> show_text(by_elements(write_slope(Sigmoid(), Z, A)))
    'A ⊙ (1 − A)'
    """
    found = with_parts(term, by_elements)
    if isinstance(found, Product):
        matrices = tuple(f for f in found.factors if holds_matrix(f))
        if len(matrices) > 1:
            others = [f for f in found.factors if not holds_matrix(f)]
            return side_by_side(*others, Product(matrices, "⊙"))
    return found
