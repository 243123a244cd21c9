"""Single entries of a node: how one number of it is made of numbers of its inputs.

``ENTRIES`` is the reading of the operations by index; an operation that acts element by
element needs no entry there, since its equation holds for each number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.explain.collect import collected, divided, multiplied
from neurona.explain.equations import write_equation
from neurona.explain.indices import (
    Indices,
    aligned,
    in_ranges,
    index_term,
    row_axis,
    shifted,
)
from neurona.explain.letters import row_shape
from neurona.graph import Node
from neurona.messages import _
from neurona.show.notation.compose import (
    ONE,
    ZERO,
    exactly,
    minus,
    power_of,
    quotient_of,
    side_by_side,
    sum_of,
)
from neurona.show.notation.terms import (
    Call,
    Cases,
    Number,
    Power,
    Relation,
    Summation,
    Symbol,
    Term,
    Word,
)

__all__ = ["ENTRIES", "Entry", "EntryWriter", "added"]

Entry: TypeAlias = Callable[..., Term]

WRITTEN_OUT: Final = 4
"""Sums of at most so many terms are written term by term."""

INDICES: Final = "ikmhrst"
"""Letters that a sum may run over, the first that is free."""

E: Final = Symbol("e")


def added(count: int, index: str, term: Callable[[str], Term]) -> Term:
    """Sum over an index, term by term where there are few.

    Examples
    --------
    >>> added(1, "i", lambda i: Symbol("x", i)).subscript
    '1'
    """
    if count <= WRITTEN_OUT:
        return sum_of(*[term(str(n + 1)) for n in range(count)])
    return Summation(term(index), Symbol(index), ONE, exactly(count))


class EntryWriter:
    """Writes entries of nodes, down to nodes that are known by a letter.

    Parameters
    ----------
    known : mapping of Node to callable
        From the indices of a row, numbers from 1 or letters, to a term.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> x, W = g.input("x", (g.BATCH, 2)), g.parameter("W", (2, 9))
    >>> known = {
    ...     x: lambda i: Symbol("x", i), W: lambda i, j: Symbol("w", f"{i}{j}")
    ... }
    >>> show_text(EntryWriter(known).open(g.tanh(x @ W), "j"))
    'tanh(x₁w₁ⱼ + x₂w₂ⱼ)'
    """

    def __init__(self, known: Mapping[Node, Entry]) -> None:
        self.known = known
        self.taken: list[str] = []

    def write(self, node: Node, *indices: str) -> Term:
        """An entry by its letter, or written out."""
        letter = self.known.get(node)
        return self.open(node, *indices) if letter is None else letter(*indices)

    def open(self, node: Node, *indices: str) -> Term:
        """An entry written out, though it may have a letter itself."""
        rule = ENTRIES.get(node.operation)
        if rule is not None:
            return rule(self, node, indices)
        return write_equation(node, self.terms(node, indices))

    def terms(self, node: Node, indices: Indices) -> list[Term]:
        """The entries of its inputs that an entry is made of."""
        return [self.write(x, *aligned(x, node, indices)) for x in node.inputs]

    def over_rows(self, term: Term) -> Term:
        """Sum over the rows of a batch: here what one of them gives."""
        return term

    def sum(
        self,
        count: int,
        body: Callable[[str], Term],
        indices: Indices,
        first: str = "k",
    ) -> Term:
        """Sum over an index of its own.

        Parameters
        ----------
        count : int
        body : callable
            From the index to a term.
        indices : tuple of str
            Those of the entry, which are taken.
        first : str
            The letter that is taken where it is free.
        """
        index = self.free_index(indices, first)
        self.taken.append(index)
        try:
            return added(count, index, body)
        finally:
            self.taken.pop()

    def free_index(self, indices: Indices, first: str = "k") -> str:
        """A letter that no index has, the first where that is free."""
        used = set("".join((*indices, *self.taken)))
        return next(letter for letter in first + INDICES if letter not in used)


# Rules ------------------------------------------------------------------------------


def constant(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    value = np.asarray(node.attributes["value"])
    if value.ndim == 0:
        return write_equation(node)
    if all(index.isdigit() for index in indices):
        return exactly(float(value[tuple(int(index) - 1 for index in indices)]))
    return exactly(float(value.flat[0])) if np.ptp(value) == 0 else Word("c")


def multiply(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    a, b = writer.terms(node, indices)
    if a == b and not isinstance(a, Number):
        return power_of(a, exactly(2))
    numbers = any(isinstance(term, Number) and not term.exact for term in (a, b))
    return multiplied((a, b), "·" if numbers else "")


def add(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    return collected(*writer.terms(node, indices))


def divide(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    top, bottom = writer.terms(node, indices)
    return divided(top, bottom)


def matmul(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    x, weight = node.inputs
    *rows, j = indices
    turned = weight.operation == "transpose"

    def term(i: str) -> Term:
        return side_by_side(writer.write(x, *rows, i), writer.write(weight, i, j))

    count = row_shape(weight)[0]
    return writer.sum(count, term, indices, "k" if turned else "i")


def contract_rows(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    """What one sample gives."""
    i, j = indices
    return side_by_side(
        writer.write(node.inputs[0], i), writer.write(node.inputs[1], j)
    )


def transpose(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    return writer.write(node.inputs[0], *indices[::-1])


def over_axes(
    writer: EntryWriter, node: Node, indices: Indices
) -> tuple[Node, int, Callable[[str], Term]] | Term:
    """What a reduction runs over: the input, how many numbers, and each of them."""
    (x,) = node.inputs
    axes = {row_axis(x, axis) for axis in node.attributes["axes"]} - {-1}
    kept = list(indices)
    if node.attributes["keepdims"] and len(kept) > len(row_shape(x)):
        kept.pop(0)
    full: list[str | None] = []
    for place in range(len(row_shape(x))):
        if place in axes:
            full.append(None)
            if node.attributes["keepdims"]:
                kept.pop(0)
        else:
            full.append(kept.pop(0))
    count = int(np.prod([row_shape(x)[place] for place in axes], dtype=int))
    if not axes or count == 1:
        return writer.write(x, *("1" if i is None else i for i in full))
    return x, count, lambda k: writer.write(x, *(k if i is None else i for i in full))


def sum_(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    """Σ over the axes of a row; over the rows themselves, what one sample gives."""
    found = over_axes(writer, node, indices)
    if isinstance(found, tuple):
        _x, count, term = found
        found = writer.sum(count, term, indices)
    (x,) = node.inputs
    rows = g.has_batch(x.shape) and 0 in node.attributes["axes"]
    return writer.over_rows(found) if rows else found


def max_(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    found = over_axes(writer, node, indices)
    if not isinstance(found, tuple):
        return found
    _x, count, term = found
    if count <= WRITTEN_OUT:
        return Call("max", tuple(term(str(n + 1)) for n in range(count)))
    index = writer.free_index(indices)
    return Call(Symbol("max", index), (term(index),))


def reshape(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    """Entries laid out anew: axes of size 1 apart, two axes may be one and back."""
    (x,) = node.inputs
    before, after = row_shape(x), row_shape(node)
    inner = [index for index, size in zip(indices, after, strict=True) if size != 1]
    wide = [size for size in before if size != 1]
    if len(inner) == len(wide):
        left = iter(inner)
        return writer.write(x, *("1" if size == 1 else next(left) for size in before))
    if len(inner) == 1 and len(before) == 2:
        count, size = before
        columns = [partial(writer.write, x, str(c + 1)) for c in range(count)]
        return in_ranges(inner[0], [(size, column) for column in columns])
    if len(before) == 1 and len(indices) == 2:
        which, index = indices
        if which.isdigit():
            return writer.write(x, shifted(index, (int(which) - 1) * after[1]))
        return writer.write(x, f"{after[1]}({which}−1)+{index}")
    return Call("reshape", (Word(g.show_shape(node.shape)),))


def concatenate(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    place = row_axis(node, node.attributes["axis"])

    def part(x: Node) -> tuple[int, Callable[[str], Term]]:
        size = row_shape(x)[place]
        return size, lambda index: writer.write(
            x, *(*indices[:place], index, *indices[place + 1 :])
        )

    return in_ranges(indices[place], [part(x) for x in node.inputs])


def slice_(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    place = row_axis(node, node.attributes["axis"])
    moved = shifted(indices[place], node.attributes["start"])
    return writer.write(
        node.inputs[0], *(*indices[:place], moved, *indices[place + 1 :])
    )


def pad(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    place = row_axis(node, node.attributes["axis"])
    (x,) = node.inputs

    first, rest = indices[:place], indices[place + 1 :]
    before, after = (node.attributes[side] for side in ("before", "after"))
    parts: list[tuple[int, Callable[[str], Term]]] = [
        (before, lambda index: ZERO),
        (row_shape(x)[place], lambda index: writer.write(x, *first, index, *rest)),
        (after, lambda index: ZERO),
    ]
    return in_ranges(indices[place], [(size, part) for size, part in parts if size])


def looked_up(writer: EntryWriter, indices: Node, own: Indices) -> str:
    """A looked-up number as an index: categories count from 0, rows from 1."""
    term = writer.write(indices, *own)
    if isinstance(term, Number):
        return str(int(term.value) + 1)
    if not isinstance(term, Symbol):
        return "x"
    # Commas are kept for the index itself.
    named = f"({term.subscript})" if "," in term.subscript else term.subscript
    return f"{term.letter}{named}+1"


def gather(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    table, which = node.inputs
    *own, j = indices
    return writer.write(table, looked_up(writer, which, tuple(own)), j)


def scatter_add(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    """What one sample gives to the row that it looked up, and to no other."""
    which, updates = node.inputs
    row, j = indices
    sizes = row_shape(which)
    category = index_term(shifted(row, -1))

    def share(*own: str) -> Term:
        value, place = writer.write(updates, *own, j), writer.write(which, *own)
        if isinstance(place, Number) and isinstance(category, Number):
            return value if place.value == category.value else ZERO
        hit = Relation((place, category))
        return Cases(((value, hit), (ZERO, Word(_("otherwise")))))

    return writer.sum(sizes[0], share, indices) if sizes else share()


def one_hot(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    (which,) = node.inputs
    *own, j = indices
    category = index_term(shifted(j, -1))
    return Call(Symbol("I"), (Relation((writer.write(which, *own), category)),))


def exponential(writer: EntryWriter, x: Node, *indices: str) -> Term:
    return Power(E, writer.write(x, *indices))


def softmax(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    (x,) = node.inputs
    *rest, j = indices
    total = Summation(
        exponential(writer, x, *rest, "k"), Symbol("k"), ONE, exactly(row_shape(x)[-1])
    )
    return quotient_of(exponential(writer, x, *rest, j), total)


def log_sum_exp(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    (x,) = node.inputs

    def term(k: str) -> Term:
        return exponential(writer, x, *indices, k)

    return Call("ln", (writer.sum(row_shape(x)[-1], term, indices),))


def cross_entropy(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    z, t = node.inputs

    def term(k: str) -> Term:
        share = softmax(writer, g.softmax(z), (*indices, k))
        return side_by_side(writer.write(t, *indices, k), Call("ln", (share,)))

    return minus(writer.sum(row_shape(z)[-1], term, indices))


def random_mask(writer: EntryWriter, node: Node, indices: Indices) -> Term:
    return Symbol("m", "".join(indices))


Rule: TypeAlias = Callable[[EntryWriter, Node, Indices], Term]

ENTRIES: Final[Mapping[str, Rule]] = {
    "constant": constant,
    "add": add,
    "multiply": multiply,
    "divide": divide,
    "matmul": matmul,
    "contract_rows": contract_rows,
    "transpose": transpose,
    "sum": sum_,
    "max": max_,
    "reshape": reshape,
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
"""How an entry is made, of operations that do not act element by element."""
