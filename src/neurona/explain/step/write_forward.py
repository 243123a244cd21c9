"""The forward half of a worked step's page: every z, every a, and the loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from neurona.explain.compose import exactly
from neurona.explain.notation import (
    DOTS,
    Call,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Summation,
    Symbol,
    Term,
    Word,
    numbers_matrix,
)
from neurona.explain.page.blocks import (
    Block,
    Formulas,
    Inline,
    Paragraph,
    Section,
    Table,
)
from neurona.explain.step.functions import write_activation, write_loss
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.symbols import LOSS
from neurona.explain.step.worked_step import WorkedStep
from neurona.explain.step.write_operations import write_operations
from neurona.messages import _, ngettext
from neurona.nn.losses import Loss

__all__ = ["layer_heading", "shown_units", "write_forward", "write_weights"]

MOST_UNITS: Final = 8
"""Units of a layer that are written out."""

MOST_TERMS: Final = 6
"""Terms of a sum that are written out."""

MOST_ROWS: Final = 8
"""Rows of a batch that are listed."""

MOST_INPUTS: Final = 12
"""Inputs that are listed."""

WIDEST: Final = 6
"""A matrix with more rows or columns is not written out."""

E: Final = Symbol("e")


def shown_units(step: WorkedStep, layer: UnitNumbers) -> list[int]:
    """Units of a layer that are written out: all of a few, else those asked about.

    Where none was asked about they are those of largest δ.
    """
    count = layer.z.shape[1]
    if count <= MOST_UNITS:
        return list(range(count))
    names = {str(layer.units.weight.name)}
    if layer.units.bias is not None:
        names.add(str(layer.units.bias.name))
    asked = [index[-1] for name, index in step.shown if name in names]
    if asked:
        return sorted(dict.fromkeys(asked))[:MOST_UNITS]
    steepest = np.argsort(-np.abs(layer.delta).max(axis=0), kind="stable")
    return sorted(steepest[: MOST_UNITS // 2].tolist())


def left_out(count: int) -> Paragraph:
    said = ngettext(
        "… and {count} more unit.", "… and {count} more units.", count
    ).format(count=count)
    return Paragraph((said,))


def layer_heading(layer: UnitNumbers) -> Inline:
    """Number, name, units and activation of a layer."""
    units = layer.z.shape[1]
    said = ngettext(
        "Layer [{number}]: {name}, {count} unit, {activation}",
        "Layer [{number}]: {name}, {count} units, {activation}",
        units,
    )
    return (
        said.format(
            number=layer.units.number,
            name=layer.units.name,
            count=units,
            activation=layer.units.activation.name,
        ),
    )


def write_inputs(step: WorkedStep) -> list[Block]:
    """What the network sees of one row."""
    blocks: list[Block] = []
    request = step.numbers.request
    for entry in request.architecture.inputs:
        values = request.data[entry.name][0]
        order = np.arange(len(values))
        if len(order) > MOST_INPUTS:
            order = np.sort(np.argsort(-np.abs(values), kind="stable")[:MOST_INPUTS])
        names = step.feature_names
        named = len(names) == len(values)
        headings: list[Inline] = [(_("input"),)]
        headings += [(_("column"),)] if named else []
        rows = []
        for i in order:
            cells: list[Inline] = [(step.symbols.input(entry.name, int(i)),)]
            cells += [(names[int(i)],)] if named else []
            cells.append((Number(float(values[i])),))
            rows.append(tuple(cells))
        hidden = len(values) - len(order)
        caption = ""
        if hidden:
            caption = ngettext(
                "The largest; {count} more input is not shown.",
                "The largest; {count} more inputs are not shown.",
                hidden,
            ).format(count=hidden)
        blocks.append(Table((*headings, (_("value"),)), tuple(rows), caption))
    return blocks


def write_weights(step: WorkedStep) -> list[Block]:
    """Weights before the step, where they are few."""
    lines: list[tuple[Term, str]] = []
    for layer in step.numbers.layers:
        weight = np.asarray(step.numbers.feeds[str(layer.units.weight.name)])
        number = str(layer.units.number)
        if max(weight.shape) > WIDEST:
            continue
        if step.convention == "columns":
            weight = weight.T
        left = Symbol("W", layer=number, bold=True)
        lines.append(
            (Relation((left, numbers_matrix(weight.tolist()))), layer.units.name)
        )
        if layer.units.bias is not None:
            bias = np.asarray(step.numbers.feeds[str(layer.units.bias.name)])[None, :]
            if step.convention == "columns":
                bias = bias.T
            left = Symbol("b", layer=number, bold=True)
            lines.append((Relation((left, numbers_matrix(bias.tolist()))), ""))
    return [Formulas(tuple(lines))] if lines else []


def write_forward(step: WorkedStep) -> Section:
    """Section of the forward half."""
    blocks: list[Block] = []
    if step.numbers.rows == 1:
        blocks += write_inputs(step)
        for layer in step.numbers.layers:
            blocks.append(
                Section(layer_heading(layer), tuple(layer_blocks(step, layer)))
            )
        blocks += write_operations(step)
        blocks.append(Section((_("Loss"),), tuple(loss_blocks(step))))
    else:
        for layer in step.numbers.layers:
            blocks.append(Section(layer_heading(layer), (batch_table(step, layer),)))
        blocks += write_operations(step)
        blocks.append(Section((_("Loss"),), tuple(batch_loss(step))))
    return Section((_("Forward"),), tuple(blocks))


def layer_blocks(step: WorkedStep, layer: UnitNumbers) -> list[Block]:
    """Lines for z and a of the units of a layer."""
    units = shown_units(step, layer)
    lines: list[tuple[Term, str]] = []
    for j in units:
        lines.append((weighted_sum(step, layer, j), ""))
        if layer.units.is_elementwise and not step.symbols.gives_logits(layer):
            lines.append((activation_line(step, layer, j), ""))
    blocks: list[Block] = [Formulas(tuple(lines))] if lines else []
    hidden = layer.z.shape[1] - len(units)
    if hidden:
        blocks.append(left_out(hidden))
    softened = layer.ending is not None and layer.ending.function == "softmax"
    if softened or not layer.units.is_elementwise:
        blocks.append(Formulas(tuple(softmax_lines(step, layer, units))))
    elif step.symbols.gives_logits(layer):
        assert layer.ending is not None
        made = [
            Relation(
                (
                    step.symbols.prediction(layer, j),
                    Call(Symbol("σ"), (step.symbols.z(layer, j),)),
                    Call(Symbol("σ"), (Number(float(layer.z[0, j])),)),
                    Number(float(layer.ending.prediction[0, j])),
                )
            )
            for j in units
        ]
        blocks.append(Formulas(tuple((line, "") for line in made)))
    return blocks


def weighted_sum(step: WorkedStep, layer: UnitNumbers, j: int) -> Term:
    """Write z of a unit: in symbols, with its numbers, and its value."""
    symbols = step.symbols
    weight = np.asarray(step.numbers.feeds[str(layer.units.weight.name)])[:, j]
    x = layer.x[0]
    order = list(range(len(x)))
    shortened = len(x) > MOST_TERMS
    if shortened:
        size = np.abs(x * weight)
        order = sorted(np.argsort(-size, kind="stable")[: MOST_TERMS - 2].tolist())
    letters: list[Term] = [
        Product((symbols.w(layer, i, j), symbols.x(layer, i)), "") for i in order
    ]
    values: list[Term] = [
        Product((Number(float(weight[i])), Number(float(x[i])))) for i in order
    ]
    if shortened:
        rest = np.delete(x * weight, order)
        letters.append(DOTS)
        values.append(rest_of(float(rest.sum()), len(rest)))
    if layer.units.bias is not None:
        bias = np.asarray(step.numbers.feeds[str(layer.units.bias.name)])
        letters.append(symbols.b(layer, j))
        values.append(Number(float(bias[j])))
    z = Number(float(layer.z[0, j]))
    return Relation((symbols.z(layer, j), added(letters), added(values), z))


def rest_of(value: float, count: int) -> Term:
    """What the terms that are not written add up to."""
    said = ngettext("({count} more term)", "({count} more terms)", count)
    return Product((Number(value), Word(said.format(count=count))), "")


def added(terms: Sequence[Term]) -> Term:
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def activation_line(step: WorkedStep, layer: UnitNumbers, j: int) -> Term:
    """Write a of a unit: f(z), with its number, and its value."""
    symbols, function = step.symbols, layer.units.activation
    a, z = symbols.a(layer, j), symbols.z(layer, j)
    value = Number(float(layer.a[0, j]))
    if function.name == "identity":
        return Relation((a, z, value))
    numbers = write_activation(function, Number(float(layer.z[0, j])))
    return Relation((a, write_activation(function, z), numbers, value))


def softmax_lines(
    step: WorkedStep, layer: UnitNumbers, units: Sequence[int]
) -> list[tuple[Term, str]]:
    """Each e^z, their sum, and each share of it."""
    symbols = step.symbols
    made = layer.ending.prediction if layer.ending is not None else layer.a
    powers = np.exp(layer.z[0])
    total = float(powers.sum())
    z_k = Symbol("z", "k", str(layer.units.number))
    sign = Summation(Power(E, z_k), Symbol("k"))
    shown: list[Term] = [Power(E, Number(float(layer.z[0, j]))) for j in units]
    if len(units) < len(powers):
        shown.append(DOTS)
    lines: list[tuple[Term, str]] = [
        (Relation((sign, added(shown), Number(total))), _("what they are divided by"))
    ]
    for j in units:
        p = (
            symbols.prediction(layer, j)
            if layer.ending is not None
            else symbols.a(layer, j)
        )
        lines.append(
            (
                Relation(
                    (
                        p,
                        Quotient(Power(E, symbols.z(layer, j)), sign),
                        Quotient(Number(float(powers[j])), Number(total)),
                        Number(float(made[0, j])),
                    )
                ),
                "",
            )
        )
    return lines


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
    return [write_loss(loss, letters, symbols), write_loss(loss, values, goals)]


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


def row_labels(step: WorkedStep) -> list[str]:
    """What the rows of a batch are called."""
    count = step.numbers.rows
    return [str(row) for row in (step.rows or range(count))]


def batch_table(step: WorkedStep, layer: UnitNumbers) -> Table:
    """Table of z and a of some rows and units of a layer."""
    units = shown_units(step, layer)[: MOST_UNITS // 2]
    symbols = step.symbols
    headings: list[Inline] = [(_("row"),)]
    headings += [(symbols.z(layer, j),) for j in units]
    with_a = layer.units.a is not layer.units.z
    headings += [(symbols.a(layer, j),) for j in units] if with_a else []
    rows = []
    for n, label in list(enumerate(row_labels(step)))[:MOST_ROWS]:
        cells: list[Inline] = [(label,)]
        cells += [(Number(float(layer.z[n, j])),) for j in units]
        cells += [(Number(float(layer.a[n, j])),) for j in units] if with_a else []
        rows.append(tuple(cells))
    return Table(tuple(headings), tuple(rows), hidden_rows(step))


def hidden_rows(step: WorkedStep) -> str:
    """Sentence for the rows that are not listed."""
    count = step.numbers.rows - MOST_ROWS
    if count <= 0:
        return ""
    return ngettext(
        "{count} more row is not shown.", "{count} more rows are not shown.", count
    ).format(count=count)


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
