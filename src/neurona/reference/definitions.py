"""The definition of every operation, in NumPy.

Each function takes the values of the inputs and the attributes of the node; those that
make a batch from nothing also take ``rows``. What stands here is what an operation
*means*: every other executor is compared with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.graph.shape import Batch, Shape
from neurona.reference.indices import require_indices, whole_numbers
from neurona.reference.random_numbers import mask

__all__ = ["DEFINITIONS", "concrete_shape"]


def concrete_shape(shape: Shape, rows: int) -> tuple[int, ...]:
    """Shape with the batch axis replaced by a number of rows."""
    return tuple(rows if isinstance(size, Batch) else size for size in shape)


def erf(x: Array) -> Array:
    # Importing scipy.special costs more than all the rest of this package.
    from scipy import special

    return np.asarray(special.erf(x))


def sigmoid(x: Array) -> Array:
    """σ(x), from e^(−|x|), so that nothing overflows and small values keep digits."""
    e = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, e) / (1 + e))


def softplus(x: Array) -> Array:
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def heaviside(x: Array) -> Array:
    """1 where x ≥ 0; NaN stays NaN."""
    return np.where(np.isnan(x), x, (x >= 0).astype(x.dtype))


def binary_cross_entropy(z: Array, t: Array) -> Array:
    """Softplus(z) − tz, the large parts first: a small loss keeps its digits."""
    rest = np.log1p(np.exp(-np.abs(z)))
    return np.asarray(np.maximum(z, 0) - t * z + rest)


def shifted(x: Array) -> tuple[Array, Array]:
    """Largest entry of the last axis, and e^(x − largest)."""
    largest = reduce_max(x, axes=(-1,), keepdims=True)
    safe = np.where(np.isfinite(largest), largest, 0).astype(x.dtype)
    return safe, np.exp(x - safe)


def softmax(x: Array) -> Array:
    e = shifted(x)[1]
    return np.asarray(e / np.sum(e, axis=-1, keepdims=True))


def log_sum_exp(x: Array) -> Array:
    largest, e = shifted(x)
    return np.asarray(np.log(np.sum(e, axis=-1)) + largest[..., 0])


def cross_entropy(z: Array, t: Array) -> Array:
    """Ln Σe^z − Σtz, both about the largest logit so that no digits cancel."""
    largest, e = shifted(z)
    total = np.log(np.sum(e, axis=-1))
    lift = largest[..., 0] * (1 - np.sum(t, axis=-1))
    return np.asarray(total - np.sum(t * (z - largest), axis=-1) + lift)


def where(condition: Array, a: Array, b: Array) -> Array:
    return np.where(condition, a, b)


def cast(x: Array, *, dtype: str) -> Array:
    if dtype == "integer" and x.dtype.kind == "f":
        return whole_numbers(x)
    return x.astype({"float": np.float64, "integer": np.int64, "boolean": bool}[dtype])


def contract_rows(a: Array, b: Array) -> Array:
    return np.asarray(a.T @ b)


def reduce_sum(x: Array, *, axes: tuple[int, ...], keepdims: bool) -> Array:
    return np.asarray(np.sum(x, axis=axes, keepdims=keepdims))


def reduce_max(x: Array, *, axes: tuple[int, ...], keepdims: bool) -> Array:
    """Largest entry; of none, −∞."""
    return np.asarray(np.max(x, axis=axes, keepdims=keepdims, initial=-np.inf))


def reshape(x: Array, *, shape: Shape, rows: int) -> Array:
    return x.reshape(concrete_shape(shape, rows))


def broadcast(x: Array, *, shape: Shape, rows: int) -> Array:
    return np.broadcast_to(x, concrete_shape(shape, rows))


def concatenate(*parts: Array, axis: int) -> Array:
    return np.concatenate(parts, axis=axis)


def slice_(x: Array, *, axis: int, start: int, stop: int) -> Array:
    return x[(slice(None),) * axis + (slice(start, stop),)]


def pad(x: Array, *, axis: int, before: int, after: int) -> Array:
    widths = [(0, 0)] * x.ndim
    widths[axis] = (before, after)
    return np.pad(x, widths)


def gather(table: Array, indices: Array) -> Array:
    require_indices(indices, table.shape[0])
    return np.asarray(table[indices])


def scatter_add(indices: Array, updates: Array, *, size: int) -> Array:
    require_indices(indices, size)
    result = np.zeros((size, updates.shape[-1]), updates.dtype)
    np.add.at(result, indices, updates)
    return result


def one_hot(indices: Array, *, size: int) -> Array:
    require_indices(indices, size)
    return np.equal(indices[..., None], np.arange(size)).astype(np.float64)


def random_mask(
    seed: Array, step: Array, *, stream: int, rate: float, shape: Shape, rows: int
) -> Array:
    return mask(int(seed), stream, int(step), concrete_shape(shape, rows), rate)


DEFINITIONS: Final[Mapping[str, Callable[..., Array]]] = {
    "negative": np.negative,
    "absolute": np.absolute,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "arctan": np.arctan,
    "erf": erf,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "sign": np.sign,
    "heaviside": heaviside,
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "power": np.power,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "binary_cross_entropy": binary_cross_entropy,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "where": where,
    "cast": cast,
    "matmul": np.matmul,
    "contract_rows": contract_rows,
    "transpose": np.transpose,
    "sum": reduce_sum,
    "max": reduce_max,
    "reshape": reshape,
    "broadcast": broadcast,
    "concatenate": concatenate,
    "slice": slice_,
    "pad": pad,
    "gather": gather,
    "scatter_add": scatter_add,
    "one_hot": one_hot,
    "softmax": softmax,
    "log_sum_exp": log_sum_exp,
    "cross_entropy": cross_entropy,
    "random_mask": random_mask,
}
"""What every operation but the leaves computes."""
