"""Descent on an expression: an optimizer's first steps, every number of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count, islice
from typing import Final

from neurona.errors import OptionError
from neurona.explain.differences import Differences
from neurona.explain.expression.parse import Expression, parse_expression
from neurona.explain.expression.point import check_point
from neurona.explain.optimizer.rule import WrittenRule, write_rule
from neurona.explain.optimizer.write_descent import (
    DescentNumbers,
    DescentStep,
    write_descent,
)
from neurona.gradient import backward
from neurona.graph import Graph, Node
from neurona.messages import _
from neurona.optimize import Optimizer, as_optimizer
from neurona.reference import Executable, evaluate
from neurona.settings import Count, checked
from neurona.show.explanation import Explanation
from neurona.show.page.blocks import Page

__all__ = ["DESCENT_RATE", "Descent", "explain_descent"]

MOST_STEPS: Final = 10_000
"""Steps that one explanation may have."""

DESCENT_RATE: Final = 0.1
"""Learning rate of an optimizer that is given by its name alone."""


class Descent(DescentNumbers, Explanation):
    """Steps of an optimizer on an expression."""

    kind = "descent"

    def page(self) -> Page:
        """The descent in the reader's language."""
        return write_descent(self)


def explain_descent(
    text: str | Expression,
    at: Mapping[str, float],
    *,
    optimizer: str | type[Optimizer] | Optimizer = "sgd",
    learning_rate: float | None = None,
    steps: int = 1,
) -> Descent:
    """Follow an optimizer's steps on an expression, every number of them.

    Parameters
    ----------
    text : str or Expression
        Such as ``"w**2"``.
    at : mapping of str to float
        Where it starts: a number for each variable.
    optimizer : str or Optimizer
    learning_rate : float, optional
        By default an optimizer's own, and 0.1 where only its name is given: on a
        function of a few variables the small rates for networks hardly move.
    steps : int
        At least 1.

    Raises
    ------
    OptionError
        The expression, the point or the optimizer cannot be used.

    Examples
    --------
    >>> found = explain_descent("w**2", {"w": 1.0}, steps=3)
    >>> [round(step.after["w"], 3) for step in found.steps]
    [0.8, 0.64, 0.512]
    """
    expression = parse_expression(text) if isinstance(text, str) else text
    point = check_point(expression, at)
    if not point:
        raise OptionError(_("there is no variable to move: write one, such as w**2"))
    if checked("steps", steps, Count) > MOST_STEPS:
        raise OptionError(
            _("at most {most} steps are written out").format(most=MOST_STEPS)
        )
    named = not isinstance(optimizer, Optimizer)
    rate = DESCENT_RATE if learning_rate is None and named else learning_rate
    chosen = as_optimizer(
        optimizer, **({} if rate is None else {"learning_rate": rate})
    )
    rule = write_rule(chosen)
    walked = list(islice(walk(expression, point, chosen, rule), steps))
    made, inside = zip(*walked, strict=True)
    (value_after,) = evaluate([expression.output], made[-1].after)
    return Descent(expression, chosen, rule, made, inside, float(value_after))


def walk(
    expression: Expression,
    point: Mapping[str, float],
    optimizer: Optimizer,
    rule: WrittenRule,
) -> Iterator[tuple[DescentStep, Mapping[str, Mapping[Node, float]]]]:
    """Steps of an optimizer, each from where the one before ended."""
    variables, output = expression.variables, expression.output
    grads = dict(zip(variables, backward(output, [*variables.values()]), strict=True))
    run = Executable(Graph({"": output, **{f"g {n}": x for n, x in grads.items()}}))
    fresh = {slot: entry.initial for slot, entry in optimizer.slots().items()}
    memory = dict.fromkeys(variables, fresh)
    rate = optimizer.learning_rate
    for number in count(1):
        found = run(point)
        gradients = {name: float(found[f"g {name}"]) for name in variables}
        differences = Differences(output, point)
        inside = {
            name: rule.evaluate(at, gradients[name], memory[name], rate, number)
            for name, at in point.items()
        }
        memory = {
            name: {slot: values[n] for slot, n in rule.graph.changed.items()}
            for name, values in inside.items()
        }
        step = DescentStep(
            step=number,
            before=point,
            value=float(found[""]),
            gradients=gradients,
            checks={name: differences.of(name) for name in variables},
            slots=memory,
            after={name: values[rule.graph.new] for name, values in inside.items()},
        )
        yield step, inside
        point = step.after
