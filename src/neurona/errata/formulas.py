"""Formulas of the errata: what is printed, what is right, what the reason speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurona.show.notation import (
    DOTS,
    Call,
    Derivative,
    Matrix,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Root,
    Sum,
    Summation,
    Surrounded,
    Symbol,
    Term,
    Transpose,
)
from neurona.show.notation.compose import (
    ONE,
    difference,
    exactly,
    minus,
    power_of,
    quotient_of,
    side_by_side,
    sum_of,
)

__all__ = ["FORMULAS"]

TWO: Final = exactly(2)
Z, X, W, Y, N, L = map(Symbol, "zxwyNL")
THETA, ETA, BETA, LAMBDA, SIGMA, MU = map(Symbol, "θηβλσμ")
Y_HAT: Final = Symbol("y", accent="hat")

# The perceptron and its threshold.
W_2: Final = Symbol("w", "2")
FIRES: Final = Relation((Z, THETA), "≥")
WEIGHTED: Final = (side_by_side(Symbol("w", "1"), Symbol("x", "1")), DOTS)
HALF_RATE: Final = Relation((ETA, exactly(0.5)))
STEP: Final = side_by_side(ETA, difference(Y, Y_HAT))

# The slope of tanh.
SQUARE: Final = power_of(Call("tanh", (Z,)), TWO)
TANH_SLOPE: Final = difference(ONE, SQUARE)
E_UP, E_DOWN = (power_of(Symbol("e"), exponent) for exponent in (Z, minus(Z)))

# The moving average and its correction.
REST: Final = difference(ONE, BETA)
AVERAGE: Final = sum_of(
    side_by_side(BETA, Symbol("V", "t−1")), side_by_side(REST, Symbol("θ", "t"))
)
CORRECTED: Final = quotient_of(
    Symbol("V", "t"), difference(ONE, power_of(BETA, Symbol("t")))
)

# Linear models.
BOLD_X: Final = Symbol("X", bold=True)
RESIDUAL: Final = difference(
    Symbol("y", bold=True), side_by_side(BOLD_X, Symbol("w", bold=True))
)
MEAN: Final = Product(
    (quotient_of(ONE, N), Product((Transpose(BOLD_X), RESIDUAL), "")), ""
)
NABLA: Final = Product((Symbol("∇"), Symbol("J")), "")
COVARIANCE, R = Symbol("Σ"), Symbol("r", "n", bold=True)
LOG_SIZE: Final = Product(
    (quotient_of(N, TWO), Call("log", (Surrounded(COVARIANCE, "|"),))), ""
)
SQUARES: Final = Summation(
    Product((Transpose(R), Power(COVARIANCE, minus(ONE)), R), ""), Symbol("n")
)
DECAY: Final = side_by_side(ETA, LAMBDA, W)


def output(first: Term) -> Term:
    """The output of the network for XOR, whose first input is given."""
    return Call(SIGMA, (sum_of(side_by_side(exactly(20), first), DOTS),))


def slope_of_tanh(right: Term) -> Term:
    """The derivative of tanh."""
    return Relation((Derivative(Call("tanh", (Z,)), Z, partial=False), right))


def weight_slope(layer: str) -> Term:
    """∂L/∂w of the output, with the activation of a layer as its factor."""
    error = difference(Symbol("a", layer="2"), Y)
    factors = side_by_side(Symbol("a", layer=layer), error)
    return Relation((Derivative(L, Symbol("w", layer="2")), factors))


def first_average(value: float, result: float) -> Term:
    """The first value of a moving average."""
    before = Product((exactly(0.9), exactly(0)))
    share = Product((difference(ONE, exactly(0.9)), exactly(value)))
    return Relation((Symbol("V", "1"), Sum((before, share)), Number(result)))


def likelihood(*terms: Term) -> Term:
    """The logarithm of the likelihood, but for a constant."""
    return Relation((Symbol("ℓ"), Sum((Symbol("C"), *terms))))


FORMULAS: Final[Mapping[str, Mapping[str, Term]]] = {
    "nine-parameters": {
        "w": Symbol("w", "11", "2"),
        "count": side_by_side(Symbol("O"), sum_of(Symbol("I"), ONE)),
    },
    "sigma-twice": {
        "output": output(Call(SIGMA, (Symbol("z", "1"),))),
        "z": Symbol("z", "1"),
        "right": output(Symbol("z", "1")),
    },
    "three-points": {"w": W_2, "negative": minus(W_2)},
    "and-threshold": {
        "threshold": Relation((THETA, exactly(0))),
        "right": Relation((THETA, TWO)),
    },
    "threshold-values": {"fires": FIRES},
    "bias-sign": {
        "wrong": Relation((Z, sum_of(*WEIGHTED, THETA))),
        "right": Relation((Z, sum_of(*WEIGHTED, minus(THETA)))),
        "reached": Relation((sum_of(*WEIGHTED), THETA), "≥"),
        "bias": minus(THETA),
    },
    "perceptron-update": {
        "rate": HALF_RATE,
        "change": side_by_side(STEP, Symbol("x", "i")),
        "bias": STEP,
    },
    "output-gradient": {
        "wrong": weight_slope("2"),
        "right": weight_slope("1"),
        "before": Symbol("a", layer="1"),
    },
    "softmax-sum": {
        "wrong": Relation((Y_HAT, Matrix((tuple(map(exactly, (0.87, 0.1, 0.1))),))))
    },
    "tanh-slope": {
        "wrong": slope_of_tanh(quotient_of(TANH_SLOPE, sum_of(ONE, SQUARE))),
        "right": slope_of_tanh(TANH_SLOPE),
        "bottom": sum_of(E_UP, E_DOWN),
        "slope": TANH_SLOPE,
    },
    "moving-average": {
        "wrong": first_average(3.0, 0.3),
        "right": first_average(30.0, 3.0),
    },
    "bias-correction": {
        "wrong": Relation((CORRECTED, AVERAGE)),
        "average": Relation((Symbol("V", "t"), AVERAGE)),
        "corrected": Relation((Symbol("V", "t", accent="hat"), CORRECTED)),
    },
    "normalization": {
        "by_variance": Quotient(difference(X, MU), power_of(SIGMA, TWO)),
        "by_sigma": Quotient(difference(X, MU), SIGMA),
        "sigma": SIGMA,
        "variance": power_of(SIGMA, TWO),
        "wrong": quotient_of(ONE, SIGMA),
    },
    "gradient-sign": {
        "wrong": Relation((NABLA, MEAN)),
        "right": Relation((NABLA, minus(MEAN))),
        "residual": RESIDUAL,
        "inner": minus(BOLD_X),
    },
    "log-likelihood": {
        "wrong": likelihood(LOG_SIZE, minus(SQUARES)),
        "right": likelihood(
            minus(LOG_SIZE), minus(Product((quotient_of(ONE, TWO), SQUARES), ""))
        ),
    },
    "weight-decay": {
        "rule": Relation(
            (W, Sum((W, minus(side_by_side(ETA, Symbol("∇J"))), minus(DECAY))))
        ),
        "decay": side_by_side(LAMBDA, W),
        "step": DECAY,
    },
    "weights-close-to-one": {"z": Z, "he": Root(quotient_of(TWO, Symbol("n")))},
}
"""By the name of the erratum, and by their places in its messages."""
