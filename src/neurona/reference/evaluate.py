"""Run a graph in NumPy: the executor that defines what a graph means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from inspect import isfunction, signature
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from neurona.arrays import Array
from neurona.errors import GraphError, ShapeError
from neurona.graph.node import Node, fits_int64
from neurona.graph.shape import has_batch, show_shape
from neurona.graph.show import show_expression
from neurona.graph.walk import Graph
from neurona.messages import _
from neurona.reference.definitions import DEFINITIONS, concrete_shape

__all__ = ["Executable", "evaluate", "host_scalars"]

Feeds: TypeAlias = Mapping[Any, ArrayLike]

_ROWS_AWARE = frozenset(
    name
    for name, definition in DEFINITIONS.items()
    if isfunction(definition) and "rows" in signature(definition).parameters
)


_ACCEPTED: Final = {"float": "fiub", "integer": "iub", "boolean": "b"}
"""Kinds of NumPy numbers that each kind of node takes without losing anything."""


def host_scalars(nodes: Iterable[Node]) -> set[Node]:
    """Scalars made of run-time scalars and constants alone.

    They are computed in float64 whatever the precision of the arrays, and rounded once
    where they meet one: bias corrections such as 1 − β₂ᵗ would lose their digits
    otherwise.

    Examples
    --------
    >>> from neurona import graph
    >>> t = graph.input("t")
    >>> w = graph.parameter("w", (2,))
    >>> correction = 1 - 0.9**t
    >>> correction in host_scalars(graph.Graph.of(w * correction).nodes)
    True
    """
    found: set[Node] = set()
    for node in nodes:
        if node.operation == "parameter" or node.shape != ():
            continue
        if all(part in found for part in node.inputs):
            found.add(node)
    return found


class Executable:
    """A graph made ready to run many times.

    Parameters
    ----------
    graph : Graph
    dtype : {float64, float32}
        Precision of every float array; float64 is the definition.

    Notes
    -----
    Values that no later node needs are freed as soon as possible.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x", shape=(graph.BATCH,))
    >>> run = Executable(graph.Graph({"mean": graph.mean(x)}))
    >>> float(run({"x": [1.0, 2.0, 6.0]})["mean"])
    3.0
    """

    def __init__(self, graph: Graph, dtype: DTypeLike = np.float64) -> None:
        self.graph = graph
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float64, np.float32):
            raise GraphError(
                _("the reference computes in float64 or float32, not {dtype}").format(
                    dtype=self.dtype
                )
            )
        nodes = graph.nodes
        number = {node: i for i, node in enumerate(nodes)}
        host = host_scalars(nodes)
        last_use = {part: node for node in nodes for part in node.inputs}
        kept = set(graph.outputs.values())
        freed: dict[Node, list[int]] = {}
        for part, node in last_use.items():
            if part not in kept:
                freed.setdefault(node, []).append(number[part])
        self._leaves = [(node, number[node]) for node in nodes if not node.inputs]
        self._steps = [
            (
                number[node],
                bind(node),
                tuple(number[part] for part in node.inputs),
                self._target_dtype(node, host),
                self._to_round(node, host),
                makes_rows(node),
                tuple(freed.get(node, ())),
                node,
            )
            for node in nodes
            if node.inputs
        ]
        self._outputs = {name: number[node] for name, node in graph.outputs.items()}
        self._count = len(nodes)

    def _target_dtype(self, node: Node, host: set[Node]) -> np.dtype[Any] | None:
        """Precision a result must be brought to, where NumPy would choose another."""
        if node.dtype != "float" or node in host:
            return None
        return self.dtype if node.operation in ("cast", "one_hot") else None

    def _to_round(self, node: Node, host: set[Node]) -> tuple[int, ...]:
        """Positions of host scalars that meet an array here."""
        if node in host or self.dtype == np.float64:
            return ()
        return tuple(
            i
            for i, part in enumerate(node.inputs)
            if part in host and part.dtype == "float"
        )

    def __call__(self, feeds: Feeds, rows: int | None = None) -> dict[str, Array]:
        """Values of the outputs.

        Parameters
        ----------
        feeds : mapping of Node or str to array
            A value for every input and parameter the outputs need, by the node itself
            or else by its name; others are ignored, but for the rows they tell.
        rows : int, optional
            The number of rows N, where no input has a batch axis to tell it.

        Raises
        ------
        GraphError
            A value is missing or N is unknown.
        ShapeError
            A value does not fit its input, or inputs have different numbers of rows.
        """
        values: list[Any] = [None] * self._count
        for node in feeds:
            if isinstance(node, Node) and node.inputs:
                raise GraphError(
                    _("{node} is computed, so no value can be given for it").format(
                        node=show_expression(node)
                    )
                )
        with np.errstate(all="ignore"):
            rows = self._receive_leaves(values, feeds, rows)
            for i, function, parts, dtype, rounded, sized, freed, node in self._steps:
                arguments = [values[p] for p in parts]
                for position in rounded:
                    arguments[position] = self.dtype.type(arguments[position])
                if sized is None:
                    value = function(*arguments)
                else:
                    n = self._known(rows, node) if sized else 0
                    value = function(*arguments, rows=n)
                values[i] = value if dtype is None else value.astype(dtype)
                for p in freed:
                    values[p] = None
        return {name: np.asarray(values[i]) for name, i in self._outputs.items()}

    def _receive_leaves(
        self, values: list[Any], feeds: Feeds, rows: int | None
    ) -> int | None:
        """Fill in the values of the leaves; return the number of rows, if known."""
        # A name serves every leaf that bears it and is not itself among the feeds.
        named = {k.name if isinstance(k, Node) else k: v for k, v in feeds.items()}
        named |= {k: v for k, v in feeds.items() if not isinstance(k, Node)}
        for node, i in self._leaves:
            if node.operation == "constant":
                values[i] = node.attributes["value"]
                if isinstance(values[i], np.ndarray) and node.dtype == "float":
                    values[i] = values[i].astype(self.dtype, copy=False)
                elif not isinstance(values[i], np.ndarray):
                    values[i] = np.asarray(values[i])[()]
            elif node.operation != "rows":
                if node not in feeds and node.name not in named:
                    raise GraphError(
                        _("no value was given for {name}").format(name=node.name)
                    )
                value = feeds[node] if node in feeds else named[node.name]
                values[i], rows = self._receive(node, value, rows)
        rows = rows_told(feeds) if rows is None else rows
        for node, i in self._leaves:
            if node.operation == "rows":
                values[i] = np.float64(self._known(rows, node))
        return rows

    @staticmethod
    def _known(rows: int | None, node: Node) -> int:
        if rows is None:
            raise GraphError(
                _("{operation} needs the number of rows: pass rows=").format(
                    operation=node.operation
                )
            )
        return rows

    def _receive(
        self, node: Node, given: ArrayLike, rows: int | None
    ) -> tuple[Array, int | None]:
        name = str(node.name)
        host = node.operation == "input" and node.shape == ()
        precision = np.float64 if host else self.dtype
        kinds = {"float": precision, "integer": np.int64, "boolean": np.bool_}
        value = np.asarray(given)
        if value.size and value.dtype.kind not in _ACCEPTED[node.dtype]:
            raise ShapeError(
                _("{name} must hold {wanted} values, not {dtype}").format(
                    name=name, wanted=node.dtype, dtype=value.dtype
                )
            )
        if node.dtype == "integer" and not fits_int64(value):
            raise ShapeError(
                _("{name} holds a whole number beyond 64 bits with a sign").format(
                    name=name
                )
            )
        value = value.astype(kinds[node.dtype], copy=False)
        if has_batch(node.shape) and value.ndim:
            if rows is not None and value.shape[0] != rows:
                raise ShapeError(
                    _("{name} has {found} rows where others have {rows}").format(
                        name=name, found=value.shape[0], rows=rows
                    )
                )
            rows = value.shape[0]
        if value.shape != concrete_shape(node.shape, rows or 0):
            raise ShapeError(
                _("{name} must have shape {wanted}, not {found}").format(
                    name=name, wanted=show_shape(node.shape), found=value.shape
                )
            )
        return (value[()] if value.ndim == 0 else value), rows


def rows_told(feeds: Feeds) -> int | None:
    """Number of rows of the first input that has a batch axis, needed or not."""
    for node, value in feeds.items():
        if isinstance(node, Node) and has_batch(node.shape) and np.ndim(value):
            return int(np.shape(value)[0])
    return None


def makes_rows(node: Node) -> bool | None:
    """Whether an operation that takes ``rows`` uses them; None if it takes none."""
    if node.operation not in _ROWS_AWARE:
        return None
    return has_batch(node.attributes["shape"])


def bind(node: Node) -> Any:
    """Definition of a node's operation with its attributes filled in."""
    definition = DEFINITIONS[node.operation]
    return partial(definition, **node.attributes) if node.attributes else definition


def evaluate(
    outputs: Sequence[Node],
    feeds: Feeds,
    *,
    dtype: DTypeLike = np.float64,
    rows: int | None = None,
) -> list[Array]:
    """Values of nodes.

    Parameters
    ----------
    outputs : sequence of Node
    feeds : mapping of Node or str to array
        Values of the inputs and parameters, by node or by name.
    dtype : {float64, float32}
    rows : int, optional
        The number of rows, where no input tells it.

    Returns
    -------
    list of ndarray

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> round(float(evaluate([graph.exp(graph.sin(x**2))], {x: 1.0})[0]), 10)
    2.3197768247
    """
    graph = Graph.of(*outputs)
    values = Executable(graph, dtype)(feeds, rows)
    return [values[str(i)] for i in range(len(outputs))]
