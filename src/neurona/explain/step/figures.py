"""Numbers in the place of letters: one equation written twice, from one piece of graph.

What :class:`~neurona.explain.derive.Derive` writes with letters it writes with these
numbers too, so that the two sides of a line cannot differ in anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.explain.collect import put_in
from neurona.explain.derive import Derive
from neurona.explain.entries import WRITTEN_OUT, Entry, EntryWriter
from neurona.explain.reading import End
from neurona.explain.stages import Stage
from neurona.explain.step.letters import StepLetters
from neurona.explain.step.numbers import StepNumbers
from neurona.explain.textbook.losses import OUTPUTS
from neurona.graph import Node, has_batch
from neurona.show.notation import (
    DOTS,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Summation,
    Surrounded,
    Symbol,
    Term,
)
from neurona.show.notation.compose import ONE, ZERO, exactly, product_of, sum_of
from neurona.show.notation.terms import with_parts

__all__ = ["Equations"]

Write: TypeAlias = Callable[[Derive], Term | None]
"""From the letters of a derivation, or its numbers, to a term."""


ROUNDED: Final = 6
"""Decimals of a setting that is written whole, such as an ε of 0.00001."""


class Figures(StepLetters):
    """The numbers of one row where the letters stand."""

    def __init__(self, numbers: StepNumbers) -> None:
        super().__init__(numbers.reading)
        self.values = numbers.trace.values
        self.gradients = dict(numbers.trace.gradients)
        for end in numbers.reading.ends:
            if end.ending is not None:
                grad = numbers.trace.values[end.ending.grad_prediction]
                self.gradients[end.stage.a] = grad
        self.is_complete = True

    def term(self, node: Node, *indices: str) -> Term:
        """An entry as a number; as its letter where it is any entry."""
        found = self.figure(self.values[node], node, indices)
        return found or super().term(node, *indices)

    def slope(self, node: Node, *indices: str) -> Term:
        """∂L in an entry as a number."""
        found = self.figure(self.gradients.get(node, 0.0), node, indices)
        return found or super().slope(node, *indices)

    def z(self, stage: Stage, index: str) -> Term:
        """Weighted sum of a unit, or what it reads."""
        return self.term(stage.z, index)

    def figure(self, value: Any, node: Node, indices: tuple[str, ...]) -> Term | None:
        """An entry of the only row; ``None`` for any entry."""
        if not all(index.isdigit() for index in indices):
            self.is_complete = False
            return None
        array = np.asarray(value)
        if has_batch(node.shape) and array.ndim:
            array = array[0]
        place = tuple(int(index) - 1 for index in indices)
        return Number(float(array[place[len(place) - array.ndim :]]))


class StepWriter(EntryWriter):
    """A writer of entries with masks as factors and constants rounded like numbers."""

    def open(self, node: Node, *indices: str) -> Term:
        """An entry written out."""
        if node.operation == "constant" and node.shape == ():
            value = float(node.attributes["value"])
            return exactly(value) if value == round(value, ROUNDED) else Number(value)
        if node.operation == "where":
            mask, kept, otherwise = self.terms(node, indices)
            if isinstance(mask, Symbol | Number) and otherwise == ZERO:
                return product_of(mask, kept)
            if isinstance(mask, Number):
                return kept if mask.value else otherwise
        return super().open(node, *indices)


class FigureWriter(StepWriter):
    """A writer of entries whose nodes are numbers.

    Parameters
    ----------
    most : int
        Terms of a sum that are written.
    """

    def __init__(self, most: int, known: Mapping[Node, Entry]) -> None:
        super().__init__(known)
        self.most = most

    def open(self, node: Node, *indices: str) -> Term:
        """An entry written out; the only row is one."""
        return exactly(1) if node.operation == "rows" else super().open(node, *indices)

    def sum(
        self,
        count: int,
        body: Callable[[str], Term],
        indices: tuple[str, ...],
        first: str = "k",
    ) -> Term:
        """Sum term by term; of many the first few."""
        if count <= WRITTEN_OUT:
            return super().sum(count, body, indices, first)
        shown = [body(str(n + 1)) for n in range(min(self.most, count) - 2)]
        return Surrounded(sum_of(*shown, DOTS), "()")


class RowsWriter(StepWriter):
    """A writer of entries of any row of a batch."""

    def over_rows(self, term: Term) -> Term:
        """Sum over the rows, Σₙ."""
        return Summation(term, Symbol("n"))


class StepDerive(Derive):
    """A derivation in which the loss of a row has its share in that of the step."""

    share_of_row: Term = ONE

    def loss_share(self, end: End, index: str) -> Term:
        """∂L/∂ŷ of an output, of its own loss."""
        return product_of(self.share_of_row, super().loss_share(end, index))

    def counted(self, end: End, term: Term) -> Term:
        """A term of a loss, the number of outputs in the place of n."""
        return put_in(term, OUTPUTS, exactly(end.stage.units))


def row_share(numbers: StepNumbers) -> Term:
    """Share of a row in the loss of the step, as a factor."""
    own = Symbol("v", "n")
    if numbers.is_alone:
        return ONE
    if numbers.request.reduction == "sum":
        return ONE if numbers.weights is None else own
    if numbers.weights is None:
        return Quotient(ONE, Symbol("N"))
    return Quotient(own, Summation(own, Symbol("n")))


class Equations:
    """Equations of a step: with letters, and of a single row with its numbers.

    Parameters
    ----------
    numbers : StepNumbers
    letters : StepLetters
    most : int
        Terms of a sum that are written.
    """

    def __init__(self, numbers: StepNumbers, letters: StepLetters, most: int) -> None:
        reading, alone = numbers.reading, numbers.is_alone
        writer = StepWriter if alone else RowsWriter
        self.in_letters = StepDerive(reading, letters, writer)
        self.in_letters.share_of_row = self.share = row_share(numbers)
        self.figures: Figures | None = None
        if alone:
            self.figures = Figures(numbers)
            self.in_numbers = StepDerive(
                reading, self.figures, partial(FigureWriter, most)
            )

    def sides(self, write: Write) -> list[Term]:
        """A term with letters and, where every number is known, with numbers.

        None of them where there is no short formula.
        """
        found = [write(self.in_letters)]
        if self.figures is not None:
            self.figures.is_complete = True
            written = write(self.in_numbers)
            if self.figures.is_complete and not isinstance(written, Number):
                found.append(written)
        return [with_points(side) for side in found if side is not None]

    def value(self, node: Node, *indices: str) -> list[Term]:
        """An entry of a named node as a number, where there is one row."""
        return [self.figures.term(node, *indices)] if self.figures else []

    def grad(self, node: Node, *indices: str) -> list[Term]:
        """∂L in an entry of a named node as a number, where there is one row."""
        return [self.figures.slope(node, *indices)] if self.figures else []

    def equation(self, left: Term, write: Write, *value: Term) -> Relation:
        """A line: what it is, how it is made, with numbers, and its value."""
        return Relation((left, *self.sides(write), *value))

    def made(self, left: Term, node: Node, *indices: str) -> Relation:
        """How an entry of a named node is made."""
        value = self.value(node, *indices)
        return self.equation(left, lambda d: d.made_of(node, *indices), *value)

    def arriving(self, left: Term, node: Node, *indices: str) -> Relation:
        """∂L in an entry of a named node: what is made of it sends back."""
        value = self.grad(node, *indices)
        return self.equation(left, lambda d: d.arriving(node, *indices), *value)


def with_points(term: Term) -> Term:
    """A term with a point between factors where digits would meet."""
    found = with_parts(term, with_points)
    if isinstance(found, Product) and any(map(begins_with_digit, found.factors[1:])):
        return replace(found, sign=found.sign or "·")
    return found


def begins_with_digit(term: Term) -> bool:
    """Whether a term is written beginning with a number, or as a fraction."""
    while isinstance(term, Product | Power | Negative):
        if isinstance(term, Product):
            term = term.factors[0]
        else:
            term = term.base if isinstance(term, Power) else term.body
    return isinstance(term, Number | Quotient)
