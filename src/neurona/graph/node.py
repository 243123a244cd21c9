"""The node: one operation applied to other nodes."""

from __future__ import annotations

import contextlib
import contextvars
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from neurona.errors import GraphError, ShapeError, unknown_name
from neurona.graph.notebook import show_html, text_of
from neurona.graph.operations import OPERATIONS, Operation
from neurona.graph.shape import DType, Shape, Spec, has_batch
from neurona.locks import lock_open_in_forks
from neurona.messages import _

__all__ = [
    "Node",
    "NodeLike",
    "as_node",
    "constant",
    "make_node",
    "row_kind",
    "source",
]


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Node:
    """One operation applied to the nodes it reads: an immutable record.

    Nodes are compared and hashed by identity. Two requests for the same operation on
    the same inputs from the same source give the same node (hash-consing), except for
    inputs, parameters and random masks, each of which is itself alone.

    Parameters
    ----------
    operation : str
        A name in :data:`~neurona.graph.operations.OPERATIONS`.
    inputs : tuple of Node
    attributes : mapping of str to value
        Fixed settings of the operation, such as the axes of a sum.
    shape : tuple of int or Batch
        Sizes, the batch axis first where there is one.
    dtype : {"float", "integer", "boolean"}
    name : str or None
        What a person calls it.
    sources : tuple of str
        The layers that made it, so that errors and explanations can name them.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x", shape=())
    >>> x**2 + 1
    add(power(x, 2.0), 1.0): float ()
    """

    operation: str
    inputs: tuple[Node, ...]
    attributes: Mapping[str, Any]
    shape: Shape
    dtype: DType
    name: str | None = None
    sources: tuple[str, ...] = ()
    # What make_node had from the operation's rule; None in a record written by hand.
    _inferred: Spec | None = field(default=None, init=False)

    # NumPy leaves array * node to the node.
    __array_ufunc__: ClassVar[None] = None

    @property
    def spec(self) -> Spec:
        """Shape and kind of number together."""
        return self._inferred or Spec(self.shape, self.dtype)

    @property
    def is_checked(self) -> bool:
        """Whether its operation's rule was applied when it was made.

        That holds for every node but those whose record was written by hand. It is
        known of the node alone, not of those it reads.
        """
        return self._inferred is not None

    def __repr__(self) -> str:
        return text_of(self)

    def _repr_html_(self) -> str | None:
        return show_html(self)

    def __bool__(self) -> bool:
        raise GraphError(
            _("a node has no value yet, so it is neither true nor false: use where")
        )

    def __neg__(self) -> Node:
        return make_node("negative", self)

    def __abs__(self) -> Node:
        return make_node("absolute", self)

    def __add__(self, other: NodeLike) -> Node:
        return make_node("add", self, as_node(other))

    def __radd__(self, other: NodeLike) -> Node:
        return make_node("add", as_node(other), self)

    def __sub__(self, other: NodeLike) -> Node:
        return make_node("subtract", self, as_node(other))

    def __rsub__(self, other: NodeLike) -> Node:
        return make_node("subtract", as_node(other), self)

    def __mul__(self, other: NodeLike) -> Node:
        return make_node("multiply", self, as_node(other))

    def __rmul__(self, other: NodeLike) -> Node:
        return make_node("multiply", as_node(other), self)

    def __truediv__(self, other: NodeLike) -> Node:
        return make_node("divide", self, as_node(other))

    def __rtruediv__(self, other: NodeLike) -> Node:
        return make_node("divide", as_node(other), self)

    def __pow__(self, other: NodeLike) -> Node:
        return make_node("power", self, as_node(other))

    def __rpow__(self, other: NodeLike) -> Node:
        return make_node("power", as_node(other), self)

    def __matmul__(self, other: NodeLike) -> Node:
        return make_node("matmul", self, as_node(other))

    def __rmatmul__(self, other: NodeLike) -> Node:
        return make_node("matmul", as_node(other), self)

    def __gt__(self, other: Node | float) -> Node:
        return make_node("greater", self, as_node(other, self.dtype))

    def __ge__(self, other: Node | float) -> Node:
        return make_node("greater_equal", self, as_node(other, self.dtype))

    def __lt__(self, other: Node | float) -> Node:
        return make_node("less", self, as_node(other, self.dtype))

    def __le__(self, other: Node | float) -> Node:
        return make_node("less_equal", self, as_node(other, self.dtype))


