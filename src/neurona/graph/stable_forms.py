"""Pass: textbook formulas that overflow become the stable operation they spell out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from neurona.graph.functions import (
    binary_cross_entropy,
    cross_entropy,
    expm1,
    log1p,
    log_sum_exp,
    reshape,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from neurona.graph.node import Node, source
from neurona.graph.shape import BATCH
from neurona.graph.simplify import is_constant
from neurona.graph.verify import verify
from neurona.graph.walk import Graph, copy_node, rebuild

__all__ = ["stable_forms"]


def stable_forms(graph: Graph) -> Graph:
    """Rewrite formulas that lose digits or overflow into their stable twins.

    ===================================== ============================
    found                                 becomes
    ===================================== ============================
    1 / (1 + e^−x), e^x / (1 + e^x)       σ(x)
    1 − σ(x)                              σ(−x)
    (e^x − e^−x) / (e^x + e^−x)           tanh(x)
    e^x / Σ e^x, last axis                softmax(x)
    e^x − 1                               expm1(x)
    ln(1 + e^x)                           softplus(x)
    ln σ(x)                               −softplus(−x)
    ln(1 + x)                             log1p(x)
    ln Σ e^x, last axis                   log_sum_exp(x)
    ln softmax(x)                         x − log_sum_exp(x)
    −(t ln σ(z) + (1 − t) ln(1 − σ(z)))   binary_cross_entropy(z, t)
    −Σ t ln softmax(z), last axis         cross_entropy(z, t)
    ===================================== ============================

    Terms and factors are found in either order, and −1 added is 1 subtracted. The last
    line is for targets that are one_hot or a softmax, since cross_entropy takes for
    granted that they sum to 1; with others the sum keeps its form, whose logarithm
    no longer overflows.

    The value is the same in exact arithmetic, and what :func:`expand` writes out is
    found again.

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
    rule = _RULES.get(node.operation)
    if rule is None:
        return plain
    with source(*node.sources):
        found = rule(*inputs)
    return found if found is not None and found.shape == plain.shape else plain


def either_order(node: Node, operation: str) -> Iterator[tuple[Node, Node]]:
    """Inputs of a commutative operation, both ways; nothing of another operation."""
    if node.operation == operation:
        a, b = node.inputs
        yield a, b
        yield b, a


def negated(x: Node) -> Node:
    """−x, stable itself and without a double minus."""
    if x.operation == "negative":
        return x.inputs[0]
    found = stable_negative(x)
    return -x if found is None or found.shape != x.shape else found


def are_opposite(a: Node, b: Node) -> bool:
    """Whether one is written as the negative of the other."""
    return any(
        x.operation == "negative" and x.inputs[0] is y for x, y in ((a, b), (b, a))
    )


def exponent(x: Node) -> Node | None:
    """The y of e^y."""
    return x.inputs[0] if x.operation == "exp" else None


def beyond_one(x: Node) -> Node | None:
    """The y of 1 + y."""
    for one, rest in either_order(x, "add"):
        if is_constant(one, 1.0):
            return rest
    return None


def stable_add(a: Node, b: Node) -> Node | None:
    for x, y in ((a, b), (b, a)):
        if is_constant(x, -1.0):
            return exponential_less_one(y)
        if is_constant(x, 1.0) and y.operation == "negative":
            return complement(y.inputs[0])
    return None


def stable_subtract(a: Node, b: Node) -> Node | None:
    if is_constant(a, 1.0):
        return complement(b)
    return exponential_less_one(a) if is_constant(b, 1.0) else None


def exponential_less_one(x: Node) -> Node | None:
    y = exponent(x)
    return None if y is None else expm1(y)


def complement(x: Node) -> Node | None:
    return sigmoid(negated(x.inputs[0])) if x.operation == "sigmoid" else None


