"""What closes the backward half: factors reused, finite differences, and the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from neurona.explain.agreement import AGREEMENT, bound_of
from neurona.explain.letters import slope_in
from neurona.explain.step.choose import Entry
from neurona.explain.step.shown_step import ShownStep
from neurona.messages import _, ngettext
from neurona.show.notation import Number, Power
from neurona.show.notation.compose import exactly
from neurona.show.page.blocks import Block, Note, Paragraph, Section, Table
from neurona.show.wording import tabulate

__all__ = ["closing_blocks"]


def closing_blocks(step: ShownStep, entries: Sequence[Entry]) -> list[Block]:
    """What was reused, what was checked, and what is not shown."""
    blocks: list[Block] = []
    reused = step.reused
    if reused and step.numbers.rows == 1:
        said = ngettext(
            "Backpropagation computes each factor once: in all chains together, "
            "{count} factor was known already from another chain.",
            "Backpropagation computes each factor once: in all chains together, "
            "{count} factors were known already from another chain.",
            reused,
        )
        blocks.append(Paragraph((said.format(count=reused),)))
    if entries:
        blocks += check_blocks(step, entries)
    hidden = sum(g.size for g in step.gradients.values()) - len(entries)
    if hidden:
        blocks.append(totals_table(step, entries))
    return blocks


def check_blocks(step: ShownStep, entries: Sequence[Entry]) -> list[Block]:
    """Each derivative beside its finite difference."""
    found = [float(step.gradients[name][index]) for name, index in entries]
    measured = [step.numbers.trace.check(*entry) for entry in entries]
    largest = max(map(abs, found))
    size = max(largest, abs(step.loss))
    if not math.isfinite(size) or not np.isfinite(measured).all():
        said = _("This step leaves the finite numbers, so there is nothing to compare.")
        return [Note((said,), "warning")]
    # What rounding does to a finite difference is no digit of it.
    places = 9 - math.floor(math.log10(size)) if size else 9
    rows = [
        (slope_in(step.letters.entry(entry)), by_chain, seen)
        for entry, by_chain, seen in zip(
            entries, found, [round(x, places) for x in measured], strict=True
        )
    ]
    worst = max(abs(x - y) for x, y in zip(found, measured, strict=True))
    table = tabulate(
        [_("derivative"), _("by the chain"), _("measured")],
        rows,
        _("Measured: (L(w + h) − L(w − h)) / 2h."),
    )
    return [
        verdict_on(worst, size),
        Section((_("Finite differences"),), (table,), folded=True),
    ]


def verdict_on(worst: float, size: float) -> Note:
    """Whether derivatives and finite differences agree, for numbers of some size."""
    if worst <= AGREEMENT * size:
        bound = Power(exactly(10), exactly(bound_of(worst, size)))
        said = _("Every derivative agrees with its finite difference, to within ")
        return Note((said, bound, "."), "good")
    said = _(
        "Some derivative and its finite difference differ: the function has a kink or "
        "a jump close by. The largest gap is "
    )
    return Note((said, Number(worst), "."), "warning")


def totals_table(step: ShownStep, entries: Sequence[Entry]) -> Table:
    """What is not shown, in sums."""
    rows = [
        (
            name,
            grad.size,
            sum(entry[0] == name for entry in entries),
            float(np.linalg.norm(grad)),
            float(np.abs(grad).max(initial=0.0)),
        )
        for name, grad in step.gradients.items()
        if name in step.excerpt.parameters
    ]
    apart = [g for n, g in step.gradients.items() if n not in step.excerpt.parameters]
    if apart:
        every = np.concatenate([grad.ravel() for grad in apart])
        length, largest = float(np.linalg.norm(every)), float(np.abs(every).max())
        rows.append((_("the other members"), every.size, 0, length, largest))
    headings = [
        _("parameter"), _("numbers"), _("shown"), _("length of the gradient"),
        _("largest derivative"),
    ]  # fmt: skip
    caption = _("All derivatives together, those that are not shown included.")
    return tabulate(headings, rows, caption)
