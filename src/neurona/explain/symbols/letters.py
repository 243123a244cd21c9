"""The letters of the notes: z, a, δ, w with the input and the unit below, [l] above."""

from __future__ import annotations

from typing import Final

from neurona.show.notation.terms import Derivative, Symbol, Term

__all__ = [
    "LOSS",
    "a_of",
    "b_of",
    "delta_of",
    "join",
    "slope_in",
    "w_of",
    "y_of",
    "z_of",
]

LOSS: Final = Symbol("L")
"""The loss of one sample."""


def join(*indices: str) -> str:
    """Indices side by side, with commas where one has several characters.

    Examples
    --------
    >>> join("1", "2"), join("1", "12")
    ('12', '1,12')
    """
    return ("" if all(len(i) == 1 for i in indices) else ",").join(indices)


def z_of(layer: int, unit: str) -> Symbol:
    """Weighted sum of a unit: z with the unit below and the layer above."""
    return Symbol("z", unit, str(layer))


def a_of(layer: int, unit: str) -> Symbol:
    """Activation of a unit; of layer 0 the input x."""
    return Symbol("a", unit, str(layer)) if layer else Symbol("x", unit)


def delta_of(layer: int, unit: str) -> Symbol:
    """δ, the derivative of the loss in z of a unit."""
    return Symbol("δ", unit, str(layer))


def w_of(layer: int, source: str, unit: str) -> Symbol:
    """Weight from an input to a unit, as W is stored: (inputs, units)."""
    return Symbol("w", join(source, unit), str(layer))


def b_of(layer: int, unit: str) -> Symbol:
    """Bias of a unit."""
    return Symbol("b", unit, str(layer))


def y_of(unit: str) -> Symbol:
    """Target of an output."""
    return Symbol("y", unit)


def slope_in(term: Term) -> Derivative:
    """∂L/∂term.

    Examples
    --------
    >>> slope_in(Symbol("z")).top == LOSS
    True
    """
    return Derivative(LOSS, term)
