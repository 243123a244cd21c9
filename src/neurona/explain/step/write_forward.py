"""The forward half of a worked step's page: every stage, and the loss."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.explain.derive import indices_of, quantities
from neurona.explain.letters import row_shape
from neurona.explain.step.layout import (
    Column,
    Line,
    added,
    column,
    formulas,
    layer_heading,
    number,
    table_of_rows,
)
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.shown_step import ShownStep
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
from neurona.show.notation.compose import ONE, ZERO, difference
from neurona.show.page.blocks import Block, Inline, Paragraph, Section, Table

__all__ = ["entries_of", "place_of", "write_forward", "write_weights"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

E: Final = Symbol("e")


def write_weights(step: ShownStep) -> list[Block]:
    """Parameters and states before the step, where they are few."""
    lines: list[Line] = []
    letters = step.symbols.letters
    for layer in step.numbers.layers:
        names = [n for n, home in step.symbols.homes.items() if home is layer]
        known = [name for name in step.symbols.parameters if name in names]
        shown = [(n, np.atleast_2d(np.asarray(step.numbers.feeds[n]))) for n in known]
        reason = layer.stage.layer
        if any(max(array.shape) > step.budget.matrix for _name, array in shown[:1]):
            continue
        for name, array in shown:
            node = step.symbols.parameters[name]
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
    blocks: list[Block] = write_inputs(step) if alone else batch_inputs(step)
    for layer in step.numbers.layers:
        parts = layer_blocks(step, layer) if alone else batch_blocks(step, layer)
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
        headings: list[Inline] = [(_("input"),)]
        headings += [(_("column"),)] if named else []
        rows: list[tuple[Inline, ...]] = []
        for i in order:
            cells: list[Inline] = [(step.symbols.input(node, i),)]
            cells += [(names[i],)] if named else []
            cells.append((number(values[i]),))
            rows.append(tuple(cells))
        blocks.append(Table((*headings, (_("value"),)), tuple(rows), caption))
    return blocks


def batch_inputs(step: ShownStep) -> list[Block]:
    """What the network sees of several rows."""
    blocks: list[Block] = []
    for name, node in step.numbers.reading.inputs.items():
        values = step.numbers.request.data[name].reshape(step.numbers.rows, -1)
        order, caption = largest_inputs(step, np.abs(values).max(axis=0))
        columns = [column(step.symbols.input(node, i), values[:, i]) for i in order]
        table = table_of_rows(step, columns)
        said = " ".join(part for part in (caption, table.caption) if part)
        blocks.append(Table(table.headings, table.rows, said))
    return blocks


def largest_inputs(step: ShownStep, values: Sequence[float]) -> tuple[list[int], str]:
    """Places of the inputs that are listed, and what is said of the others."""
    most = step.budget.inputs
    hidden = len(values) - most
    if hidden <= 0:
        return list(range(len(values))), ""
    order = np.sort(np.argsort(-np.abs(values), kind="stable")[:most])
    said = ngettext(
        "The largest; {count} more input is not shown.",
        "The largest; {count} more inputs are not shown.",
        hidden,
    )
    return order.tolist(), said.format(count=hidden)


# One row ----------------------------------------------------------------------------


def layer_blocks(step: ShownStep, layer: UnitNumbers) -> list[Block]:
    """Lines for what the units of a layer give."""
    stage, units = layer.stage, step.units_of(layer)
    lines: list[Line] = []
    if stage.is_weighted or stage.passes_on:
        for j in units:
            if stage.is_weighted:
                lines.append((weighted_sum(step, layer, j), ""))
            if stage.is_elementwise and not stage.by_loss:
                lines.append((activation_line(step, layer, j), ""))
    else:
        for node in quantities(stage):
            lines += made_lines(step, layer, node, units)
    blocks = formulas(lines)
    hidden = stage.units - len(units)
    if hidden:
        said = ngettext("… and {count} more unit.", "… and {count} more units.", hidden)
        blocks.append(Paragraph((said.format(count=hidden),)))
    if isinstance(stage.activation, Softmax):
        blocks += formulas(softmax_lines(step, layer, units))
    elif stage.by_loss:
        blocks += formulas((activation_line(step, layer, j), "") for j in units)
    return blocks


def entries_of(node: Node, units: Iterable[int]) -> list[tuple[str, ...]]:
    """Indices of a node that are written out, from 1: some units, or its only one."""
    sizes = row_shape(node)
    if not sizes or sizes == (1,):
        return [("1",) * len(sizes)]
    return [(str(j + 1),) for j in units if j < sizes[0]]


def made_lines(
    step: ShownStep, layer: UnitNumbers, node: Node, units: Sequence[int]
) -> Iterator[Line]:
    """How the entries of a named node of another kind of layer are made."""
    for indices in entries_of(node, units):
        left = step.symbols.letters.term(node, *indices)
        made = step.equations.made(left, node, *indices)
        if node.operation == "random_mask":
            made = Relation((left, drawn(node), made.sides[-1]))
        yield made, looked_up(layer)


def drawn(mask: Node) -> Term:
    """How a number of a mask is drawn."""
    share = f"{1.0 - float(mask.attributes['rate']):g}"
    said = _("with probability {share}").format(share=share)
    return Cases(((ONE, Word(said)), (ZERO, Word(_("otherwise")))))


def looked_up(layer: UnitNumbers) -> str:
    """How a category is a row of a table, where one is read."""
    if any(node.dtype == "integer" for node in layer.stage.reads):
        return _("category 0 is row 1 of the table")
    return ""


def place_of(indices: tuple[str, ...]) -> int:
    """Place of the unit that indices mean, from 0."""
    return int(indices[-1]) - 1 if indices else 0


def weighted_sum(step: ShownStep, layer: UnitNumbers, j: int) -> Term:
    """Write z of a unit: in symbols, with its numbers, and its value."""
    symbols, stage = step.symbols, layer.stage
    weight = np.asarray(step.numbers.feeds[stage.weight])[:, j]
    x = layer.x[0]
    order, most = list(range(len(x))), step.budget.terms
    shortened = len(x) > most
    if shortened:
        size = np.abs(x * weight)
        largest = np.argsort(-size, kind="stable")[: most - 2]
        # A term of 0 says nothing where others do not vanish.
        order = sorted(largest[size[largest] > 0].tolist() or largest.tolist())
    letters: list[Term] = [
        Product((symbols.w(layer, i, j), symbols.x(layer, i)), "") for i in order
    ]
    values: list[Term] = [Product((number(weight[i]), number(x[i]))) for i in order]
    if shortened:
        rest = np.delete(x * weight, order)
        said = ngettext("({count} more term)", "({count} more terms)", len(rest))
        letters.append(DOTS)
        counted = Word(said.format(count=len(rest)))
        values.append(Product((number(rest.sum()), counted), ""))
    if stage.bias:
        letters.append(symbols.b(layer, j))
        values.append(number(np.asarray(step.numbers.feeds[stage.bias])[j]))
    z = number(layer.z[0, j])
    return Relation((symbols.z(layer, j), added(letters), added(values), z))


def activation_line(step: ShownStep, layer: UnitNumbers, j: int) -> Term:
    """Write a of a unit: f(z), with its number, and its value."""
    symbols, function = step.symbols, layer.stage.activation
    a, z = symbols.prediction(layer, j), symbols.z(layer, j)
    made = layer.ending.prediction if layer.stage.by_loss and layer.ending else layer.a
    value = number(made[0, j])
    if function.name == "identity":
        return Relation((a, z, value))
    numbers = call_activation(function, number(layer.z[0, j]))
    return Relation((a, call_activation(function, z), numbers, value))


def softmax_lines(
    step: ShownStep, layer: UnitNumbers, units: Sequence[int]
) -> list[Line]:
    """Each e^z, their sum, and each share of it."""
    symbols, mark = step.symbols, str(layer.stage.number)
    made = layer.ending.prediction if layer.ending is not None else layer.a
    with np.errstate(over="ignore"):
        powers = np.exp(layer.z[0])
        total = float(powers.sum())
    lines: list[Line] = []
    every = symbols.letters.z(layer.stage, "k")
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
        share = Quotient(Power(E, difference(symbols.z(layer, j), taken)), sign)
        numbers = Quotient(number(powers[j]), Number(total))
        sides = (symbols.prediction(layer, j), share, numbers, number(made[0, j]))
        lines.append((Relation(sides), ""))
    return lines


# Several rows -----------------------------------------------------------------------


def batch_blocks(step: ShownStep, layer: UnitNumbers) -> list[Block]:
    """How any unit of a layer is made, and a table of some rows and units."""
    stage, symbols = layer.stage, step.symbols
    lines: list[Line] = []
    columns: list[Column] = []
    units = step.units_of(layer)[: step.budget.columns]
    for node in quantities(stage):
        lines += any_entry(step, layer, node)
        if node is stage.a and stage.by_loss and stage.is_weighted:
            continue
        values: Array = np.asarray(step.numbers.trace.values[node])
        for indices in entries_of(node, units):
            of_unit = symbols.letters.term(node, *indices)
            if node is stage.z and stage.is_weighted:
                of_unit = symbols.letters.z(stage, *indices)
            place = place_of(indices)
            if has_batch(node.shape):
                by_row = values.reshape(len(values), -1)
                columns.append(column(of_unit, by_row[:, place]))
            else:
                value = number(values.reshape(-1)[place])
                lines.append((Relation((of_unit, value)), ""))
    tables = [table_of_rows(step, columns)] if columns else []
    return [*formulas(lines), *tables]


def any_entry(step: ShownStep, layer: UnitNumbers, node: Node) -> Iterator[Line]:
    """How any entry of a named node is made, in letters."""
    stage, letters = layer.stage, step.symbols.letters
    indices = indices_of(node)
    of_sum = stage.is_weighted or stage.passes_on
    if node is stage.z and stage.is_weighted:
        yield step.equations.made(letters.z(stage, *indices), node, *indices), ""
    elif node.operation == "random_mask":
        yield Relation((letters.term(node, *indices), drawn(node))), ""
    elif not of_sum:
        left = letters.term(node, *indices)
        yield step.equations.made(left, node, *indices), looked_up(layer)
    if of_sum and node is stage.a and (node is not stage.z or layer.is_output):
        left = letters.term(node, *indices)
        if stage.is_elementwise:
            z = letters.z(stage, *indices)
            yield Relation((left, call_activation(stage.activation, z))), ""
        else:
            yield step.equations.made(left, node, *indices), ""
