"""The backward half of a worked step's page: every δ, and every chain of factors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurona.explain.step.chains import Chain
from neurona.explain.step.choose import Entry
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
from neurona.explain.step.symbols import LOSS
from neurona.explain.step.worked_step import WorkedStep
from neurona.explain.step.write_checks import closing_blocks
from neurona.explain.step.write_endings import ending_line, expansion
from neurona.explain.step.write_loss import output_layer
from neurona.explain.textbook.activations import write_slope_of_one_piece
from neurona.explain.textbook.losses import LOSS_EQUATIONS, write_loss_slope
from neurona.messages import _, ngettext
from neurona.show.notation import (
    Derivative,
    Marked,
    Number,
    Product,
    Relation,
    Summation,
    Symbol,
    Term,
)
from neurona.show.notation.compose import exactly
from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Section,
    Table,
)

__all__ = ["write_backward"]


def write_backward(step: WorkedStep, entries: Sequence[Entry]) -> Section:
    """Section of the backward half."""
    blocks: list[Block] = []
    one = step.numbers.rows == 1
    seen: set[Term] = set()
    for layer in reversed(step.numbers.layers):
        parts: list[Block] = []
        if one:
            parts += delta_blocks(step, layer)
        else:
            parts.append(delta_table(step, layer))
        own = [entry for entry in entries if belongs(entry, layer)]
        if own and one:
            lines = [chain_line(step, entry, seen) for entry in own]
            parts.append(Formulas(tuple((line, "") for line in lines)))
        elif own:
            parts.append(contribution_table(step, own))
        if parts:
            blocks.append(Section(layer_heading(layer), tuple(parts)))
    others = [e for e in entries if not any(belongs(e, x) for x in step.numbers.layers)]
    if others:
        lines = [
            Relation((step.symbols.slope(e), Number(float(step.gradients[e[0]][e[1]]))))
            for e in others
        ]
        blocks.append(
            Section(
                (_("Other parameters"),), (Formulas(tuple((x, "") for x in lines)),)
            )
        )
    blocks += closing_blocks(step, entries)
    return Section((_("Backward"),), tuple(blocks))


def belongs(entry: Entry, layer: UnitNumbers) -> bool:
    """Whether a parameter is one of a layer."""
    bias = layer.units.bias
    names = (str(layer.units.weight.name), "" if bias is None else str(bias.name))
    return entry[0] in names


def delta_blocks(step: WorkedStep, layer: UnitNumbers) -> list[Block]:
    """δ of each unit, and what it is made of."""
    units = shown_units(step, layer)
    if layer.ending is not None:
        lines = [ending_line(step, layer, j) for j in units]
        return [Formulas(tuple(lines)), expansion(step, layer, units)]
    symbols = step.symbols
    lines = []
    for j in units:
        delta = symbols.delta(layer, j)
        value = Number(float(layer.delta[0, j]))
        if layer.grad_a is None or layer.slope is None:
            lines.append(
                (Relation((delta, Derivative(LOSS, symbols.z(layer, j)), value)), "")
            )
            continue
        a, z = symbols.a(layer, j), symbols.z(layer, j)
        lines.append((arriving(step, layer, j), arriving_reason(layer)))
        grad_a, slope = (
            Number(float(layer.grad_a[0, j])),
            Number(float(layer.slope[0, j])),
        )
        if layer.units.activation.name != "identity":
            lines.append((slope_line(step, layer, j), slope_reason(layer, j)))
        lines.append(
            (
                Relation(
                    (
                        delta,
                        Product((Derivative(LOSS, a), Derivative(a, z))),
                        Product((grad_a, slope)),
                        value,
                    )
                ),
                "",
            )
        )
    return [Formulas(tuple(lines))] if lines else []


def arriving(step: WorkedStep, layer: UnitNumbers, j: int) -> Term:
    """∂L/∂a of a unit: from the loss, or from the units that read it."""
    symbols = step.symbols
    assert layer.grad_a is not None
    left = Derivative(LOSS, symbols.a(layer, j))
    value = Number(float(layer.grad_a[0, j]))
    ways = step.chains.ways(layer, j, 0)
    if ways and len(ways) > MOST_TERMS:
        k = Symbol("k")
        after = step.symbols.by_units[(layer.units.feeds or ())[0]]
        number = str(after.units.number)
        index = f"{j + 1},k" if step.convention == "rows" else f"k,{j + 1}"
        body = Product((Symbol("δ", "k", number), Symbol("w", index, number)))
        return Relation((left, Summation(body, k), value))
    if ways:
        letters: list[Term] = [symbol for symbol, _values in ways]
        values: list[Term] = [
            Product(tuple(Number(v) for v in values)) for _symbol, values in ways
        ]
        return Relation((left, added(letters), added(values), value))
    sides = loss_slope_sides(step, layer, j)
    return Relation((left, *sides, value))


def loss_slope_sides(step: WorkedStep, layer: UnitNumbers, j: int) -> list[Term]:
    """∂L/∂ŷ as a formula and in numbers, where the loss has a short one."""
    for name, loss in step.numbers.request.losses.items():
        if output_layer(step, name) is not layer:
            continue
        count = layer.a.shape[1]
        target = np.atleast_1d(
            np.asarray(step.numbers.request.data[f"target/{name}"][0], dtype=float)
        )
        if len(target) != count or loss.name not in LOSS_EQUATIONS:
            return []
        letters = (step.symbols.a(layer, j), step.symbols.target(layer, j))
        values = (Number(float(layer.a[0, j])), Number(float(target[j])))
        return [
            write_loss_slope(loss, *terms, count, exactly(count))
            for terms in (letters, values)
        ]
    return []


def arriving_reason(layer: UnitNumbers) -> str:
    """Where ∂L/∂a comes from, in words."""
    if layer.is_output:
        return _("slope of the loss")
    if layer.units.feeds is None:
        return _("from what reads it")
    count = sum(
        feed.z.shape[1]
        for feed in layer.units.feeds
        if isinstance(feed.z.shape[1], int)
    )
    if count == 1:
        return ""
    return ngettext("{count} path meets here", "{count} paths meet here", count).format(
        count=count
    )


def slope_line(step: WorkedStep, layer: UnitNumbers, j: int) -> Term:
    """f′(z) of a unit: in symbols, with its numbers, and its value."""
    assert layer.slope is not None
    symbols, function = step.symbols, layer.units.activation
    a, z = symbols.a(layer, j), symbols.z(layer, j)
    value = Number(float(layer.slope[0, j]))
    formula = write_slope_of_one_piece(function, z, a)
    numbers = write_slope_of_one_piece(
        function, Number(float(layer.z[0, j])), Number(float(layer.a[0, j]))
    )
    sides = [side for side in (formula, numbers) if side is not None]
    return Relation((Derivative(a, z), *sides, value))


def slope_reason(layer: UnitNumbers, j: int) -> str:
    """Which branch a slope is on."""
    z = float(layer.z[0, j])
    if layer.units.activation.name in ("relu", "leaky_relu", "elu", "selu"):
        if z == 0:
            return _("z = 0: 0 by convention")
        return _("z > 0") if z > 0 else _("z < 0")
    return ""


def chain_line(step: WorkedStep, entry: Entry, seen: set[Term]) -> Term:
    """∂L/∂w as its factors: symbols, numbers, product."""
    chains = step.chains.of(entry)
    value = Number(float(step.gradients[entry[0]][entry[1]]))
    letters = added([marked_product(chain, seen) for chain in chains])
    numbers = added(
        [product_of_numbers([factor.value for factor in c.factors]) for c in chains]
    )
    if isinstance(numbers, Number):
        return Relation((step.symbols.slope(entry), value))
    return Relation((step.symbols.slope(entry), letters, numbers, value))


def product_of_numbers(values: Sequence[float]) -> Term:
    terms: list[Term] = [Number(value) for value in values]
    return terms[0] if len(terms) == 1 else Product(tuple(terms))


def marked_product(chain: Chain, seen: set[Term]) -> Term:
    """Factors of a chain, those that were there before marked."""
    factors: list[Term] = []
    for factor in chain.factors:
        known = factor.symbol in seen
        factors.append(Marked(factor.symbol, "reused") if known else factor.symbol)
        seen.add(factor.symbol)
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def delta_table(step: WorkedStep, layer: UnitNumbers) -> Table:
    """δ of some rows and units of a layer."""
    units = shown_units(step, layer)
    headings: list[Inline] = [(_("row"),)]
    headings += [(step.symbols.delta(layer, j),) for j in units]
    rows: list[tuple[Inline, ...]] = []
    for n, label in list(enumerate(row_labels(step)))[:MOST_ROWS]:
        cells: list[Inline] = [(label,)]
        cells += [(Number(float(layer.delta[n, j])),) for j in units]
        rows.append(tuple(cells))
    return Table(tuple(headings), tuple(rows), hidden_rows(step))


def contribution_table(step: WorkedStep, entries: Sequence[Entry]) -> Table:
    """What each row gives to the derivatives of some weights: δ · x, and their sum."""
    labels = row_labels(step)[: MOST_UNITS - 2]
    headings: list[Inline] = [(_("derivative"),)]
    headings += [(_("row {row}").format(row=label),) for label in labels]
    rest = step.numbers.rows - len(labels)
    headings += [(_("the rest"),)] if rest else []
    rows: list[tuple[Inline, ...]] = []
    for entry in entries:
        parts = [chain.product for chain in step.chains.of(entry)]
        cells: list[Inline] = [(step.symbols.slope(entry),)]
        cells += [(Number(part),) for part in parts[: len(labels)]]
        cells += [(Number(sum(parts[len(labels) :])),)] if rest else []
        cells.append((Number(float(step.gradients[entry[0]][entry[1]])),))
        rows.append(tuple(cells))
    return Table(
        (*headings, (_("sum"),)),
        tuple(rows),
        _("What each row gives: its δ, with its share in the mean, times the input."),
    )
