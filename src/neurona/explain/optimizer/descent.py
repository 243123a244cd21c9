"""Descent on an expression: an optimizer's first steps, every number of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from neurona.errors import OptionError
from neurona.explain.equations import symbol_of_name, write_expression
from neurona.explain.expression.naming import free_letter
from neurona.explain.expression.parse import Expression, parse_expression
from neurona.explain.expression.point import check_point
from neurona.explain.optimizer.rule import WrittenRule, write_rule
from neurona.explain.step.differences import measure_slopes
from neurona.gradient import backward
from neurona.graph import Graph, Node
from neurona.messages import _, language, ngettext
from neurona.optimize import Optimizer, as_optimizer
from neurona.reference import Executable, evaluate
from neurona.settings import Count, checked
from neurona.show.explanation import Explanation
from neurona.show.notation import Derivative, Relation, Symbol, Term
from neurona.show.notation.compose import measured
from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Page,
    Paragraph,
    Section,
    Table,
)

__all__ = ["DESCENT_RATE", "Descent", "DescentStep", "explain_descent"]

MOST_STEPS = 10_000
"""Steps that one explanation may have."""

DESCENT_RATE = 0.1
"""Learning rate of an optimizer that is given by its name alone."""

LISTED = 20
"""Steps that a page writes line by line."""


@dataclass(frozen=True, eq=False)
class DescentStep:
    """One step of a descent.

    Parameters
    ----------
    before, gradients, checks, after : mapping of str to float
        By variable.
    value : float
        Of the expression before the step.
    rule : mapping of str to mapping of Node to float
        Every value of the rule, by variable.
    slots : mapping of str to mapping of str to float
        The optimizer's memory after the step, by variable.
    """

    before: Mapping[str, float]
    value: float
    gradients: Mapping[str, float]
    checks: Mapping[str, float]
    rule: Mapping[str, Mapping[Node, float]]
    slots: Mapping[str, Mapping[str, float]]
    after: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Descent(Explanation):
    """Steps of an optimizer on an expression.

    Parameters
    ----------
    expression : Expression
    optimizer : Optimizer
    rule : WrittenRule
    steps : tuple of DescentStep
    value_after : float
    """

    kind = "descent"

    expression: Expression
    optimizer: Optimizer
    rule: WrittenRule
    steps: tuple[DescentStep, ...]
    value_after: float

    def record(self) -> dict[str, Any]:
        """The descent for programs.

        Returns
        -------
        dict
            ``expression``, ``optimizer``, ``steps`` (each with ``step``, ``before``,
            ``value``, ``gradients``, ``checks``, ``slots`` and ``after``), and
            ``value_after``.
        """
        settings = self.optimizer.to_config()
        return {
            "expression": self.expression.text,
            "optimizer": {
                "name": self.optimizer.name,
                "settings": {k: v for k, v in settings.items() if k != "type"},
            },
            "steps": [
                {
                    "step": i + 1,
                    "before": dict(step.before),
                    "value": step.value,
                    "gradients": step.gradients,
                    "checks": step.checks,
                    "slots": step.slots,
                    "after": step.after,
                }
                for i, step in enumerate(self.steps)
            ],
            "value_after": self.value_after,
        }

    def page(self) -> Page:
        """The descent in the reader's language."""
        said = _(
            "The rule is {name}. w stands for each variable, g for its derivative."
        )
        function = symbol_of_function(self.expression)
        blocks: list[Block] = [
            Formulas(((Relation((function, self.definition())), ""),)),
            Paragraph((said.format(name=self.optimizer.name),)),
            Formulas(tuple((line.formula, "") for line in self.rule.lines)),
            self.settings(),
            self.summary(function),
        ]
        blocks += [
            Section(
                (_("Step {number}").format(number=i + 1),),
                (Formulas(tuple(self.lines(step, function))),),
            )
            for i, step in enumerate(self.steps[:LISTED])
        ]
        title = ngettext(
            "{count} step of {optimizer} on {expression}",
            "{count} steps of {optimizer} on {expression}",
            len(self.steps),
        ).format(
            count=len(self.steps),
            optimizer=self.optimizer.name,
            expression=self.expression.text,
        )
        return Page(title, tuple(blocks), language())

    def definition(self) -> Term:
        """The expression, written out."""
        variables = self.expression.variables
        known = {node: symbol_of_name(name) for name, node in variables.items()}
        return write_expression(self.expression.output, known)

    def settings(self) -> Table:
        """The rule's settings and their values."""
        rows = tuple(
            ((symbol,), (meaning,), (measured(value),))
            for symbol, meaning, value in self.rule.legend(
                self.optimizer.learning_rate, 1
            )
            if symbol != Symbol("t")
        )
        return Table(((_("setting"),), (_("meaning"),), (_("value"),)), rows)

    def summary(self, function: Term) -> Table:
        """Every step in one line."""
        names = list(self.expression.variables)
        headings: list[Inline] = [(Symbol("t"),)]
        for name in names:
            symbol = symbol_of_name(name)
            headings += [(symbol,), (Derivative(function, symbol, len(names) > 1),)]
        headings += [(function,)]
        headings += [(_("{name} after").format(name=name),) for name in names]
        rows: list[tuple[Inline, ...]] = []
        for i, step in enumerate(self.steps[: 5 * LISTED]):
            cells: list[Inline] = [(str(i + 1),)]
            for name in names:
                cells += [
                    (measured(step.before[name]),),
                    (measured(step.gradients[name]),),
                ]
            cells.append((measured(step.value),))
            cells += [(measured(step.after[name]),) for name in names]
            rows.append(tuple(cells))
        return Table(tuple(headings), tuple(rows))

    def lines(self, step: DescentStep, function: Term) -> list[tuple[Term, str]]:
        """Gradient and rule of one step with their numbers."""
        several = len(self.expression.variables) > 1
        made: list[tuple[Term, str]] = []
        for name in self.expression.variables:
            symbol = symbol_of_name(name)
            slope = Derivative(function, symbol, several)
            found = measured(step.gradients[name])
            made.append((Relation((Symbol("g"), slope, found)), ""))
            made += [
                (term, "")
                for _line, term in self.rule.in_numbers(step.rule[name], symbol)
            ]
        return made


