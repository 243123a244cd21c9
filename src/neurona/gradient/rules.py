"""The derivative of every operation: one table.

Two kinds of entry make it up. ``DERIVATIVES`` holds, for operations that act element by
element, the slope in each input: the gradient is the incoming one times that slope, the
factor that an explanation shows. ``RULES`` holds, for all others, a function from the
node, the gradient of its output and the position of an input to the gradient of that
input. ``NO_DERIVATIVE`` gives the reason for the rest.

Every rule builds graph, so a gradient can be differentiated again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import pi, sqrt
from typing import Final, TypeAlias

from neurona import graph as g
from neurona.graph import Node

__all__ = ["DERIVATIVES", "NO_DERIVATIVE", "RULES", "gradient_of_input"]

Slope: TypeAlias = Callable[..., Node]
Rule: TypeAlias = Callable[[Node, Node, int], Node]


def power_slope_base(y: Node, a: Node, b: Node) -> Node:
    """d(a^b)/da = b·a^(b−1), with the small whole exponents written as products."""
    if b.operation == "constant" and b.shape == ():
        exponent = b.attributes["value"]
        if exponent == 0.0:
            return g.zeros(y.shape)
        if exponent == 1.0:
            return g.broadcast(g.constant(1.0), y.shape)
        if exponent == 2.0:
            return 2.0 * a
        return b * a ** (b - 1.0)
    # a^0 is 1 for every a, so its slope is 0 even at a = 0, where 0·a^(−1) is NaN.
    zero = g.equal(b, 0.0)
    return g.where(zero, 0.0, b * a ** (g.where(zero, 1.0, b) - 1.0))


def power_slope_exponent(y: Node, a: Node, b: Node) -> Node:
    """d(a^b)/db = a^b·ln a, and 0 where a = 0."""
    zero = g.equal(a, 0.0)
    return g.where(zero, g.zeros(y.shape), y * g.log(g.where(zero, 1.0, a)))


DERIVATIVES: Final[Mapping[str, tuple[Slope | None, ...]]] = {
    # The slope in each input, given the output y and the inputs; None stands for 1.
    "negative": (lambda y, x: g.constant(-1.0),),
    "absolute": (lambda y, x: g.sign(x),),
    "exp": (lambda y, x: y,),
    "expm1": (lambda y, x: g.exp(x),),
    "log": (lambda y, x: 1.0 / x,),
    "log1p": (lambda y, x: 1.0 / (1.0 + x),),
    "sqrt": (lambda y, x: 0.5 / y,),
    "sin": (lambda y, x: g.cos(x),),
    "cos": (lambda y, x: -g.sin(x),),
    "arctan": (lambda y, x: 1.0 / (1.0 + x * x),),
    "erf": (lambda y, x: (2.0 / sqrt(pi)) * g.exp(-(x * x)),),
    "tanh": (lambda y, x: 1.0 - y * y,),
    "sigmoid": (lambda y, x: y * (1.0 - y),),
    "softplus": (lambda y, x: g.sigmoid(x),),
    "add": (None, None),
    "subtract": (None, lambda y, a, b: g.constant(-1.0)),
    "multiply": (lambda y, a, b: b, lambda y, a, b: a),
    "divide": (lambda y, a, b: 1.0 / b, lambda y, a, b: -y / b),
    "power": (power_slope_base, power_slope_exponent),
    "binary_cross_entropy": (
        lambda y, z, t: g.sigmoid(z) - t,
        lambda y, z, t: -z,
    ),
}
"""Slopes of the operations that act element by element."""


def times_slope(node: Node, out_grad: Node, index: int) -> Node:
    """Gradient of an elementwise operation: the incoming one times the slope."""
    slope = DERIVATIVES[node.operation][index]
    if slope is None:
        product = out_grad
    elif node.operation == "negative" or (node.operation == "subtract" and index):
        product = -out_grad
    elif node.operation == "divide" and index == 0:
        product = out_grad / node.inputs[1]
    elif node.operation == "log":
        product = out_grad / node.inputs[0]
    else:
        product = out_grad * slope(node, *node.inputs)
    return sum_to(product, node.inputs[index])


def sum_to(grad: Node, node: Node) -> Node:
    """Sum a gradient over the axes along which its variable was broadcast."""
    if grad.shape != node.shape:
        extra = len(grad.shape) - len(node.shape)
        if extra:
            grad = g.sum(grad, range(extra))
        repeated = [
            axis
            for axis, size in enumerate(node.shape)
            if size == 1 and grad.shape[axis] != 1
        ]
        if repeated:
            grad = g.sum(grad, repeated, keepdims=True)
    return grad


def zero_slope(node: Node, out_grad: Node, index: int) -> Node:
    """Zero: the slope wherever there is one, which is why such a unit cannot learn."""
    return g.zeros(node.inputs[index].shape)


def larger(node: Node, out_grad: Node, index: int) -> Node:
    a, b = node.inputs
    first = a > b if node.operation == "maximum" else a < b
    chosen = (out_grad, 0.0) if index == 0 else (0.0, out_grad)
    return sum_to(g.where(first, *chosen), node.inputs[index])


def where(node: Node, out_grad: Node, index: int) -> Node:
    chosen = (out_grad, 0.0) if index == 1 else (0.0, out_grad)
    return sum_to(g.where(node.inputs[0], *chosen), node.inputs[index])


def cast(node: Node, out_grad: Node, index: int) -> Node:
    return out_grad


def matmul(node: Node, out_grad: Node, index: int) -> Node:
    a, b = node.inputs
    if index == 0:
        return out_grad @ g.transpose(b)
    if g.has_batch(a.shape):
        return g.contract_rows(a, out_grad)
    return g.transpose(a) @ out_grad


def contract_rows(node: Node, out_grad: Node, index: int) -> Node:
    a, b = node.inputs
    return b @ g.transpose(out_grad) if index == 0 else a @ out_grad


def transpose(node: Node, out_grad: Node, index: int) -> Node:
    return g.transpose(out_grad)


def spread(node: Node, value: Node) -> Node:
    """Bring a reduced value back to the shape it was reduced from."""
    (x,) = node.inputs
    axes = node.attributes["axes"]
    kept = tuple(1 if a in axes else s for a, s in enumerate(x.shape))
    # A batch axis that was summed away is a plain 1 here, so this reshape is legal.
    return g.broadcast(g.reshape(value, kept), x.shape)


def reduce_sum(node: Node, out_grad: Node, index: int) -> Node:
    return spread(node, out_grad)


def reduce_max(node: Node, out_grad: Node, index: int) -> Node:
    (x,) = node.inputs
    hit = g.where(g.equal(x, spread(node, node)), 1.0, 0.0)
    ties = g.sum(hit, node.attributes["axes"], keepdims=node.attributes["keepdims"])
    return hit * spread(node, out_grad / ties)


def reshape(node: Node, out_grad: Node, index: int) -> Node:
    return g.reshape(out_grad, node.inputs[0].shape)


def broadcast(node: Node, out_grad: Node, index: int) -> Node:
    return sum_to(out_grad, node.inputs[0])


def concatenate(node: Node, out_grad: Node, index: int) -> Node:
    axis = node.attributes["axis"]
    sizes = [part.shape[axis] for part in node.inputs]
    start = sum(size for size in sizes[:index] if isinstance(size, int))
    size = sizes[index]
    assert isinstance(size, int)
    return g.slice_axis(out_grad, start, start + size, axis)


def slice_(node: Node, out_grad: Node, index: int) -> Node:
    axis, start, stop = (node.attributes[k] for k in ("axis", "start", "stop"))
    size = node.inputs[0].shape[axis]
    assert isinstance(size, int)
    return g.pad(out_grad, start, size - stop, axis)


def pad(node: Node, out_grad: Node, index: int) -> Node:
    axis, before = node.attributes["axis"], node.attributes["before"]
    size = node.inputs[0].shape[axis]
    assert isinstance(size, int)
    return g.slice_axis(out_grad, before, before + size, axis)


def gather(node: Node, out_grad: Node, index: int) -> Node:
    table, indices = node.inputs
    size = table.shape[0]
    assert isinstance(size, int)
    return g.scatter_add(indices, out_grad, size)


def scatter_add(node: Node, out_grad: Node, index: int) -> Node:
    return g.gather(out_grad, node.inputs[0])


def last_axis(x: Node) -> Node:
    return g.reshape(x, (*x.shape, 1))


def softmax(node: Node, out_grad: Node, index: int) -> Node:
    """(diag(s) − ssᵀ) applied to the gradient: s·(ḡ − Σ ḡ s)."""
    inner = g.sum(out_grad * node, -1, keepdims=True)
    return node * (out_grad - inner)


def log_sum_exp(node: Node, out_grad: Node, index: int) -> Node:
    return g.softmax(node.inputs[0]) * last_axis(out_grad)


def cross_entropy(node: Node, out_grad: Node, index: int) -> Node:
    """S − t in the logits, −z in the target."""
    logits, target = node.inputs
    slope = g.softmax(logits) - target if index == 0 else -logits
    return slope * last_axis(out_grad)


RULES: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(DERIVATIVES, times_slope),
    "sign": zero_slope,
    "heaviside": zero_slope,
    "maximum": larger,
    "minimum": larger,
    "where": where,
    "cast": cast,
    "matmul": matmul,
    "contract_rows": contract_rows,
    "transpose": transpose,
    "sum": reduce_sum,
    "max": reduce_max,
    "reshape": reshape,
    "broadcast": broadcast,
    "concatenate": concatenate,
    "slice": slice_,
    "pad": pad,
    "gather": gather,
    "scatter_add": scatter_add,
    "softmax": softmax,
    "log_sum_exp": log_sum_exp,
    "cross_entropy": cross_entropy,
}
"""The gradient of each differentiable operation."""

NO_DERIVATIVE: Final[Mapping[str, str]] = {
    "constant": "it has no inputs",
    "input": "it has no inputs",
    "parameter": "it has no inputs",
    "rows": "it has no inputs",
    "greater": "its result is true or false",
    "greater_equal": "its result is true or false",
    "less": "its result is true or false",
    "less_equal": "its result is true or false",
    "equal": "its result is true or false",
    "not_equal": "its result is true or false",
    "one_hot": "its input is an index",
    "random_mask": "its inputs are whole numbers",
}
"""Why the remaining operations have no gradient."""


def gradient_of_input(node: Node, out_grad: Node, index: int) -> Node:
    """Gradient of one input of a node, given that of its output.

    Examples
    --------
    >>> x = g.input("x")
    >>> gradient_of_input(g.sin(x), g.constant(1.0), 0)
    multiply(1.0, cos(x)): float ()
    """
    with g.source(*node.sources):
        return RULES[node.operation](node, out_grad, index)
