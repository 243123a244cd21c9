"""The backward half of a worked step's page: every δ, and every chain of factors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurona.explain.derive import Derive, quantities
from neurona.explain.letters import slope_in
from neurona.explain.step.chains import Chain
from neurona.explain.step.choose import Entry
from neurona.explain.step.layout import (
    Line,
    formulas,
    layer_heading,
    number,
    table_of_rows,
    unit_column,
)
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.shown_step import ShownStep, entries_of
from neurona.explain.step.write_checks import closing_blocks
from neurona.explain.step.write_endings import ending_line, expansion
from neurona.explain.textbook.activations import write_slope, write_slope_of_one_piece
from neurona.graph import Node, has_batch
from neurona.messages import _, ngettext
from neurona.show.notation import (
    Derivative,
    Marked,
    Number,
    Product,
    Relation,
    Symbol,
    Term,
)
from neurona.show.notation.compose import added, multiplied, sum_of
from neurona.show.page.blocks import Block, Paragraph, Section, Table
from neurona.show.wording import Cell, Part, tabulate

__all__ = ["write_backward"]


def write_backward(step: ShownStep, entries: Sequence[Entry]) -> Section:
    """Section of the backward half."""
    blocks: list[Block] = []
    seen: set[Term] = set()
    for layer in reversed(step.layers):
        parts = slopes_of(step, layer)
        names = step.parameters_of(layer)
        own = [entry for entry in entries if entry[0] in names]
        parts += derivatives_of(step, layer, own, seen)
        if parts:
            blocks.append(Section(layer_heading(layer), tuple(parts)))
    homes = step.numbers.homes
    others = [entry for entry in entries if entry[0] not in homes]
    if others:
        lines = [unexplained(step, entry) for entry in others]
        blocks.append(Section((_("Other parameters"),), tuple(formulas(lines))))
    blocks += closing_blocks(step, entries)
    return Section((_("Backward"),), tuple(blocks))


def unexplained(step: ShownStep, entry: Entry) -> Line:
    """The derivative in what the loss does not read."""
    name, index = entry
    return Relation(
        (slope_in(step.letters.entry(entry)), number(step.gradients[name][index]))
    ), ""


def is_written_there(step: ShownStep, node: Node) -> bool:
    """Whether ∂L in a node is written at the activation that alone reads it."""
    derive = step.equations.in_letters
    consumers = derive.consumers(node)
    if len(consumers) != 1:
        return False
    after = derive.stage_of[consumers[0]]
    return after.passes_on and after.z is node and not is_end(step, node)


def is_end(step: ShownStep, node: Node) -> bool:
    """Whether a loss reads what a node is."""
    return any(end.stage.a is node for end in step.numbers.reading.ends)


def slopes_of(step: ShownStep, layer: UnitNumbers) -> list[Block]:
    """∂L of every named number of a layer, the last one first."""
    stage, alone = layer.stage, step.numbers.is_alone
    of_sum = stage.has_activation
    nodes = [node for node in reversed(quantities(stage)) if node.dtype == "float"]
    blocks: list[Block] = []
    lines: list[Line] = []
    if layer.ending is not None:
        for at in step.entries_of(layer, stage.z):
            lines.append(ending_line(step, layer, layer.ending, *at))
        if alone:
            units = step.units_of(layer)
            blocks = [expansion(step, layer, layer.ending, units)]
    elif of_sum:
        by_unit = [
            delta_lines(step, layer, *at) for at in step.entries_of(layer, stage.z)
        ]
        # Where each δ is made of every ∂L/∂a, those come first.
        mixed = [*zip(*by_unit, strict=True)] if layer.slope is None else by_unit
        lines = [line for group in mixed for line in group]
    else:
        for node in (node for node in nodes if not is_written_there(step, node)):
            for at in step.entries_of(layer, node):
                lines.append(arriving(step, layer, node, at))
    blocks = [*formulas(lines), *blocks]
    if not alone and not stage.passes_on:
        blocks += batch_slopes(step, layer, [stage.z] if of_sum else nodes)
    return blocks


def batch_slopes(
    step: ShownStep, layer: UnitNumbers, nodes: Sequence[Node]
) -> list[Block]:
    """Table of ∂L in some named numbers, of some rows and units."""
    grads, letters = step.numbers.trace.gradients, step.letters
    columns = [
        unit_column(letters.slope(node, *at), np.asarray(grads[node]), at)
        for node in nodes
        if has_batch(node.shape) and node in grads
        for at in entries_of(node, step.units_of(layer))
    ]
    return table_of_rows(step, columns)


def delta_lines(step: ShownStep, layer: UnitNumbers, j: str) -> list[Line]:
    """δ of a unit, and what it is made of."""
    stage, letters, equations = layer.stage, step.letters, step.equations
    delta, z = letters.slope(stage.z, j), letters.z(stage, j)
    value = equations.grad(stage.z, j)
    if layer.grad_a is None:
        return [(Relation(tuple(dict.fromkeys((delta, slope_in(z), *value)))), "")]
    lines: list[Line] = []
    if not is_written_there(step, stage.a):
        lines.append(arriving(step, layer, stage.a, (j,)))
    if stage.passes_on and not is_written_there(step, stage.z):
        return lines
    if layer.slope is None:
        return [*lines, (equations.arriving(delta, stage.z, j), "")]
    a = letters.term(stage.a, j)
    if stage.activation.name != "identity":
        lines.append(slope_line(step, layer, j))
    factors: list[Term] = [Product((slope_in(a), Derivative(a, z)))]
    if value:
        unit = int(j) - 1
        known = number(layer.grad_a[0, unit]), number(layer.slope[0, unit])
        factors.append(Product(known))
    return [*lines, (Relation((delta, *factors, *value)), "")]


def arriving(
    step: ShownStep, layer: UnitNumbers, node: Node, indices: tuple[str, ...]
) -> Line:
    """∂L in a named number: from the loss, or from what is made of it."""
    equations, reason = step.equations, arriving_reason(step, node)
    left = slope_in(step.letters.term(node, *indices))
    value = equations.grad(node, *indices)
    summed = value and node is layer.stage.a
    ways = step.chains.ways(layer, int(indices[0]) - 1, 0) if summed else ()
    if not ways:
        return equations.arriving(left, node, *indices), reason
    if len(ways) > step.budget.terms:
        right = equations.in_letters.arriving(node, *indices)
        return Relation((left, right, *value)), reason
    letters: list[Term] = [symbol for symbol, _values in ways]
    numbers = [multiplied([Number(v) for v in values]) for _symbol, values in ways]
    return Relation((left, added(letters), added(numbers), *value)), reason


def arriving_reason(step: ShownStep, node: Node) -> str:
    """Where ∂L in a node comes from, in words."""
    consumers = step.equations.in_letters.consumers(node)
    ends = sum(end.stage.a is node for end in step.numbers.reading.ends)
    if ends and not consumers:
        return _("slope of the loss")
    sums = step.letters.sums
    count = ends + sum(sums[x].units if x in sums else 1 for x in consumers)
    if count == 1:
        return ""
    return ngettext("{count} path meets here", "{count} paths meet here", count).format(
        count=count
    )


def slope_line(step: ShownStep, layer: UnitNumbers, j: str) -> Line:
    """f′(z) of a unit: in symbols, with its numbers, and its value."""
    stage, letters = layer.stage, step.letters
    left = Derivative(letters.term(stage.a, j), letters.z(stage, j))
    if not step.numbers.is_alone:
        z, a = letters.z(stage, j), letters.term(stage.a, j)
        return Relation((left, write_slope(stage.activation, z, a))), ""
    assert layer.slope is not None
    value = number(layer.slope[0, int(j) - 1])

    def write(derive: Derive) -> Term | None:
        z, a = derive.letters.z(stage, j), derive.letters.term(stage.a, j)
        return write_slope_of_one_piece(stage.activation, z, a)

    reason = slope_reason(stage.activation.name, float(layer.z[0, int(j) - 1]))
    return step.equations.equation(left, write, value), reason


def slope_reason(name: str, z: float) -> str:
    """Which branch a slope is on."""
    if name not in ("relu", "leaky_relu", "elu", "selu"):
        return ""
    if z == 0:
        return _("z = 0: 0 by convention")
    return _("z > 0") if z > 0 else _("z < 0")


# Derivatives in weights -------------------------------------------------------------


def derivatives_of(
    step: ShownStep, layer: UnitNumbers, own: Sequence[Entry], seen: set[Term]
) -> list[Block]:
    """The derivatives in some weights that are first used in a layer."""
    stage, homes = layer.stage, step.numbers.homes
    home = homes.get(stage.weight)
    if home is not None and home is not layer:
        said = _("Its weights are those of layer [{number}]: see there.")
        return [Paragraph((said.format(number=home.stage.number),))]
    sums = (stage.weight, stage.bias)
    of_sums = [entry for entry in own if entry[0] in sums]
    others = [entry for entry in own if entry[0] not in sums]
    blocks: list[Block] = []
    if of_sums and step.numbers.is_alone:
        blocks += formulas((chain_line(step, entry, seen), "") for entry in of_sums)
    elif of_sums:
        blocks.append(contribution_table(step, of_sums))
    return [*blocks, *formulas((parameter_line(step, entry), "") for entry in others)]


def parameter_line(step: ShownStep, entry: Entry) -> Term:
    """∂L in a parameter that is no weight of a sum: what is made of it sends back."""
    name, index = entry
    node = step.letters.parameters[name]
    indices = [str(i + 1) for i in index]
    value = number(step.gradients[name][index])
    penalties = step.numbers.penalty_gradients
    letters: Term = Derivative(Symbol("R"), step.letters.entry(entry))

    def write(derive: Derive) -> Term:
        found = derive.arriving(node, *indices)
        if name not in penalties:
            return found
        in_letters = derive is step.equations.in_letters
        return sum_of(found, letters if in_letters else number(penalties[name][index]))

    return step.equations.equation(slope_in(step.letters.entry(entry)), write, value)


def chain_line(step: ShownStep, entry: Entry, seen: set[Term]) -> Term:
    """∂L/∂w as its factors: symbols, numbers, product."""
    chains = step.chains.of(entry)
    value = number(step.gradients[entry[0]][entry[1]])
    letters = added([marked_product(chain, seen) for chain in chains])
    numbers = added([multiplied([Number(f.value) for f in c.factors]) for c in chains])
    return Relation((slope_in(step.letters.entry(entry)), letters, numbers, value))


def marked_product(chain: Chain, seen: set[Term]) -> Term:
    """Factors of a chain, those that were there before marked."""
    factors: list[Term] = []
    for factor in chain.factors:
        known = factor.symbol in seen
        factors.append(Marked(factor.symbol, "reused") if known else factor.symbol)
        seen.add(factor.symbol)
    return multiplied(factors)


def contribution_table(step: ShownStep, entries: Sequence[Entry]) -> Table:
    """What each row gives to the derivatives of some weights: δ · x, and their sum."""
    labels = step.row_labels[: step.budget.units - 2]
    penalized = bool(
        {name for name, _i in entries} & set(step.numbers.penalty_gradients)
    )
    rest = step.numbers.rows - len(labels)
    headings: list[Part] = [_("derivative")]
    headings += [_("row {row}").format(row=label) for label in labels]
    headings += [_("the rest")] if rest else []
    headings += [Symbol("R")] if penalized else []
    rows: list[list[Cell]] = []
    for entry in entries:
        by_row, penalty = [0.0] * step.numbers.rows, 0.0
        # A layer that is used twice has two chains for each row.
        for chain in step.chains.of(entry):
            if chain.row is None:
                penalty += chain.product
            else:
                by_row[chain.row] += chain.product
        cells: list[Cell] = [
            slope_in(step.letters.entry(entry)),
            *by_row[: len(labels)],
        ]
        cells += [sum(by_row[len(labels) :])] if rest else []
        cells += [penalty] if penalized else []
        rows.append([*cells, float(step.gradients[entry[0]][entry[1]])])
    return tabulate(
        [*headings, _("sum")],
        rows,
        _("What each row gives: its δ, with its share in the mean, times the input."),
    )
