"""What is found of a descent, and its page: the rule, a table, and every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from neurona.explain.derivatives import total_derivative
from neurona.explain.equations import symbol_of_name, write_expression
from neurona.explain.expression.naming import free_letter
from neurona.explain.expression.parse import Expression
from neurona.explain.optimizer.rule import WrittenRule
from neurona.graph import Node
from neurona.messages import _, ngettext
from neurona.optimize import Optimizer
from neurona.show.notation import Relation, Symbol, Term
from neurona.show.notation.compose import measured
from neurona.show.page.blocks import Block, Formulas, Page, Paragraph, Section, Table
from neurona.show.wording import Cell, Part, tabulate

__all__ = ["DescentNumbers", "DescentStep", "settings_table", "write_descent"]

LISTED: Final = 20
"""Steps that a page writes line by line."""


@dataclass(frozen=True, eq=False)
class DescentStep:
    """One step of a descent.

    Parameters
    ----------
    step : int
        From 1 on.
    before : mapping of str to float
        By variable, as all that follow.
    value : float
        Of the expression before the step.
    gradients, checks : mapping of str to float
        Derivatives, and the same by central differences.
    slots : mapping of str to mapping of str to float
        The optimizer's memory after the step.
    after : mapping of str to float
    """

    step: int
    before: Mapping[str, float]
    value: float
    gradients: Mapping[str, float]
    checks: Mapping[str, float]
    slots: Mapping[str, Mapping[str, float]]
    after: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class DescentNumbers:
    """Steps of an optimizer on an expression.

    Parameters
    ----------
    expression : Expression
    optimizer : Optimizer
    rule : WrittenRule
    steps : tuple of DescentStep
    inside : tuple of mapping of str to mapping of Node to float
        Of each step every value of the rule, by variable.
    value_after : float
    """

    expression: Expression
    optimizer: Optimizer
    rule: WrittenRule
    steps: tuple[DescentStep, ...]
    inside: tuple[Mapping[str, Mapping[Node, float]], ...]
    value_after: float

    def record(self) -> dict[str, Any]:
        """What programs are told: ``expression``, ``optimizer``, ``steps``, their end.

        Returns
        -------
        dict
            Each of the ``steps`` has the fields of :class:`DescentStep`; ``optimizer``
            has ``name`` and ``settings``.
        """
        settings = dict(self.optimizer.to_config())
        settings.pop("type", None)
        return {
            "expression": self.expression.text,
            "optimizer": {"name": self.optimizer.name, "settings": settings},
            "steps": self.steps,
            "value_after": self.value_after,
        }


def write_descent(found: DescentNumbers) -> Page:
    """Page of a descent."""
    names, text = list(found.expression.variables), found.expression.text
    function = Symbol(free_letter("fFφyg", names))
    said = _("The rule is {name}. w stands for each variable, g for its derivative.")
    legend = found.rule.legend(found.optimizer.learning_rate, 1)
    blocks: list[Block] = [
        Formulas(
            ((Relation((function, write_expression(found.expression.output))), ""),)
        ),
        Paragraph((said.format(name=found.optimizer.name),)),
        Formulas(tuple((line.formula, "") for line in found.rule.lines)),
        settings_table(row for row in legend if row[0] != Symbol("t")),
        write_summary(found, function),
    ]
    for step, inside in list(zip(found.steps, found.inside, strict=True))[:LISTED]:
        lines = step_lines(found, step, inside, function)
        heading = _("Step {number}").format(number=step.step)
        blocks.append(Section((heading,), (Formulas(tuple(lines)),)))
    title = ngettext(
        "{count} step of {optimizer} on {expression}",
        "{count} steps of {optimizer} on {expression}",
        len(found.steps),
    ).format(count=len(found.steps), optimizer=found.optimizer.name, expression=text)
    return Page(title, tuple(blocks))


def settings_table(settings: Iterable[tuple[Term, str, float]]) -> Table:
    """A rule's settings and their values, as :meth:`WrittenRule.legend` gives them."""
    return tabulate([_("setting"), _("meaning"), _("value")], settings)


def slope_in(found: DescentNumbers, function: Term, name: str) -> Term:
    """The derivative of the function in a variable."""
    count = len(found.expression.variables)
    return total_derivative(function, symbol_of_name(name), count)


def write_summary(found: DescentNumbers, function: Term) -> Table:
    """Every step in one line."""
    names = list(found.expression.variables)
    headings: list[Part] = [Symbol("t")]
    for name in names:
        headings += [symbol_of_name(name), slope_in(found, function, name)]
    headings += [function, *(_("{name} after").format(name=name) for name in names)]
    rows: list[list[Cell]] = []
    for step in found.steps[: 5 * LISTED]:
        numbers = [n for x in names for n in (step.before[x], step.gradients[x])]
        numbers += [step.value, *(step.after[name] for name in names)]
        rows.append([str(step.step), *numbers])
    return tabulate(headings, rows)


def step_lines(
    found: DescentNumbers,
    step: DescentStep,
    inside: Mapping[str, Mapping[Node, float]],
    function: Term,
) -> list[tuple[Term, str]]:
    """Gradient and rule of one step with their numbers."""
    made: list[tuple[Term, str]] = []
    for name, values in inside.items():
        slope = slope_in(found, function, name)
        gradient = Relation((Symbol("g"), slope, measured(step.gradients[name])))
        numbers = found.rule.in_numbers(values, symbol_of_name(name))
        made += [(gradient, ""), *((term, "") for _line, term in numbers)]
    return made
