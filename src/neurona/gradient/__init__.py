"""Gradients: a graph in, the graph of its derivatives out."""

from neurona.gradient.backward import backward
from neurona.gradient.check import check_gradients, numeric_gradient
from neurona.gradient.rules import (
    DERIVATIVES,
    NO_DERIVATIVE,
    RULES,
    gradient_of_input,
)

__all__ = [
    "DERIVATIVES",
    "NO_DERIVATIVE",
    "RULES",
    "backward",
    "check_gradients",
    "gradient_of_input",
    "numeric_gradient",
]
