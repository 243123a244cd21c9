"""The page of an expression: definition, forward, backward, chains, check."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from neurona.explain.agreement import write_gap
from neurona.explain.derivatives import rules_in_words, total_derivative
from neurona.explain.expression.lines import (
    MOST_LINES,
    Line,
    lines_of,
    shortened,
    without_repeats,
)
from neurona.explain.expression.numbers import ExpressionNumbers
from neurona.explain.expression.paths import SlopePath
from neurona.explain.expression.write_definition import write_definition, write_summary
from neurona.explain.graph_picture import graph_picture
from neurona.explain.trace import Edge, Trace
from neurona.graph import Graph, Node
from neurona.messages import _, ngettext
from neurona.show.notation.compose import ONE, added, measured, multiplied, product_of
from neurona.show.notation.terms import DOTS, Number, Relation, Symbol, Term
from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Note,
    Page,
    Paragraph,
    Picture,
    Section,
)
from neurona.show.wording import Cell, tabulate

__all__ = ["write_page"]

MOST_FACTORS: Final = 8
"""Factors of a chain that are written out."""

MOST_ADDED: Final = 4
"""Paths that are written out where they meet in one node."""

MOST_DRAWN: Final = 40
"""Nodes of the largest graph that is drawn."""

LONGEST_TITLE: Final = 60


def write_page(found: ExpressionNumbers) -> Page:
    """Page of an explained expression."""
    text = " ".join(found.expression.text.split())
    if len(text) > LONGEST_TITLE:
        text = f"{text[:LONGEST_TITLE]}…"
    blocks = [*write_definition(found), write_summary(found), *write_problems(found)]
    if 1 < len(found.trace.nodes) <= MOST_DRAWN:
        blocks.append(draw(found))
    blocks.append(write_forward(found))
    if found.expression.variables:
        blocks += write_no_derivative(found)
        if found.is_list:
            blocks.append(write_jacobian(found))
        else:
            blocks += [write_backward(found), write_chains(found)]
        blocks.append(write_check(found))
    return Page(text, tuple(blocks))


def draw(found: ExpressionNumbers) -> Picture:
    """The graph, with values above its nodes and derivatives below."""
    results = [symbol.letter + symbol.subscript for symbol in found.naming.results]
    outputs = dict(zip(results, found.expression.outputs, strict=True))
    gradients = {} if found.is_list else found.trace.gradients
    return graph_picture(Graph(outputs), found.trace.values, gradients)


def write_problems(found: ExpressionNumbers) -> list[Block]:
    blocks: list[Block] = []
    kinds = ((found.problems, "warning"), (found.conventions, "note"))
    for sentences, kind in kinds:
        first, left_out, _last = shortened(list(sentences.items()), MOST_LINES)
        for node, sentence in first:
            content: Inline = (found.naming.terms[node], f": {sentence}.")
            blocks.append(Note(content, "warning" if kind == "warning" else "note"))
        if left_out:
            count = len(sentences) - len(first)
            said = ngettext(
                "{count} more remark of this kind.",
                "{count} more remarks of this kind.",
                count,
            )
            blocks.append(Paragraph((said.format(count=count),)))
    return blocks


def write_no_derivative(found: ExpressionNumbers) -> list[Block]:
    """Say that formulas go on where the function does not."""
    values = found.value if found.is_list else [found.value]
    if all(map(math.isfinite, values)):
        return []
    said = _(
        "Where there is no finite value there is no derivative either: what follows is "
        "what the formulas of the slopes give."
    )
    return [Paragraph((said,))]


def write_forward(found: ExpressionNumbers) -> Section:
    """Every value, each from those before it."""
    naming, problems = found.naming, found.problems
    heading = (_("Forward: the values"),)

    def line(node: Node) -> Line:
        sides = [naming.terms[node], naming.equation(node), naming.numbers(node)]
        sides.append(measured(found.trace.values[node]))
        return Relation(without_repeats(sides)), problems.get(node, "")

    steps = [node for node in found.trace.steps if node.dtype == "float"]
    if not steps:
        said = _("There is nothing to compute: the expression is a constant.")
        if found.expression.variables:
            said = _("There is nothing to compute: the expression is its variable.")
        return Section(heading, (Paragraph((said,)),))
    results: list[Line] = []
    for symbol, node in zip(naming.results, found.expression.outputs, strict=True):
        sides = (symbol, naming.terms[node], measured(found.trace.values[node]))
        if naming.terms[node] != symbol:
            results.append((Relation(without_repeats(sides)), ""))
    named = (Formulas(tuple(results)),) if results else ()
    return Section(heading, (*lines_of(steps, line), *named))


def write_jacobian(found: ExpressionNumbers) -> Section:
    """The derivative of every result in every variable, in a table."""
    naming, variables = found.naming, found.expression.variables
    rows = [
        [symbol, *(measured(trace.gradients.get(n, 0.0)) for n in variables.values())]
        for trace, symbol in zip(found.traces, naming.results, strict=True)
    ]
    said = _("A row for each result, a column for each variable: the Jacobian matrix.")
    table = tabulate(["", *(naming.terms[n] for n in variables.values())], rows)
    heading = _("Backward: how much each value moves the results")
    return Section((heading,), (Paragraph((said,)), table))


def write_backward(found: ExpressionNumbers) -> Section:
    trace, naming = found.trace, found.naming
    output = trace.output
    order = [node for node in reversed(trace.nodes) if node in trace.gradients]

    def line(node: Node) -> Line:
        left = naming.total(node)
        value = measured(trace.gradients[node])
        if node is output:
            return Relation((left, Number(1.0, exact=True))), _("where it begins")
        edges = trace.edges.get(node, ())
        if not edges:
            return Relation((left, value)), ""
        shown = edges[:MOST_ADDED]
        formula = [arriving(found, edge) for edge in shown]
        numbers = [arriving_number(found, edge) for edge in shown]
        if len(edges) > MOST_ADDED:
            formula.append(DOTS)
            numbers.append(DOTS)
        sides = [left, added(formula), added(numbers), value]
        return Relation(without_repeats(sides)), reason(edges)

    heading = _("Backward: how much each value moves the result")
    return Section((heading,), lines_of(order, line))


def arriving(found: ExpressionNumbers, edge: Edge) -> Term:
    """What reaches a node along one edge: the gradient before it, times the slope."""
    slope = found.naming.slope(edge)
    if edge.node is found.trace.output:
        return slope
    return product_of(found.naming.total(edge.node), slope)


def arriving_number(found: ExpressionNumbers, edge: Edge) -> Term:
    """The same in numbers; a slope that is always 1 is not written."""
    slope = measured(edge.slope)
    if edge.node is found.trace.output:
        return slope
    before = measured(found.trace.gradients[edge.node])
    if found.naming.slope(edge) == ONE:
        return before
    return product_of(before, slope)


def reason(edges: Sequence[Edge]) -> str:
    said = rules_in_words((e.node, e.index) for e in edges[:MOST_ADDED])
    if len(edges) > 1:
        several = _("{count} paths meet and are added").format(count=len(edges))
        return f"{said}; {several}"
    return said


def write_chains(found: ExpressionNumbers) -> Section:
    blocks: list[Block] = []
    for name in found.expression.variables:
        blocks += chain_blocks(found, name)
    return Section((_("The chain rule, factor by factor"),), tuple(blocks))


def chain_blocks(found: ExpressionNumbers, name: str) -> list[Block]:
    node = found.expression.variables[name]
    chains = [chain for chain in found.chains(name) if chain.edges]
    total = found.path_counts[name]
    left = found.naming.total(node)
    value = measured(found.gradients[name])
    if not chains:
        return [Formulas(((Relation((left, value)), ""),))]
    if total == 1:
        sides = without_repeats((left, *chain_sides(found, chains[0])))
        return [Formulas(((Relation(sides), chain_rules(chains[0])),))]
    lines: list[Line] = [
        (Relation(chain_sides(found, chain)), chain_rules(chain)) for chain in chains
    ]
    shown = [measured(chain.product) for chain in chains]
    if total > len(chains):
        shown.append(DOTS)
    lines.append((Relation((left, added(shown), value)), _("the paths added")))
    said = ngettext(
        "{count} path leads from {name} to the result.",
        "{count} paths lead from {name} to the result.",
        total,
    ).format(count=total, name=name)
    if total > len(chains):
        rest = _("The first {shown} are written out.").format(shown=len(chains))
        said = f"{said} {rest}"
    return [Paragraph((said,)), Formulas(tuple(lines))]


def chain_sides(found: ExpressionNumbers, chain: SlopePath) -> tuple[Term, ...]:
    naming = found.naming
    first, left_out, last = shortened(chain.edges, MOST_FACTORS)

    def product(write: Callable[[Edge], Term]) -> Term:
        factors = [write(edge) for edge in first]
        if left_out:
            factors += [DOTS, *(write(edge) for edge in last)]
        return multiplied(factors)

    sides = [product(naming.slope), product(lambda edge: measured(edge.slope))]
    # Of v + v, the slope in one place is not what dv would be divided by.
    if not any(map(naming.stands_twice, (*first, *last))):
        sides.insert(0, product(naming.local))
    return without_repeats([*sides, measured(chain.product)])


def chain_rules(chain: SlopePath) -> str:
    shown = chain.edges[:MOST_FACTORS]
    said = rules_in_words((e.node, e.index) for e in shown)
    if len(chain.edges) > MOST_FACTORS:
        factors = _("{count} factors").format(count=len(chain.edges))
        return f"{factors}: {said}, …"
    return said


def write_check(found: ExpressionNumbers) -> Section:
    """Every derivative beside its central difference."""
    naming, variables = found.naming, found.expression.variables

    def row(place: tuple[Trace, Symbol, str]) -> tuple[Cell, ...]:
        trace, symbol, name = place
        node = variables[name]
        value, check = float(trace.gradients.get(node, 0.0)), trace.check(node)
        both = math.isfinite(value) and math.isfinite(check)
        gap = write_gap(abs(value - check), abs(value)) if both else measured(math.nan)
        left = naming.terms[node]
        if found.is_list:
            left = total_derivative(symbol, left, naming.variables)
        return left, value, check, gap

    both = list(zip(found.traces, naming.results, strict=True))
    places = [(*pair, name) for pair in both for name in variables]
    first, left_out, last = shortened(places, MOST_LINES)
    names = (_("variable"), _("derivative"), _("central difference"), _("gap"))
    blocks: list[Block] = [tabulate(names, map(row, (*first, *last)))]
    if left_out:
        said = ngettext("{count} more variable.", "{count} more variables.", left_out)
        blocks.append(Paragraph((said.format(count=left_out),)))
    return Section((_("Check by central differences"),), tuple(blocks))
