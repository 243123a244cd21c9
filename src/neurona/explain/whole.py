"""Derivatives written out whole, in the variables alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from neurona.explain.cancel import multiply_out_and_cancel
from neurona.explain.derivatives import LAID_OUT, rule_in_words, write_derivative
from neurona.explain.equations import write_equation
from neurona.graph import Graph, Node
from neurona.messages import _
from neurona.show.notation.compose import ONE, ZERO, exactly, sum_of
from neurona.show.notation.terms import Cases, Number, Relation, Term, Word

__all__ = ["LONGEST_WRITTEN", "whole_derivative", "whole_sizes"]

LONGEST_WRITTEN: Final = 200
"""Numbers, letters and signs of the longest formula that is written out whole."""

LINEAR: Final = frozenset(
    {*LAID_OUT, "add", "subtract", "negative", "sum", "multiply", "matmul"}
    | {"contract_rows"}
)
"""Operations through which slopes are added or multiplied by a factor, not chained."""

Factors: TypeAlias = list[Term]


def whole_sizes(output: Node, variables: Iterable[Node]) -> tuple[int, dict[Node, int]]:
    """Numbers, letters and signs of an expression, and of each derivative at most."""
    nodes = Graph.of(output).nodes
    sizes: dict[Node, int] = {}
    for node in nodes:
        sizes[node] = 1 + sum(sizes[part] for part in node.inputs)
    found: dict[Node, int] = {}
    for variable in variables:
        slopes: dict[Node, int] = {variable: 0}
        for node in nodes:
            moved = [part for part in node.inputs if part in slopes]
            if moved:
                slopes[node] = sum(sizes[node] + slopes[part] for part in moved)
        found[variable] = slopes.get(output, 0)
    return sizes[output], found


def whole_derivative(
    output: Node, variable: Node, known: Mapping[Node, Term] | None = None
) -> tuple[Term, str]:
    """Derivative in the variables, and its rules: the slopes along each way multiplied.

    Of a node that chooses, such as a maximum, each case has its own derivative.

    Parameters
    ----------
    output, variable : Node
    known : mapping of Node to Term, optional
        What stands for these nodes, as a for the output.

    Examples
    --------
    >>> from neurona import graph as g
    >>> from neurona.show.notation.text import show_text
    >>> x = g.input("x")
    >>> term, rule = whole_derivative(g.exp(g.sin(x)), x)
    >>> show_text(term), rule
    ('e^(sin(x)) · cos(x)', 'chain rule')
    """
    written: dict[Node, Term] = {}
    known = known or {}
    slopes: dict[Node, Factors] = {variable: []}
    # How many slopes that are not 1 are multiplied along the longest way.
    lengths: dict[Node, int] = {variable: 0}
    rules: list[str] = []
    chained = False
    for node in Graph.of(output).nodes:
        inputs = [written[part] for part in node.inputs]
        written[node] = known.get(node) or write_equation(node, inputs)
        places = [i for i, p in enumerate(node.inputs) if p in slopes]
        if node is variable or node.dtype != "float" or not places:
            continue
        factors = {
            i: write_derivative(node, i, inputs, known.get(node)) for i in places
        }
        rules += [rule_of(node, i, places) for i in reversed(places)]
        chained |= any(
            not is_linear(node, i, places) and lengths[node.inputs[i]] for i in places
        )
        lengths[node] = max(
            lengths[node.inputs[i]] + (factors[i] != ONE) for i in places
        )
        chosen = cases_of(node, inputs, slopes)
        if chosen is not None:
            slopes[node] = [chosen]
            continue
        ways = [[factors[i], *slopes[node.inputs[i]]] for i in places]
        slopes[node] = (
            ways[0] if len(ways) == 1 else [added(map(multiply_out_and_cancel, ways))]
        )
    if output not in slopes:
        return ZERO, ""
    term = multiply_out_and_cancel([f for f in slopes[output] if f != ONE] or [ONE])
    used = dict.fromkeys(filter(None, reversed(rules)))
    if chained:
        # What the chain is made of needs no names, but what it is multiplied with.
        parts = [
            rule for rule in (_("product rule"), _("quotient rule")) if rule in used
        ]
        return term, ", ".join([*parts, _("chain rule")])
    return term, ", ".join(used)


def is_linear(node: Node, index: int, moved: Sequence[int]) -> bool:
    """Whether a node only adds what moves, or multiplies it, so that nothing chains."""
    return node.operation in LINEAR or (
        node.operation == "divide" and (index == 0 or len(moved) > 1)
    )


def rule_of(node: Node, index: int, moved: Sequence[int]) -> str:
    """Rule of a node in one of its inputs: a factor that rests is a constant."""
    rests = len(moved) == 1 and (
        node.operation == "multiply" or (node.operation == "divide" and index == 0)
    )
    return _("rule of the constant factor") if rests else rule_in_words(node, index)


def added(terms: Iterable[Term]) -> Term:
    """Terms added, those that are numbers of the formula together."""
    several = list(terms)
    numbers = [t.value for t in several if isinstance(t, Number) and t.exact]
    rest = [t for t in several if not (isinstance(t, Number) and t.exact)]
    return (
        sum_of(*rest, exactly(sum(numbers))) if len(numbers) > 1 else sum_of(*several)
    )


def cases_of(
    node: Node, inputs: list[Term], slopes: Mapping[Node, Factors]
) -> Term | None:
    """Derivative of a node that chooses between two others, case by case."""
    if node.operation == "where":
        condition, (first, second) = inputs[0], node.inputs[1:]
    elif node.operation in ("maximum", "minimum"):
        larger = node.operation == "maximum"
        condition = Relation(tuple(inputs), ">" if larger else "<")
        first, second = node.inputs
    else:
        return None
    parts = [
        multiply_out_and_cancel([*slopes[p], ONE]) if p in slopes else ZERO
        for p in (first, second)
    ]
    if parts[0] == parts[1]:
        return parts[0]
    return Cases(((parts[0], condition), (parts[1], Word(_("otherwise")))))
