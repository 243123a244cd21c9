"""Lines of a page: how many are shown, and of each the sides that say something."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, TypeVar

from neurona.messages import ngettext
from neurona.show.notation.terms import Negative, Number, Product, Sum, Term
from neurona.show.page.blocks import Block, Formulas, Paragraph

__all__ = ["MOST_LINES", "Line", "lines_of", "shortened", "without_repeats"]

MOST_LINES: Final = 24
"""Lines of a section; of more, the first and the last half are shown."""

Line: TypeAlias = tuple[Term, str]
T = TypeVar("T")


def shortened(items: Sequence[T], most: int) -> tuple[list[T], int, list[T]]:
    """First and last items, and how many between them are left out."""
    if len(items) <= most:
        return list(items), 0, []
    half = most // 2
    return list(items[:half]), len(items) - 2 * half, list(items[-half:])


def lines_of(items: Sequence[T], write: Callable[[T], Line]) -> tuple[Block, ...]:
    """A line for each item; of many, the first and the last."""
    first, left_out, last = shortened(items, MOST_LINES)
    blocks: list[Block] = [Formulas(tuple(map(write, first)))]
    if left_out:
        said = ngettext(
            "… {count} line like these …", "… {count} lines like these …", left_out
        )
        blocks.append(Paragraph((said.format(count=left_out),)))
        blocks.append(Formulas(tuple(map(write, last))))
    return tuple(blocks)


def without_repeats(sides: Sequence[Term]) -> tuple[Term, ...]:
    """Sides of an equation but those that repeat what stands before them."""
    kept: list[Term] = []
    *earlier, last = sides
    # A product with what is no number says no more than the result does.
    for side in [*(side for side in earlier if not is_lost(side)), last]:
        if not kept or not same_on_paper(side, kept[-1]):
            kept.append(side)
    return tuple(kept)


def is_lost(term: Term) -> bool:
    """Whether a product or a sum has a part that is not a number."""
    parts: tuple[Term, ...] = ()
    if isinstance(term, Product):
        parts = term.factors
    elif isinstance(term, Sum):
        parts = term.terms
    values = [plain_value(part) for part in parts]
    return any(value is not None and math.isnan(value) for value in values)


def same_on_paper(a: Term, b: Term) -> bool:
    first, second = plain_value(a), plain_value(b)
    if first is None or second is None:
        return a == b
    return first == second or (math.isnan(first) and math.isnan(second))


def plain_value(term: Term) -> float | None:
    """The number that a term is, with its sign; −(−2) is no number yet."""
    if isinstance(term, Negative):
        inner = plain_value(term.body)
        return None if inner is None or inner < 0 else -inner
    return term.value if isinstance(term, Number) else None
