"""The update on a worked step's page: the optimizer's rule, weight by weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from neurona.explain.letters import LOSS
from neurona.explain.optimizer.rule import WrittenRule, write_rule
from neurona.explain.optimizer.write_descent import settings_table
from neurona.explain.step.choose import Entry
from neurona.explain.step.shown_step import ShownStep
from neurona.messages import _
from neurona.show.notation import Number, Relation, Symbol, Term, format_number
from neurona.show.page.blocks import Block, Formulas, Note, Paragraph, Section, Table
from neurona.show.wording import Cell, tabulate
from neurona.train.step import slot_name

__all__ = ["write_update"]

IN_FULL: Final = 1
"""Weights whose update of several lines is written out before the table."""


def write_update(step: ShownStep, entries: Sequence[Entry]) -> Section:
    """Section of the update."""
    request = step.numbers.request
    rule = write_rule(request.optimizer)
    said = _("The rule is {name}. w stands for each weight, g for its derivative.")
    blocks: list[Block] = [
        Paragraph((said.format(name=request.optimizer.name),)),
        Formulas(tuple((line.formula, "") for line in rule.lines)),
        settings_table(rule.legend(request.learning_rate, request.step)),
    ]
    if not np.all(
        [np.array_equal(step.numbers.applied[n], g) for n, g in step.gradients.items()]
    ):
        blocks.append(
            Note((_("The gradient is clipped before the rule reads it."),), "note")
        )
    lines = [numbers_of(step, rule, entry) for entry in entries]
    if len(rule.lines) == 1:
        blocks.append(Formulas(tuple(line for part in lines for line in part)))
    else:
        for part in lines[:IN_FULL]:
            blocks.append(Formulas(tuple(part)))
        blocks.append(update_table(step, rule, entries))
        rest = lines[IN_FULL:]
        if rest:
            every = tuple(Formulas(tuple(part)) for part in rest)
            blocks.append(
                Section((_("The other weights, line by line"),), every, folded=True)
            )
    blocks += loss_after(step)
    return Section((_("Update"),), tuple(blocks))


def before(step: ShownStep, entry: Entry) -> tuple[float, float, dict[str, float]]:
    """A weight, its gradient and its slots before the step."""
    name, index = entry
    request = step.numbers.request
    slots = {}
    for slot, kind in request.optimizer.slots().items():
        held = np.asarray(request.slots[slot_name(slot, name)])
        slots[slot] = float(held if kind.scalar else held[index])
    weight = float(np.asarray(step.numbers.feeds[name])[index])
    return weight, float(step.numbers.applied[name][index]), slots


def numbers_of(
    step: ShownStep, rule: WrittenRule, entry: Entry
) -> list[tuple[Term, str]]:
    """The rule's lines with the numbers of one weight."""
    request = step.numbers.request
    weight, grad, slots = before(step, entry)
    values = rule.evaluate(weight, grad, slots, request.learning_rate, request.step)
    symbol = step.letters.entry(entry)
    return [(term, "") for _line, term in rule.in_numbers(values, symbol)]


def update_table(step: ShownStep, rule: WrittenRule, entries: Sequence[Entry]) -> Table:
    """Weight, gradient and slots before and after."""
    request = step.numbers.request
    kept = [line for line in rule.lines if line.node in rule.graph.changed.values()]
    symbols = [line.symbol for line in kept]
    rows: list[list[Cell]] = []
    for entry in entries:
        weight, grad, slots = before(step, entry)
        values = rule.evaluate(weight, grad, slots, request.learning_rate, request.step)
        slots_after = [values[line.node] for line in kept]
        after = float(step.update[entry[0]][entry[1]])
        rows.append([step.letters.entry(entry), weight, grad, *slots_after, after])
    return tabulate([_("weight"), _("before"), Symbol("g"), *symbols, _("after")], rows)


def loss_after(step: ShownStep) -> list[Block]:
    """The loss of the same rows with the new weights."""
    change = step.loss_after - step.loss
    line = Relation((LOSS, Number(step.loss_after)))
    if change and format_number(step.loss_after) == format_number(step.loss):
        reason = _(
            "with the new weights: a change of {change}, too small to see here"
        ).format(change=format_number(change))
    elif change < 0:
        reason = _("with the new weights: it fell")
    elif change > 0:
        reason = _("with the new weights: it rose")
    else:
        reason = _("with the new weights: it stayed")
    was = Relation((LOSS, Number(step.loss)))
    return [Formulas(((was, _("before")), (line, reason)))]
