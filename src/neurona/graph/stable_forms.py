"""Pass: textbook formulas that overflow become the stable operation they spell out."""

from __future__ import annotations

from neurona.graph.functions import expm1, log1p, log_sum_exp, reshape, softplus
from neurona.graph.node import Node, source
from neurona.graph.shape import BATCH
from neurona.graph.simplify import is_constant
from neurona.graph.verify import verify
from neurona.graph.walk import Graph, copy_node, rebuild

__all__ = ["stable_forms"]


def stable_forms(graph: Graph) -> Graph:
    """Rewrite formulas that lose digits or overflow into their stable twins.

    ======================= ==================
    found                   becomes
    ======================= ==================
    ln(1 + e^x)             softplus(x)
    ln σ(x)                 −softplus(−x)
    ln(1 − σ(x))            −softplus(x)
    ln(1 + x)               log1p(x)
    e^x − 1                 expm1(x)
    ln Σ e^x, last axis     log_sum_exp(x)
    ln softmax(x)           x − log_sum_exp(x)
    ======================= ==================

    The value is the same in exact arithmetic; ``expand`` goes the other way.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> stable_forms(graph.Graph.of(graph.log(graph.sigmoid(x))))["0"]
    negative(softplus(negative(x))): float ()
    """
    return verify(rebuild(verify(graph), _stable))


def _stable(node: Node, inputs: tuple[Node, ...]) -> Node:
    plain = copy_node(node, inputs)
    with source(*node.sources):
        found = None
        if node.operation == "log":
            found = stable_log(inputs[0])
        elif node.operation == "subtract" and is_constant(inputs[1], 1.0):
            found = stable_minus_one(inputs[0])
    return found if found is not None and found.shape == plain.shape else plain


def stable_minus_one(x: Node) -> Node | None:
    return expm1(x.inputs[0]) if x.operation == "exp" else None


def stable_log(x: Node) -> Node | None:
    match x.operation, x.inputs:
        case "add", (a, b):
            if is_constant(b, 1.0):
                a, b = b, a
            return log_of_one_plus(b) if is_constant(a, 1.0) else None
        case "sigmoid", (z,):
            return -softplus(-z)
        case "subtract", (a, b) if is_constant(a, 1.0) and b.operation == "sigmoid":
            return -softplus(b.inputs[0])
        case "softmax", (z,):
            return z - reshape(log_sum_exp(z), (*z.shape[:-1], 1))
        case "sum", (e,) if e.operation == "exp":
            last = len(e.shape) - 1
            if x.attributes["axes"] == (last,) and e.shape[last] is not BATCH:
                return reshape(log_sum_exp(e.inputs[0]), x.shape)
    return None


def log_of_one_plus(x: Node) -> Node:
    return softplus(x.inputs[0]) if x.operation == "exp" else log1p(x)
