"""What every operation gives, in every regime: one record each.

Any executor is held against this table. A record builds a graph from fresh leaves,
says which values to feed, and what must come out: numbers by hand or from an
independent formula (the ``math`` module, element by element), never from the executor
that is under test.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import graph as g
from neurona.graph import BATCH, Node

NAN, INF = math.nan, math.inf

FLOAT32 = 4e-6
"""Float32 against float64: about 30 units in the last place of the result's scale."""


@dataclass(frozen=True)
class Leaf:
    """One value that is fed: with a batch axis ("rows"), without, or as a scalar."""

    value: np.ndarray[Any, Any]
    kind: str = "input"
    batch: bool = True

    def node(self, name: str) -> Node:
        shape = self.value.shape
        dtypes = {"f": "float", "i": "integer", "b": "boolean"}
        make = g.parameter if self.kind == "parameter" else g.input
        return make(
            name,
            (BATCH, *shape[1:]) if self.batch else shape,
            dtypes[self.value.dtype.kind],
        )


def rows(values: Any) -> Leaf:
    """A batch: the first axis is the batch axis."""
    return Leaf(numbers(values))


def fixed(values: Any) -> Leaf:
    """A parameter: no batch axis."""
    return Leaf(numbers(values), "parameter", batch=False)


def scalar(value: Any) -> Leaf:
    """A run-time scalar."""
    return Leaf(numbers(value), "input", batch=False)


def numbers(values: Any) -> np.ndarray[Any, Any]:
    array = np.asarray(values)
    return array if array.dtype.kind in "fb" else array.astype(np.int64)


@dataclass(frozen=True)
class Case:
    """One operation in one regime.

    Parameters
    ----------
    operation : str
    regime : str
    leaves : sequence of Leaf
    build : callable
        From the leaves' nodes, in order, to the output.
    expected : callable or array or None
        The output, or a formula for it from the leaves' values; None where only laws
        are known.
    order : int
        How often it may be differentiated and compared with central differences here;
        0 at ties, jumps and infinities.
    slopes : tuple of arrays
        For ``order`` 0: the gradients of the output's sum, by convention or by hand.
    float32 : float or None
        Largest error in float32, relative to the scale of the exact result; None where
        the values lie outside of float32.
    tolerance : float
        The same for float64 against ``expected``; 0 demands the same number.
    """

    operation: str
    regime: str
    leaves: Sequence[Leaf]
    build: Callable[..., Node]
    expected: Any = None
    order: int = 0
    slopes: tuple[Any, ...] | None = None
    float32: float | None = FLOAT32
    tolerance: float = 1e-14

    @property
    def name(self) -> str:
        return f"{self.operation}, {self.regime}"

    def make(self) -> tuple[Node, dict[Node, np.ndarray[Any, Any]]]:
        """Output node, and the values to feed."""
        nodes = [leaf.node(f"x{i}") for i, leaf in enumerate(self.leaves)]
        feeds = {n: leaf.value for n, leaf in zip(nodes, self.leaves, strict=True)}
        return self.build(*nodes), feeds

    def wanted(self) -> np.ndarray[Any, Any] | None:
        """The output that any executor must give."""
        if self.expected is None:
            return None
        if callable(self.expected):
            return np.asarray(self.expected(*(leaf.value for leaf in self.leaves)))
        return np.asarray(self.expected)


