"""δ where loss and last layer are one formula, and the long way that it saves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from neurona.explain.step.layout import added
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.symbols import LOSS
from neurona.explain.step.worked_step import WorkedStep
from neurona.explain.textbook.losses import write_loss_slope
from neurona.messages import _
from neurona.nn.losses import BinaryCrossEntropy, CrossEntropy, Loss
from neurona.show.notation import (
    Derivative,
    Number,
    Product,
    Quotient,
    Relation,
    Sum,
    Term,
)
from neurona.show.notation.compose import ONE, difference, exactly, minus
from neurona.show.page.blocks import Formulas, Paragraph, Section

__all__ = ["ending_line", "expansion"]

LOSSES: Final[Mapping[str, Loss]] = {
    "softmax": CrossEntropy(),
    "sigmoid": BinaryCrossEntropy(),
}
"""The loss that each last function is one formula with."""


def ending_line(step: WorkedStep, layer: UnitNumbers, j: int) -> tuple[Term, str]:
    """δ where loss and last layer are one formula: ŷ − y."""
    assert layer.ending is not None
    symbols, ending = step.symbols, layer.ending
    residual = float(ending.prediction[0, j] - ending.target[0, j])
    delta = float(layer.delta[0, j])
    divisor = layer.z.shape[1] if ending.function == "sigmoid" else 1
    letters: Term = difference(symbols.prediction(layer, j), symbols.target(layer, j))
    values: Term = Sum(
        (
            Number(float(ending.prediction[0, j])),
            minus(Number(float(ending.target[0, j]))),
        )
    )
    if divisor > 1:
        letters = Quotient(letters, exactly(divisor))
        values = Quotient(values, exactly(divisor))
    left: list[Term] = [symbols.delta(layer, j), Derivative(LOSS, symbols.z(layer, j))]
    if not math.isclose(residual / divisor, delta, rel_tol=1e-9, abs_tol=1e-300):
        return Relation((*left, Number(delta))), ""
    both = (
        _("softmax with cross-entropy")
        if ending.function == "softmax"
        else _("sigmoid with binary cross-entropy")
    )
    return Relation((*left, letters, values, Number(delta))), both


def expansion(step: WorkedStep, layer: UnitNumbers, units: Sequence[int]) -> Section:
    """The way from the loss to z through ŷ, which the shortcut saves."""
    assert layer.ending is not None
    symbols, ending = step.symbols, layer.ending
    p, t, grad = ending.prediction[0], ending.target[0], ending.grad_prediction[0]
    count = len(p) if ending.function == "sigmoid" else 1
    loss = LOSSES[ending.function]
    lines: list[tuple[Term, str]] = []
    heading = (_("The long way, through ŷ"),)
    if not np.isfinite(grad).all():
        said = _(
            "The loss is computed from z in one formula, which does not overflow. The "
            "long way has no numbers here: a ŷ is rounded to 0 or 1, where the "
            "logarithm ends."
        )
        return Section(heading, (Paragraph((said,)),), folded=True)
    for k in units:
        y_hat, y = symbols.prediction(layer, k), symbols.target(layer, k)
        a, goal = Number(float(p[k])), Number(float(t[k]))
        share = exactly(count)
        letters = write_loss_slope(loss, y_hat, y, count, share)
        values = write_loss_slope(loss, a, goal, count, share)
        left, result = Derivative(LOSS, y_hat), Number(float(grad[k]))
        absent = ending.function == "softmax" and goal.value == 0
        sides = (letters, result) if absent else (letters, values, result)
        lines.append((Relation((left, *sides)), ""))
    for j in units[:2] if ending.function == "softmax" else units:
        lines += jacobian_lines(step, layer, j, units)
    said = _(
        "The loss is computed from z in one formula, which does not overflow. The long "
        "way through ŷ gives the same:"
    )
    return Section(heading, (Paragraph((said,)), Formulas(tuple(lines))), folded=True)


def jacobian_lines(
    step: WorkedStep, layer: UnitNumbers, j: int, units: Sequence[int]
) -> list[tuple[Term, str]]:
    """∂ŷ/∂z in z of one unit, and the sum over every ŷ."""
    assert layer.ending is not None
    symbols, ending = step.symbols, layer.ending
    p, grad = ending.prediction[0], ending.grad_prediction[0]
    z = symbols.z(layer, j)
    lines: list[tuple[Term, str]] = []
    ways: list[tuple[Term, Term]] = []
    total = 0.0
    for k in units if ending.function == "softmax" else [j]:
        y_hat, y_j = symbols.prediction(layer, k), symbols.prediction(layer, j)
        own = k == j
        slope = float(p[k] * (1 - p[k]) if own else -p[k] * p[j])
        a, b = Number(float(p[k])), Number(float(p[j]))
        letters: Term = Product((y_hat, difference(ONE, y_hat)), "")
        values: Term = Product((a, difference(ONE, a)))
        if not own:
            letters = minus(Product((y_hat, y_j)))
            values = minus(Product((a, b)))
        lines.append(
            (Relation((Derivative(y_hat, z), letters, values, Number(slope))), "")
        )
        ways.append(
            (
                Product((Derivative(LOSS, y_hat), Derivative(y_hat, z))),
                Product((Number(float(grad[k])), Number(slope))),
            )
        )
        total += float(grad[k]) * slope
    if len(units) < len(p) and ending.function == "softmax":
        return lines
    left = Derivative(LOSS, z)
    sides = (added([way for way, _v in ways]), added([v for _w, v in ways]))
    lines.append((Relation((left, *sides, Number(total))), _("as above")))
    return lines
