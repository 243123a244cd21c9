"""The functions that build nodes: what a person writes.

Numbers and arrays are taken as constants wherever a node is expected. Element by
element functions broadcast by NumPy's rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from neurona.errors import ShapeError
from neurona.graph.node import Node, NodeLike, as_node, constant, make_node
from neurona.graph.shape import (
    DType,
    Shape,
    as_shape,
    normalize_axes,
    whole_number,
)
from neurona.messages import _

__all__ = [
    "absolute",
    "arctan",
    "binary_cross_entropy",
    "broadcast",
    "cast",
    "concatenate",
    "contract_rows",
    "cos",
    "cross_entropy",
    "equal",
    "erf",
    "exp",
    "expm1",
    "gather",
    "greater",
    "greater_equal",
    "heaviside",
    "input",
    "less",
    "less_equal",
    "log",
    "log1p",
    "log_sum_exp",
    "matmul",
    "max",
    "maximum",
    "mean",
    "minimum",
    "not_equal",
    "one_hot",
    "pad",
    "parameter",
    "power",
    "random_mask",
    "reshape",
    "rows",
    "scatter_add",
    "sigmoid",
    "sign",
    "sin",
    "slice_axis",
    "softmax",
    "softplus",
    "sqrt",
    "sum",
    "tanh",
    "transpose",
    "where",
    "zeros",
]

# "sum", "max" and "input" are the field's words; inside this module the builtins
# of the same name are not used.


def input(name: str, shape: Shape = (), dtype: DType = "float") -> Node:
    """Value given from outside each time the graph runs.

    A float input of shape ``()`` is a run-time scalar: it is kept in float64 and
    rounded only where it meets an array.

    Examples
    --------
    >>> from neurona import graph
    >>> graph.input("x", shape=(graph.BATCH, 3))
    x: float (N, 3)
    """
    return make_node("input", name=name, shape=as_shape(shape), dtype=dtype)


def parameter(name: str, shape: Shape = (), dtype: DType = "float") -> Node:
    """Array that persists from step to step: a weight, a slot or a running statistic.

    Examples
    --------
    >>> from neurona import graph
    >>> graph.parameter("dense_1.weight", (20, 64))
    dense_1.weight: float (20, 64)
    """
    return make_node("parameter", name=name, shape=as_shape(shape), dtype=dtype)


def rows() -> Node:
    """N, the number of rows of the batch, a run-time scalar."""
    return make_node("rows")


def absolute(x: NodeLike) -> Node:
    """|x|."""
    return make_node("absolute", as_node(x))


def exp(x: NodeLike) -> Node:
    """e^x."""
    return make_node("exp", as_node(x))


def expm1(x: NodeLike) -> Node:
    """e^x − 1, exact to rounding near 0."""
    return make_node("expm1", as_node(x))


def log(x: NodeLike) -> Node:
    """Natural logarithm."""
    return make_node("log", as_node(x))


def log1p(x: NodeLike) -> Node:
    """ln(1 + x), exact to rounding near 0."""
    return make_node("log1p", as_node(x))


def sqrt(x: NodeLike) -> Node:
    """Square root."""
    return make_node("sqrt", as_node(x))


def sin(x: NodeLike) -> Node:
    """Sine of x in radians."""
    return make_node("sin", as_node(x))


def cos(x: NodeLike) -> Node:
    """Cosine of x in radians."""
    return make_node("cos", as_node(x))


def arctan(x: NodeLike) -> Node:
    """Inverse tangent, in (−π/2, π/2)."""
    return make_node("arctan", as_node(x))


def erf(x: NodeLike) -> Node:
    """Error function, 2/√π ∫₀ˣ e^(−t²) dt."""
    return make_node("erf", as_node(x))


def tanh(x: NodeLike) -> Node:
    """Hyperbolic tangent."""
    return make_node("tanh", as_node(x))


def sigmoid(x: NodeLike) -> Node:
    """σ(x) = 1 / (1 + e^(−x))."""
    return make_node("sigmoid", as_node(x))


def softplus(x: NodeLike) -> Node:
    """ln(1 + e^x), without overflow."""
    return make_node("softplus", as_node(x))


def sign(x: NodeLike) -> Node:
    """−1, 0 or 1; sign(0) = 0."""
    return make_node("sign", as_node(x))


def heaviside(x: NodeLike) -> Node:
    """1 where x ≥ 0, else 0: a threshold unit fires at 0."""
    return make_node("heaviside", as_node(x))


def power(a: NodeLike, b: NodeLike) -> Node:
    """a^b."""
    return make_node("power", as_node(a), as_node(b))


def maximum(a: NodeLike, b: NodeLike) -> Node:
    """Larger of two, element by element; at a tie the slope belongs to b."""
    return make_node("maximum", as_node(a), as_node(b))


def minimum(a: NodeLike, b: NodeLike) -> Node:
    """Smaller of two, element by element; at a tie the slope belongs to b."""
    return make_node("minimum", as_node(a), as_node(b))


def _compare(operation: str, a: NodeLike, b: NodeLike) -> Node:
    kinds = [x.dtype for x in (a, b) if isinstance(x, Node)]
    dtype = kinds[0] if kinds else None
    return make_node(operation, as_node(a, dtype), as_node(b, dtype))


def greater(a: NodeLike, b: NodeLike) -> Node:
    """A > b."""
    return _compare("greater", a, b)


def greater_equal(a: NodeLike, b: NodeLike) -> Node:
    """A ≥ b."""
    return _compare("greater_equal", a, b)


def less(a: NodeLike, b: NodeLike) -> Node:
    """A < b."""
    return _compare("less", a, b)


def less_equal(a: NodeLike, b: NodeLike) -> Node:
    """A ≤ b."""
    return _compare("less_equal", a, b)


def equal(a: NodeLike, b: NodeLike) -> Node:
    """A = b, element by element (nodes themselves are compared by identity)."""
    return _compare("equal", a, b)


def not_equal(a: NodeLike, b: NodeLike) -> Node:
    """A ≠ b, element by element."""
    return _compare("not_equal", a, b)


def where(condition: NodeLike, a: NodeLike, b: NodeLike) -> Node:
    """A where the condition holds, else b. The branch not taken sends no gradient."""
    return make_node("where", as_node(condition), as_node(a), as_node(b))


def cast(x: NodeLike, dtype: DType) -> Node:
    """X as another kind of number; itself where it is one already."""
    node = as_node(x)
    return node if node.dtype == dtype else make_node("cast", node, dtype=dtype)


def matmul(a: NodeLike, b: NodeLike) -> Node:
    """Matrix product: (N, I) by (I, O) gives (N, O)."""
    return make_node("matmul", as_node(a), as_node(b))


def contract_rows(a: NodeLike, b: NodeLike) -> Node:
    """AᵀB summed over the rows: (N, I) and (N, O) give (I, O), a weight's gradient."""
    return make_node("contract_rows", as_node(a), as_node(b))


