"""Pass: stable operations written out as the textbook formulas they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from neurona.graph.functions import exp, log, reshape, sum
from neurona.graph.node import Node, source
from neurona.graph.verify import verify
from neurona.graph.walk import Graph, copy_node, rebuild

__all__ = ["EXPANSIONS", "expand"]


def keep_axis(x: Node, reduced: Node) -> Node:
    return reshape(reduced, (*x.shape[:-1], 1))


def expand_sigmoid(x: Node) -> Node:
    return 1.0 / (1.0 + exp(-x))


def expand_softplus(x: Node) -> Node:
    return log(1.0 + exp(x))


def expand_tanh(x: Node) -> Node:
    return (exp(x) - exp(-x)) / (exp(x) + exp(-x))


def expand_expm1(x: Node) -> Node:
    return exp(x) - 1.0


def expand_log1p(x: Node) -> Node:
    return log(1.0 + x)


def expand_softmax(x: Node) -> Node:
    return exp(x) / keep_axis(x, sum(exp(x), -1))


def expand_log_sum_exp(x: Node) -> Node:
    return log(sum(exp(x), -1))


def expand_cross_entropy(logits: Node, target: Node) -> Node:
    return -sum(target * log(expand_softmax(logits)), -1)


def expand_binary_cross_entropy(logits: Node, target: Node) -> Node:
    s = expand_sigmoid(logits)
    return -(target * log(s) + (1.0 - target) * log(1.0 - s))


EXPANSIONS: Final[Mapping[str, Callable[..., Node]]] = {
    "sigmoid": expand_sigmoid,
    "softplus": expand_softplus,
    "tanh": expand_tanh,
    "expm1": expand_expm1,
    "log1p": expand_log1p,
    "softmax": expand_softmax,
    "log_sum_exp": expand_log_sum_exp,
    "cross_entropy": expand_cross_entropy,
    "binary_cross_entropy": expand_binary_cross_entropy,
}
"""The textbook formula of every operation that has a stable form of its own."""


def expand(graph: Graph) -> Graph:
    """Write every composite operation out in primitives.

    Examples
    --------
    >>> from neurona import graph
    >>> expand(graph.Graph.of(graph.softplus(graph.input("x"))))["0"]
    log(add(1.0, exp(x))): float ()
    """
    return verify(rebuild(verify(graph), _expanded))


def _expanded(node: Node, inputs: tuple[Node, ...]) -> Node:
    formula = EXPANSIONS.get(node.operation)
    if formula is None:
        return copy_node(node, inputs)
    with source(*node.sources):
        return formula(*inputs)
