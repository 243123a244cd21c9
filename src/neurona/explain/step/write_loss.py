"""The loss on a worked step's page: of one row in full, of several in a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurona.explain.step.layout import (
    MOST_ROWS,
    MOST_UNITS,
    added,
    hidden_rows,
    row_labels,
)
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.symbols import LOSS
from neurona.explain.step.worked_step import WorkedStep
from neurona.explain.step.write_row_loss import write_row_loss
from neurona.messages import _
from neurona.nn.losses import Loss
from neurona.show.notation import (
    DOTS,
    Number,
    Product,
    Quotient,
    Relation,
    Sum,
    Summation,
    Symbol,
    Term,
)
from neurona.show.notation.compose import exactly
from neurona.show.page.blocks import Block, Formulas, Inline, Paragraph, Table

__all__ = ["batch_loss", "loss_blocks", "output_layer"]


def output_layer(step: WorkedStep, name: str) -> UnitNumbers | None:
    """The layer whose numbers the loss of an output reads."""
    node = step.numbers.objective.written.outputs[name]
    for layer in step.numbers.layers:
        if layer.units.a is node:
            return layer
    return None


def loss_terms(
    step: WorkedStep, name: str, row: int
) -> tuple[list[Term], list[Term], list[float], list[float]]:
    """Predictions and targets of an output: their letters and their values."""
    layer = output_layer(step, name)
    target = np.asarray(step.numbers.request.data[f"target/{name}"][row])
    if layer is not None and layer.ending is not None:
        made = layer.ending.prediction[row]
        wanted = layer.ending.target[row]
    else:
        made = step.numbers.outputs[name][row]
        wanted = np.atleast_1d(target).astype(float)
    count = len(made)
    index = [str(k + 1) if count > 1 else "" for k in range(count)]
    letters: list[Term] = [Symbol("y", k, accent="hat") for k in index]
    targets: list[Term] = [Symbol("y", k) for k in index]
    if layer is not None:
        letters = [step.symbols.prediction(layer, k) for k in range(count)]
        targets = [step.symbols.target(layer, k) for k in range(count)]
    return letters, targets, made.tolist(), np.asarray(wanted).tolist()


def loss_blocks(step: WorkedStep) -> list[Block]:
    """The loss of one row in symbols and in numbers."""
    blocks: list[Block] = []
    losses = step.numbers.request.losses
    parts: list[Term] = []
    for name, loss in losses.items():
        letters, targets, made, wanted = loss_terms(step, name, 0)
        sides: list[Term] = []
        if len(made) == len(wanted):
            blocks.append(target_block(step, targets, wanted))
            sides = loss_sides(loss, letters, targets, made, wanted)
        part = LOSS if len(losses) == 1 else Symbol("L", name)
        parts.append(part)
        result = Number(float(step.numbers.output_losses[name][0]))
        blocks.append(Formulas(((Relation((part, *sides, result)), loss.name),)))
    if len(losses) > 1:
        found = [Number(float(x[0])) for x in step.numbers.output_losses.values()]
        total = Number(float(step.numbers.row_losses[0]))
        line = Relation((LOSS, added(parts), added(found), total))
        blocks.append(Formulas(((line, _("the losses of all outputs")),)))
    if step.numbers.penalty_gradients:
        blocks.append(penalty_line(step))
    return blocks


def loss_sides(
    loss: Loss,
    letters: list[Term],
    targets: list[Term],
    made: Sequence[float],
    wanted: Sequence[float],
) -> list[Term]:
    """A loss as a formula, and with its numbers; nothing where it is too long."""
    values: list[Term] = [Number(value) for value in made]
    goals: list[Term] = [Number(value) for value in wanted]
    symbols = list(targets)
    if loss.name == "cross_entropy":
        # Only the true class counts, so the others are left out of the letters too.
        symbols = [
            exactly(t) if t in (0.0, 1.0) else s
            for s, t in zip(targets, wanted, strict=True)
        ]
    elif len(made) > MOST_UNITS:
        return []
    formula = write_row_loss(loss, letters, symbols)
    if has_no_logarithm(loss, made, wanted):
        return [formula]
    return [formula, write_row_loss(loss, values, goals)]


def has_no_logarithm(
    loss: Loss, made: Sequence[float], wanted: Sequence[float]
) -> bool:
    """Whether a prediction that counts is rounded to 0 or 1, where its ln ends.

    The loss itself is computed from z, and is finite there.
    """
    pairs = list(zip(made, wanted, strict=True))
    if loss.name == "cross_entropy":
        return any(p <= 0.0 and t != 0.0 for p, t in pairs)
    return loss.name == "binary_cross_entropy" and any(p in (0.0, 1.0) for p in made)


def penalty_line(step: WorkedStep) -> Block:
    """What the penalties add."""
    numbers = step.numbers
    total = Number(numbers.loss + numbers.penalty)
    line = Relation(
        (
            Sum((LOSS, Symbol("R"))),
            Sum((Number(numbers.loss), Number(numbers.penalty))),
            total,
        )
    )
    return Formulas(((line, _("with the penalty on the weights")),))


def target_block(
    step: WorkedStep, targets: Sequence[Term], wanted: Sequence[float]
) -> Block:
    """What the target is: a class in words, else its numbers."""
    names = step.class_names
    if len(wanted) > 1 and sorted(wanted)[-1] == 1.0 and sum(wanted) == 1.0:
        number = list(wanted).index(1.0)
        if len(names) == len(wanted):
            said = _("The true class is {name}, number {number}.").format(
                name=names[number], number=number + 1
            )
        else:
            said = _("The true class is number {number}.").format(number=number + 1)
        return Paragraph((said,))
    lines = [
        (Relation((target, Number(value))), _("the target"))
        for target, value in zip(targets, wanted, strict=True)
    ][:MOST_UNITS]
    if len(names) == 2 and len(wanted) == 1 and wanted[0] in (0.0, 1.0):
        said = _("the target: {name}").format(name=names[int(wanted[0])])
        lines = [(lines[0][0], said)]
    return Formulas(tuple(lines))


def batch_loss(step: WorkedStep) -> list[Block]:
    """The loss of each row, and their mean."""
    numbers = step.numbers
    rows = []
    for n, label in list(enumerate(row_labels(step)))[:MOST_ROWS]:
        cells: list[Inline] = [(label,)]
        for name in numbers.request.losses:
            _letters, _targets, made, wanted = loss_terms(step, name, n)
            cells += [listed(made), listed(wanted)]
        rows.append((*cells, (Number(float(numbers.row_losses[n])),)))
    headings: list[Inline] = [(_("row"),)]
    for _name in numbers.request.losses:
        headings += [(Symbol("y", accent="hat"),), (Symbol("y"),)]
    table = Table((*headings, (_("loss"),)), tuple(rows), hidden_rows(step))
    count = exactly(numbers.rows)
    each = Symbol("L", "n")
    sums = Summation(each, Symbol("n"))
    is_mean = numbers.request.reduction == "mean" and "row_weight" not in numbers.feeds
    right: Term = (
        Product((Quotient(exactly(1), Symbol("N")), sums)) if is_mean else sums
    )
    shown: list[Term] = [Number(float(x)) for x in numbers.row_losses[:MOST_ROWS]]
    if numbers.rows > MOST_ROWS:
        shown.append(DOTS)
    middle = [Quotient(added(shown), count)] if is_mean else []
    line = Relation((LOSS, right, *middle, Number(numbers.loss)))
    blocks: list[Block] = [table, Formulas(((line, ""),))]
    if numbers.penalty_gradients:
        blocks.append(penalty_line(step))
    return blocks


def listed(values: Sequence[float]) -> Inline:
    """Numbers one after the other, or how many there are."""
    if len(values) == 1:
        return (Number(values[0]),)
    if len(values) > 4:
        largest = int(np.argmax(values))
        return (
            _("largest at {place}: ").format(place=largest + 1),
            Number(values[largest]),
        )
    parts: list[str | Term] = []
    for value in values:
        parts += [Number(value), "  "]
    return tuple(parts[:-1])
