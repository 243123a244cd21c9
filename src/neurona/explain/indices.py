"""Indices of entries: numbers from 1, or letters, moved and told apart by ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from neurona import graph as g
from neurona.explain.letters import row_shape
from neurona.graph import Node
from neurona.messages import _
from neurona.show.notation.compose import exactly, sum_of
from neurona.show.notation.terms import Cases, Relation, Symbol, Term, Word

__all__ = ["Indices", "aligned", "in_ranges", "index_term", "row_axis", "shifted"]

Indices: TypeAlias = tuple[str, ...]


def aligned(part: Node, node: Node, indices: Indices) -> Indices:
    """Indices of an input whose entries are repeated where it is smaller."""
    sizes = row_shape(part)
    # What is one for all rows may have an axis of size 1 in their place.
    indices = ("1",) * (len(sizes) - len(indices)) + indices
    own = indices[len(indices) - len(sizes) :] if sizes else ()
    whole = (1,) * (len(indices) - len(row_shape(node))) + row_shape(node)
    whole = whole[len(indices) - len(sizes) :]
    return tuple(
        "1" if size == 1 and full != 1 else index
        for index, size, full in zip(own, sizes, whole, strict=True)
    )


def row_axis(node: Node, axis: int) -> int:
    """Place of an axis among those of a row."""
    return axis - g.has_batch(node.shape)


def shifted(index: str, by: int) -> str:
    """Index moved by a number.

    Examples
    --------
    >>> shifted("3", -1), shifted("j", 2), shifted("j−3", 3), shifted("j", -2)
    ('2', 'j+2', 'j', 'j−2')
    """
    letter = index[:1]
    if not letter.isalpha():
        return str(int(index) + by)
    total = int(index[1:].replace("−", "-") or 0) + by
    sign = "+" if total > 0 else "−"
    return f"{letter}{sign}{abs(total)}" if total else letter


def index_term(index: str) -> Term:
    """An index where it stands in a condition."""
    if index.isdigit():
        return exactly(int(index))
    letter, rest = Symbol(index[0]), index[1:].replace("−", "-")
    return sum_of(letter, exactly(int(rest))) if rest else letter


def in_ranges(index: str, parts: list[tuple[int, Callable[[str], Term]]]) -> Term:
    """The part that an index falls into: one, or a choice by where it lies."""
    start = 0
    if index.isdigit():
        for size, term in parts:
            if int(index) <= start + size:
                return term(shifted(index, -start))
            start += size
    cases: list[tuple[Term, Term]] = []
    for size, term in parts:
        # Of a part of one number the index is known.
        sign: Literal["=", "≤"] = "=" if size == 1 else "≤"
        inner = "1" if size == 1 else shifted(index, -start)
        start += size
        bound = Relation((index_term(index), exactly(start)), sign)
        last = len(cases) == len(parts) - 1
        cases.append((term(inner), Word(_("otherwise")) if last else bound))
    return cases[0][0] if len(cases) == 1 else Cases(tuple(cases))
