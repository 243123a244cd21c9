"""The page of an expression: definition, forward, backward, chains, check."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from neurona.explain.agreement import write_gap
from neurona.explain.cancel import multiply_and_cancel
from neurona.explain.equations import (
    rule_in_words,
    write_derivative,
    write_expression,
)
from neurona.explain.expression.paths import Chain
from neurona.explain.graph_picture import graph_picture
from neurona.explain.trace import Edge
from neurona.graph import Graph, Node
from neurona.messages import _, language, ngettext
from neurona.show.notation.compose import ONE, measured, product_of, sum_of
from neurona.show.notation.terms import (
    DOTS,
    Call,
    Derivative,
    Negative,
    Number,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
)
from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Note,
    Page,
    Paragraph,
    Picture,
    Section,
    Table,
)
from neurona.show.wording import fill

if TYPE_CHECKING:
    from neurona.explain.expression.explanation import ExpressionExplanation

__all__ = ["write_page"]

MOST_LINES: Final = 24
"""Lines of a section; of more, the first and the last half are shown."""

MOST_FACTORS: Final = 8
"""Factors of a chain that are written out."""

MOST_ADDED: Final = 4
"""Paths that are written out where they meet in one node."""

SMALL: Final = 24
"""An expression of more nodes, or written longer, is not written out whole."""

MOST_DRAWN: Final = 40
"""Nodes of the largest graph that is drawn."""

LONGEST_TITLE: Final = 60

Line = tuple[Term, str]
T = TypeVar("T")


def shortened(items: Sequence[T], most: int) -> tuple[list[T], int, list[T]]:
    """First and last items, and how many between them are left out."""
    if len(items) <= most:
        return list(items), 0, []
    half = most // 2
    return list(items[:half]), len(items) - 2 * half, list(items[-half:])


def lines_of(nodes: Sequence[Node], write: Callable[[Node], Line]) -> tuple[Block, ...]:
    first, left_out, last = shortened(nodes, MOST_LINES)
    blocks: list[Block] = [Formulas(tuple(map(write, first)))]
    if left_out:
        said = ngettext(
            "… {count} line like these …", "… {count} lines like these …", left_out
        )
        blocks.append(Paragraph((said.format(count=left_out),)))
        blocks.append(Formulas(tuple(map(write, last))))
    return tuple(blocks)


def write_page(found: ExpressionExplanation) -> Page:
    """Page of an explained expression."""
    text = " ".join(found.expression.text.split())
    if len(text) > LONGEST_TITLE:
        text = f"{text[:LONGEST_TITLE]}…"
    blocks: list[Block] = [write_definition(found), write_summary(found)]
    blocks += write_problems(found)
    if 1 < len(found.trace.values) <= MOST_DRAWN:
        blocks.append(draw(found))
    blocks.append(write_forward(found))
    if found.expression.variables:
        blocks += write_no_derivative(found)
        blocks.append(write_backward(found))
        blocks.append(write_chains(found))
        blocks.append(write_check(found))
    return Page(text, tuple(blocks), language())


def draw(found: ExpressionExplanation) -> Picture:
    """The graph, with values above its nodes and derivatives below."""
    output = found.expression.output
    return graph_picture(
        Graph({found.naming.names.get(output, "f"): output}),
        found.trace.values,
        found.trace.gradients,
    )


def is_small(found: ExpressionExplanation) -> bool:
    return len(found.trace.values) <= SMALL


def function_term(found: ExpressionExplanation) -> Term:
    symbol = result_symbol(found)
    terms = found.naming.terms
    arguments = tuple(terms[node] for node in found.expression.variables.values())
    return Call(symbol, arguments) if 0 < len(arguments) <= 6 else symbol


def result_symbol(found: ExpressionExplanation) -> Symbol:
    """The letter of the result; f where the expression is a variable itself."""
    term = found.naming.terms[found.expression.output]
    return term if found.trace.steps and isinstance(term, Symbol) else Symbol("f")


def write_definition(found: ExpressionExplanation) -> Block:
    if not is_small(found):
        count = len(found.trace.steps)
        said = ngettext(
            "The expression has {count} operation.",
            "The expression has {count} operations.",
            count,
        )
        return Paragraph((said.format(count=count),))
    whole = write_expression(found.expression.output)
    lines: list[Line] = [(Relation((function_term(found), whole)), "")]
    for name in found.expression.variables:
        derivative = whole_derivative(found, name)
        if derivative is not None:
            lines.append(derivative)
    return Formulas(tuple(lines))


def whole_derivative(found: ExpressionExplanation, name: str) -> Line | None:
    """Derivative written out in the variables, where it is short enough."""
    if found.path_counts[name] > 2:
        return None
    products = []
    chains = found.chains(name)
    for chain in chains:
        if len(chain.edges) > MOST_FACTORS:
            return None
        products.append(multiply_and_cancel([whole_slope(e) for e in chain.edges]))
    variables = found.expression.variables
    top = result_symbol(found)
    left = Derivative(top, found.naming.terms[variables[name]], len(variables) > 1)
    return Relation((left, sum_of(*products))), whole_rule(chains)


def whole_rule(chains: Sequence[Chain]) -> str:
    """Rules of a derivative: the chain rule where slopes are multiplied."""
    if any(sum(whole_slope(e) != ONE for e in c.edges) > 1 for c in chains):
        return _("chain rule")
    rules = dict.fromkeys(
        rule_in_words(edge.node, edge.index) for chain in chains for edge in chain.edges
    )
    return ", ".join(rule for rule in rules if rule)


def whole_slope(edge: Edge) -> Term:
    inputs = [write_expression(part) for part in edge.node.inputs]
    return write_derivative(edge.node, edge.index, inputs)


def write_summary(found: ExpressionExplanation) -> Block:
    result = Relation((function_term(found), measured(found.value)))
    if not found.at:
        return Paragraph((result, "."))
    point: list[str | Term] = []
    first, left_out, _last = shortened(list(found.at.items()), MOST_LINES)
    for name, value in first:
        point += [", " if point else "", equals(found, name, value)]
    if left_out:
        point.append(", …")
    here = tuple(part for part in point if part)
    return Paragraph(fill(_("At {point}: {result}."), point=here, result=result))


def equals(found: ExpressionExplanation, name: str, value: float) -> Term:
    symbol = found.naming.terms[found.expression.variables[name]]
    return Relation((symbol, measured(value)))


def write_problems(found: ExpressionExplanation) -> list[Block]:
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


def write_no_derivative(found: ExpressionExplanation) -> list[Block]:
    """Say that formulas go on where the function does not."""
    if math.isfinite(found.value) or not found.gradients:
        return []
    said = _(
        "Where there is no finite value there is no derivative either: what follows is "
        "what the formulas of the slopes give."
    )
    return [Paragraph((said,))]


def write_forward(found: ExpressionExplanation) -> Section:
    naming, problems = found.naming, found.problems

    def line(node: Node) -> Line:
        sides = [naming.terms[node], naming.equation(node), naming.numbers(node)]
        sides.append(measured(found.trace.values[node]))
        return Relation(without_repeats(sides)), problems.get(node, "")

    steps = [node for node in found.trace.steps if node.dtype == "float"]
    if not steps:
        said = _("There is nothing to compute: the expression is its variable.")
        return Section((_("Forward: the values"),), (Paragraph((said,)),))
    return Section((_("Forward: the values"),), lines_of(steps, line))


def without_repeats(sides: Sequence[Term]) -> tuple[Term, ...]:
    kept: list[Term] = []
    *earlier, last = sides
    # A product with what is no number says no more than the result does.
    for side in [*(side for side in earlier if not is_lost(side)), last]:
        if not kept or not same_on_paper(side, kept[-1]):
            kept.append(side)
    return tuple(kept)


def is_lost(term: Term) -> bool:
    """Whether a product or a sum has a part that is not a number."""
    parts: tuple[Term, ...] = ()
    if isinstance(term, Product):
        parts = term.factors
    elif isinstance(term, Sum):
        parts = term.terms
    values = [plain_value(part) for part in parts]
    return any(value is not None and math.isnan(value) for value in values)


def same_on_paper(a: Term, b: Term) -> bool:
    first, second = plain_value(a), plain_value(b)
    if first is None or second is None:
        return a == b
    return first == second or (math.isnan(first) and math.isnan(second))


def plain_value(term: Term) -> float | None:
    """The number that a term is, with its sign."""
    if isinstance(term, Negative):
        inner = plain_value(term.body)
        return None if inner is None else -inner
    return term.value if isinstance(term, Number) else None


def write_backward(found: ExpressionExplanation) -> Section:
    trace, naming = found.trace, found.naming
    output = found.expression.output
    order = [node for node in reversed(tuple(trace.values)) if node in trace.gradients]

    def line(node: Node) -> Line:
        left = naming.derivative(output, node)
        value = measured(trace.gradients[node])
        if node is output:
            return Relation((left, Number(1.0, exact=True))), _("where it begins")
        edges = trace.edges[node]
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


def added(terms: Sequence[Term]) -> Term:
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def arriving(found: ExpressionExplanation, edge: Edge) -> Term:
    """What reaches a node along one edge: the gradient before it, times the slope."""
    slope = found.naming.slope(edge)
    output = found.expression.output
    if edge.node is output:
        return slope
    return product_of(found.naming.derivative(output, edge.node), slope)


def arriving_number(found: ExpressionExplanation, edge: Edge) -> Term:
    """The same in numbers; a slope that is always 1 is not written."""
    slope = measured(edge.slope)
    if edge.node is found.expression.output:
        return slope
    before = measured(found.trace.gradients[edge.node])
    if found.naming.slope(edge) == ONE:
        return before
    return product_of(before, slope)


def reason(edges: Sequence[Edge]) -> str:
    rules = dict.fromkeys(rule_in_words(e.node, e.index) for e in edges[:MOST_ADDED])
    said = ", ".join(rule for rule in rules if rule)
    if len(edges) > 1:
        several = _("{count} paths meet and are added").format(count=len(edges))
        return f"{said}; {several}"
    return said


def write_chains(found: ExpressionExplanation) -> Section:
    blocks: list[Block] = []
    for name in found.expression.variables:
        blocks += chain_blocks(found, name)
    return Section((_("The chain rule, factor by factor"),), tuple(blocks))


def chain_blocks(found: ExpressionExplanation, name: str) -> list[Block]:
    node = found.expression.variables[name]
    chains = [chain for chain in found.chains(name) if chain.edges]
    total = found.path_counts[name]
    left = found.naming.derivative(found.expression.output, node)
    value = measured(found.gradients[name])
    if not chains:
        return [Formulas(((Relation((left, value)), ""),))]
    if total == 1:
        sides = (left, *chain_sides(found, chains[0]))
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


def chain_sides(found: ExpressionExplanation, chain: Chain) -> tuple[Term, ...]:
    naming = found.naming
    first, left_out, last = shortened(chain.edges, MOST_FACTORS)

    def product(write: Callable[[Edge], Term]) -> Term:
        factors = [write(edge) for edge in first]
        if left_out:
            factors += [DOTS, *(write(edge) for edge in last)]
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    sides = [
        product(lambda edge: naming.derivative(edge.node, edge.source)),
        product(naming.slope),
        product(lambda edge: measured(edge.slope)),
        measured(chain.product),
    ]
    return without_repeats(sides)


def chain_rules(chain: Chain) -> str:
    shown = chain.edges[:MOST_FACTORS]
    rules = dict.fromkeys(rule_in_words(e.node, e.index) for e in shown)
    said = ", ".join(rule for rule in rules if rule)
    if len(chain.edges) > MOST_FACTORS:
        factors = _("{count} factors").format(count=len(chain.edges))
        return f"{factors}: {said}, …"
    return said


def write_check(found: ExpressionExplanation) -> Section:
    rows: list[tuple[Inline, ...]] = []
    first, left_out, last = shortened(list(found.gradients.items()), MOST_LINES)
    for name, value in (*first, *last):
        check = found.trace.check(name)
        symbol = found.naming.terms[found.expression.variables[name]]
        both = math.isfinite(value) and math.isfinite(check)
        gap: Term = (
            write_gap(abs(value - check), abs(value)) if both else measured(math.nan)
        )
        rows.append(((symbol,), (measured(value),), (measured(check),), (gap,)))
    headings: tuple[Inline, ...] = (
        (_("variable"),),
        (_("derivative"),),
        (_("central difference"),),
        (_("gap"),),
    )
    blocks: list[Block] = [Table(headings, tuple(rows))]
    if left_out:
        said = ngettext(
            "{count} more variable.", "{count} more variables.", left_out
        ).format(count=left_out)
        blocks.append(Paragraph((said,)))
    return Section((_("Check by central differences"),), tuple(blocks))