def each(function: Callable[..., Any]) -> Callable[..., np.ndarray[Any, Any]]:
    """Formula for numbers, applied element by element with broadcasting."""

    def apply(*arrays: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        same = np.broadcast_arrays(*arrays)
        parts = zip(*(array.ravel().tolist() for array in same), strict=True)
        found = [function(*part) for part in parts]
        kind = bool if found and isinstance(found[0], bool) else np.float64
        return np.array(found, kind).reshape(same[0].shape)

    return apply


# Points are dyadic, so that float32 holds them exactly.
ANY = [[-2.5, 0.5, 1.25], [0.75, -0.125, 3.0]]
APART = [[1.0, -1.0, 2.0], [-0.25, 0.25, 4.0]]
POSITIVE = [[2.5, 0.5, 1.25], [0.75, 0.125, 3.0]]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def sign(x: float) -> float:
    return float((x > 0) - (x < 0))


# operation: formula, plain points, how smooth, (special input, output), (kink, slope)
Pairs = list[tuple[Any, float]]

UNARY: dict[str, tuple[Any, Any, int, Pairs, Pairs]] = {
    "negative": (
        lambda x: -x,
        ANY,
        2,
        [(0.0, -0.0), (-0.0, 0.0), (INF, -INF), (-INF, INF)],
        [],
    ),
    "absolute": (
        abs,
        ANY,
        2,
        [(-0.0, 0.0), (INF, INF), (-INF, INF)],
        [(0.0, 0.0), (-0.0, 0.0)],
    ),
    "exp": (
        math.exp,
        ANY,
        2,
        [(0.0, 1.0), (INF, INF), (-INF, 0.0), (1000.0, INF), (-1000.0, 0.0)],
        [],
    ),
    "expm1": (
        math.expm1,
        ANY,
        2,
        [(-0.0, -0.0), (INF, INF), (-INF, -1.0), (2.0**-60, 2.0**-60)],
        [],
    ),
    "log": (
        math.log,
        POSITIVE,
        2,
        [(1.0, 0.0), (0.0, -INF), (-0.0, -INF), (-1.0, NAN), (INF, INF)],
        [],
    ),
    "log1p": (
        math.log1p,
        POSITIVE,
        2,
        [(-0.0, -0.0), (-1.0, -INF), (-2.0, NAN), (INF, INF), (2.0**-60, 2.0**-60)],
        [],
    ),
    "sqrt": (
        math.sqrt,
        POSITIVE,
        2,
        [(0.0, 0.0), (-0.0, -0.0), (-1.0, NAN), (INF, INF), (4.0, 2.0)],
        [],
    ),
    "sin": (math.sin, ANY, 2, [(-0.0, -0.0), (INF, NAN), (-INF, NAN)], []),
    "cos": (math.cos, ANY, 2, [(0.0, 1.0), (INF, NAN), (-INF, NAN)], []),
    "arctan": (
        math.atan,
        ANY,
        2,
        [(-0.0, -0.0), (INF, math.pi / 2), (-INF, -math.pi / 2)],
        [],
    ),
    "erf": (
        math.erf,
        ANY,
        2,
        [(-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (10.0, 1.0)],
        [],
    ),
    "tanh": (
        math.tanh,
        ANY,
        2,
        [(-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (1000.0, 1.0)],
        [],
    ),
    "sigmoid": (
        sigmoid,
        ANY,
        2,
        [(0.0, 0.5), (INF, 1.0), (-INF, 0.0), (1000.0, 1.0), (-1000.0, 0.0)],
        [],
    ),
    "softplus": (
        softplus,
        ANY,
        2,
        [(INF, INF), (-INF, 0.0), (1000.0, 1000.0), (-1000.0, 0.0), (0.0, math.log(2))],
        [],
    ),
    "sign": (
        sign,
        ANY,
        2,
        [(0.0, 0.0), (-0.0, 0.0), (INF, 1.0), (-INF, -1.0), (2.0**-100, 1.0)],
        [(0.0, 0.0), (5.0, 0.0)],
    ),
    "heaviside": (
        lambda x: float(x >= 0),
        ANY,
        2,
        [(0.0, 1.0), (-0.0, 1.0), (INF, 1.0), (-INF, 0.0), (-(2.0**-100), 0.0)],
        [(0.0, 0.0), (5.0, 0.0)],
    ),
}


def unary_cases(name: str) -> list[Case]:
    formula, points, order, special, kinks = UNARY[name]

    def build(x: Node) -> Node:
        return g.make_node(name, x)

    def case(regime: str, leaf: Leaf, wanted: Any = None, **more: Any) -> Case:
        wanted = each(formula) if wanted is None else wanted
        return Case(name, regime, [leaf], build, wanted, **more)

    plain = np.array(points)
    inputs, outputs = ([pair[i] for pair in special] for i in (0, 1))
    made = [
        case("plain", rows(plain), order=order),
        case("no batch", fixed(plain[0]), order=order),
        case("one row", rows(plain[:1]), order=order),
        case("empty", rows(plain[:0]), order=1),
        case("run-time scalar", scalar(points[0][2]), order=order),
        case("NaN", rows([NAN, points[0][1]]), [NAN, formula(points[0][1])]),
        case("special", rows(inputs), outputs, tolerance=1e-15),
    ]
    if kinks:
        places, slopes = ([pair[i] for pair in kinks] for i in (0, 1))
        made.append(case("kink", fixed(places), slopes=(slopes,)))
    return made


def power(a: float, b: float) -> float:
    return a**b


def divide(a: float, b: float) -> float:
    return a / b


def bce(z: float, t: float) -> float:
    """From the definition, −(t ln σ(z) + (1 − t) ln σ(−z))."""
    return t * softplus(-z) + (1 - t) * softplus(z)


# operation: formula, left points, right points, (special pair, output)
BINARY: dict[str, tuple[Any, Any, Any, Pairs]] = {
    "add": (
        lambda a, b: a + b,
        ANY,
        POSITIVE,
        [
            ((INF, -INF), NAN),
            ((INF, 1.0), INF),
            ((-0.0, -0.0), -0.0),
            ((-0.0, 0.0), 0.0),
        ],
    ),
    "subtract": (
        lambda a, b: a - b,
        ANY,
        POSITIVE,
        [((INF, INF), NAN), ((1.0, INF), -INF), ((-0.0, 0.0), -0.0), ((0.0, 0.0), 0.0)],
    ),
    "multiply": (
        lambda a, b: a * b,
        ANY,
        POSITIVE,
        [
            ((INF, 0.0), NAN),
            ((-1.0, 0.0), -0.0),
            ((INF, -1.0), -INF),
            ((2.0, 3.0), 6.0),
        ],
    ),
    "divide": (
        divide,
        ANY,
        POSITIVE,
        [
            ((1.0, 0.0), INF),
            ((1.0, -0.0), -INF),
            ((0.0, 0.0), NAN),
            ((1.0, INF), 0.0),
            ((INF, INF), NAN),
        ],
    ),
    "power": (
        power,
        POSITIVE,
        ANY,
        [
            ((0.0, 0.0), 1.0),
            ((NAN, 0.0), 1.0),
            ((1.0, NAN), 1.0),
            ((-2.0, 3.0), -8.0),
            ((-2.0, 0.5), NAN),
            ((0.0, -1.0), INF),
            ((2.0, INF), INF),
            ((0.5, INF), 0.0),
        ],
    ),
    "maximum": (
        max,
        ANY,
        APART,
        [((INF, 1.0), INF), ((-INF, 1.0), 1.0), ((2.0, 2.0), 2.0)],
    ),
    "minimum": (
        min,
        ANY,
        APART,
        [((INF, 1.0), 1.0), ((-INF, 1.0), -INF), ((2.0, 2.0), 2.0)],
    ),
    "binary_cross_entropy": (
        bce,
        ANY,
        [[0.0, 1.0, 0.25], [1.0, 0.0, 0.5]],
        # A sure and right answer costs e^(−|z|), a sure and wrong one |z|.
        [
            ((1000.0, 0.0), 1000.0),
            ((-1000.0, 1.0), 1000.0),
            ((1000.0, 1.0), 0.0),
            ((40.0, 1.0), math.exp(-40.0)),
            ((-40.0, 0.0), math.exp(-40.0)),
        ],
    ),
}

# These answer a number even where one side is NaN.
HIDES_NAN = {"power"}


def binary_cases(name: str) -> list[Case]:
    formula, left, right, special = BINARY[name]
    a, b = np.array(left), np.array(right)
    order = 2 if name != "power" else 1

    def build(x: Node, y: Node) -> Node:
        return g.make_node(name, x, y)

    def case(regime: str, x: Leaf, y: Leaf, wanted: Any = None, **more: Any) -> Case:
        wanted = each(formula) if wanted is None else wanted
        return Case(name, regime, [x, y], build, wanted, **more)

    pairs = np.array([pair for pair, _ in special])
    outputs = [output for _, output in special]
    made = [
        case("plain", rows(a), rows(b), order=order),
        case("no batch", fixed(a), fixed(b), order=order),
        case("rows with a row", rows(a), fixed(b[0]), order=order),
        case("row with rows", fixed(a[0]), rows(b), order=order),
        case("rows with a column", rows(a), rows(b[:, :1]), order=order),
        case("outer", fixed(a[:, :1]), fixed(b[0]), order=order),
        case("rows with a scalar", rows(a), scalar(b[0, 1]), order=order),
        case("run-time scalars", scalar(a[0, 1]), scalar(b[0, 2]), order=order),
        case("one row", rows(a[:1]), rows(b[:1]), order=order),
        case("empty", rows(a[:0]), fixed(b[0]), order=1),
        case("special", rows(pairs[:, 0]), rows(pairs[:, 1]), outputs),
    ]
    if name not in HIDES_NAN:
        nans = rows([NAN, 0.5, NAN]), rows([0.5, NAN, NAN])
        made.append(case("NaN", *nans, [NAN, NAN, NAN]))
    return made


def comparison_cases(name: str, formula: Callable[[Any, Any], bool]) -> list[Case]:
    a, b = [-1.0, 0.0, 2.0, NAN, INF, 1.0], [0.5, -0.0, 1.0, NAN, INF, NAN]

    def build(x: Node, y: Node) -> Node:
        return g.make_node(name, x, y)

    return [
        Case(name, "floats, ties and NaN", [rows(a), rows(b)], build, each(formula)),
        Case(name, "integers", [rows([1, 2, 3]), fixed([2, 2, 2][:1])], build,
             each(formula)),
        Case(name, "booleans", [rows([True, True]), rows([True, False])], build,
             each(formula)),
        Case(name, "broadcast", [rows([[1.0], [3.0]]), fixed([2.0, 3.0])], build,
             each(formula)),
        Case(name, "empty", [rows(np.zeros((0, 2))), fixed([1.0, 2.0])], build,
             np.zeros((0, 2), bool)),
    ]  # fmt: skip


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "greater": lambda a, b: a > b,
    "greater_equal": lambda a, b: a >= b,
    "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b,
    "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b,
}

# Row by row: (1, 2, 3)·columns of [[1, 4], [2, 5], [3, 6]] = 14, 32; (4, 5, 6): 32, 77.
X23, W32 = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]
XW = [[14.0, 32.0], [32.0, 77.0]]
# Columns of X against columns of D = [[1, −1], [2, 0]]: (1, 4)·(1, 2) = 9, and so on.
D22, XTD = [[1.0, -1.0], [2.0, 0.0]], [[9.0, -1.0], [12.0, -2.0], [15.0, -3.0]]
EMPTY = np.zeros((0, 3))


def matrix_cases() -> list[Case]:
    def product(regime: str, a: Leaf, b: Leaf, wanted: Any, order: int = 2) -> Case:
        return Case("matmul", regime, [a, b], g.matmul, wanted, order)

    def contract(regime: str, a: Leaf, b: Leaf, wanted: Any, order: int = 2) -> Case:
        return Case("contract_rows", regime, [a, b], g.contract_rows, wanted, order)

    return [
        product("plain", rows(X23), fixed(W32), XW),
        product("no batch", fixed(X23), fixed(W32), XW),
        product("one row", rows(X23[:1]), fixed(W32), XW[:1]),
        product("one by one", rows([[3.0]]), fixed([[-2.0]]), [[-6.0]]),
        product("empty", rows(EMPTY), fixed(W32), np.zeros((0, 2)), 1),
        product("no columns inside", rows(np.zeros((2, 0))), fixed(np.zeros((0, 2))),
                np.zeros((2, 2)), 1),
        product("NaN stays in its row", rows([[NAN, 0.0, 0.0], [4.0, 5.0, 6.0]]),
                fixed(W32), [[NAN, NAN], XW[1]], 0),
        product("infinity times zero", rows([[INF, 1.0]]), fixed([[0.0], [1.0]]),
                [[NAN]], 0),
        contract("plain", rows(X23), rows(D22), XTD),
        contract("no batch", fixed(X23), fixed(D22), XTD),
        contract("one row", rows(X23[:1]), rows(D22[:1]),
                 [[1.0, -1.0], [2.0, -2.0], [3.0, -3.0]]),
        contract("empty", rows(EMPTY), rows(np.zeros((0, 2))), np.zeros((3, 2)), 1),
        contract("NaN", rows([[NAN, 1.0]]), rows([[2.0]]), [[NAN], [2.0]], 0),
        Case("transpose", "plain", [fixed(X23)], g.transpose,
             [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]], 2),
        Case("transpose", "empty", [fixed(EMPTY)], g.transpose, np.zeros((3, 0)), 1),
    ]  # fmt: skip


