"""The value of every matrix that a page of matrices names, and of what is made of them.

Numbers are those of :mod:`tests.explain.unit_values`; here they stand as rows or as
columns, and what a matrix formula means is written once more in NumPy.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from neurona import graph as g
from neurona.explain.letters import row_shape
from neurona.explain.matrices import MatrixView, matrix_view
from neurona.graph import Node
from neurona.show.notation import terms as t
from neurona.show.notation.text import show_text
from neurona.show.page import Formulas, Section
from tests.explain.networks import Example
from tests.explain.term_values import FUNCTIONS, value_of
from tests.explain.unit_values import CONSTANTS, TOLERANCE, Numbers


def as_matrix(node: Node, value: Any) -> np.ndarray:
    """A row for each sample, or one row of what has none."""
    array = np.asarray(value, float)
    if array.ndim < 2 and g.has_batch(node.shape):
        return array.reshape(len(array), -1)
    return np.atleast_2d(array)


class Matrices:
    """What the letters of one part of a page stand for.

    Parameters
    ----------
    view : MatrixView
    numbers : Numbers
        Of the batch, or of its sample.
    batch : bool
    """

    def __init__(self, view: MatrixView, numbers: Numbers, *, batch: bool) -> None:
        self.view, self.numbers, self.batch = view, numbers, batch
        self.by_rows = view.convention == "rows"
        self.units = 1 if self.by_rows else 0
        self.nodes: dict[t.Term, Node] = {}
        letters = numbers.letters
        for node in letters.named:
            term = letters.matrix(node, batch=batch)
            assert self.nodes.setdefault(term, node) is node, f"{show_text(term)} twice"
        for stage in numbers.reading.stages:
            if stage.is_weighted and stage.z is stage.a:
                letter = "Z" if batch else "z"
                self.nodes[t.Symbol(letter, layer=str(stage.number), bold=True)] = (
                    stage.a
                )
        self.sample: int | None = None
        self.width = self.others = self.table_rows = 0

    def turned(self, node: Node, value: Any) -> np.ndarray:
        matrix = as_matrix(node, value)
        if self.sample is not None:
            matrix = matrix[[self.sample]]
        # Weights lie as (inputs, units) in either convention.
        is_weight = len(row_shape(node)) == 2
        return matrix if self.by_rows or is_weight else matrix.T

    def node(self, term: t.Term) -> Node | None:
        """What a letter stands for; with the index s, what its capital stands for."""
        if isinstance(term, t.Symbol) and term.subscript == "s":
            term = t.Symbol(term.letter.upper(), "", term.layer, bold=True)
        return self.nodes.get(term)

    def __contains__(self, term: t.Term) -> bool:
        if self.node(term) is not None:
            return True
        own = t.Derivative | t.Summation | t.Cases | t.Matrix | t.Call
        return isinstance(term, own) or (
            isinstance(term, t.Symbol) and term.letter not in "eπ"
        )

    def __getitem__(self, term: t.Term) -> Any:
        numbers, node = self.numbers, self.node(term)
        if node is not None:
            return self.turned(node, numbers.arrays[node])
        match term:
            case t.Symbol("N"):
                return numbers.rows
            case t.Symbol("n"):
                return numbers.outputs
            case t.Symbol("0", size, bold=True):
                shape = [self.others, self.others]
                shape[self.units] = int(size)
                return np.zeros(shape)
            case t.Symbol("I", bold=True):
                return np.eye(self.width)
            case t.Symbol("λ" | "α"):
                return CONSTANTS[term]
            case t.Derivative(t.Symbol("J" | "L"), bottom):
                below = self.node(bottom)
                assert below is not None, show_text(term)
                return self.turned(below, numbers.grads[below])
            case t.Derivative(top, bottom):
                return self.jacobian(top, bottom)
            case t.Summation(body, t.Symbol("s")):
                return self.over_samples(body)
            case t.Summation(body, t.Symbol(letter)):
                axis = self.units if letter == "j" else 1 - self.units
                return np.sum(value_of(body, self), axis=axis, keepdims=True)
            case t.Cases(cases):
                (first, condition), *rest = cases
                if not rest:
                    return value_of(first, self)
                other = value_of(t.Cases(tuple(rest)), self)
                return np.where(value_of(condition, self), value_of(first, self), other)
            case t.Matrix(rows):
                return self.block(rows)
            case t.Call(function, arguments):
                return self.call(function, arguments)
        raise AssertionError(f"no value for {term}")

    def jacobian(self, top: t.Term, bottom: t.Term) -> np.ndarray:
        above, below = self.node(top), self.node(bottom)
        assert above is not None
        assert below is not None
        stage = self.numbers.reading.made_by[above]
        if above is below:
            return np.eye(stage.units)
        resting = {below} if below is stage.z else set(stage.reads)
        return self.numbers.jacobian(above, below, resting)

    def over_samples(self, body: t.Term) -> Any:
        total: Any = 0.0
        for sample in range(self.numbers.rows):
            self.sample = sample
            total = total + value_of(body, self)
        self.sample = None
        return total

    def block(self, rows: Any) -> np.ndarray:
        """Numbers, or matrices side by side, or one above the other."""
        parts = [[value_of(entry, self) for entry in row] for row in rows]
        if not any(np.ndim(entry) for row in parts for entry in row):
            return np.array(parts, float)
        flat = [entry for row in parts for entry in row]
        assert len(flat) == 1 or (len(rows) == 1) == self.by_rows
        return np.concatenate(flat, axis=self.units)

    def call(self, function: Any, arguments: Any) -> Any:
        name = function if isinstance(function, str) else function.letter
        values = [value_of(argument, self) for argument in arguments]
        match name:
            case "gather":
                table, which = values
                which = (which if self.by_rows else which.T).astype(int)
                found = table[which].reshape(len(which), -1)
                return found if self.by_rows else found.T
            case "scatter":
                which, grad = values
                which, grad = (v if self.by_rows else v.T for v in (which, grad))
                (rows, columns), width = which.shape, grad.shape[1] // which.shape[1]
                table = np.zeros((self.table_rows, width))
                np.add.at(table, which.astype(int), grad.reshape(rows, columns, width))
                return table
            case "columns" | "rows":
                assert (name == "columns") == self.by_rows
                x, first, last = values if len(values) == 3 else (*values, values[1])
                kept = [slice(None), slice(None)]
                kept[self.units] = slice(int(first) - 1, int(last))
                return x[tuple(kept)]
            case "softmax":
                e = np.exp(values[0] - np.max(values[0], self.units, keepdims=True))
                return e / e.sum(self.units, keepdims=True)
            case "max" if len(values) == 1:
                return np.max(values[0], self.units, keepdims=True)
            case "max":
                return np.maximum(*values)
            case "min":
                return np.minimum(*values)
        return FUNCTIONS[name](*values)

    def check_line(self, relation: t.Relation) -> int:
        """Every side of a line has one value; give how many were compared."""
        if relation.sign == "∈":
            return self.check_shape(relation)
        left = relation.sides[0]
        each = (
            isinstance(left, t.Derivative)
            and getattr(left.bottom, "subscript", "") == "s"
        )
        compared = 0
        for sample in range(self.numbers.rows) if each else [None]:
            self.sample = sample
            first = np.asarray(value_of(left, self))
            self.width, self.table_rows = first.shape[self.units], len(first)
            self.others = first.shape[1 - self.units]
            for side in relation.sides[1:]:
                # What is too large to be shown is said by its shape.
                if "ℝ" in repr(side):
                    continue
                value = np.asarray(value_of(side, self))
                # A lone number, such as 0, stands for each of them.
                assert value.shape in ((), first.shape) or each, (
                    f"{show_text(side)} is {value.shape}, not {first.shape}"
                )
                assert np.allclose(value, first, rtol=TOLERANCE, atol=TOLERANCE), (
                    f"{show_text(t.Relation((left, side)))}: {value} is not {first}"
                )
                compared += 1
        self.sample = None
        return compared

    def check_shape(self, relation: t.Relation) -> int:
        left, space = relation.sides
        assert isinstance(space, t.Power)
        sizes = [value_of(size, self) for size in space.exponent.factors]
        assert list(np.shape(value_of(left, self))) == sizes
        return 1


def check_page_of_matrices(example: Example, rows: int, convention: str) -> int:
    """Every line of a page of matrices holds; give how many sides were compared."""
    some = example.rows(rows)
    view = matrix_view(
        some.network, some.X, some.y, loss=some.losses,
        convention=convention, row=rows - 1,
    )  # fmt: skip
    json.dumps(view.to_json(), allow_nan=False)
    reading, compared = view.matrices.reading, 0
    for block in view.page().blocks:
        if not isinstance(block, Section):
            continue
        batch = "One sample" not in str(block.heading[0])
        shown = slice(0, rows) if batch else slice(view.row, view.row + 1)
        matrices = Matrices(view, Numbers(some, reading, shown), batch=batch)
        for part in block.blocks:
            assert isinstance(part, Formulas)
            for relation, _reason in part.lines:
                compared += matrices.check_line(relation)
    return compared
