"""The table of operations: their names, shape rules, and textbook formulas.

This is the vocabulary that every other part reads. To add an operation:

1. ``graph/operations.py``, ``OPERATIONS``: formula, attributes, shape rule.
2. ``graph/functions.py``: the function that makes its node, and its name in
   ``__all__``.
3. ``reference/definitions.py``, ``DEFINITIONS``: what it computes, in NumPy: this is
   what it means.
4. ``gradient/rules.py``: its slopes in ``DERIVATIVES`` where it acts element by
   element, else its rule in ``RULES``, or why it has none in ``NO_DERIVATIVE``.
5. ``explain/equations.py``, ``EQUATIONS``: how it is written. Where its slope is no
   graph in ``DERIVATIVES``, also how that is written: ``OTHER_SLOPES`` of
   ``explain/derivatives.py``.
6. For the engine, one of three: a line in ``native/cpp/map_operations.hpp`` makes a
   kernel, a formula in ``REWRITES`` of ``native/prepare.py`` makes it of others, a rule
   in ``LOWERING`` of ``native/lowering.py`` does whatever else there is, or says why it
   cannot run there.
7. ``tests/cases.py``, ``CASES``: its cases.

``pytest tests/contracts/test_rule_tables_are_complete.py -x`` names the table that
lacks it, and what is wanted there.

How an operation treats the batch is read off the shapes (:func:`row_kind` in
``node.py``): no operation moves the batch axis, and only sums, maxima,
``contract_rows`` and ``scatter_add`` can remove it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from neurona.errors import ShapeError, unknown_name
from neurona.graph.shape import (
    BATCH,
    DType,
    Shape,
    Spec,
    broadcast_shapes,
    check_batch_axis,
    element_count,
    has_batch,
    normalize_axes,
    show_shape,
)
from neurona.messages import _

__all__ = ["LEAVES", "OPERATIONS", "Operation"]

ShapeRule = Callable[..., Spec]
_KINDS: Final = get_args(DType)


@dataclass(frozen=True, slots=True)
class Operation:
    """One primitive operation.

    Parameters
    ----------
    name : str
        Its name in every table.
    formula : str
        What it computes, in textbook notation.
    infer : callable
        Shape rule: input specs and attributes in, output spec out; raises
        :class:`~neurona.errors.ShapeError` where they do not fit.
    attributes : tuple of str
        Names of its attributes, exactly.
    arity : int or None
        Number of inputs; ``None`` for any number.
    """

    name: str
    formula: str
    infer: ShapeRule
    attributes: tuple[str, ...] = ()
    arity: int | None = 1
    attribute_set: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attribute_set", frozenset(self.attributes))

    @property
    def is_elementwise(self) -> bool:
        """Whether it acts element by element, its inputs broadcast to one shape."""
        return self.infer in (elementwise, comparison, where)


def require(spec: Spec, dtype: DType, what: str) -> None:
    """Check that an input is of the wanted kind of number."""
    if spec.dtype != dtype:
        raise ShapeError(
            _("{what} must be {wanted}, not {found}").format(
                what=what, wanted=dtype, found=spec.dtype
            )
        )


def require_kind(dtype: DType) -> DType:
    """Check that a kind of number exists."""
    if dtype not in _KINDS:
        raise ShapeError(unknown_name(_("kind of number"), dtype, _KINDS))
    return dtype


def elementwise(*specs: Spec) -> Spec:
    for spec in specs:
        if spec.dtype != "float":
            require(spec, "float", _("every input"))
    return Spec(broadcast_shapes([spec.shape for spec in specs]))


def comparison(a: Spec, b: Spec) -> Spec:
    if a.dtype != b.dtype:
        raise ShapeError(
            _("{a} cannot be compared with {b}").format(a=a.dtype, b=b.dtype)
        )
    return Spec(broadcast_shapes((a.shape, b.shape)), "boolean")


def where(condition: Spec, a: Spec, b: Spec) -> Spec:
    require(condition, "boolean", _("the condition"))
    if a.dtype != b.dtype:
        raise ShapeError(
            _("both branches must be of one kind, not {a} and {b}").format(
                a=a.dtype, b=b.dtype
            )
        )
    return Spec(broadcast_shapes((condition.shape, a.shape, b.shape)), a.dtype)


def cast(x: Spec, *, dtype: DType) -> Spec:
    return Spec(x.shape, require_kind(dtype))


def matrix(spec: Spec, what: str) -> tuple[Any, Any]:
    require(spec, "float", what)
    if len(spec.shape) != 2:
        raise ShapeError(
            _("{what} must be a matrix, not of shape {shape}").format(
                what=what, shape=show_shape(spec.shape)
            )
        )
    return spec.shape[0], spec.shape[1]


def matmul(a: Spec, b: Spec) -> Spec:
    rows, inner = matrix(a, _("the left factor"))
    other, columns = matrix(b, _("the right factor"))
    if has_batch(b.shape):
        raise ShapeError(
            _("the right factor of a matrix product has no batch axis: contract_rows")
        )
    if inner != other:
        raise ShapeError(
            _("{a} times {b}: {inner} columns meet {other} rows").format(
                a=show_shape(a.shape), b=show_shape(b.shape), inner=inner, other=other
            )
        )
    return Spec((rows, columns))


def contract_rows(a: Spec, b: Spec) -> Spec:
    rows, left = matrix(a, _("the left factor"))
    other, right = matrix(b, _("the right factor"))
    if rows != other:
        raise ShapeError(
            _("{a} and {b} do not have the same rows").format(
                a=show_shape(a.shape), b=show_shape(b.shape)
            )
        )
    return Spec((left, right))


def transpose(x: Spec) -> Spec:
    rows, columns = matrix(x, _("what is transposed"))
    if has_batch(x.shape):
        raise ShapeError(_("the batch axis is never transposed: use contract_rows"))
    return Spec((columns, rows))


def reduction(x: Spec, *, axes: tuple[int, ...], keepdims: bool) -> Spec:
    require(x, "float", _("what is reduced"))
    if axes != normalize_axes(axes, len(x.shape)):
        raise ShapeError(
            _("axes must be sorted and counted from 0, not {axes}").format(axes=axes)
        )
    if keepdims:
        return Spec(tuple(1 if a in axes else s for a, s in enumerate(x.shape)))
    return Spec(tuple(s for a, s in enumerate(x.shape) if a not in axes))


def reshape(x: Spec, *, shape: Shape) -> Spec:
    check_batch_axis(shape)
    if has_batch(shape) != has_batch(x.shape) or (
        element_count(shape) != element_count(x.shape)
    ):
        raise ShapeError(
            _("{a} cannot be reshaped to {b}").format(
                a=show_shape(x.shape), b=show_shape(shape)
            )
        )
    return Spec(shape, x.dtype)


def broadcast(x: Spec, *, shape: Shape) -> Spec:
    if broadcast_shapes((x.shape, shape)) != shape:
        raise ShapeError(
            _("{a} does not broadcast to {b}").format(
                a=show_shape(x.shape), b=show_shape(shape)
            )
        )
    return Spec(shape, x.dtype)


def check_axis(x: Spec, axis: int) -> int:
    """Size along an axis that is not the batch axis."""
    if not 0 <= axis < len(x.shape) or x.shape[axis] is BATCH:
        raise ShapeError(
            _("axis {axis} of {shape} cannot be cut or joined").format(
                axis=axis, shape=show_shape(x.shape)
            )
        )
    size = x.shape[axis]
    assert isinstance(size, int)
    return size


def resized(shape: Shape, axis: int, size: int) -> Shape:
    return (*shape[:axis], size, *shape[axis + 1 :])


def concatenate(*specs: Spec, axis: int) -> Spec:
    if not specs:
        raise ShapeError(_("there is nothing to concatenate"))
    first = specs[0]
    size = 0
    for spec in specs:
        require(spec, first.dtype, _("every part"))
        size += check_axis(spec, axis)
        if resized(spec.shape, axis, 0) != resized(first.shape, axis, 0):
            raise ShapeError(
                _("{a} and {b} cannot be joined along axis {axis}").format(
                    a=show_shape(first.shape), b=show_shape(spec.shape), axis=axis
                )
            )
    return Spec(resized(first.shape, axis, size), first.dtype)


def slice_(x: Spec, *, axis: int, start: int, stop: int) -> Spec:
    size = check_axis(x, axis)
    if not 0 <= start <= stop <= size:
        raise ShapeError(
            _("there is no part {start}:{stop} among {size} entries").format(
                start=start, stop=stop, size=size
            )
        )
    return Spec(resized(x.shape, axis, stop - start), x.dtype)


def pad(x: Spec, *, axis: int, before: int, after: int) -> Spec:
    require(x, "float", _("what is padded"))
    if before < 0 or after < 0:
        raise ShapeError(
            _("padding cannot be negative: {before} before, {after} after").format(
                before=before, after=after
            )
        )
    return Spec(resized(x.shape, axis, check_axis(x, axis) + before + after))


def gather(table: Spec, indices: Spec) -> Spec:
    width = matrix(table, _("the table"))[1]
    require(indices, "integer", _("the index"))
    if has_batch(table.shape):
        raise ShapeError(_("a table that is looked up has no batch axis"))
    return Spec((*indices.shape, width))


def scatter_add(indices: Spec, updates: Spec, *, size: int) -> Spec:
    require(indices, "integer", _("the index"))
    require(updates, "float", _("what is added"))
    if not updates.shape or updates.shape[:-1] != indices.shape:
        raise ShapeError(
            _("rows of shape {a} cannot be added at indices of shape {b}").format(
                a=show_shape(updates.shape), b=show_shape(indices.shape)
            )
        )
    return Spec(check_batch_axis((size, updates.shape[-1])))


def one_hot(indices: Spec, *, size: int) -> Spec:
    require(indices, "integer", _("the index"))
    return Spec(check_batch_axis((*indices.shape, size)))


def last_axis(x: Spec) -> None:
    require(x, "float", _("the input"))
    if not x.shape or x.shape[-1] is BATCH:
        raise ShapeError(
            _("there is no last axis to run over in shape {shape}").format(
                shape=show_shape(x.shape)
            )
        )


def softmax(x: Spec) -> Spec:
    last_axis(x)
    return x


def log_sum_exp(x: Spec) -> Spec:
    last_axis(x)
    return Spec(x.shape[:-1])


def cross_entropy(logits: Spec, target: Spec) -> Spec:
    last_axis(logits)
    require(target, "float", _("the target"))
    if logits.shape != target.shape:
        raise ShapeError(
            _("logits {a} and target {b} differ in shape").format(
                a=show_shape(logits.shape), b=show_shape(target.shape)
            )
        )
    return Spec(logits.shape[:-1])


def random_mask(
    seed: Spec, step: Spec, *, stream: int, rate: float, shape: Shape
) -> Spec:
    for spec, what in ((seed, _("the seed")), (step, _("the step"))):
        require(spec, "integer", what)
    return Spec(check_batch_axis(shape), "boolean")


def leaf(*, shape: Shape, dtype: DType) -> Spec:
    return Spec(check_batch_axis(shape), require_kind(dtype))


def constant(*, value: Any, shape: Shape, dtype: DType) -> Spec:
    found = tuple(getattr(value, "shape", ()))
    if found != shape:
        raise ShapeError(
            _("a value of shape {found} cannot stand for shape {shape}").format(
                found=found, shape=show_shape(shape)
            )
        )
    return Spec(shape, require_kind(dtype))


def rows() -> Spec:
    return Spec(())


_UNARY: Final = {
    "negative": "-x",
    "absolute": "|x|",
    "exp": "e^x",
    "expm1": "e^x - 1",
    "log": "ln x",
    "log1p": "ln(1 + x)",
    "sqrt": "√x",
    "sin": "sin x",
    "cos": "cos x",
    "arctan": "arctan x",
    "erf": "erf x",
    "tanh": "tanh x",
    "sigmoid": "1 / (1 + e^(-x))",
    "softplus": "ln(1 + e^x)",
    "sign": "-1, 0 or 1, as x is negative, zero or positive",
    "heaviside": "1 where x ≥ 0, else 0",
}
_BINARY: Final = {
    "add": "a + b",
    "subtract": "a - b",
    "multiply": "a b",
    "divide": "a / b",
    "power": "a^b",
    "maximum": "max(a, b)",
    "minimum": "min(a, b)",
    "binary_cross_entropy": "-(t ln σ(z) + (1 - t) ln(1 - σ(z)))",
}
_COMPARISONS: Final = {
    "greater": "a > b",
    "greater_equal": "a ≥ b",
    "less": "a < b",
    "less_equal": "a ≤ b",
    "equal": "a = b",
    "not_equal": "a ≠ b",
}

_TABLE: Final = (
    Operation("constant", "c", constant, ("value", "shape", "dtype"), 0),
    Operation("input", "x", leaf, ("shape", "dtype"), 0),
    Operation("parameter", "θ", leaf, ("shape", "dtype"), 0),
    Operation("rows", "N", rows, (), 0),
    *(Operation(n, f, elementwise) for n, f in _UNARY.items()),
    *(Operation(n, f, elementwise, (), 2) for n, f in _BINARY.items()),
    *(Operation(n, f, comparison, (), 2) for n, f in _COMPARISONS.items()),
    Operation("where", "a where c, else b", where, (), 3),
    Operation("cast", "x as another kind of number", cast, ("dtype",)),
    Operation("matmul", "A B", matmul, (), 2),
    Operation("contract_rows", "Aᵀ B, summed over the rows", contract_rows, (), 2),
    Operation("transpose", "Aᵀ", transpose),
    Operation("sum", "Σ x", reduction, ("axes", "keepdims")),
    Operation("max", "max x", reduction, ("axes", "keepdims")),
    Operation("reshape", "x in another shape", reshape, ("shape",)),
    Operation("broadcast", "x repeated to a shape", broadcast, ("shape",)),
    Operation("concatenate", "[a, b, …]", concatenate, ("axis",), None),
    Operation("slice", "x[start:stop]", slice_, ("axis", "start", "stop")),
    Operation("pad", "[0, x, 0]", pad, ("axis", "before", "after")),
    Operation("gather", "T[i]", gather, (), 2),
    Operation("scatter_add", "T[i] += u, in row order", scatter_add, ("size",), 2),
    Operation("one_hot", "1 at i, else 0", one_hot, ("size",)),
    Operation("softmax", "e^x / Σ e^x", softmax),
    Operation("log_sum_exp", "ln Σ e^x", log_sum_exp),
    Operation("cross_entropy", "-Σ t ln softmax(z)", cross_entropy, (), 2),
    Operation(
        "random_mask", "1 with probability 1 - p", random_mask,
        ("stream", "rate", "shape"), 2,
    ),
)  # fmt: skip

OPERATIONS: Final[Mapping[str, Operation]] = {entry.name: entry for entry in _TABLE}
"""Every operation by name."""

LEAVES: Final = frozenset({"constant", "input", "parameter", "rows"})
"""Operations without inputs."""
