"""Shapes with a symbolic batch axis, and the kinds of numbers a node may hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import index
from typing import Any, Final, Literal, TypeAlias

from neurona.errors import ShapeError
from neurona.messages import _

__all__ = [
    "BATCH",
    "Batch",
    "DType",
    "Shape",
    "Spec",
    "as_shape",
    "broadcast_shapes",
    "element_count",
    "has_batch",
    "normalize_axes",
    "show_shape",
    "whole_number",
]


class Batch:
    """The size of the batch axis: the number of rows, known only when a graph runs.

    There is one instance, :data:`BATCH`. It stands first in a shape or nowhere.
    """

    def __repr__(self) -> str:
        return "N"


BATCH: Final = Batch()

Shape: TypeAlias = tuple[int | Batch, ...]
DType: TypeAlias = Literal["float", "integer", "boolean"]


@dataclass(frozen=True, slots=True)
class Spec:
    """What is known of a value before it exists.

    Parameters
    ----------
    shape : tuple of int or Batch
        Sizes; the batch axis, if any, stands first.
    dtype : {"float", "integer", "boolean"}
        Kind of number. The precision of floats is chosen when the graph runs.
    """

    shape: Shape
    dtype: DType = "float"

    def __str__(self) -> str:
        return f"{self.dtype} {show_shape(self.shape)}"


def whole_number(value: Any) -> int:
    """Value as a Python int, whatever kind of whole number it was.

    Raises
    ------
    ShapeError
        It is not a whole number.

    Examples
    --------
    >>> import numpy as np
    >>> whole_number(np.int64(3))
    3
    """
    try:
        return index(value)
    except TypeError:
        raise ShapeError(
            _("a size or an axis must be a whole number, not {value!r}").format(
                value=value
            )
        ) from None


def as_shape(sizes: Iterable[Any]) -> Shape:
    """Sizes as a shape of Python ints, the batch axis kept.

    Examples
    --------
    >>> import numpy as np
    >>> as_shape([BATCH, np.int64(3)])
    (N, 3)
    """
    return tuple(s if isinstance(s, Batch) else whole_number(s) for s in sizes)


def show_shape(shape: Shape) -> str:
    """Shape as text.

    Examples
    --------
    >>> show_shape((BATCH, 3))
    '(N, 3)'
    """
    return repr(tuple(shape))


def has_batch(shape: Shape) -> bool:
    """Whether the first axis is the batch axis."""
    return bool(shape) and isinstance(shape[0], Batch)


def element_count(shape: Shape) -> int:
    """Number of elements in one row (with a batch axis) or in the whole (without).

    Examples
    --------
    >>> element_count((BATCH, 3, 2)), element_count((4, 5)), element_count(())
    (6, 20, 1)
    """
    count = 1
    for size in shape:
        if not isinstance(size, Batch):
            count *= size
    return count


def broadcast_shapes(shapes: Iterable[Shape]) -> Shape:
    """Shape that all the given shapes broadcast to, by NumPy's rule.

    The batch axis broadcasts with 1 and with itself, never with another size.

    Raises
    ------
    ShapeError
        Two sizes differ and neither is 1.

    Examples
    --------
    >>> broadcast_shapes([(BATCH, 3), (3,), ()])
    (N, 3)
    """
    shapes = [tuple(shape) for shape in shapes]
    if shapes and shapes.count(shapes[0]) == len(shapes):
        return check_batch_axis(shapes[0])
    rank = max([len(shape) for shape in shapes], default=0)
    result: list[int | Batch] = []
    for axis in range(-rank, 0):
        size: int | Batch = 1
        for shape in shapes:
            if len(shape) < -axis:
                continue
            other = shape[axis]
            if size == 1:
                size = other
            elif other not in (1, size):
                listed = ", ".join(show_shape(s) for s in shapes)
                raise ShapeError(
                    _("shapes {shapes} do not broadcast: {a} against {b}").format(
                        shapes=listed, a=size, b=other
                    )
                )
        result.append(size)
    return check_batch_axis(tuple(result))


def check_batch_axis(shape: Shape) -> Shape:
    """Return the shape, having checked its sizes and that the batch axis is first."""
    for axis, size in enumerate(shape):
        if isinstance(size, Batch):
            if axis:
                raise ShapeError(
                    _("the batch axis must stand first, not at axis {axis}").format(
                        axis=axis
                    )
                )
        elif size < 0:
            raise ShapeError(_("a size cannot be negative: {size}").format(size=size))
    return shape


def normalize_axes(axes: int | Iterable[int] | None, rank: int) -> tuple[int, ...]:
    """Axes as sorted, non-negative numbers; ``None`` means all of them.

    Examples
    --------
    >>> normalize_axes(-1, 3), normalize_axes(None, 2)
    ((2,), (0, 1))
    """
    if axes is None:
        return tuple(range(rank))
    several = axes if isinstance(axes, Iterable) else (axes,)
    listed = tuple(whole_number(axis) for axis in several)
    for axis in listed:
        if not -rank <= axis < rank:
            raise ShapeError(
                _("there is no axis {axis} among {rank} axes").format(
                    axis=axis, rank=rank
                )
            )
    normal = sorted(axis % rank for axis in listed)
    if len(set(normal)) < len(normal):
        raise ShapeError(_("an axis is named twice: {axes}").format(axes=listed))
    return tuple(normal)
