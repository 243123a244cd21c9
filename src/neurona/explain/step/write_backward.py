"""The backward half of a worked step's page: every δ, and every chain of factors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from neurona.explain.derive import Derive, indices_of, quantities
from neurona.explain.letters import slope_in
from neurona.explain.step.chains import Chain
from neurona.explain.step.choose import Entry
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
from neurona.explain.step.write_checks import closing_blocks
from neurona.explain.step.write_endings import ending_line, expansion
from neurona.explain.step.write_forward import entries_of, place_of
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
from neurona.show.notation.compose import exactly, product_of, sum_of
from neurona.show.page.blocks import Block, Inline, Paragraph, Section, Table

__all__ = ["write_backward"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


def write_backward(step: ShownStep, entries: Sequence[Entry]) -> Section:
    """Section of the backward half."""
    blocks: list[Block] = []
    seen: set[Term] = set()
    for layer in reversed(step.numbers.layers):
        if step.numbers.is_alone:
            parts = formulas_of(step, layer)
        else:
            parts = batch_formulas(step, layer)
        names = step.parameters_of(layer)
        own = [entry for entry in entries if entry[0] in names]
        parts += derivatives_of(step, layer, own, seen)
        if parts:
            blocks.append(Section(layer_heading(layer), tuple(parts)))
    homes = step.symbols.homes
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
        (step.symbols.slope(entry), number(step.gradients[name][index]))
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


# One row ----------------------------------------------------------------------------


def formulas_of(step: ShownStep, layer: UnitNumbers) -> list[Block]:
    """∂L of every named number of a layer, the last one first."""
    stage, units = layer.stage, step.units_of(layer)
    if layer.ending is not None:
        ending = layer.ending
        lines = [ending_line(step, layer, ending, j) for j in units]
        return [*formulas(lines), expansion(step, layer, ending, units)]
    if not (stage.is_weighted or stage.passes_on):
        nodes = [x for x in reversed(quantities(stage)) if x.dtype == "float"]
        shown = [x for x in nodes if not is_written_there(step, x)]
        return formulas(
            (arriving(step, layer, node, at), arriving_reason(step, node))
            for node in shown
            for at in entries_of(node, units)
        )
    lines = []
    for j in units:
        lines += delta_lines(step, layer, j)
    return formulas(lines)


def delta_lines(step: ShownStep, layer: UnitNumbers, j: int) -> list[Line]:
    """δ of a unit, and what it is made of."""
    stage, symbols = layer.stage, step.symbols
    delta, a, z = symbols.delta(layer, j), symbols.a(layer, j), symbols.z(layer, j)
    value = number(layer.delta[0, j])
    if layer.grad_a is None:
        return [(Relation(tuple(dict.fromkeys((delta, slope_in(z), value)))), "")]
    index = str(j + 1)
    lines: list[Line] = []
    if not is_written_there(step, stage.a):
        line = arriving(step, layer, stage.a, (index,))
        lines.append((line, arriving_reason(step, stage.a)))
    if stage.passes_on and not is_written_there(step, stage.z):
        return lines
    if layer.slope is None:
        return [*lines, (step.equations.arriving(delta, stage.z, index), "")]
    slope = number(layer.slope[0, j])
    if stage.activation.name != "identity":
        lines.append((slope_line(step, layer, j), slope_reason(layer, j)))
    letters = Product((slope_in(a), Derivative(a, z)))
    numbers = Product((number(layer.grad_a[0, j]), slope))
    return [*lines, (Relation((delta, letters, numbers, value)), "")]


def arriving(
    step: ShownStep, layer: UnitNumbers, node: Node, indices: tuple[str, ...]
) -> Term:
    """∂L in a named number: from the loss, or from what is made of it."""
    left = slope_in(step.symbols.letters.term(node, *indices))
    equations, of_unit = step.equations, node is layer.stage.a
    ways = step.chains.ways(layer, int(indices[0]) - 1, 0) if of_unit else ()
    if not ways or equations.figures is None:
        return equations.arriving(left, node, *indices)
    value = equations.figures.slope(node, *indices)
    if len(ways) > step.budget.terms:
        right = equations.in_letters.arriving(node, *indices)
        return Relation((left, right, value))
    letters: list[Term] = [symbol for symbol, _values in ways]
    numbers = [several([Number(v) for v in values]) for _symbol, values in ways]
    return Relation((left, added(letters), added(numbers), value))


def arriving_reason(step: ShownStep, node: Node) -> str:
    """Where ∂L in a node comes from, in words."""
    derive = step.equations.in_letters
    consumers = derive.consumers(node)
    ends = sum(end.stage.a is node for end in step.numbers.reading.ends)
    if ends and not consumers:
        return _("slope of the loss")
    sums = step.symbols.letters.sums
    count = ends + sum(sums[x].units if x in sums else 1 for x in consumers)
    if count == 1:
        return ""
    return ngettext("{count} path meets here", "{count} paths meet here", count).format(
        count=count
    )


def slope_line(step: ShownStep, layer: UnitNumbers, j: int) -> Term:
    """f′(z) of a unit: in symbols, with its numbers, and its value."""
    assert layer.slope is not None
    symbols, function = step.symbols, layer.stage.activation
    a, z = symbols.a(layer, j), symbols.z(layer, j)
    numbers = (number(layer.z[0, j]), number(layer.a[0, j]))
    found = [write_slope_of_one_piece(function, *pair) for pair in ((z, a), numbers)]
    sides = [side for side in found if side is not None]
    return Relation((Derivative(a, z), *sides, number(layer.slope[0, j])))


def slope_reason(layer: UnitNumbers, j: int) -> str:
    """Which branch a slope is on."""
    z = float(layer.z[0, j])
    if layer.stage.activation.name in ("relu", "leaky_relu", "elu", "selu"):
        if z == 0:
            return _("z = 0: 0 by convention")
        return _("z > 0") if z > 0 else _("z < 0")
    return ""


# Several rows -----------------------------------------------------------------------


def batch_formulas(step: ShownStep, layer: UnitNumbers) -> list[Block]:
    """∂L of any named number of a layer, and a table of some rows and units."""
    stage, symbols, units = layer.stage, step.symbols, step.units_of(layer)
    lines: list[Line] = []
    of_sum = stage.is_weighted or stage.passes_on
    nodes = [x for x in reversed(quantities(stage)) if x.dtype == "float"]
    if of_sum:
        lines = any_delta(step, layer)
        nodes = [stage.z]
    for node in nodes:
        if of_sum or is_written_there(step, node):
            continue
        indices = indices_of(node)
        left = slope_in(symbols.letters.term(node, *indices))
        line = step.equations.arriving(left, node, *indices)
        lines.append((line, arriving_reason(step, node)))
    columns: list[Column] = []
    grads = step.numbers.trace.gradients
    for node in [] if stage.passes_on else nodes:
        if has_batch(node.shape) and node in grads:
            grad: Array = np.asarray(grads[node])
            for at in entries_of(node, units):
                values = grad.reshape(len(grad), -1)[:, place_of(at)]
                columns.append(column(symbols.letters.slope(node, *at), values))
    tables = [table_of_rows(step, columns)] if columns else []
    return [*formulas(lines), *tables]


def any_delta(step: ShownStep, layer: UnitNumbers) -> list[Line]:
    """δ of any unit of a layer, in letters."""
    stage, letters = layer.stage, step.symbols.letters
    (j,) = indices_of(stage.z)
    delta = letters.slope(stage.z, j)
    a, z = letters.term(stage.a, j), letters.z(stage, j)
    if layer.ending is not None:
        (end, *_others) = step.numbers.reading.ends_at(stage)
        y, n = letters.term(end.target, j), exactly(layer.ending.divisor)
        short = layer.ending.match.short(a, y, n)
        right = product_of(step.equations.share, short)
        return [(Relation((delta, right)), layer.ending.match.reason)]
    lines: list[Line] = []
    if not is_written_there(step, stage.a):
        line = step.equations.arriving(slope_in(a), stage.a, j)
        lines.append((line, arriving_reason(step, stage.a)))
    if stage.passes_on and not is_written_there(step, stage.z):
        return lines
    if layer.slope is None:
        return [*lines, (step.equations.arriving(delta, stage.z, j), "")]
    if stage.activation.name == "identity":
        return [*lines, (Relation((delta, slope_in(a))), "")]
    right = product_of(slope_in(a), write_slope(stage.activation, z, a))
    return [*lines, (Relation((delta, right)), "")]


# Derivatives in weights -------------------------------------------------------------


def derivatives_of(
    step: ShownStep, layer: UnitNumbers, own: Sequence[Entry], seen: set[Term]
) -> list[Block]:
    """The derivatives in some weights that are first used in a layer."""
    stage, homes = layer.stage, step.symbols.homes
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
    node = step.symbols.parameters[name]
    indices = [str(i + 1) for i in index]
    value = number(step.gradients[name][index])
    penalties = step.numbers.penalty_gradients
    letters: Term = Derivative(Symbol("R"), step.symbols.entry(entry))

    def write(derive: Derive) -> Term:
        found = derive.arriving(node, *indices)
        if name not in penalties:
            return found
        in_letters = derive is step.equations.in_letters
        return sum_of(found, letters if in_letters else number(penalties[name][index]))

    return step.equations.equation(step.symbols.slope(entry), write, value)


def chain_line(step: ShownStep, entry: Entry, seen: set[Term]) -> Term:
    """∂L/∂w as its factors: symbols, numbers, product."""
    chains = step.chains.of(entry)
    value = number(step.gradients[entry[0]][entry[1]])
    letters = added([marked_product(chain, seen) for chain in chains])
    numbers = added([several([Number(f.value) for f in c.factors]) for c in chains])
    return Relation((step.symbols.slope(entry), letters, numbers, value))


def several(factors: Sequence[Term]) -> Term:
    """Factors with points between, or the only one."""
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def marked_product(chain: Chain, seen: set[Term]) -> Term:
    """Factors of a chain, those that were there before marked."""
    factors: list[Term] = []
    for factor in chain.factors:
        known = factor.symbol in seen
        factors.append(Marked(factor.symbol, "reused") if known else factor.symbol)
        seen.add(factor.symbol)
    return several(factors)


def contribution_table(step: ShownStep, entries: Sequence[Entry]) -> Table:
    """What each row gives to the derivatives of some weights: δ · x, and their sum."""
    labels = step.row_labels[: step.budget.units - 2]
    penalized = bool(
        {name for name, _i in entries} & set(step.numbers.penalty_gradients)
    )
    headings: list[Inline] = [(_("derivative"),)]
    headings += [(_("row {row}").format(row=label),) for label in labels]
    rest = step.numbers.rows - len(labels)
    headings += [(_("the rest"),)] if rest else []
    headings += [(Symbol("R"),)] if penalized else []
    rows: list[tuple[Inline, ...]] = []
    for entry in entries:
        by_row, penalty = [0.0] * step.numbers.rows, 0.0
        # A layer that is used twice has two chains for each row.
        for chain in step.chains.of(entry):
            if chain.row is None:
                penalty += chain.product
            else:
                by_row[chain.row] += chain.product
        cells: list[Inline] = [(step.symbols.slope(entry),)]
        cells += [(Number(part),) for part in by_row[: len(labels)]]
        cells += [(Number(sum(by_row[len(labels) :])),)] if rest else []
        cells += [(Number(penalty),)] if penalized else []
        cells.append((number(step.gradients[entry[0]][entry[1]]),))
        rows.append(tuple(cells))
    return Table(
        (*headings, (_("sum"),)),
        tuple(rows),
        _("What each row gives: its δ, with its share in the mean, times the input."),
    )