def transpose(x: NodeLike) -> Node:
    """Transpose of a matrix without batch axis."""
    return make_node("transpose", as_node(x))


def _reduce(
    operation: str, x: NodeLike, axes: int | Iterable[int] | None, keepdims: bool
) -> Node:
    node = as_node(x)
    found = normalize_axes(axes, len(node.shape))
    if not found:
        return node
    return make_node(operation, node, axes=found, keepdims=keepdims)


def sum(
    x: NodeLike, axes: int | Iterable[int] | None = None, *, keepdims: bool = False
) -> Node:
    """Sum over axes (all by default).

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x", shape=(graph.BATCH, 3))
    >>> graph.sum(x).shape, graph.sum(x, 0).shape, graph.sum(x, 1, keepdims=True).shape
    ((), (3,), (N, 1))
    """
    return _reduce("sum", x, axes, keepdims)


def max(
    x: NodeLike, axes: int | Iterable[int] | None = None, *, keepdims: bool = False
) -> Node:
    """Maximum over axes (all by default); tied maxima share the slope equally."""
    return _reduce("max", x, axes, keepdims)


def mean(
    x: NodeLike, axes: int | Iterable[int] | None = None, *, keepdims: bool = False
) -> Node:
    """Mean over axes: the sum divided by the count, N being a run-time scalar."""
    node = as_node(x)
    found = normalize_axes(axes, len(node.shape))
    if not found:
        return node
    count: Node | None = None
    size = 1
    for axis in found:
        length = node.shape[axis]
        if isinstance(length, int):
            size *= length
        else:
            count = rows()
    total = sum(node, found, keepdims=keepdims)
    if count is None:
        return total / size
    return total / (count if size == 1 else count * size)


