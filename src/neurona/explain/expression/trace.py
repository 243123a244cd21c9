"""The numbers of an expression: forward, backward, and the slope of every edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import graph as g
from neurona.explain.expression.parse import Expression
from neurona.gradient import (
    NO_DERIVATIVE,
    backward,
    gradient_of_input,
    numeric_gradient,
)
from neurona.graph import LEAVES, Graph, Node
from neurona.reference import Executable

__all__ = ["Edge", "Trace", "trace_expression"]


@dataclass(frozen=True, eq=False)
class Edge:
    """How a node changes with one of its inputs.

    Parameters
    ----------
    node : Node
    index : int
        Position of the input.
    slope : float
        ∂node/∂input.
    """

    node: Node
    index: int
    slope: float

    @property
    def source(self) -> Node:
        """The input."""
        return self.node.inputs[self.index]


@dataclass(frozen=True, eq=False)
class Trace:
    """Every number of an expression at one point.

    Parameters
    ----------
    steps : tuple of Node
        What is computed, each after what it reads; leaves are left out.
    values : mapping of Node to float or bool
        Of every node.
    gradients : mapping of Node to float
        ∂f/∂node, of every node that depends on a variable, and of the variables.
    edges : mapping of Node to tuple of Edge
        By the input: the ways in which f depends on it.
    checks : mapping of str to float
        Central difference in each variable.
    """

    steps: tuple[Node, ...]
    values: Mapping[Node, float]
    gradients: Mapping[Node, float]
    edges: Mapping[Node, tuple[Edge, ...]]
    checks: Mapping[str, float]


def trace_expression(expression: Expression, at: Mapping[str, float]) -> Trace:
    """Run an expression forward and backward, in float64.

    The gradients are those of :func:`~neurona.gradient.backward`; an edge's slope is
    the same rule given 1.

    Examples
    --------
    >>> from neurona.explain.expression.parse import parse_expression
    >>> trace = trace_expression(parse_expression("3*x"), {"x": 2.0})
    >>> list(trace.values.values())
    [3.0, 2.0, 6.0]
    """
    nodes = Graph.of(expression.output).nodes
    variables = expression.variables
    moving = set(variables.values())
    for node in nodes:
        if node.dtype == "float" and any(part in moving for part in node.inputs):
            moving.add(node)
    reached = [node for node in nodes if node in moving]
    outputs = {f"value {i}": node for i, node in enumerate(nodes)}
    grads = backward(expression.output, reached)
    outputs |= {f"grad {i}": grad for i, grad in enumerate(grads)}
    places = [
        (node, index)
        for node in nodes
        if node.operation not in NO_DERIVATIVE
        for index, part in enumerate(node.inputs)
        if part in moving
    ]
    one = g.constant(1.0)
    outputs |= {
        f"slope {i}": gradient_of_input(node, one, index)
        for i, (node, index) in enumerate(places)
    }
    feeds: dict[Any, float] = {node: at[name] for name, node in variables.items()}
    found = Executable(Graph(outputs))(feeds)
    edges: dict[Node, list[Edge]] = {}
    for i, (node, index) in enumerate(places):
        edge = Edge(node, index, float(found[f"slope {i}"]))
        edges.setdefault(edge.source, []).append(edge)
    with np.errstate(all="ignore"):
        checks = {
            name: float(numeric_gradient(expression.output, node, feeds))
            for name, node in variables.items()
        }
    return Trace(
        tuple(node for node in nodes if node.operation not in LEAVES),
        {node: found[f"value {i}"].item() for i, node in enumerate(nodes)},
        {node: float(found[f"grad {i}"]) for i, node in enumerate(reached)},
        {node: tuple(several) for node, several in edges.items()},
        checks,
    )
