"""What the nodes of an expression are called, and how each is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neurona.explain.equations import (
    symbol_of_name,
    write_derivative,
    write_equation,
)
from neurona.explain.trace import Edge, Trace
from neurona.graph import Node
from neurona.show.notation.compose import measured
from neurona.show.notation.terms import Derivative, Symbol, Term

__all__ = ["Naming", "name_nodes"]


@dataclass(frozen=True, eq=False)
class Naming:
    """Names and terms of the nodes of one expression.

    Parameters
    ----------
    output : Node
    names : mapping of Node to str
        As programs read them: ``x``, ``v1``, ``f``; constants have none.
    terms : mapping of Node to Term
        As people read them. A constant or a condition is written out in place.
    values : mapping of Node to float or bool
    partial : bool
        Whether some node depends on the variables in several ways, so that ∂ is
        written and not d.
    """

    output: Node
    names: Mapping[Node, str]
    terms: Mapping[Node, Term]
    values: Mapping[Node, float]
    partial: bool

    def equation(self, node: Node) -> Term:
        """A node's operation on the terms of its inputs."""
        return write_equation(node, [self.terms[part] for part in node.inputs])

    def numbers(self, node: Node) -> Term:
        """A node's operation on the numbers of its inputs."""
        return write_equation(node, [self.number(part) for part in node.inputs])

    def number(self, node: Node) -> Term:
        """Value of a node; a constant as it stands in the formula."""
        if node.operation == "constant":
            return self.terms[node]
        if node.dtype == "boolean":
            return self.numbers(node)
        return measured(self.values[node])

    def slope(self, edge: Edge) -> Term:
        """Formula of an edge's slope."""
        node = edge.node
        inputs = [self.terms[part] for part in node.inputs]
        return write_derivative(node, edge.index, inputs)

    def derivative(self, of: Node, by: Node) -> Term:
        """∂of/∂by, as a fraction."""
        return Derivative(self.terms[of], self.terms[by], self.partial)

    def derivative_name(self, of: Node, by: Node) -> str:
        """∂of/∂by, as a line of text."""
        d = "∂" if self.partial else "d"
        return f"{d}{self.names[of]}/{d}{self.names[by]}"


def free_letter(letters: Sequence[str], taken: Sequence[str]) -> str:
    """First letter with which no name begins."""
    begun = {name[0] for name in taken}
    return next((letter for letter in letters if letter not in begun), letters[0] * 2)


def name_nodes(trace: Trace, variables: Mapping[str, Node]) -> Naming:
    """Call the variables by their names, the output f, and all between v with a number.

    Parameters
    ----------
    trace : Trace
    variables : mapping of str to Node
    """
    step_letter = free_letter("vutsq", list(variables))
    output_letter = free_letter("fFyg", list(variables))
    names: dict[Node, str] = {node: name for name, node in variables.items()}
    terms: dict[Node, Term] = {
        node: symbol_of_name(name) for name, node in variables.items()
    }
    for node in trace.nodes:
        if node.operation == "constant":
            terms[node] = write_equation(node)
    numbered = conditions = 0
    for node in trace.steps:
        if node.dtype == "boolean":
            conditions += 1
            names[node] = f"c{conditions}"
            terms[node] = write_equation(node, [terms[p] for p in node.inputs])
        elif node is trace.output:
            names[node] = output_letter
            terms[node] = Symbol(output_letter)
        else:
            numbered += 1
            names[node] = f"{step_letter}{numbered}"
            terms[node] = Symbol(step_letter, str(numbered))
    moved = [edge.node for several in trace.edges.values() for edge in several]
    partial = len(variables) > 1 or len(moved) > len(set(moved))
    return Naming(trace.output, names, terms, trace.values, partial)
