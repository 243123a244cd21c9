"""The value of every number that a derivation names, found without its formulas.

The graph of a network and its losses is written once more with a shift added to every
named node: derivatives in the shifts, at 0, are those of the names. Losses are written
from what the network gives, as a book does, so that ŷ too has its derivative.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from itertools import product as every
from typing import Any

import numpy as np

from neurona import graph as g
from neurona.explain.letters import Letters, row_shape
from neurona.explain.reading import Reading
from neurona.explain.symbols import derive_symbols
from neurona.gradient import backward
from neurona.graph import Graph, Node, copy_node, rebuild
from neurona.reference import evaluate
from neurona.show.notation import terms as t
from neurona.show.notation.text import show_text
from neurona.train.examples import prepare_examples
from tests.explain.networks import Example
from tests.explain.term_values import value_of

# The textbook's formulas cancel where the operations do not, as in a(1 − a) near 1.
TOLERANCE = 1e-9

CONSTANTS = {
    t.Symbol("λ"): 1.0507009873554804934,
    t.Symbol("α"): 1.6732632423543772848,
}
LETTER = re.compile(r"[a-zωη]")


def by_the_book(loss: Any, a: Node, y: Node) -> Node:
    """Loss of each row from what a network gives and a target as it is compared."""
    if loss.name == "cross_entropy":
        return -g.sum(y * g.log(a), -1)
    if loss.name == "binary_cross_entropy":
        return -g.mean(y * g.log(a) + (1.0 - y) * g.log(1.0 - a), -1)
    return loss.per_row(a, y)


class Numbers:
    """Values and derivatives of the named nodes, of a sample or of all.

    Parameters
    ----------
    example : Example
    reading : Reading
    rows : slice
        Which rows of the example: one, or all. Of several the mean of the losses is
        differentiated.
    """

    def __init__(
        self, example: Example, reading: Reading, rows: slice = slice(0, 1)
    ) -> None:
        self.reading, self.letters = reading, Letters(reading)
        self.named = list(self.letters.named)
        data = prepare_examples(
            reading.architecture, example.losses, example.X, example.y, np.float64
        )
        self.feeds: dict[Any, Any] = {
            **dict(example.network.parameters),
            **dict(example.network.states),
            **{name: value[rows] for name, value in data.items()},
        }
        self.rows = len(next(iter(data.values()))[rows])
        self.keys: dict[tuple[str, str], list[Node]] = {}
        for node, (letter, layer, _name) in self.letters.named.items():
            self.keys.setdefault((letter.rstrip("²"), layer), []).append(node)
        parts = {
            f"loss {i}": by_the_book(end.loss, end.stage.a, end.target)
            for i, end in enumerate(reading.ends)
        }
        nodes = {f"node {i}": node for i, node in enumerate(self.named)}
        shifts: dict[Node, Node] = {}

        def shifted(node: Node, inputs: tuple[Node, ...]) -> Node:
            made = copy_node(node, inputs)
            if node not in self.letters.named or node.dtype != "float":
                return made
            shifts[node] = g.input(f"shift {len(shifts)}", node.shape)
            return made + shifts[node]

        moved = rebuild(Graph({**parts, **nodes}), shifted)
        whole = g.constant(0.0)
        for name in parts:
            whole = whole + g.mean(moved[name])
        slopes = backward(whole, list(shifts.values()))
        self.zeros = {
            shift: np.zeros([self.rows if s == g.BATCH else s for s in node.shape])
            for node, shift in shifts.items()
        }
        self.moved, self.whole, self.shifts = moved, whole, shifts
        wanted = [*(moved[n] for n in nodes), *(moved[n] for n in parts), whole]
        found = evaluate(
            [*wanted, *slopes], {**self.feeds, **self.zeros}, rows=self.rows
        )
        self.arrays = {
            node: value for node, value in zip(self.named, found, strict=False)
        }
        count = len(self.named)
        self.losses = [float(v[0]) for v in found[count : count + len(parts)]]
        self.loss = float(found[len(wanted) - 1])
        self.grads = dict(zip(shifts, found[len(wanted) :], strict=True))
        self.values = {n: self.of_row(n, value) for n, value in self.arrays.items()}
        self.slopes = {n: self.of_row(n, value) for n, value in self.grads.items()}
        self.jacobians: dict[Any, np.ndarray] = {}

    @property
    def outputs(self) -> int:
        """What n stands for: one number, of all outputs that have several units."""
        counts = {end.stage.units for end in self.reading.ends} - {1}
        (count,) = counts or {1}
        return count

    @staticmethod
    def of_row(node: Node, value: Any) -> Any:
        return value[0] if g.has_batch(node.shape) else value

    def by_differences(self, node: Node) -> np.ndarray:
        """∂L in a named node, measured."""
        shift, step = self.shifts[node], 1e-5
        found = np.zeros(self.zeros[shift].shape)
        for place in np.ndindex(found.shape):
            sides = []
            for sign in (1.0, -1.0):
                here = self.zeros[shift].copy()
                here[place] = sign * step
                feeds = {**self.feeds, **self.zeros, shift: here}
                sides.append(float(evaluate([self.whole], feeds, rows=self.rows)[0]))
            found[place] = (sides[0] - sides[1]) / (2 * step)
        return found

    def jacobian(
        self, top: Node, bottom: Node, resting: Iterable[Node] | None = None
    ) -> np.ndarray:
        """∂top in bottom, all other names at rest, or some of them."""
        rest = frozenset(self.letters.named if resting is None else resting)
        key = top, bottom, rest
        if key not in self.jacobians:
            leaves: dict[Node, Node] = {}

            def at_rest(node: Node, inputs: tuple[Node, ...]) -> Node:
                if node in rest and node is not top:
                    made = g.input(f"leaf {len(leaves)}", node.shape, node.dtype)
                    leaves[node] = made
                    return made
                return copy_node(node, inputs)

            root = rebuild(Graph({"top": top}), at_rest)["top"]
            seed = g.input("seed", root.shape)
            (grad,) = backward(root, [leaves[bottom]], seed)
            rows = []
            for one in np.eye(int(np.prod(row_shape(top)))):
                feeds = {
                    leaf: self.values[node][None]
                    if g.has_batch(node.shape)
                    else self.values[node]
                    for node, leaf in leaves.items()
                }
                start = one.reshape(row_shape(top))
                feeds[seed] = start[None] if g.has_batch(top.shape) else start
                (found,) = evaluate([grad], {**self.feeds, **feeds}, rows=1)
                rows.append(self.of_row(bottom, found))
            shape = (*row_shape(top), *row_shape(bottom))
            self.jacobians[key] = np.reshape(rows, shape)
        return self.jacobians[key]

    def read(self, term: t.Symbol) -> tuple[Node, tuple[str, ...]]:
        """The node that a letter names, and its indices as they are written."""
        found = []
        for node in self.keys.get((term.letter, term.layer), []):
            name = self.letters.named[node][2]
            subscript = term.subscript
            if name:
                if subscript != name and not subscript.startswith(f"{name},"):
                    continue
                subscript = subscript[len(name) + 1 :]
            parts = split(subscript, len(row_shape(node)))
            if parts is not None:
                found.append((node, parts))
        assert len(found) == 1, f"{show_text(term)} names {len(found)} things"
        return found[0]


def split(subscript: str, count: int) -> tuple[str, ...] | None:
    """So many indices of a subscript; none where it does not hold so many.

    Of a node with a single number none need be written.
    """
    if not subscript:
        return () if count == 0 else ("1",)
    if count == 1:
        return (subscript,)
    outside = re.split(r",(?![^(]*\))", subscript)
    parts = outside if len(outside) > 1 else tuple(subscript)
    return tuple(parts) if len(parts) == count else None


class Assigned:
    """Looks letters up as :func:`value_of` asks for them, for indices of some value."""

    def __init__(self, numbers: Numbers, indices: dict[str, int]) -> None:
        self.numbers, self.indices = numbers, indices

    def __contains__(self, term: t.Term) -> bool:
        if isinstance(term, t.Call):
            return isinstance(term.function, t.Symbol) and bool(term.function.subscript)
        return isinstance(term, t.Summation | t.Derivative | t.Symbol | t.Cases)

    def __getitem__(self, term: t.Term) -> Any:
        numbers = self.numbers
        match term:
            case t.Summation():
                return self.total(term)
            case t.Cases(cases):
                for value, condition in cases:
                    word = isinstance(condition, t.Word)
                    if word or value_of(condition, self):
                        return value_of(value, self)
                raise AssertionError("no case holds")
            case t.Call(t.Symbol("max", letter), (body,)):
                units = range(1, self.range_of(letter, body) + 1)
                at = [{**self.indices, letter: k} for k in units]
                return max(value_of(body, Assigned(numbers, one)) for one in at)
            case t.Derivative(top, bottom):
                return self.slope(top, bottom)
            case t.Symbol("e" | "π" | "λ" | "α", "", ""):
                constants = {"e": np.e, "π": np.pi}
                return constants.get(term.letter) or CONSTANTS[term]
            case t.Symbol("n", "", ""):
                return numbers.outputs
            case t.Symbol("N", "", ""):
                return 1
            case t.Symbol("L", "", ""):
                return numbers.loss
            case t.Symbol("L", name, ""):
                names = [end.name for end in numbers.reading.ends]
                return numbers.losses[names.index(name)]
            case t.Symbol("δ"):
                node, parts = self.node(t.Symbol("z", term.subscript, term.layer))
                assert node in numbers.letters.sums
                return numbers.slopes[node][self.places(parts)]
            case t.Symbol(letter, "", "") if letter in self.indices:
                return self.indices[letter]
        node, parts = self.node(term)
        if node.dtype == "integer":
            return numbers.values[node][self.places(parts)]
        value = numbers.values[node][self.places(parts)]
        letter = numbers.letters.named[node][0]
        return np.sqrt(value) if letter.endswith("²") else value

    def node(self, term: t.Term) -> tuple[Node, tuple[str, ...]]:
        """Node and indices of a term without its square."""
        numbers = self.numbers
        if isinstance(term, t.Power):
            term = term.base
        if term.letter == "z" and ("z", term.layer) not in numbers.keys:
            # Where f is the identity z and a are one node.
            term = t.Symbol("a", term.subscript, term.layer)
        return numbers.read(term)

    def places(self, parts: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(self.number(part) - 1 for part in parts)

    def number(self, index: str) -> int:
        """The number that an index stands for: 3, j, j+2, or what a letter holds."""
        if index.isdigit():
            return int(index)
        match = re.fullmatch(r"([a-z])(?:([+−])(\d+))?", index)
        if match and match[1] in self.indices:
            by = int(match[3] or 0)
            return self.indices[match[1]] + (by if match[2] != "−" else -by)
        return self.looked_up(index)

    def looked_up(self, index: str) -> int:
        """Index that is itself a number of a row, counted from 0."""
        block = re.fullmatch(r"(\d+)\((\w)−1\)\+(\w)", index)
        if block:
            size, which, inner = block.groups()
            return int(size) * (self.number(which) - 1) + self.number(inner)
        found = re.fullmatch(r"x\(?(.*?)\)?\+1", index)
        assert found, f"{index} is no index"
        return int(self[t.Symbol("x", found[1])]) + 1

    def total(self, term: t.Summation) -> Any:
        letter, skipped = term.index, 0
        if isinstance(letter, t.Relation):
            letter, other = letter.sides
            skipped = value_of(other, self)
        assert letter.letter not in self.indices, f"{letter.letter} stands twice"
        if term.last is None:
            last = self.range_of(letter.letter, term.body)
        else:
            last = int(value_of(term.last, self))
            assert value_of(term.first, self) == 1
        return sum(
            value_of(
                term.body, Assigned(self.numbers, {**self.indices, letter.letter: k})
            )
            for k in range(1, last + 1)
            if k != skipped
        )

    def range_of(self, letter: str, body: t.Term) -> int:
        """How many units there are of what a sum without an end runs over."""
        for symbol in every_symbol(body):
            if letter in symbol.subscript:
                node, parts = self.node(symbol)
                return int(row_shape(node)[parts.index(letter)])
        raise AssertionError(f"nothing has the index {letter}")

    def slope(self, top: t.Term, bottom: t.Term) -> Any:
        node, parts = self.node(bottom)
        places = self.places(parts)
        # A number below the square of which it stands is the square itself.
        if top == t.Symbol("L"):
            return self.numbers.slopes[node][places]
        above, over = self.node(top)
        if above is node:
            return float(self.places(over) == places)
        return self.numbers.jacobian(above, node)[(*self.places(over), *places)]


def free_indices(side: t.Term, numbers: Numbers) -> dict[str, int]:
    """Letters that stand for any unit in a term, and how many units there are."""
    found: dict[str, int] = {}
    finder = Assigned(numbers, {})
    for symbol in symbols_of(side):
        if symbol.letter == "L":
            continue
        if symbol.letter == "δ":
            symbol = t.Symbol("z", symbol.subscript, symbol.layer)
        node, parts = finder.node(symbol)
        for part, size in zip(parts, row_shape(node), strict=False):
            if not part.isdigit():
                assert found.setdefault(part, size) == size, f"{part} clashes"
    return found


def symbols_of(term: Any) -> list[t.Symbol]:
    match term:
        case t.Symbol():
            return [term]
        case t.Derivative(top, bottom):
            return [*symbols_of(top), *symbols_of(bottom)]
        case t.Power(base, _exponent):
            return symbols_of(base)
    raise AssertionError(f"a line begins with {term}")


def every_symbol(part: Any) -> Iterator[t.Symbol]:
    """The letters of a term, wherever they stand."""
    if isinstance(part, t.Symbol):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from every_symbol(one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from every_symbol(getattr(part, field.name))


def check_line(numbers: Numbers, relation: t.Relation, rule: str) -> int:
    """Every side of a line has one value, for any unit; give how many were compared."""
    free = free_indices(relation.sides[0], numbers)
    compared = 0
    for units in every(*(range(1, size + 1) for size in free.values())):
        indices = dict(zip(free, units, strict=True))
        apart = re.search(r"k ≠ (\w)", rule)
        if apart and indices["k"] == indices.get(apart[1], 1):
            continue
        here = Assigned(numbers, indices)
        sides = [value_of(side, here) for side in relation.sides]
        for side in sides[1:]:
            assert np.isclose(side, sides[0], rtol=TOLERANCE, atol=TOLERANCE), (
                f"{show_text(relation)} for {indices}: {sides}"
            )
            compared += 1
    return compared


def check_derivation(example: Example) -> int:
    """Every line of a derivation holds; give how many sides were compared.

    One entry of every parameter is derived by itself as well.
    """
    build = example.network.architecture.evaluation.build
    weights = [
        f"{name}[{','.join('0' * len(kept.shape))}]"
        for name, kept in build.parameters.items()
        if kept.trainable
    ]
    found = derive_symbols(example.network, example.losses, weights=weights)
    numbers = Numbers(example, found.reading)
    json.dumps(found.to_json(), allow_nan=False)
    return sum(
        check_line(numbers, relation, rule)
        for part in found.parts
        for relation, rule in part.lines
    )
