"""Choices within a choice on the same condition, settled: for writing, not for running.

A graph hides from a branch the values that would overflow there, by choosing another
number where the branch is not taken. Within the branch that choice is made already, so
that a book leaves it out.
"""

from __future__ import annotations

from neurona.graph import Graph, Node, copy_node, rebuild

__all__ = ["settle_branches"]


def settle_branches(output: Node) -> Node:
    """Node of the same value, whose branches do not ask again what chose them.

    Examples
    --------
    >>> from neurona import graph as g
    >>> x = g.input("x")
    >>> above = x > 0.0
    >>> settle_branches(g.where(above, x, g.exp(g.where(above, 0.0, x))))
    where(greater(x, 0.0), x, exp(x)): float ()
    """

    def replace(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.operation == "where":
            condition, yes, no = inputs
            inputs = condition, settled(yes, condition, 1), settled(no, condition, 2)
        return copy_node(node, inputs)

    return rebuild(Graph({"": output}), replace)[""]


def settled(branch: Node, condition: Node, taken: int) -> Node:
    """A branch, of each choice on the condition the input that is taken."""

    def replace(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.operation == "where" and inputs[0] is condition:
            return inputs[taken]
        return copy_node(node, inputs)

    return rebuild(Graph({"": branch}), replace)[""]
