"""Gradients compared with central differences, to first and second order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from neurona import graph as g
from neurona.errors import GradientError
from neurona.gradient.backward import backward
from neurona.graph import Graph, Node
from neurona.messages import _
from neurona.reference import Executable

__all__ = ["check_gradients", "numeric_gradient"]

STEP: Final = 2.0**-17
"""Step of a central difference at |x| ≤ 1: near the cube root of float64's rounding."""

ROUNDING: Final = 16 * float(np.finfo(np.float64).eps)
"""How far a function's value may be off, of its size: a graph rounds many times."""

Values = Mapping[Node, Any]


def numeric_gradient(
    output: Node, node: Node, values: Values, *, step: float = STEP
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Gradient by central differences, (f(x + h) − f(x − h)) / 2h for each element.

    Examples
    --------
    >>> x = g.input("x")
    >>> round(float(numeric_gradient(x**2, x, {x: 3.0})), 6)
    6.0
    """
    return central_differences(output, node, values, step)[0]


def central_differences(
    output: Node, node: Node, values: Values, step: float = STEP
) -> tuple[np.ndarray[Any, np.dtype[np.float64]], float]:
    """Gradient, and how far rounding alone may move its entries: 16 ε|f|/h.

    h grows as √|x|: slowly enough for softmax at 1000, which changes within ±1.
    """
    run = Executable(Graph({"f": output}))
    feeds = {leaf: np.asarray(value) for leaf, value in values.items()}
    point = feeds[node].astype(np.float64)
    slopes = np.empty(point.shape)
    noise = 0.0
    for index in np.ndindex(point.shape):
        h = step * max(1.0, abs(float(point[index])) ** 0.5)
        below, above = point[index] - h, point[index] + h
        sides = []
        for moved in (above, below):
            shifted = point.copy()
            shifted[index] = moved
            sides.append(float(run({**feeds, node: shifted})["f"]))
        # What was added to x may have been rounded, so it is read back.
        slopes[index] = (sides[0] - sides[1]) / (above - below)
        noise = max(noise, ROUNDING * max(map(abs, sides)) / h)
    return slopes, noise


def check_gradients(
    output: Node,
    wrt: Sequence[Node],
    values: Values,
    *,
    order: int = 1,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> None:
    """Compare the gradients of a scalar with central differences.

    Each second order check differentiates the gradient once more, along a random
    direction, by the same code.

    Parameters
    ----------
    output : Node
        A scalar.
    wrt : sequence of Node
        Inputs or parameters.
    values : mapping of Node to array
        The point, for every leaf.
    order : {1, 2}
    tolerance : float
        Largest allowed difference, relative to the largest entry of the variable's
        gradient. What rounding does to the central differences is allowed besides.
    seed : int
        Of the random direction.

    Raises
    ------
    GradientError
        They differ; the message says where and by how much.

    Examples
    --------
    >>> x = g.input("x")
    >>> check_gradients(g.exp(g.sin(x**2)), [x], {x: 1.0}, order=2)
    """
    grads = backward(output, wrt)
    run = Executable(Graph.of(*grads))
    rows = next(
        (np.asarray(v).shape[0] for k, v in values.items() if g.has_batch(k.shape)),
        None,
    )
    found = run(values, rows)
    for i, node in enumerate(wrt):
        expected, noise = central_differences(output, node, values)
        compare(node, found[str(i)], expected, tolerance, noise)
    if order > 1:
        rng = np.random.default_rng(seed)
        terms = [
            g.sum(grad * direction(node, values, rng))
            for node, grad in zip(wrt, grads, strict=True)
        ]
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        check_gradients(total, wrt, values, order=order - 1, tolerance=tolerance)


def direction(node: Node, values: Values, rng: np.random.Generator) -> Node:
    """Random direction, the same for each row where there is a batch."""
    shape = node.shape[1:] if g.has_batch(node.shape) else node.shape
    return g.constant(rng.uniform(0.5, 1.5, [s for s in shape if isinstance(s, int)]))


def compare(
    node: Node, found: Any, expected: Any, tolerance: float, noise: float
) -> None:
    error = np.abs(found - expected)
    largest = float(np.max(np.abs(expected), initial=0.0))
    if not np.all(error <= tolerance * largest + noise):
        where = np.unravel_index(int(np.argmax(error)), error.shape)
        raise GradientError(
            _(
                "gradient of {node} at {index}: {found} here, {expected} by central "
                "differences"
            ).format(
                node=g.show_expression(node),
                index=tuple(int(i) for i in where),
                found=float(found[where]),
                expected=float(expected[where]),
            )
        )
