"""What is explained: the expression, its derivatives in whole, and its value."""

from __future__ import annotations

from neurona.explain.branches import settle_branches
from neurona.explain.derivatives import total_derivative
from neurona.explain.equations import write_expression
from neurona.explain.expression.lines import MOST_LINES, Line, lines_of, shortened
from neurona.explain.expression.numbers import ExpressionNumbers
from neurona.explain.whole import LONGEST_WRITTEN, whole_derivative, whole_sizes
from neurona.messages import _, ngettext
from neurona.show.notation.compose import measured
from neurona.show.notation.terms import Call, Matrix, Relation, Symbol, Term
from neurona.show.page.blocks import Block, Inline, Paragraph
from neurona.show.wording import fill

__all__ = ["write_definition", "write_summary"]


def function_term(found: ExpressionNumbers, symbol: Symbol) -> Term:
    """A result as a function of the variables."""
    terms = found.naming.terms
    arguments = tuple(terms[node] for node in found.expression.variables.values())
    return Call(symbol, arguments) if 0 < len(arguments) <= 6 else symbol


def write_definition(found: ExpressionNumbers) -> list[Block]:
    """The expression and its derivatives, each written out whole where it is short."""
    lines: list[Line] = []
    left_out: list[Inline] = []
    variables = found.expression.variables
    for trace, symbol in zip(found.traces, found.naming.results, strict=True):
        length, slopes = whole_sizes(trace.output, variables.values())
        if length > LONGEST_WRITTEN:
            return [write_count(found)]
        output = settle_branches(trace.output)
        whole = write_expression(output)
        lines.append((Relation((function_term(found, symbol), whole)), ""))
        for node, length in slopes.items():
            left = total_derivative(symbol, found.naming.terms[node], len(variables))
            if length > LONGEST_WRITTEN:
                left_out.append((left,))
            elif node in trace.gradients:
                term, rule = whole_derivative(output, node)
                lines.append((Relation((left, term)), rule))
    blocks = [*lines_of(lines, lambda line: line)]
    if left_out:
        said = _(
            "Written out whole, {derivative} would be too long to read: below it is "
            "put together from its factors."
        )
        blocks.append(Paragraph(fill(said, derivative=left_out[0])))
    return blocks


def write_count(found: ExpressionNumbers) -> Paragraph:
    """How long an expression is that is not written out."""
    count = len(found.trace.steps)
    said = ngettext(
        "The expression has {count} operation.",
        "The expression has {count} operations.",
        count,
    )
    return Paragraph((said.format(count=count),))


def write_summary(found: ExpressionNumbers) -> Block:
    """The point, and the value there."""
    if found.is_list:
        function = function_term(found, Symbol(found.naming.results[0].letter))
        values = tuple(map(measured, found.value))
        result = Relation((function, Matrix((values,))))
    else:
        function = function_term(found, found.naming.results[0])
        result = Relation((function, measured(found.value)))
    if not found.at:
        return Paragraph((result, "."))
    point: list[str | Term] = []
    first, left_out, _last = shortened(list(found.at.items()), MOST_LINES)
    for name, value in first:
        letter = found.naming.terms[found.expression.variables[name]]
        equal = Relation((letter, measured(value)))
        point += [", ", equal] if point else [equal]
    if left_out:
        point.append(", …")
    return Paragraph(
        fill(_("At {point}: {result}."), point=tuple(point), result=result)
    )
