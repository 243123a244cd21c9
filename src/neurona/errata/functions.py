"""Errors on activation functions, outputs and backpropagation."""

from __future__ import annotations

from typing import Final

from neurona.errata.erratum import Erratum
from neurona.messages import _
from neurona.show.notation import Call, Derivative, Matrix, Relation, Symbol, Term
from neurona.show.notation.compose import (
    difference,
    exactly,
    minus,
    power_of,
    product_of,
    quotient_of,
    sum_of,
)
from neurona.show.wording import fill

__all__ = ["errors_on_functions"]

ONE: Final = exactly(1)
Z: Final = Symbol("z")
SQUARE: Final = power_of(Call("tanh", (Z,)), exactly(2))


def errors_on_functions() -> tuple[Erratum, ...]:
    """Errata on activation functions and outputs, in the reader's language."""
    return (
        Erratum(
            "tanh-slope",
            "S2:964",
            "tanh activation derivative",
            _("The derivative of tanh"),
            printed=slope_of_tanh(
                quotient_of(difference(ONE, SQUARE), sum_of(ONE, SQUARE))
            ),
            correct=slope_of_tanh(difference(ONE, SQUARE)),
            why=fill(
                _(
                    "By the rule of the quotient the denominator is the square of "
                    "{bottom}, and dividing by it leaves {slope}. At 1 the slope is "
                    "0.41997; the printed formula gives 0.26580."
                ),
                bottom=sum_of(exponential(Z), exponential(minus(Z))),
                slope=difference(ONE, SQUARE),
            ),
        ),
        Erratum(
            "heaviside-slope",
            "S2:980 S2:1003",
            "heaviside relu activation derivative",
            _("Why a step cannot learn"),
            printed=_(
                "a slope of 0 above 0 and of 1 below, and that a function without "
                "a derivative cannot be trained"
            ),
            correct=_("the slope is 0 on both sides of 0"),
            why=_(
                "Every gradient through a step is multiplied by 0: that is why it "
                "cannot learn, not its corner. ReLU has no derivative at 0 either "
                "and learns well, since its slope is 1 wherever it is active."
            ),
        ),
        Erratum(
            "relu-range",
            "S2:876",
            "relu regression output",
            _("The range of ReLU"),
            printed=_("ReLU as the output for values in a bounded range"),
            correct=_("ReLU is bounded below, by 0, and not above"),
            why=_(
                "For values of at least 0 a ReLU output fits. For values between "
                "two bounds take a sigmoid or tanh and scale it to the range."
            ),
        ),
        Erratum(
            "softmax-sum",
            "S2:825",
            "softmax output cross_entropy",
            _("A softmax that does not add up to 1"),
            printed=Relation((Symbol("y", accent="hat"), row(0.87, 0.1, 0.1))),
            correct=_("three numbers that add up to 1, such as 0.8, 0.1 and 0.1"),
            why=_(
                "The printed numbers add up to 1.07. Softmax divides by the sum, "
                "so that its outputs always add up to 1."
            ),
        ),
        Erratum(
            "output-gradient",
            "S2:676",
            "backpropagation derivative",
            _("What the output's weight is multiplied by"),
            printed=slope_of_weight("2"),
            correct=slope_of_weight("1"),
            why=fill(
                _(
                    "The weight multiplies {before}, what the layer before puts out; "
                    "by that the error is multiplied."
                ),
                before=Symbol("a", layer="1"),
            ),
        ),
    )


def slope_of_tanh(right: Term) -> Relation:
    return Relation((Derivative(Call("tanh", (Z,)), Z, partial=False), right))


def exponential(exponent: Term) -> Term:
    return power_of(Symbol("e"), exponent)


def row(*values: float) -> Matrix:
    return Matrix((tuple(exactly(value) for value in values),))


def slope_of_weight(layer: str) -> Relation:
    """∂L/∂w of the output, with the activation of a layer as its factor."""
    error = difference(Symbol("a", layer="2"), Symbol("y"))
    return Relation(
        (
            Derivative(Symbol("L"), Symbol("w", layer="2")),
            product_of(Symbol("a", layer=layer), error, sign=""),
        )
    )
