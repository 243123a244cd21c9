"""What is said of a node where mathematics stops: no value, or no derivative."""

from __future__ import annotations

import math
from collections.abc import Mapping

from neurona.graph import Node
from neurona.messages import _
from neurona.show.notation.numbers import format_number

__all__ = ["convention_at", "hidden_slope", "problem_at"]

Values = Mapping[Node, float]


def problem_at(node: Node, values: Values) -> str:
    """Sentence on a node whose value is not finite though its inputs are; else nothing.

    Parameters
    ----------
    node : Node
    values : mapping of Node to float
        Of the node and its inputs.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> problem_at(graph.log(x), {x: -1.0, graph.log(x): math.nan})
    'the logarithm of a negative number, −1, is no real number'
    """
    inputs = [values[part] for part in node.inputs]
    if math.isfinite(values[node]) or not all(map(math.isfinite, inputs)):
        return ""
    operation = node.operation
    shown = [format_number(x) for x in inputs]
    if operation == "divide" and inputs[1] == 0:
        if inputs[0] == 0:
            return _("0 divided by 0 has no value")
        return _("{number} is divided by 0: the result is infinite").format(
            number=shown[0]
        )
    if operation in ("log", "log1p"):
        argument = inputs[0] + (operation == "log1p")
        if argument < 0:
            return _(
                "the logarithm of a negative number, {number}, is no real number"
            ).format(number=format_number(argument))
        return _("the logarithm of 0 is minus infinity")
    if operation == "sqrt":
        return _(
            "the square root of a negative number, {number}, is no real number"
        ).format(number=shown[0])
    if operation == "power" and inputs[0] == 0:
        return _("0 to a negative power, {exponent}, divides by 0").format(
            exponent=shown[1]
        )
    if operation == "power" and inputs[0] < 0 and math.isnan(values[node]):
        return _(
            "a negative number, {base}, to a power that is not whole, {exponent}, is "
            "no real number"
        ).format(base=shown[0], exponent=shown[1])
    return _("the result is larger than any number that can be computed")


def hidden_slope() -> str:
    """Sentence on a choice that hides a slope which is no finite number."""
    return _(
        "the derivative of the branch not taken is infinite or not a number here, and "
        "0 times it is not a number either way, so that the derivative is lost; choose "
        "within the branch as well, as sqrt(where(x > 0, x, 1)) does in place of "
        "sqrt(x)"
    )


def convention_at(node: Node, values: Values) -> str:
    """Sentence on a node that has no derivative here, or one that is 0; else nothing.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> convention_at(abs(x), {x: 0.0, abs(x): 0.0})
    '|x| has no derivative at 0; 0 is used by convention'
    """
    inputs = [values[part] for part in node.inputs]
    operation = node.operation
    if operation == "absolute" and inputs[0] == 0:
        return _("|x| has no derivative at 0; 0 is used by convention")
    if operation in ("heaviside", "sign"):
        name = "H" if operation == "heaviside" else "sgn"
        if inputs[0] == 0:
            return _(
                "{name} jumps at 0, where it has no derivative; 0 is used by convention"
            ).format(name=name)
        return _(
            "the slope of {name} is 0 wherever it has one, so that nothing before it "
            "can learn"
        ).format(name=name)
    if operation in ("maximum", "minimum") and inputs[0] == inputs[1]:
        if node.inputs[1].operation == "constant":
            return _(
                "at {number} this function has a corner and no derivative; 0 is used "
                "by convention"
            ).format(number=format_number(inputs[0]))
        return _(
            "both arguments are equal: there is no derivative, and the second passes "
            "the gradient on by convention"
        )
    if operation == "where":
        condition = node.inputs[0]
        sides = [values[part] for part in condition.inputs]
        if len(sides) == 2 and sides[0] == sides[1]:
            return _(
                "the condition changes just here: the slope of the branch taken is "
                "used by convention"
            )
    return ""
