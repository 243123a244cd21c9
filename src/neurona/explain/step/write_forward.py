"""The forward half of a worked step's page: every stage, and the loss."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.explain.derive import Derive, quantities
from neurona.explain.step.layout import (
    Column,
    Line,
    formulas,
    layer_heading,
    number,
    place_of,
    table_of_rows,
    unit_column,
)
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.shown_step import ShownStep, entries_of
from neurona.explain.step.write_loss import write_loss
from neurona.explain.textbook.activations import call_activation
from neurona.graph import Node, has_batch
from neurona.messages import _, ngettext
from neurona.nn.activations import Softmax
from neurona.show.notation import (
    DOTS,
    Call,
    Cases,
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
from neurona.show.notation.compose import ONE, ZERO, added, difference
from neurona.show.page.blocks import Block, Paragraph, Section
from neurona.show.wording import Cell, tabulate

__all__ = ["write_forward", "write_weights"]

E: Final = Symbol("e")


def write_weights(step: ShownStep) -> list[Block]:
    """Parameters and states before the step, where they are few."""
    lines: list[Line] = []
    letters = step.letters
    for layer in step.layers:
        names = [n for n, home in step.numbers.homes.items() if home is layer]
        known = [name for name in step.letters.parameters if name in names]
        shown = [(n, np.atleast_2d(np.asarray(step.numbers.feeds[n]))) for n in known]
        reason = layer.stage.layer
        if any(max(array.shape) > step.budget.matrix for _name, array in shown[:1]):
            continue
        for name, array in shown:
            node = step.letters.parameters[name]
            if node not in letters:
                continue
            rows = array.T if step.convention == "columns" else array
            left = letters.matrix(node, batch=False)
            lines.append((Relation((left, numbers_matrix(rows.tolist()))), reason))
            reason = ""
    return formulas(lines)


def write_forward(step: ShownStep) -> Section:
    """Section of the forward half."""
    alone = step.numbers.is_alone
    blocks = write_inputs(step) if alone else batch_inputs(step)
    for layer in step.layers:
        parts = layer_blocks(step, layer)
        blocks.append(Section(layer_heading(layer), tuple(parts)))
    blocks.append(Section((_("Loss"),), tuple(write_loss(step))))
    return Section((_("Forward"),), tuple(blocks))


def write_inputs(step: ShownStep) -> list[Block]:
    """What the network sees of one row."""
    blocks: list[Block] = []
    for name, node in step.numbers.reading.inputs.items():
        values = step.numbers.request.data[name][0].reshape(-1)
        order, caption = largest_inputs(step, values)
        names = step.feature_names
        named = len(names) == len(values)
        headings = [_("input"), *([_("column")] if named else []), _("value")]
        rows: list[list[Cell]] = [
            [
                step.letters.letter(node, str(i + 1)),
                *names[i : i + named],
                float(values[i]),
            ]
            for i in order
        ]
        blocks.append(tabulate(headings, rows, caption))
    return blocks


def batch_inputs(step: ShownStep) -> list[Block]:
    """What the network sees of several rows."""
    blocks: list[Block] = []
    for name, node in step.numbers.reading.inputs.items():
        values = step.numbers.request.data[name].reshape(step.numbers.rows, -1)
        order, caption = largest_inputs(step, np.abs(values).max(axis=0))
        columns: list[Column] = [
            (step.letters.letter(node, str(i + 1)), values[:, i].tolist())
            for i in order
        ]
        blocks += table_of_rows(step, columns, caption)
    return blocks


def largest_inputs(step: ShownStep, values: Sequence[float]) -> tuple[list[int], str]:
    """Places of the inputs that are listed, and what is said of the others."""
    if len(values) <= step.budget.inputs:
        return list(range(len(values))), ""
    # Among the largest there is no 0, unless there is nothing else.
    most = min(step.budget.inputs, int(np.count_nonzero(values)) or 1)
    hidden = len(values) - most
    order = np.sort(np.argsort(-np.abs(values), kind="stable")[:most])
    said = ngettext(
        "The largest; {count} more input is not shown.",
        "The largest; {count} more inputs are not shown.",
        hidden,
    )
    return order.tolist(), said.format(count=hidden)


def layer_blocks(step: ShownStep, layer: UnitNumbers) -> list[Block]:
    """How the units of a layer are made: each of one row, any of several."""
    stage, alone = layer.stage, step.numbers.is_alone
    lines: list[Line] = []
    mixed = isinstance(stage.activation, Softmax)
    if not stage.has_activation:
        for node in quantities(stage):
            lines += made_lines(step, layer, node)
    elif stage.is_weighted:
        for at in step.entries_of(layer, stage.z):
            lines.append((weighted_sum(step, layer, *at), ""))
            if not mixed and not stage.by_loss:
                lines.append((activation_line(step, layer, *at), ""))
    blocks = formulas(lines)
    units = step.units_of(layer)
    hidden = stage.units - len(units)
    if hidden and alone:
        said = ngettext("… and {count} more unit.", "… and {count} more units.", hidden)
        blocks.append(Paragraph((said.format(count=hidden),)))
    if mixed and alone:
        blocks += formulas(softmax_lines(step, layer, units))
    elif mixed or stage.by_loss or stage.passes_on:
        at_units = step.entries_of(layer, stage.a)
        blocks += formulas((activation_line(step, layer, *at), "") for at in at_units)
    return blocks if alone else [*blocks, *batch_values(step, layer)]


def made_lines(step: ShownStep, layer: UnitNumbers, node: Node) -> Iterator[Line]:
    """How the entries of a named node of another kind of layer are made."""
    reason = ""
    if any(part.dtype == "integer" for part in layer.stage.reads):
        reason = _("category 0 is row 1 of the table")
    for indices in step.entries_of(layer, node):
        left = step.letters.term(node, *indices)
        if node.operation == "random_mask":
            drawn = how_drawn(node)
            yield Relation((left, drawn, *step.equations.value(node, *indices))), ""
        else:
            yield step.equations.made(left, node, *indices), reason


def how_drawn(mask: Node) -> Term:
    """How a number of a mask is drawn."""
    share = f"{1.0 - float(mask.attributes['rate']):g}"
    said = _("with probability {share}").format(share=share)
    return Cases(((ONE, Word(said)), (ZERO, Word(_("otherwise")))))


def weighted_sum(step: ShownStep, layer: UnitNumbers, j: str) -> Term:
    """Write z of a unit: in symbols, with its numbers, and its value."""
    stage, equations = layer.stage, step.equations
    left = step.letters.z(stage, j)
    if not step.numbers.is_alone:
        return equations.made(left, stage.z, j)
    weight = np.asarray(step.numbers.feeds[stage.weight])[:, int(j) - 1]
    products = layer.x[0] * weight
    order, most = list(range(len(products))), step.budget.terms
    shortened = len(products) > most
    if shortened:
        size = np.abs(products)
        largest = np.argsort(-size, kind="stable")[: most - 2]
        # A term of 0 says nothing where others do not vanish.
        order = sorted(largest[size[largest] > 0].tolist() or largest.tolist())
    rest = np.delete(products, order)
    w, b = step.letters.parameters[stage.weight], stage.bias

    def write(derive: Derive) -> Term:
        terms: list[Term] = []
        for i in (str(place + 1) for place in order):
            x = derive.letters.term(stage.reads[0], i)
            terms.append(Product((derive.letters.term(w, i, j), x), ""))
        if shortened and derive is equations.in_letters:
            terms.append(DOTS)
        elif shortened:
            said = ngettext("({count} more term)", "({count} more terms)", len(rest))
            counted = Word(said.format(count=len(rest)))
            terms.append(Product((number(rest.sum()), counted), ""))
        if b:
            terms.append(derive.letters.term(step.letters.parameters[b], j))
        return added(terms)

    return equations.equation(left, write, *equations.value(stage.z, j))


def activation_line(step: ShownStep, layer: UnitNumbers, j: str) -> Term:
    """Write a of a unit: f(z), with its number, and its value."""
    stage, equations = layer.stage, step.equations
    a = step.letters.term(stage.a, j)
    if not stage.is_elementwise:
        return equations.made(a, stage.a, j)

    def write(derive: Derive) -> Term:
        return call_activation(stage.activation, derive.letters.z(stage, j))

    return equations.equation(a, write, *equations.value(stage.a, j))


def softmax_lines(
    step: ShownStep, layer: UnitNumbers, units: Sequence[int]
) -> list[Line]:
    """Each e^z, their sum, and each share of it."""
    stage, letters, mark = layer.stage, step.letters, str(layer.stage.number)
    with np.errstate(over="ignore"):
        powers = np.exp(layer.z[0])
        total = float(powers.sum())
    lines: list[Line] = []
    every = letters.z(stage, "k")
    # Taking the largest z from all of them is what the graph does too. It is shown
    # only where the formula of the books has no numbers.
    shift = 0.0
    taken: Term = ZERO
    if not 0.0 < total < math.inf:
        shift = float(layer.z[0].max())
        powers = np.exp(layer.z[0] - shift)
        total = float(powers.sum())
        taken = Symbol("m", layer=mark)
        said = _("taken from every z, so that no power overflows or all are 0")
        lines.append((Relation((taken, Call("max", (every,)), Number(shift))), said))

    def power_in_numbers(j: int) -> Term:
        exponent: Term = number(layer.z[0, j])
        if shift:
            exponent = difference(exponent, Number(shift))
        return Power(E, exponent)

    sign = Summation(Power(E, difference(every, taken)), Symbol("k"))
    shown: list[Term] = [power_in_numbers(j) for j in units]
    if len(units) < len(powers):
        shown.append(DOTS)
    lines.append(
        (Relation((sign, added(shown), Number(total))), _("what they are divided by"))
    )
    for j in units:
        at = str(j + 1)
        share = Quotient(Power(E, difference(letters.z(stage, at), taken)), sign)
        numbers = Quotient(number(powers[j]), Number(total))
        value = number(layer.prediction[0, j])
        sides = (letters.term(stage.a, at), share, numbers, value)
        lines.append((Relation(sides), ""))
    return lines


def batch_values(step: ShownStep, layer: UnitNumbers) -> list[Block]:
    """What some units of a layer are: a table of some rows, and what all rows share."""
    stage, letters = layer.stage, step.letters
    lines: list[Line] = []
    columns: list[Column] = []
    units = step.units_of(layer)[: step.budget.columns]
    for node in quantities(stage):
        if node is stage.a and stage.by_loss and stage.is_weighted:
            continue
        values: Array = np.asarray(step.numbers.trace.values[node])
        for indices in entries_of(node, units):
            letter = letters.term(node, *indices)
            if node is stage.z and stage.is_weighted:
                letter = letters.z(stage, *indices)
            if has_batch(node.shape):
                columns.append(unit_column(letter, values, indices))
            else:
                value = number(values.reshape(-1)[place_of(indices)])
                lines.append((Relation((letter, value)), ""))
    return [*formulas(lines), *table_of_rows(step, columns)]
