"""What the nodes of an expression are called, and how each is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neurona.explain.derivatives import (
    local_derivative,
    total_derivative,
    write_derivative,
)
from neurona.explain.equations import symbol_of_name, write_equation
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
    results : tuple of Symbol
        f, or f₁, f₂ … of a list.
    names : mapping of Node to str
        As programs read them: ``x``, ``v1``, ``f``; constants have none.
    terms : mapping of Node to Term
        As people read them. A constant or a condition is written out in place.
    values : mapping of Node to float or bool
    variables : int
        How many there are.
    """

    results: tuple[Symbol, ...]
    names: Mapping[Node, str]
    terms: Mapping[Node, Term]
    values: Mapping[Node, float]
    variables: int

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
        inputs = [self.terms[part] for part in edge.node.inputs]
        return write_derivative(edge.node, edge.index, inputs)

    def total(self, node: Node) -> Derivative:
        """How the result changes with a node."""
        return total_derivative(self.results[0], self.terms[node], self.variables)

    def local(self, edge: Edge) -> Derivative:
        """How an operation changes with one of its inputs.

        Of the result it is its total derivative, and written as such: where the two
        differ, the operation has a letter of its own.
        """
        node, source = edge.node, edge.source
        if self.terms[node] == self.results[0]:
            return self.total(source)
        return local_derivative(node, self.terms[node], self.terms[source])

    def stands_twice(self, edge: Edge) -> bool:
        """Whether the slope is in one of several places of an input, as in v + v."""
        return edge.node.inputs.count(edge.source) > 1

    def local_name(self, edge: Edge) -> str:
        """The same as a line of text."""
        d = "∂" if self.local(edge).partial else "d"
        return f"{d}{self.names[edge.node]}/{d}{self.names[edge.source]}"


def free_letter(letters: Sequence[str], taken: Sequence[str]) -> str:
    """First letter with which no name begins."""
    begun = {name[0] for name in taken}
    return next((letter for letter in letters if letter not in begun), letters[0] * 2)


def name_nodes(
    trace: Trace, outputs: Sequence[Node], variables: Mapping[str, Node]
) -> Naming:
    """Call the variables by their names, a result f, and all between v with a number.

    A result has a letter v as well where it is read again, or where its slope in a
    quantity is another than its total derivative, so that two things never have one
    name.

    Parameters
    ----------
    trace : Trace
    outputs : sequence of Node
    variables : mapping of str to Node
    """
    step_letter = free_letter("vutsq", list(variables))
    letter = free_letter("fFyg", list(variables))
    count = len(outputs)
    results = [Symbol(letter, str(i + 1) if count > 1 else "") for i in range(count)]
    names: dict[Node, str] = {node: name for name, node in variables.items()}
    terms: dict[Node, Term] = {
        node: symbol_of_name(name) for name, node in variables.items()
    }
    terms |= {n: write_equation(n) for n in trace.nodes if n.operation == "constant"}
    own = {
        node: result
        for node, result in zip(outputs, results, strict=True)
        if outputs.count(node) == 1 and not is_ambiguous(node, trace, count == 1)
    }
    numbered = conditions = 0
    for node in trace.steps:
        if node.dtype == "boolean":
            conditions += 1
            names[node] = f"c{conditions}"
            terms[node] = write_equation(node, [terms[p] for p in node.inputs])
        elif node in own:
            names[node] = own[node].letter + own[node].subscript
            terms[node] = own[node]
        else:
            numbered += 1
            names[node] = f"{step_letter}{numbered}"
            terms[node] = Symbol(step_letter, str(numbered))
    return Naming(tuple(results), names, terms, trace.values, len(variables))


def is_ambiguous(output: Node, trace: Trace, alone: bool) -> bool:
    """Whether a result is read again or, alone, has an input that it reads in two ways.

    Of several results no slope is shown, so that nothing can be mistaken for another.
    """
    if any(output in node.inputs for node in trace.steps):
        return True
    return alone and any(len(trace.edges.get(p, ())) > 1 for p in output.inputs)
