"""The loss on a worked step's page: of one row in full, of several in a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from neurona.explain.derive import Derive
from neurona.explain.reading import End
from neurona.explain.step.layout import (
    Column,
    Line,
    added,
    column,
    formulas,
    number,
    table_of_rows,
)
from neurona.explain.step.shown_step import ShownStep
from neurona.explain.step.symbols import LOSS
from neurona.explain.step.write_row_loss import write_row_loss
from neurona.explain.textbook.losses import LOSS_EQUATIONS
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
from neurona.show.notation.compose import exactly, product_of, quotient_of
from neurona.show.page.blocks import Block, Inline, Paragraph

__all__ = ["write_loss"]


def write_loss(step: ShownStep) -> list[Block]:
    """The loss of one row or of several, and what the penalties add."""
    blocks = one_loss(step) if step.numbers.is_alone else batch_loss(step)
    numbers = step.numbers
    if numbers.penalty_gradients:
        sides = (
            Sum((LOSS, Symbol("R"))),
            Sum((Number(numbers.loss), Number(numbers.penalty))),
            Number(numbers.loss + numbers.penalty),
        )
        said = _("with the penalty on the weights")
        blocks += formulas([(Relation(sides), said)])
    return blocks


def parts_of(step: ShownStep) -> list[Term]:
    """What the loss of each output is called."""
    ends = step.numbers.reading.ends
    return [LOSS] if len(ends) == 1 else [Symbol("L", end.name) for end in ends]


def terms_of(
    step: ShownStep, end: End, row: int
) -> tuple[list[Term], list[Term], list[float], list[float]]:
    """Predictions and targets of an output: their letters and their values."""
    values, letters = step.numbers.trace.values, step.symbols.letters
    made = np.atleast_1d(values[end.stage.a][row]).astype(float)
    wanted = np.atleast_1d(values[end.target][row]).astype(float)
    hats = [letters.term(end.stage.a, str(k + 1)) for k in range(len(made))]
    targets = [letters.term(end.target, str(k + 1)) for k in range(len(wanted))]
    return hats, targets, made.tolist(), wanted.tolist()


def one_loss(step: ShownStep) -> list[Block]:
    """The loss of one row in symbols and in numbers."""
    blocks: list[Block] = []
    numbers, parts = step.numbers, parts_of(step)
    for end, part in zip(numbers.reading.ends, parts, strict=True):
        hats, targets, made, wanted = terms_of(step, end, 0)
        blocks.append(target_block(step, targets, wanted))
        if end.loss.name in LOSS_EQUATIONS:
            most = step.budget.units if len(made) == len(wanted) else 0
            sides = loss_sides(end.loss, hats, targets, made, wanted, most)
        else:
            sides = step.equations.sides(partial(written_loss, end))
        result = number(numbers.output_losses[end.name][0])
        blocks += formulas([(Relation((part, *sides, result)), end.loss.name)])
    if len(parts) > 1:
        found = [number(x[0]) for x in numbers.output_losses.values()]
        line = Relation((LOSS, added(parts), added(found), Number(numbers.loss)))
        blocks += formulas([(line, _("the losses of all outputs"))])
    return blocks


def loss_sides(
    loss: Loss,
    letters: list[Term],
    targets: list[Term],
    made: Sequence[float],
    wanted: Sequence[float],
    most: int,
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
    elif len(made) > most:
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


def target_block(
    step: ShownStep, targets: Sequence[Term], wanted: Sequence[float]
) -> Block:
    """What the target is: a class in words, else its numbers."""
    names = step.class_names
    if len(wanted) > 1 and sorted(wanted)[-1] == 1.0 and sum(wanted) == 1.0:
        place = list(wanted).index(1.0)
        if len(names) == len(wanted):
            said = _("The true class is {name}, number {number}.").format(
                name=names[place], number=place + 1
            )
        else:
            said = _("The true class is number {number}.").format(number=place + 1)
        return Paragraph((said,))
    lines: list[Line] = []
    for target, value in list(zip(targets, wanted, strict=True))[: step.budget.units]:
        lines.append((Relation((target, Number(value))), _("the target")))
    if len(names) == 2 and len(wanted) == 1 and wanted[0] in (0.0, 1.0):
        said = _("the target: {name}").format(name=names[int(wanted[0])])
        lines = [(lines[0][0], said)]
    (block,) = formulas(lines)
    return block


# Several rows -----------------------------------------------------------------------


def batch_loss(step: ShownStep) -> list[Block]:
    """The loss of each row, and their mean or sum."""
    numbers = step.numbers
    ends, weights = numbers.reading.ends, numbers.weights
    columns: list[Column] = []
    for end in ends:
        columns += outputs_of(step, end)
    if weights is not None:
        columns.append(column(Symbol("v", "n"), weights))
    weighted = Product((Symbol("v", "n"), Symbol("L", "n")), "")
    columns.append(column(weighted, numbers.row_losses))
    if weights is None:
        columns[-1] = ((_("loss"),), columns[-1][1])
    reason = "" if weights is None else _("v is the weight of each row")
    return [
        *formulas(row_formulas(step)),
        *table_of_rows(step, columns),
        *formulas([(total_line(step), reason)]),
    ]


def outputs_of(step: ShownStep, end: End) -> list[Column]:
    """What an output gives and what it should give, row by row."""
    letters = step.symbols.letters
    made, wanted = letters.bare(end.stage.a), letters.bare(end.target)
    return [
        ((made,), lambda n: listed(step, terms_of(step, end, n)[2])),
        ((wanted,), lambda n: listed(step, terms_of(step, end, n)[3])),
    ]


def written_loss(end: End, derive: Derive) -> Term:
    """The loss of an output as its graph computes it."""
    return derive.loss_of(end)


def row_formulas(step: ShownStep) -> list[Line]:
    """The loss of any row, of each output and of all."""
    ends = step.numbers.reading.ends
    whole = Symbol("L", "n")
    parts: list[Term] = [whole]
    if len(ends) > 1:
        parts = [Symbol("L", f"{end.name},n") for end in ends]
    lines: list[Line] = []
    for end, part in zip(ends, parts, strict=True):
        hats, targets, made, _wanted = terms_of(step, end, 0)
        if end.loss.name not in LOSS_EQUATIONS:
            right = step.equations.in_letters.loss_of(end)
        elif len(made) <= step.budget.units:
            right = write_row_loss(end.loss, hats, targets)
        else:
            continue
        lines.append((Relation((part, right)), end.loss.name))
    if len(ends) > 1:
        lines.append((Relation((whole, added(parts))), _("the losses of all outputs")))
    return lines


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