def stable_divide(a: Node, b: Node) -> Node | None:
    x, rest = exponent(a), beyond_one(b)
    if rest is not None and (y := exponent(rest)) is not None:
        if is_constant(a, 1.0):
            return sigmoid(negated(y))
        return sigmoid(y) if x is y else None
    if x is not None:
        total = reduced_beside(b, a)
        if total is not None and sums_last_axis(total) and total.inputs[0] is a:
            return softmax(x)
    return hyperbolic(a, b)


def reduced_beside(total: Node, x: Node) -> Node | None:
    """Reduction along the last axis, if it meets each row of x with its own number."""
    if len(x.shape) > 1 and total.shape != (*x.shape[:-1], 1):
        return None
    return total.inputs[0] if total.operation == "reshape" else total


def sums_last_axis(x: Node) -> bool:
    if x.operation != "sum":
        return False
    shape = x.inputs[0].shape
    return x.attributes["axes"] == (len(shape) - 1,) and shape[-1] is not BATCH


def hyperbolic(a: Node, b: Node) -> Node | None:
    if a.operation == "subtract":
        rising, falling = a.inputs
        x, y = exponent(rising), exponent(falling)
        if x is not None and y is not None and are_opposite(x, y):
            if any(pair == a.inputs for pair in either_order(b, "add")):
                return tanh(x)
    return None


def stable_log(x: Node) -> Node | None:
    rest = beyond_one(x)
    if rest is not None:
        y = exponent(rest)
        return log1p(rest) if y is None else softplus(y)
    match x.operation, x.inputs:
        case "sigmoid", (z,):
            return -softplus(negated(z))
        case "softmax", (z,):
            return z - reshape(log_sum_exp(z), (*z.shape[:-1], 1))
        case "sum", (e,) if e.operation == "exp" and sums_last_axis(x):
            return reshape(log_sum_exp(e.inputs[0]), x.shape)
    return None


def stable_negative(x: Node) -> Node | None:
    if x.operation == "add":
        return binary_loss(*x.inputs)
    if sums_last_axis(x):
        for target, log_share in either_order(x.inputs[0], "multiply"):
            z = logits_of(log_share)
            if z is not None and target.operation in _SUM_TO_ONE:
                found = cross_entropy(z, target) if z.shape == target.shape else None
                return None if found is None else reshape(found, x.shape)
    return None


_SUM_TO_ONE: Final = frozenset({"one_hot", "softmax"})


def logits_of(log_share: Node) -> Node | None:
    """The z of z − log_sum_exp(z), as :func:`stable_log` writes ln softmax(z)."""
    if log_share.operation == "subtract":
        z = log_share.inputs[0]
        total = reduced_beside(log_share.inputs[1], z)
        if total is not None and total.operation == "log_sum_exp":
            return z if total.inputs[0] is z else None
    return None


def binary_loss(a: Node, b: Node) -> Node | None:
    """The loss of t·−softplus(−z) + (1 − t)·−softplus(z), in any order."""
    for first, second in ((a, b), (b, a)):
        for target, log_yes in either_order(first, "multiply"):
            for rest, log_no in either_order(second, "multiply"):
                yes, no = softplus_under_minus(log_yes), softplus_under_minus(log_no)
                if yes is None or no is None or not are_opposite(yes, no):
                    continue
                if are_complements(target, rest):
                    return binary_cross_entropy(no, target)
    return None


def are_complements(a: Node, b: Node) -> bool:
    """Whether b is 1 − a, or what :func:`complement` makes of that."""
    if a.operation == b.operation == "sigmoid":
        return are_opposite(a.inputs[0], b.inputs[0])
    return (
        b.operation == "subtract" and is_constant(b.inputs[0], 1.0) and b.inputs[1] is a
    )


def softplus_under_minus(x: Node) -> Node | None:
    """The y of −softplus(y)."""
    if x.operation == "negative" and x.inputs[0].operation == "softplus":
        return x.inputs[0].inputs[0]
    return None


_RULES: Final[Mapping[str, Callable[..., Node | None]]] = {
    "add": stable_add,
    "subtract": stable_subtract,
    "divide": stable_divide,
    "log": stable_log,
    "negative": stable_negative,
}
"""What may stand in for an operation, given its inputs."""
