"""The loss of one row: every output written out, in letters or in numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from neurona import graph as g
from neurona.explain.entries import EntryWriter
from neurona.explain.textbook.losses import LOSS_EQUATIONS
from neurona.nn.losses import Loss
from neurona.show.notation import (
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Symbol,
    Term,
)
from neurona.show.notation.compose import ONE, ZERO, exactly, minus

__all__ = ["write_row_loss"]


def write_row_loss(loss: Loss, predictions: list[Term], targets: list[Term]) -> Term:
    """Loss of one row of predictions and targets.

    Of cross-entropy only the terms whose target is not 0 are written, where the
    targets are numbers.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> from neurona.nn.losses import MeanSquaredError
    >>> made, wanted = [Symbol("p"), Symbol("q")], [Symbol("s"), Symbol("t")]
    >>> show_text(write_row_loss(MeanSquaredError(half=True), made, wanted))
    '(1 / 4) · ((p − s)² + (q − t)²)'
    """
    entry = LOSS_EQUATIONS.get(loss.name)
    if entry is None:
        return written_out(loss, predictions, targets)
    if loss.name == "cross_entropy":
        targets = [known_share(target) for target in targets]
    parts = [
        entry.part(loss, prediction, target)
        for prediction, target in zip(predictions, targets, strict=True)
    ]
    below = entry.divisor(loss) * (len(parts) if entry.averaged else 1)
    total = joined([part for part in parts if part != ZERO])
    if below == 1:
        return total
    share = Quotient(ONE, exactly(below))
    if isinstance(total, Negative):
        return minus(Product((share, total.body)))
    return Product((share, total))


def known_share(target: Term) -> Term:
    """A target of 0 or 1 as a part of the formula, which then leaves it out."""
    known = isinstance(target, Number) and target.value in (0.0, 1.0)
    return exactly(target.value) if known and isinstance(target, Number) else target


def joined(terms: list[Term]) -> Term:
    """Terms added, a minus before each of them taken out."""
    if not terms:
        return ZERO
    if len(terms) == 1:
        return terms[0]
    bodies = tuple(term.body for term in terms if isinstance(term, Negative))
    return minus(Sum(bodies)) if len(bodies) == len(terms) else Sum(tuple(terms))


def written_out(loss: Loss, predictions: list[Term], targets: list[Term]) -> Term:
    """Loss that no book writes as a sum over the outputs, from its own graph."""
    output = g.input("output", (g.BATCH, len(predictions)))
    target = g.input("target", (g.BATCH, len(targets)))

    def entry(terms: list[Term], letter: Symbol, index: str = "1") -> Term:
        known = index.isdigit()
        return terms[int(index) - 1] if known else replace(letter, subscript=index)

    known = {
        output: partial(entry, predictions, Symbol("y", accent="hat")),
        target: partial(entry, targets, Symbol("y")),
    }
    return EntryWriter(known).open(loss.per_row(output, target))