NodeLike: TypeAlias = "Node | float | int | bool | np.ndarray[Any, Any]"

_UNSHARED = frozenset({"input", "parameter", "random_mask"})
_known: weakref.WeakValueDictionary[tuple[Any, ...], Node] = (
    weakref.WeakValueDictionary()
)
_making = lock_open_in_forks()
_sources: contextvars.ContextVar[tuple[str, ...]] = contextvars.ContextVar(
    "sources", default=()
)


@contextlib.contextmanager
def source(*names: str) -> Iterator[None]:
    """Mark every node made inside as coming from the named layers.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x", shape=())
    >>> with graph.source("hidden 1"):
    ...     y = graph.tanh(x)
    >>> y.sources
    ('hidden 1',)
    """
    token = _sources.set(names)
    try:
        yield
    finally:
        _sources.reset(token)


def attribute_key(value: Any) -> Any:
    """Hashable twin of an attribute that tells 0.0 from -0.0 and 1 from 1.0."""
    if isinstance(value, float):
        return ("float", value.hex())
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype.str, value.tobytes())
    return (type(value), value)


def attributes_key(entry: Operation, attributes: Mapping[str, Any]) -> tuple[Any, ...]:
    """Keys of an operation's attributes, in the order of its table."""
    return tuple([attribute_key(attributes[name]) for name in entry.attributes])


def make_node(
    operation: str,
    *inputs: Node,
    name: str | None = None,
    sources: tuple[str, ...] | None = None,
    **attributes: Any,
) -> Node:
    """Apply an operation, having checked that shapes and kinds fit.

    Parameters
    ----------
    operation : str
        A name in the table of operations.
    *inputs : Node
    name : str, optional
        What a person calls the result.
    sources : tuple of str, optional
        By default those of the enclosing :func:`source`.
    **attributes
        Exactly the attributes that the operation names.

    Returns
    -------
    Node
        A new node, or the one that stands for the same already.

    Raises
    ------
    GraphError
        Unknown operation, or wrong number of inputs or attributes.
    ShapeError
        The inputs do not fit; the message names the layer.
    """
    try:
        entry = OPERATIONS[operation]
    except KeyError:
        raise GraphError(unknown_name(_("operation"), operation, OPERATIONS)) from None
    if entry.arity is not None and len(inputs) != entry.arity:
        raise GraphError(
            _("{operation} takes {wanted} inputs, not {found}").format(
                operation=operation, wanted=entry.arity, found=len(inputs)
            )
        )
    if attributes.keys() != entry.attribute_set:
        raise GraphError(
            _("{operation} takes the attributes {wanted}, not {found}").format(
                operation=operation,
                wanted=sorted(entry.attributes),
                found=sorted(attributes),
            )
        )
    made_by = _sources.get() if sources is None else sources
    try:
        spec = entry.infer(*[node.spec for node in inputs], **attributes)
    except ShapeError as error:
        where = _(" in {layer}").format(layer=", ".join(made_by)) if made_by else ""
        raise ShapeError(f"{operation}{where}: {error}") from None
    frozen = MappingProxyType(attributes)
    return shared_node(operation, inputs, frozen, spec, name, made_by)


def shared_node(
    operation: str,
    inputs: tuple[Node, ...],
    attributes: Mapping[str, Any],
    spec: Spec,
    name: str | None,
    sources: tuple[str, ...],
) -> Node:
    """The node that stands for an operation whose rule gave this spec, made if new."""
    if operation in _UNSHARED:
        return checked_node(operation, inputs, attributes, spec, name, sources)
    # The key holds the identities of the inputs, which live as long as the node.
    key = (
        operation,
        tuple([id(node) for node in inputs]),
        attributes_key(OPERATIONS[operation], attributes),
        name,
        sources,
    )
    known = _known.get(key)
    if known is None:
        with _making:
            # Another thread may have made it since.
            known = _known.get(key)
            if known is None:
                known = checked_node(operation, inputs, attributes, spec, name, sources)
                _known[key] = known
    return known


