"""δ where loss and last layer are one formula, and the long way that it saves."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from neurona.explain.derive import Derive
from neurona.explain.letters import slope_in
from neurona.explain.step.layout import Line, number
from neurona.explain.step.numbers import EndingNumbers, UnitNumbers
from neurona.explain.step.shown_step import ShownStep
from neurona.explain.textbook.losses import write_loss_slope
from neurona.messages import _
from neurona.nn.losses import as_loss
from neurona.show.notation import Derivative, Number, Product, Relation, Term
from neurona.show.notation.compose import (
    ONE,
    added,
    difference,
    exactly,
    minus,
    product_of,
)
from neurona.show.page.blocks import Formulas, Paragraph, Section

__all__ = ["ending_line", "expansion"]


def ending_line(
    step: ShownStep, layer: UnitNumbers, ending: EndingNumbers, j: str
) -> Line:
    """δ where loss and last layer are one formula: ŷ − y."""
    stage, letters, equations = layer.stage, step.symbols.letters, step.equations
    (end, *_others) = step.numbers.reading.ends_at(stage)
    left = dict.fromkeys((letters.slope(stage.z, j), slope_in(letters.z(stage, j))))
    value = equations.grad(stage.z, j)
    if value:
        at = 0, int(j) - 1
        residual = (ending.prediction[at] - ending.target[at]) / ending.divisor
        delta = float(layer.delta[at])
        if not math.isclose(residual, delta, rel_tol=1e-9, abs_tol=1e-300):
            return Relation((*left, *value)), ""

    def write(derive: Derive) -> Term:
        a, y = derive.letters.term(stage.a, j), derive.letters.term(end.target, j)
        short = ending.match.short(a, y, exactly(ending.divisor))
        return product_of(equations.share, short)

    return Relation((*left, *equations.sides(write), *value)), ending.match.reason


def expansion(
    step: ShownStep, layer: UnitNumbers, ending: EndingNumbers, units: Sequence[int]
) -> Section:
    """The way from the loss to z through ŷ, which the shortcut saves."""
    symbols = step.symbols
    p, t, grad = ending.prediction[0], ending.target[0], ending.grad_prediction[0]
    heading = (_("The long way, through ŷ"),)
    if not np.isfinite(grad).all():
        said = _(
            "The loss is computed from z in one formula, which does not overflow. The "
            "long way has no numbers here: a ŷ is rounded to 0 or 1, where the "
            "logarithm ends."
        )
        return Section(heading, (Paragraph((said,)),), folded=True)
    loss, count = as_loss(ending.match.loss), ending.divisor
    mixed = ending.function == "softmax"
    lines: list[Line] = []
    for k in units:
        pairs = (
            (symbols.prediction(layer, k), symbols.target(layer, k)),
            (number(p[k]), number(t[k])),
        )
        letters, values = (
            write_loss_slope(loss, *pair, count, exactly(count)) for pair in pairs
        )
        absent = mixed and t[k] == 0
        sides = (
            (letters, number(grad[k])) if absent else (letters, values, number(grad[k]))
        )
        lines.append((Relation((slope_in(pairs[0][0]), *sides)), ""))
    for j in units[:2] if mixed else units:
        lines += jacobian_lines(step, layer, ending, j, units if mixed else [j])
    said = _(
        "The loss is computed from z in one formula, which does not overflow. The long "
        "way through ŷ gives the same:"
    )
    return Section(heading, (Paragraph((said,)), Formulas(tuple(lines))), folded=True)


def jacobian_lines(
    step: ShownStep,
    layer: UnitNumbers,
    ending: EndingNumbers,
    j: int,
    units: Sequence[int],
) -> list[Line]:
    """∂ŷ/∂z in z of one unit, and the sum over every ŷ."""
    symbols = step.symbols
    p, grad = ending.prediction[0], ending.grad_prediction[0]
    z, y_j, b = symbols.z(layer, j), symbols.prediction(layer, j), number(p[j])
    lines: list[Line] = []
    ways: list[Term] = []
    values: list[Term] = []
    total = 0.0
    for k in units:
        y_hat, a = symbols.prediction(layer, k), number(p[k])
        if k == j:
            slope = float(p[k] * (1 - p[k]))
            letters: Term = Product((y_hat, difference(ONE, y_hat)), "")
            shown: Term = Product((a, difference(ONE, a)))
        else:
            slope = float(-p[k] * p[j])
            letters, shown = minus(Product((y_hat, y_j))), minus(Product((a, b)))
        lines.append(
            (Relation((Derivative(y_hat, z), letters, shown, Number(slope))), "")
        )
        ways.append(Product((slope_in(y_hat), Derivative(y_hat, z))))
        values.append(Product((number(grad[k]), Number(slope))))
        total += float(grad[k]) * slope
    if len(units) < len(p) and ending.function == "softmax":
        return lines
    sides = (slope_in(z), added(ways), added(values), Number(total))
    return [*lines, (Relation(sides), _("as above"))]