X222 = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 9.0]]]
TIED = [[3.0, 3.0, 1.0], [2.0, 5.0, 5.0]]


def reduction_cases() -> list[Case]:
    def total(regime: str, x: Leaf, wanted: Any, order: int, **how: Any) -> Case:
        return Case("sum", regime, [x], lambda x: g.sum(x, **how), wanted, order)

    def top(regime: str, x: Leaf, wanted: Any, order: int = 0, **how: Any) -> Case:
        slopes = how.pop("slopes", None)
        return Case(
            "max", regime, [x], lambda x: g.max(x, **how), wanted, order, slopes
        )

    return [
        total("all", rows(X23), 21.0, 2),
        total("rows", rows(X23), [5.0, 7.0, 9.0], 2, axes=0),
        total("columns", rows(X23), [6.0, 15.0], 2, axes=-1),
        total("columns kept", rows(X23), [[6.0], [15.0]], 2, axes=1, keepdims=True),
        total("rows kept", rows(X23), [[5.0, 7.0, 9.0]], 2, axes=0, keepdims=True),
        total("outer axes", rows(X222), [14.0, 23.0], 2, axes=(0, 2)),
        total("no batch", fixed(X23), [5.0, 7.0, 9.0], 2, axes=0),
        total("one row", rows(X23[:1]), 6.0, 2),
        total("empty", rows(EMPTY), [0.0, 0.0, 0.0], 1, axes=0),
        total("NaN", rows([[NAN, 1.0], [1.0, 2.0]]), [NAN, 3.0], 0, axes=1),
        total("infinities", rows([INF, -INF]), NAN, 0),
        # 2^20 parts of 2^-20 beside 1: adding one by one in float32 loses them.
        total("many small", rows(np.r_[1.0, np.full(2**20, 2.0**-24)]), 1.0625, 0),
        top("all", rows(X23), 6.0, 2),
        top("rows", rows(X23), [4.0, 5.0, 6.0], 2, axes=0),
        top("columns", rows(X23), [3.0, 6.0], 2, axes=1),
        top("columns kept", rows(X23), [[3.0], [6.0]], 2, axes=1, keepdims=True),
        top("outer axes", rows(X222), [6.0, 9.0], 2, axes=(0, 2)),
        top("no batch", fixed(X23), [3.0, 6.0], 2, axes=1),
        top("one row", rows(X23[:1]), 3.0, 2),
        top("ties share", rows(TIED), [3.0, 5.0], axes=1,
            slopes=([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]],)),
        top("NaN", rows([[NAN, 1.0], [1.0, 2.0]]), [NAN, 2.0], axes=1),
        top("infinities", rows([[-INF, -INF], [INF, 1.0]]), [-INF, INF], axes=1),
        top("empty", rows(EMPTY), [-INF, -INF, -INF], 0, axes=0),
    ]  # fmt: skip