def symbol_of_function(expression: Expression) -> Term:
    """f, or another letter where a variable is called so."""
    return Symbol(free_letter("fFφyg", list(expression.variables)))


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
    made = tuple(islice(walk(expression, point, chosen, rule), steps))
    (value_after,) = evaluate([expression.output], made[-1].after)
    return Descent(expression, chosen, rule, made, float(value_after))


def walk(
    expression: Expression,
    point: Mapping[str, float],
    optimizer: Optimizer,
    rule: WrittenRule,
) -> Iterator[DescentStep]:
    """Steps of an optimizer, each from where the one before ended."""
    names = list(expression.variables)
    output = expression.output
    nodes = [expression.variables[name] for name in names]
    grads = dict(zip(names, backward(output, nodes), strict=True))
    run = Executable(Graph({"": output, **{f"g {n}": x for n, x in grads.items()}}))
    fresh = {slot: entry.initial for slot, entry in optimizer.slots().items()}
    memory = {name: fresh for name in names}
    for number in count(1):
        found = run(point)
        gradients = {name: float(found[f"g {name}"]) for name in names}
        slopes = measure_slopes(output, point, [(name, ()) for name in names], 1)
        values = {
            name: rule.evaluate(
                point[name],
                gradients[name],
                memory[name],
                optimizer.learning_rate,
                number,
            )
            for name in names
        }
        memory = {
            name: {slot: values[name][n] for slot, n in rule.graph.changed.items()}
            for name in names
        }
        after = {name: values[name][rule.graph.new] for name in names}
        yield DescentStep(
            before=point,
            value=float(found[""]),
            gradients=gradients,
            checks={name: slopes[name, ()] for name in names},
            rule=values,
            slots=memory,
            after=after,
        )
        point = after
