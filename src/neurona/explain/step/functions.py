"""Activations and losses as a book writes them: f(z), f′(z), and L of ŷ and y."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeAlias

from neurona import graph as g
from neurona.explain.compose import (
    ONE,
    ZERO,
    difference,
    exactly,
    minus,
    power_of,
    product_of,
    quotient_of,
    side_by_side,
)
from neurona.explain.equations import write_expression
from neurona.explain.notation import (
    Call,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Summation,
    Surrounded,
    Symbol,
    Term,
)
from neurona.nn.activations import ActivationFunction
from neurona.nn.losses import Loss, MeanSquaredError

__all__ = ["write_activation", "write_loss", "write_loss_slope", "write_slope"]

Slope: TypeAlias = Callable[[Term, Term], Term]

FUNCTIONS: Final[Mapping[str, Term | str]] = {
    "sigmoid": Symbol("σ"),
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "heaviside": Symbol("H"),
    "sign": "sgn",
    "tanh": "tanh",
    "arctan": "arctan",
    "sine": "sin",
    "softplus": "softplus",
}

SLOPES: Final[Mapping[str, Slope]] = {
    "sigmoid": lambda a, z: side_by_side(a, difference(ONE, a)),
    "tanh": lambda a, z: difference(ONE, power_of(a, exactly(2))),
    "arctan": lambda a, z: quotient_of(ONE, Sum((ONE, power_of(z, exactly(2))))),
    "sine": lambda a, z: Call("cos", (z,)),
    "softplus": lambda a, z: Call(Symbol("σ"), (z,)),
}
"""Slopes that are written as a formula of a and z; the others stand as a number."""


def write_activation(function: ActivationFunction, z: Term) -> Term:
    """F(z) as a book writes it.

    Examples
    --------
    >>> from neurona.nn.activations import Tanh
    >>> write_activation(Tanh(), Symbol("z")).function
    'tanh'
    """
    if function.name == "identity":
        return z
    return Call(FUNCTIONS.get(function.name, function.name), (z,))


def write_slope(function: ActivationFunction, a: Term, z: Term) -> Term | None:
    """F′(z) in terms of a and z; ``None`` where it has no short formula."""
    rule = SLOPES.get(function.name)
    return None if rule is None else rule(a, z)


def write_loss(loss: Loss, predictions: list[Term], targets: list[Term]) -> Term:
    """Loss of one row of predictions and targets.

    Of cross-entropy only the terms whose target is not 0 are written, where the
    targets are numbers.
    """
    count = len(predictions)
    pairs = list(zip(predictions, targets, strict=True))
    if loss.name == "cross_entropy":
        kept = [
            (p, t) for p, t in pairs if not (isinstance(t, Number) and t.value == 0)
        ]
        return minus(joined([weighed_log(t, p) for p, t in kept]))
    if loss.name == "binary_cross_entropy":
        terms = [
            minus(
                Sum(
                    (
                        Product((t, Call("ln", (p,)))),
                        Product(
                            (difference(ONE, t), Call("ln", (difference(ONE, p),)))
                        ),
                    )
                )
            )
            for p, t in pairs
        ]
        return averaged(terms, count)
    if isinstance(loss, MeanSquaredError):
        squares = [Power(Sum((p, minus(t))), exactly(2)) for p, t in pairs]
        return averaged(list(squares), count, half=loss.half)
    if loss.name == "mae":
        sizes = [Surrounded(Sum((p, minus(t))), "|") for p, t in pairs]
        return averaged(list(sizes), count)
    return written_out(loss, predictions, targets)


def weighed_log(target: Term, prediction: Term) -> Term:
    log = Call("ln", (prediction,))
    if isinstance(target, Number) and target.value == 1:
        return log
    return Product((target, log))


def joined(terms: list[Term]) -> Term:
    if not terms:
        return ZERO
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def averaged(terms: list[Term], count: int, *, half: bool = False) -> Term:
    below = count * (2 if half else 1)
    total = joined(terms)
    if below == 1:
        return total
    return Product((Quotient(ONE, exactly(below)), total))


def written_out(loss: Loss, predictions: list[Term], targets: list[Term]) -> Term:
    """Any other loss, from its own graph."""
    count = len(predictions)
    output = g.input("output", (g.BATCH, count))
    target = g.input("target", (g.BATCH, count))
    row = loss.per_row(output, target)
    if count == 1:
        return of_one(
            write_expression(row, {output: predictions[0], target: targets[0]})
        )
    letters = {output: Symbol("y", "j", accent="hat"), target: Symbol("y", "j")}
    return write_expression(row, letters)


def of_one(term: Term) -> Term:
    """Term of a single number: nothing to sum over, nothing element by element."""

    def rewritten(part: Any) -> Any:
        if isinstance(part, tuple):
            return tuple(rewritten(inner) for inner in part)
        if isinstance(part, Summation):
            return rewritten(part.body)
        if not is_dataclass(part) or isinstance(part, type):
            return part
        inside = {f.name: rewritten(getattr(part, f.name)) for f in fields(part)}
        if inside.get("sign") == "⊙":
            inside["sign"] = "·"
        return replace(part, **inside)

    found: Term = rewritten(term)
    return found


def write_loss_slope(
    loss: Loss, prediction: Term, target: Term, divisor: int
) -> Term | None:
    """∂L/∂ŷ, ŷ being one of ``divisor`` numbers averaged; ``None`` if not short."""
    if not isinstance(loss, MeanSquaredError):
        return None
    residual = Sum((prediction, minus(target)))
    if loss.half:
        return residual if divisor == 1 else Quotient(residual, exactly(divisor))
    factor: Term = exactly(2)
    if divisor > 1:
        factor = Quotient(exactly(2), exactly(divisor))
    return product_of(factor, residual) if divisor == 1 else Product((factor, residual))