def shape_cases() -> list[Case]:
    x = rows(X23)

    def case(
        op: str, regime: str, parts: Any, build: Any, out: Any, n: int = 2
    ) -> Case:
        return Case(op, regime, parts, build, out, n)

    return [
        case("reshape", "plain", [rows(X222)], lambda x: g.reshape(x, (BATCH, 4)),
             [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 9.0]]),
        case("reshape", "no batch", [fixed(X23)], lambda x: g.reshape(x, (3, 2)),
             [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        case("reshape", "new axis", [rows([1.0, 2.0])],
             lambda x: g.reshape(x, (BATCH, 1)), [[1.0], [2.0]]),
        case("reshape", "empty", [rows(EMPTY)], lambda x: g.reshape(x, (BATCH, 3, 1)),
             np.zeros((0, 3, 1)), 1),
        case("reshape", "integers", [rows([1, 2])], lambda x: g.reshape(x, (BATCH, 1)),
             np.array([[1], [2]]), 0),
        case("broadcast", "to the batch", [rows([[1.0], [2.0]])],
             lambda x: g.broadcast(x, (BATCH, 2)), [[1.0, 1.0], [2.0, 2.0]]),
        case("broadcast", "no batch", [fixed([1.0, 2.0])],
             lambda x: g.broadcast(x, (2, 2)), [[1.0, 2.0], [1.0, 2.0]]),
        case("broadcast", "run-time scalar", [scalar(3.0)],
             lambda x: g.broadcast(x, (2,)), [3.0, 3.0]),
        case("broadcast", "empty", [rows(np.zeros((0, 1)))],
             lambda x: g.broadcast(x, (BATCH, 2)), np.zeros((0, 2)), 1),
        case("concatenate", "plain", [x, rows([[7.0], [8.0]])],
             lambda a, b: g.concatenate([a, b]), [[1.0, 2.0, 3.0, 7.0],
                                                  [4.0, 5.0, 6.0, 8.0]]),
        case("concatenate", "no batch, first axis", [fixed(X23), fixed(X23[:1])],
             lambda a, b: g.concatenate([a, b], 0), [*X23, X23[0]]),
        case("concatenate", "middle axis, three parts", [rows(X222)] * 3,
             lambda a, b, c: g.concatenate([a, b, c], 1),
             np.concatenate([X222, X222, X222], 1)),
        case("concatenate", "one part", [x], lambda a: g.concatenate([a]), X23),
        case("concatenate", "an empty part", [x, rows(np.zeros((2, 0)))],
             lambda a, b: g.concatenate([a, b]), X23),
        case("concatenate", "empty", [rows(EMPTY), rows(EMPTY)],
             lambda a, b: g.concatenate([a, b]), np.zeros((0, 6)), 1),
        case("slice", "plain", [x], lambda x: g.slice_axis(x, 1, 3),
             [[2.0, 3.0], [5.0, 6.0]]),
        case("slice", "no batch, first axis", [fixed(X23)],
             lambda x: g.slice_axis(x, 0, 1, 0), X23[:1]),
        case("slice", "middle axis", [rows(X222)], lambda x: g.slice_axis(x, 1, 2, 1),
             [[[3.0, 4.0]], [[7.0, 9.0]]]),
        case("slice", "nothing", [x], lambda x: g.slice_axis(x, 2, 2),
             np.zeros((2, 0))),
        case("slice", "empty", [rows(EMPTY)], lambda x: g.slice_axis(x, 0, 2),
             np.zeros((0, 2)), 1),
        case("pad", "plain", [rows([[1.0], [2.0]])], lambda x: g.pad(x, 1, 2),
             [[0.0, 1.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0]]),
        case("pad", "no batch, first axis", [fixed([[1.0, 2.0]])],
             lambda x: g.pad(x, 0, 1, 0), [[1.0, 2.0], [0.0, 0.0]]),
        case("pad", "empty", [rows(EMPTY)], lambda x: g.pad(x, 1, 1),
             np.zeros((0, 5)), 1),
    ]  # fmt: skip


TABLE = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def index_cases() -> list[Case]:
    def added(i: Node, u: Node) -> Node:
        return g.scatter_add(i, u, 3)

    def hot(i: Node) -> Node:
        return g.one_hot(i, 3)

    return [
        Case("gather", "plain", [fixed(TABLE), rows([2, 0])], g.gather,
             [[5.0, 6.0], [1.0, 2.0]], 2),
        Case("gather", "repeated", [fixed(TABLE), rows([1, 1, 1])], g.gather,
             [[3.0, 4.0]] * 3, 2),
        Case("gather", "several a row", [fixed(TABLE), rows([[0, 1], [2, 2]])],
             g.gather, [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [5.0, 6.0]]], 2),
        Case("gather", "no batch", [fixed(TABLE), fixed([2])], g.gather, [[5.0, 6.0]],
             2),
        Case("gather", "one index", [fixed(TABLE), scalar(1)], g.gather, [3.0, 4.0], 2),
        Case("gather", "empty", [fixed(TABLE), rows(np.zeros(0, int))], g.gather,
             np.zeros((0, 2)), 1),
        # Rows 0 and 2 meet at index 1: (1, 2) + (5, 6).
        Case("scatter_add", "plain", [rows([1, 0, 1]), rows(TABLE)], added,
             [[3.0, 4.0], [6.0, 8.0], [0.0, 0.0]], 2),
        Case("scatter_add", "several a row", [rows([[0, 0]]), rows([TABLE[:2]])], added,
             [[4.0, 6.0], [0.0, 0.0], [0.0, 0.0]], 2),
        Case("scatter_add", "no batch", [fixed([2]), fixed(TABLE[:1])], added,
             [[0.0, 0.0], [0.0, 0.0], [1.0, 2.0]], 2),
        # In row order: (2^60 + 1) − 2^60 is 0 in float64, 1 + (2^60 − 2^60) would be 1.
        Case("scatter_add", "row order", [rows([0, 0, 0]),
             rows([[2.0**60], [1.0], [-(2.0**60)]])], added, [[0.0], [0.0], [0.0]],
             tolerance=0),
        Case("scatter_add", "empty", [rows(np.zeros(0, int)), rows(np.zeros((0, 2)))],
             added, np.zeros((3, 2)), 1),
        Case("one_hot", "plain", [rows([2, 0])], hot,
             [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
        Case("one_hot", "no batch", [fixed([1])], hot, [[0.0, 1.0, 0.0]]),
        Case("one_hot", "one index", [scalar(0)], hot, [1.0, 0.0, 0.0]),
        Case("one_hot", "empty", [rows(np.zeros(0, int))], hot, np.zeros((0, 3))),
    ]  # fmt: skip


def softmax(z: Any) -> Any:
    """Each row from its own largest entry, by the ``math`` module."""

    def one(row: Sequence[float]) -> list[float]:
        total = math.fsum(math.exp(v - max(row)) for v in row)
        return [math.exp(v - max(row)) / total for v in row]

    return [one(row) for row in np.asarray(z).tolist()]


def log_sum_exp(z: Any) -> Any:
    return [
        max(row) + math.log(math.fsum(math.exp(v - max(row)) for v in row))
        for row in np.asarray(z).tolist()
    ]


def cross_entropy(z: Any, t: Any) -> Any:
    tops = log_sum_exp(z)
    pairs = zip(np.asarray(z).tolist(), np.asarray(t).tolist(), tops, strict=True)
    return [math.fsum(p * (top - v) for v, p in zip(row, target, strict=True))
            for row, target, top in pairs]  # fmt: skip


def composite_cases() -> list[Case]:
    soft, label = rows([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]]), rows([[0.0, 1.0, 0.0]])
    return [
        Case("softmax", "plain", [rows(ANY)], g.softmax, softmax, 2),
        Case("softmax", "no batch", [fixed(ANY)], g.softmax, softmax, 2),
        Case("softmax", "one row", [rows(ANY[:1])], g.softmax, softmax, 2),
        Case("softmax", "one class", [rows([[3.0], [-800.0]])], g.softmax,
             [[1.0], [1.0]], 2),
        # Case G13: the three exponents overflow unless the largest is taken out.
        Case("softmax", "large", [rows([[1000.0, 1001.0, 1002.0]])], g.softmax,
             softmax([[0.0, 1.0, 2.0]]), 1),
        Case("softmax", "NaN stays in its row", [rows([[NAN, 1.0], [0.0, 0.0]])],
             g.softmax, [[NAN, NAN], [0.5, 0.5]]),
        Case("softmax", "a class ruled out", [rows([[0.0, -INF]])], g.softmax,
             [[1.0, 0.0]]),
        Case("softmax", "empty", [rows(EMPTY)], g.softmax, EMPTY, 1),
        Case("log_sum_exp", "plain", [rows(ANY)], g.log_sum_exp, log_sum_exp, 2),
        Case("log_sum_exp", "no batch", [fixed(ANY)], g.log_sum_exp, log_sum_exp, 2),
        Case("log_sum_exp", "a vector", [fixed([0.0, 0.0])], g.log_sum_exp,
             math.log(2), 2),
        Case("log_sum_exp", "large", [rows([[1000.0, 1000.0], [-1000.0, -1000.0]])],
             g.log_sum_exp, [1000 + math.log(2), -1000 + math.log(2)], 1),
        Case("log_sum_exp", "NaN", [rows([[NAN, 1.0]])], g.log_sum_exp, [NAN]),
        Case("log_sum_exp", "infinities", [rows([[-INF, -INF], [INF, 1.0]])],
             g.log_sum_exp, [-INF, INF]),
        Case("log_sum_exp", "empty", [rows(EMPTY)], g.log_sum_exp, np.zeros(0), 1),
        Case("cross_entropy", "plain", [rows(ANY), soft], g.cross_entropy,
             cross_entropy, 2),
        Case("cross_entropy", "no batch", [fixed(ANY[0]), fixed([0.5, 0.25, 0.25])],
             g.cross_entropy,
             lambda z, t: np.reshape(cross_entropy([z], [t]), ()), 2),
        Case("cross_entropy", "one row", [rows(ANY[:1]), label], g.cross_entropy,
             cross_entropy, 2),
        # Sure and right costs e^(−40), to its own digits; sure and wrong costs 2000.
        Case("cross_entropy", "sure", [rows([[0.0, 40.0], [2000.0, 0.0]]),
             rows([[0.0, 1.0], [0.0, 1.0]])], g.cross_entropy,
             [math.log1p(math.exp(-40.0)), 2000.0], 0),
        # A target that sums to 2 counts ln Σe^z once: ln 2 − (z1 + z2) = ln 2 − 6.
        Case("cross_entropy", "target not of sum one", [rows([[3.0, 3.0]]),
             rows([[1.0, 1.0]])], g.cross_entropy, [3 + math.log(2) - 6], 2),
        Case("cross_entropy", "NaN", [rows([[NAN, 1.0]]), rows([[0.0, 1.0]])],
             g.cross_entropy, [NAN]),
        Case("cross_entropy", "empty", [rows(EMPTY), rows(EMPTY)], g.cross_entropy,
             np.zeros(0), 1),
    ]  # fmt: skip


def choice_cases() -> list[Case]:
    condition = rows([[True, False, True], [False, False, True]])
    return [
        Case("where", "plain", [condition, rows(X23), rows(ANY)], g.where,
             [[1.0, 0.5, 3.0], [0.75, -0.125, 6.0]], 2),
        Case("where", "broadcast", [fixed([True, False, True]), rows(X23), scalar(0.0)],
             g.where, [[1.0, 0.0, 3.0], [4.0, 0.0, 6.0]], 2),
        Case("where", "the other branch is NaN", [rows([True, False]),
             rows([1.0, NAN]), rows([NAN, 2.0])], g.where, [1.0, 2.0],
             slopes=([1.0, 0.0], [0.0, 1.0])),
        Case("where", "integers", [rows([True, False]), rows([1, 2]), rows([3, 4])],
             g.where, np.array([1, 4])),
        Case("where", "empty", [rows(np.zeros((0, 1), bool)), rows(EMPTY), scalar(1.0)],
             g.where, EMPTY, 1),
        Case("maximum", "ties", [fixed([2.0, 0.0, 3.0]), fixed([2.0, 0.0, 1.0])],
             g.maximum, [2.0, 0.0, 3.0], slopes=([0.0, 0.0, 1.0], [1.0, 1.0, 0.0])),
        Case("minimum", "ties", [fixed([2.0, 0.0, 3.0]), fixed([2.0, 0.0, 1.0])],
             g.minimum, [2.0, 0.0, 1.0], slopes=([0.0, 0.0, 0.0], [1.0, 1.0, 1.0])),
        Case("power", "square, of any sign", [rows(ANY)], lambda x: x**2,
             each(lambda x: x * x), 2),
        Case("power", "cube, of any sign", [rows(ANY)], lambda x: x**3,
             each(lambda x: x * x * x), 2),
        Case("power", "root", [rows(POSITIVE)], lambda x: x**0.5, each(math.sqrt), 2),
        Case("power", "an exponent for each column", [rows(POSITIVE)],
             lambda x: x ** np.array([0.0, 1.0, 2.0]),
             lambda x: [[1.0, b, c * c] for _, b, c in x.tolist()], 2),
        Case("power", "a base that is fixed", [rows(ANY)], lambda x: 2.0**x,
             each(lambda x: 2.0**x), 2),
        # 0^0 = 1, with slope 0 in the base and, by convention, 0 in the exponent.
        Case("power", "zero", [fixed([0.0, 0.0]), fixed([0.0, 2.0])], g.power,
             [1.0, 0.0], slopes=([0.0, 0.0], [0.0, 0.0])),
        Case("cast", "booleans", [rows([True, False])], lambda x: g.cast(x, "float"),
             [1.0, 0.0]),
        Case("cast", "integers", [rows([3, -2])], lambda x: g.cast(x, "float"),
             [3.0, -2.0]),
        Case("cast", "to integers", [rows([3.0, -2.75])],
             lambda x: g.cast(x, "integer"), np.array([3, -2])),
        Case("cast", "to booleans", [rows([3.0, 0.0])],
             lambda x: g.cast(x, "boolean"), np.array([True, False])),
        Case("cast", "empty", [rows(np.zeros(0, int))], lambda x: g.cast(x, "float"),
             np.zeros(0)),
    ]  # fmt: skip


def leaf_cases() -> list[Case]:
    def mask(rate: float) -> Callable[..., Node]:
        return lambda x, seed, step: g.where(
            g.random_mask(x.shape, rate=rate, stream=7, seed=seed, step=step), x, 0.0
        )

    return [
        Case("input", "plain", [rows(X23)], lambda x: x, X23, 2),
        Case("input", "integers", [rows([1, 2])], lambda x: x, np.array([1, 2])),
        Case("input", "empty", [rows(EMPTY)], lambda x: x, EMPTY, 1),
        Case("parameter", "plain", [fixed(X23)], lambda x: x, X23, 2),
        Case("constant", "scalar", [], lambda: g.constant(1.5), 1.5),
        Case("constant", "array", [rows(X23)], lambda x: x + np.array([1.0, 0.0, -1.0]),
             [[2.0, 2.0, 2.0], [5.0, 5.0, 5.0]], 2),
        Case("rows", "plain", [rows(X23)], lambda x: x / g.rows(),
             [[0.5, 1.0, 1.5], [2.0, 2.5, 3.0]], 2),
        # The mean of nothing is 0/0.
        Case("rows", "empty", [rows(EMPTY)], lambda x: g.mean(x, 0), [NAN] * 3),
        Case("random_mask", "nothing is dropped", [rows(X23), scalar(1), scalar(2)],
             mask(0.0), X23, 2),
        Case("random_mask", "half is dropped", [rows(np.ones((40, 50))), scalar(1),
             scalar(2)], mask(0.5)),
        Case("random_mask", "empty", [rows(EMPTY), scalar(1), scalar(2)], mask(0.5),
             EMPTY, 1),
    ]  # fmt: skip


CASES: list[Case] = [
    *(case for name in UNARY for case in unary_cases(name)),
    *(case for name in BINARY for case in binary_cases(name)),
    *(case for name, f in COMPARISONS.items() for case in comparison_cases(name, f)),
    *matrix_cases(),
    *reduction_cases(),
    *shape_cases(),
    *index_cases(),
    *composite_cases(),
    *choice_cases(),
    *leaf_cases(),
]
