"""The forward half of a worked step's page: every z, every a, and the loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from neurona.explain.step.layout import (
    MOST_ROWS,
    MOST_TERMS,
    MOST_UNITS,
    added,
    hidden_rows,
    layer_heading,
    row_labels,
    shown_units,
)
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.worked_step import WorkedStep
from neurona.explain.step.write_loss import batch_loss, loss_blocks
from neurona.explain.step.write_operations import write_operations
from neurona.explain.textbook.activations import call_activation
from neurona.messages import _, ngettext
from neurona.show.notation import (
    DOTS,
    Call,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Summation,
    Symbol,
    Term,
    Word,
    numbers_matrix,
)
from neurona.show.notation.compose import ZERO, difference
from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Paragraph,
    Section,
    Table,
)

__all__ = ["write_forward", "write_weights"]


MOST_INPUTS: Final = 12
"""Inputs that are listed."""

WIDEST: Final = 6
"""A matrix with more rows or columns is not written out."""

E: Final = Symbol("e")


def left_out(count: int) -> Paragraph:
    said = ngettext(
        "… and {count} more unit.", "… and {count} more units.", count
    ).format(count=count)
    return Paragraph((said,))


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
        largest = np.argsort(-size, kind="stable")[: MOST_TERMS - 2]
        # A term of 0 says nothing where others do not vanish.
        order = sorted(largest[size[largest] > 0].tolist() or largest.tolist())
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


def activation_line(step: WorkedStep, layer: UnitNumbers, j: int) -> Term:
    """Write a of a unit: f(z), with its number, and its value."""
    symbols, function = step.symbols, layer.units.activation
    a, z = symbols.a(layer, j), symbols.z(layer, j)
    value = Number(float(layer.a[0, j]))
    if function.name == "identity":
        return Relation((a, z, value))
    numbers = call_activation(function, Number(float(layer.z[0, j])))
    return Relation((a, call_activation(function, z), numbers, value))


def softmax_lines(
    step: WorkedStep, layer: UnitNumbers, units: Sequence[int]
) -> list[tuple[Term, str]]:
    """Each e^z, their sum, and each share of it."""
    symbols, number = step.symbols, str(layer.units.number)
    made = layer.ending.prediction if layer.ending is not None else layer.a
    with np.errstate(over="ignore"):
        powers = np.exp(layer.z[0])
        total = float(powers.sum())
    lines: list[tuple[Term, str]] = []
    # Taking the largest z from all of them is what the graph does too. It is shown
    # only where the formula of the books has no numbers.
    shift = 0.0
    taken: Term = ZERO
    if not 0.0 < total < math.inf:
        shift = float(layer.z[0].max())
        powers = np.exp(layer.z[0] - shift)
        total = float(powers.sum())
        taken = Symbol("m", layer=number)
        largest = Call("max", (Symbol("z", "k", number),))
        said = _("taken from every z, so that no power overflows or all are 0")
        lines.append((Relation((taken, largest, Number(shift))), said))

    def power_of(z: Term) -> Term:
        return Power(E, difference(z, taken))

    def power_in_numbers(j: int) -> Term:
        exponent: Term = Number(float(layer.z[0, j]))
        if shift:
            exponent = difference(exponent, Number(shift))
        return Power(E, exponent)

    sign = Summation(power_of(Symbol("z", "k", number)), Symbol("k"))
    shown: list[Term] = [power_in_numbers(j) for j in units]
    if len(units) < len(powers):
        shown.append(DOTS)
    lines.append(
        (Relation((sign, added(shown), Number(total))), _("what they are divided by"))
    )
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
                        Quotient(power_of(symbols.z(layer, j)), sign),
                        Quotient(Number(float(powers[j])), Number(total)),
                        Number(float(made[0, j])),
                    )
                ),
                "",
            )
        )
    return lines


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
