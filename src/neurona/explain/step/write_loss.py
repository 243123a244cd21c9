"""The loss on a worked step's page: of one row in full, of several in a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from neurona.explain.derive import Derive
from neurona.explain.letters import LOSS
from neurona.explain.reading import End
from neurona.explain.step.layout import Column, formulas, number, table_of_rows
from neurona.explain.step.shown_step import ShownStep
from neurona.explain.textbook.losses import LOSS_EQUATIONS, write_row_loss
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
from neurona.show.notation.compose import added, exactly, product_of, quotient_of
from neurona.show.page.blocks import Block, Inline, Paragraph
from neurona.show.wording import Part

__all__ = ["write_loss"]


def write_loss(step: ShownStep) -> list[Block]:
    """How the loss is made, of each output and of all rows, with the penalties."""
    numbers, ends, parts = step.numbers, step.numbers.reading.ends, parts_of(step)
    blocks: list[Block] = []
    for end, part in zip(ends, parts, strict=True):
        value: list[Term] = []
        if numbers.is_alone:
            blocks.append(target_block(step, end))
            value = [number(numbers.output_losses[end.name][0])]
        sides = step.equations.sides(partial(loss_of, step, end))
        if sides or value:
            blocks += formulas([(Relation((part, *sides, *value)), end.loss.name)])
    if len(parts) > 1:
        sums: list[Term] = [added(parts)]
        if numbers.is_alone:
            sums.append(added([number(x[0]) for x in numbers.output_losses.values()]))
            sums.append(number(numbers.loss))
        line = Relation((whole_of(step), *sums))
        blocks += formulas([(line, _("the losses of all outputs"))])
    if not numbers.is_alone:
        blocks += batch_loss(step)
    if numbers.penalty_gradients:
        sides = [Sum((LOSS, Symbol("R")))]
        sides.append(Sum((Number(numbers.loss), Number(numbers.penalty))))
        total = Relation((*sides, Number(numbers.loss + numbers.penalty)))
        blocks += formulas([(total, _("with the penalty on the weights"))])
    return blocks


def whole_of(step: ShownStep) -> Symbol:
    """What the loss of a row is called."""
    return LOSS if step.numbers.is_alone else Symbol("L", "n")


def parts_of(step: ShownStep) -> list[Term]:
    """What the loss of each output is called."""
    ends, alone = step.numbers.reading.ends, step.numbers.is_alone
    if len(ends) == 1:
        return [whole_of(step)]
    return [Symbol("L", end.name if alone else f"{end.name},n") for end in ends]


def compared(step: ShownStep, end: End, row: int) -> tuple[list[float], list[float]]:
    """What an output gives for a row, and what it should give."""
    values = step.numbers.trace.values
    made, wanted = (np.atleast_1d(values[x][row]) for x in (end.stage.a, end.target))
    return made.astype(float).tolist(), wanted.astype(float).tolist()


def loss_of(step: ShownStep, end: End, derive: Derive) -> Term | None:
    """The loss of one row: each output written out, if they are few."""
    if end.loss.name not in LOSS_EQUATIONS:
        return derive.loss_of(end)
    alone, classes = step.numbers.is_alone, end.loss.name == "cross_entropy"
    made, wanted = compared(step, end, 0)
    if len(made) != len(wanted) or (
        len(made) > step.budget.units and not (alone and classes)
    ):
        return None
    in_numbers = derive is not step.equations.in_letters
    if in_numbers and has_no_logarithm(end.loss, made, wanted):
        return None
    indices = [str(k + 1) for k in range(len(made))]
    hats = [derive.letters.term(end.stage.a, k) for k in indices]
    targets = [derive.letters.term(end.target, k) for k in indices]
    if alone and classes:
        # Only the true class counts, so the others are left out of the letters too.
        known = zip(targets, wanted, strict=True)
        targets = [exactly(t) if t in (0.0, 1.0) else y for y, t in known]
    return write_row_loss(end.loss, hats, targets)


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


def target_block(step: ShownStep, end: End) -> Block:
    """What the target is: a class in words, else its numbers."""
    _made, wanted = compared(step, end, 0)
    names = step.class_names
    if len(wanted) > 1 and sorted(wanted)[-1] == 1.0 and sum(wanted) == 1.0:
        place = wanted.index(1.0)
        said = _("The true class is number {number}.")
        name = ""
        if len(names) == len(wanted):
            said = _("The true class is {name}, number {number}.")
            name = names[place]
        return Paragraph((said.format(name=name, number=place + 1),))
    said = _("the target")
    if len(names) == 2 and len(wanted) == 1 and wanted[0] in (0.0, 1.0):
        said = _("the target: {name}").format(name=names[int(wanted[0])])
    letters = step.letters
    (block,) = formulas(
        (Relation((letters.term(end.target, str(k + 1)), Number(value))), said)
        for k, value in enumerate(wanted[: step.budget.units])
    )
    return block


# Several rows -----------------------------------------------------------------------


def batch_loss(step: ShownStep) -> list[Block]:
    """The loss of each row, and their mean or sum."""
    numbers = step.numbers
    columns: list[Column] = []
    for end in numbers.reading.ends:
        columns += outputs_of(step, end)
    reason = ""
    heading: Part = _("loss")
    if numbers.weights is not None:
        columns.append((Symbol("v", "n"), numbers.weights.tolist()))
        heading = Product((Symbol("v", "n"), Symbol("L", "n")), "")
        reason = _("v is the weight of each row")
    columns.append((heading, numbers.row_losses.tolist()))
    total = formulas([(total_line(step), reason)])
    return [*table_of_rows(step, columns), *total]


def outputs_of(step: ShownStep, end: End) -> list[Column]:
    """What an output gives and what it should give, row by row."""
    rows = range(min(step.numbers.rows, step.budget.rows))
    made, wanted = zip(*(compared(step, end, n) for n in rows), strict=True)
    nodes = zip((end.stage.a, end.target), (made, wanted), strict=True)
    return [
        (step.letters.bare(node), [listed(step, row) for row in values])
        for node, values in nodes
    ]


def total_line(step: ShownStep) -> Relation:
    """The loss of all rows from that of each."""
    numbers, most = step.numbers, step.budget.rows
    each: Term = Symbol("L", "n")
    below: Term = Symbol("N")
    count: Term = exactly(numbers.rows)
    if numbers.weights is not None:
        own = Symbol("v", "n")
        each, below = Product((own, each), ""), Summation(own, Symbol("n"))
        count = number(numbers.weights.sum())
    right: Term = Summation(each, Symbol("n"))
    shown: list[Term] = [number(x) for x in numbers.row_losses[:most]]
    if numbers.rows > most:
        shown.append(DOTS)
    middle = added(shown)
    if numbers.request.reduction == "mean":
        right = product_of(quotient_of(exactly(1), below), right)
        middle = Quotient(middle, count)
    return Relation((LOSS, right, middle, Number(numbers.loss)))


def listed(step: ShownStep, values: Sequence[float]) -> Inline:
    """Numbers one after the other, or where the largest is."""
    if len(values) == 1:
        return (Number(values[0]),)
    if len(values) > step.budget.values:
        largest = int(np.argmax(values))
        said = _("largest at {place}: ").format(place=largest + 1)
        return (said, Number(values[largest]))
    parts: list[str | Term] = []
    for value in values:
        parts += [Number(value), "  "]
    return tuple(parts[:-1])