def reshape(x: NodeLike, shape: Sequence[Any]) -> Node:
    """The same elements in another shape; the batch axis stays first."""
    node, wanted = as_node(x), as_shape(shape)
    return node if node.shape == wanted else make_node("reshape", node, shape=wanted)


def broadcast(x: NodeLike, shape: Sequence[Any]) -> Node:
    """Repeat x to a larger shape."""
    node, wanted = as_node(x), as_shape(shape)
    return node if node.shape == wanted else make_node("broadcast", node, shape=wanted)


def _axis(node: Node, axis: int) -> int:
    return normalize_axes(axis, len(node.shape))[0]


def concatenate(parts: Sequence[NodeLike], axis: int = -1) -> Node:
    """Join along an axis, by default the last."""
    nodes = [as_node(part) for part in parts]
    if not nodes:
        raise ShapeError(_("there is nothing to concatenate"))
    return make_node("concatenate", *nodes, axis=_axis(nodes[0], axis))


def slice_axis(x: NodeLike, start: int, stop: int, axis: int = -1) -> Node:
    """Entries start to stop (exclusive) along an axis, by default the last."""
    node = as_node(x)
    return make_node(
        "slice",
        node,
        axis=_axis(node, axis),
        start=whole_number(start),
        stop=whole_number(stop),
    )


def pad(x: NodeLike, before: int, after: int, axis: int = -1) -> Node:
    """Zeros before and after along an axis: the gradient of a slice."""
    node = as_node(x)
    return make_node(
        "pad",
        node,
        axis=_axis(node, axis),
        before=whole_number(before),
        after=whole_number(after),
    )


def gather(table: NodeLike, indices: NodeLike) -> Node:
    """Rows of a table, (V, D), by integer index of shape (…): gives (…, D)."""
    return make_node("gather", as_node(table), as_node(indices, "integer"))


def scatter_add(indices: NodeLike, updates: NodeLike, size: int) -> Node:
    """Zeros (size, D) with each update added at its index, in row order."""
    return make_node(
        "scatter_add",
        as_node(indices, "integer"),
        as_node(updates),
        size=whole_number(size),
    )


def one_hot(indices: NodeLike, size: int) -> Node:
    """1 at the index and 0 elsewhere, on a new last axis of the given size."""
    return make_node("one_hot", as_node(indices, "integer"), size=whole_number(size))


def softmax(x: NodeLike) -> Node:
    """e^x / Σe^x over the last axis, without overflow."""
    return make_node("softmax", as_node(x))


def log_sum_exp(x: NodeLike) -> Node:
    """Ln Σe^x over the last axis, without overflow."""
    return make_node("log_sum_exp", as_node(x))


def cross_entropy(logits: NodeLike, target: NodeLike) -> Node:
    """−Σ t ln softmax(z) over the last axis, as ln Σe^z − Σ t z.

    The two agree where each target sums to 1; the slope in z is softmax(z) − t.
    """
    return make_node("cross_entropy", as_node(logits), as_node(target))


def binary_cross_entropy(logits: NodeLike, target: NodeLike) -> Node:
    """−(t ln σ(z) + (1 − t) ln(1 − σ(z))), as softplus(z) − t z."""
    return make_node("binary_cross_entropy", as_node(logits), as_node(target))


def random_mask(
    shape: Sequence[Any], *, rate: float, stream: int, seed: Node, step: Node
) -> Node:
    """Boolean mask, each element true with probability 1 − rate.

    The numbers depend on (seed, stream, step, position) alone. ``seed`` and ``step``
    are integer nodes of shape ``()``.
    """
    if not 0 <= rate < 1:
        raise ShapeError(
            _("the share that is masked must be in [0, 1), not {rate}").format(
                rate=rate
            )
        )
    return make_node(
        "random_mask",
        seed,
        step,
        stream=whole_number(stream),
        rate=float(rate),
        shape=as_shape(shape),
    )


def zeros(shape: Shape) -> Node:
    """Zeros of a shape, batch axis included."""
    return broadcast(constant(0.0), shape)
