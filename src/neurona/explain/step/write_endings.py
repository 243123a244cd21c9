"""δ where loss and last layer are one formula, and the long way that it saves."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from neurona.explain.derive import Derive
from neurona.explain.endings import Ending
from neurona.explain.letters import slope_in
from neurona.explain.step.layout import Line, number
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.shown_step import ShownStep
from neurona.messages import _
from neurona.show.notation import Derivative, Number, Product, Relation, Term
from neurona.show.notation.compose import (
    ONE,
    added,
    difference,
    exactly,
    minus,
    product_of,
)
from neurona.show.notation.terms import Sign
from neurona.show.page.blocks import Formulas, Paragraph, Section

__all__ = ["ending_line", "expansion"]


def ending_line(step: ShownStep, layer: UnitNumbers, ending: Ending, j: str) -> Line:
    """δ where loss and last layer are one formula: ŷ − y."""
    stage, letters, equations = layer.stage, step.letters, step.equations
    (end, *_others) = step.numbers.reading.ends_at(stage)
    left = dict.fromkeys((letters.slope(stage.z, j), slope_in(letters.z(stage, j))))
    value = equations.grad(stage.z, j)
    if value:
        at = 0, int(j) - 1
        target = step.numbers.trace.values[ending.target][at]
        residual = (layer.prediction[at] - target) / ending.divisor
        delta = float(layer.delta[at])
        if not math.isclose(residual, delta, rel_tol=1e-9, abs_tol=1e-300):
            return Relation((*left, *value)), ""

    def write(derive: Derive) -> Term:
        a, y = derive.letters.term(stage.a, j), derive.letters.term(end.target, j)
        short = ending.match.short(a, y, exactly(ending.divisor))
        return product_of(equations.share, short)

    return Relation((*left, *equations.sides(write), *value)), ending.match.reason


def expansion(
    step: ShownStep, layer: UnitNumbers, ending: Ending, units: Sequence[int]
) -> Section:
    """The way from the loss to z through ŷ, which the shortcut saves."""
    stage, equations = layer.stage, step.equations
    (end, *_others) = step.numbers.reading.ends_at(stage)
    heading = (_("The long way, through ŷ"),)
    values = step.numbers.trace.values
    if not np.isfinite(values[ending.grad_prediction][0]).all():
        said = _(
            "The loss is computed from z in one formula, which does not overflow. The "
            "long way has no numbers here: a ŷ is rounded to 0 or 1, where the "
            "logarithm ends."
        )
        return Section(heading, (Paragraph((said,)),), folded=True)
    mixed = ending.function == "softmax"
    lines: list[Line] = []
    for k in units:
        at = str(k + 1)

        def slope(derive: Derive, at: str = at) -> Term:
            return derive.loss_share(end, at)

        sides = equations.sides(slope)
        # The numbers of a class that is absent say nothing.
        shown = sides[:1] if mixed and values[ending.target][0, k] == 0 else sides
        left = slope_in(step.letters.term(stage.a, at))
        lines.append((Relation((left, *shown, *equations.grad(stage.a, at))), ""))
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
    ending: Ending,
    j: int,
    units: Sequence[int],
) -> list[Line]:
    """∂ŷ/∂z in z of one unit, and the sum over every ŷ."""
    stage, letters, equations = layer.stage, step.letters, step.equations
    p, grad = layer.prediction[0], step.numbers.trace.values[ending.grad_prediction][0]
    z = letters.z(stage, str(j + 1))
    lines: list[Line] = []
    ways: list[Term] = []
    values: list[Term] = []
    total = 0.0
    for k in units:

        def write(derive: Derive, k: int = k) -> Term:
            a_k, a_j = (derive.letters.term(stage.a, str(i + 1)) for i in (k, j))
            if k != j:
                return minus(Product((a_k, a_j)))
            sign: Sign = "" if derive is equations.in_letters else "·"
            return Product((a_k, difference(ONE, a_k)), sign)

        slope = float(p[k] * (1 - p[k]) if k == j else -p[k] * p[j])
        y_hat = letters.term(stage.a, str(k + 1))
        line = equations.equation(Derivative(y_hat, z), write, Number(slope))
        lines.append((line, ""))
        ways.append(Product((slope_in(y_hat), Derivative(y_hat, z))))
        values.append(Product((number(grad[k]), Number(slope))))
        total += float(grad[k]) * slope
    if len(units) < len(p) and ending.function == "softmax":
        return lines
    sides = (slope_in(z), added(ways), added(values), Number(total))
    return [*lines, (Relation(sides), _("as above"))]