def checked_node(
    operation: str,
    inputs: tuple[Node, ...],
    attributes: Mapping[str, Any],
    spec: Spec,
    name: str | None,
    sources: tuple[str, ...],
) -> Node:
    """Record of a node whose operation's rule gave this spec."""
    node = Node(operation, inputs, attributes, spec.shape, spec.dtype, name, sources)
    object.__setattr__(node, "_inferred", spec)
    return node


def constant(value: NodeLike, dtype: DType | None = None) -> Node:
    """Node that holds a fixed number or array.

    Parameters
    ----------
    value : number or array
    dtype : {"float", "integer", "boolean"}, optional
        By default float for numbers, and the array's own kind for arrays.

    Raises
    ------
    GraphError
        Not a number, or one that the wanted kind cannot hold: 0.5 is not an integer,
        and an integer has 64 bits with a sign.

    Examples
    --------
    >>> constant(2)
    2.0: float ()
    """
    if isinstance(value, Node):
        return value
    if type(value) is float and dtype in (None, "float"):
        # The usual case, and the one that is met a hundred times in a graph.
        return make_node("constant", value=value, shape=(), dtype="float")
    array = np.asarray(value)
    if dtype is None:
        kinds: dict[str, DType] = {"b": "boolean"}
        if array.ndim:
            kinds |= {"i": "integer", "u": "integer"}
        dtype = kinds.get(array.dtype.kind, "float")
    if array.dtype.kind not in "biuf":
        raise GraphError(
            _("a constant must be a number or an array of numbers, not {kind}").format(
                kind=type(value).__name__
            )
        )
    if not _holds(array, dtype):
        raise GraphError(
            _("{value} is not of the kind {dtype}").format(value=value, dtype=dtype)
        )
    held: Any
    if array.ndim:
        held = array.astype({"float": "f8", "integer": "i8", "boolean": "?"}[dtype])
        held.flags.writeable = False
    else:
        held = {"float": float, "integer": int, "boolean": bool}[dtype](array[()])
    return make_node("constant", value=held, shape=array.shape, dtype=dtype)


def _holds(array: np.ndarray[Any, Any], dtype: DType) -> bool:
    """Whether values can be of a kind without a change of value."""
    if dtype == "boolean":
        return bool(np.all((array == 0) | (array == 1)))
    if dtype == "integer" and array.dtype.kind == "f":
        wide = array.astype(np.float64)
        whole = (wide >= -(2.0**63)) & (wide < 2.0**63) & (array == np.trunc(array))
        return bool(np.all(whole))
    return dtype == "float" or fits_int64(array)


def fits_int64(array: np.ndarray[Any, Any]) -> bool:
    """Whether whole numbers keep their value as 64-bit integers with a sign."""
    return array.dtype.kind != "u" or not np.any(array > np.iinfo(np.int64).max)


def as_node(value: NodeLike, dtype: DType | None = None) -> Node:
    """Return a node as it is, anything else as a constant."""
    return value if isinstance(value, Node) else constant(value, dtype)


RowKind: TypeAlias = Literal["whole", "row-wise", "reduction"]


def row_kind(node: Node) -> RowKind:
    """How a node treats the batch: the distinction that engines and explainers share.

    Returns
    -------
    {"whole", "row-wise", "reduction"}
        "row-wise" where each row of the result depends on the same row of the inputs
        alone; "reduction" where rows are combined into something without them;
        "whole" where no batch is touched, as in an optimizer's rule.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x", shape=(graph.BATCH, 3))
    >>> row_kind(graph.exp(x)), row_kind(graph.sum(x, 0)), row_kind(graph.rows())
    ('row-wise', 'reduction', 'whole')
    """
    if has_batch(node.shape):
        return "row-wise"
    if any(has_batch(part.shape) for part in node.inputs):
        return "reduction"
    return "whole"
