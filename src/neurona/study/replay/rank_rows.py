"""Which rows moved the loss most at a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.explain.step.apply_rule import Rule
from neurona.explain.step.compute_step import row_losses_of
from neurona.explain.step.worked_step import WorkedStep
from neurona.graph import Graph
from neurona.messages import _
from neurona.reference import Executable
from neurona.show.explanation import Explanation
from neurona.show.notation import Number, Relation, Symbol
from neurona.show.page import Formulas, Note, Page, Paragraph
from neurona.show.wording import tabulate
from neurona.study.flow.measure import norm
from neurona.train.examples import target_specs
from neurona.train.step import ROW_WEIGHT, build_gradients, build_objective, trained

__all__ = ["RankedRow", "RowRanking", "rank_rows"]

MOST_ROWS: Final = 256
"""Rows of a batch that are left out in turn: those of largest loss."""

LISTED: Final = 20


@dataclass(frozen=True)
class RankedRow:
    """What one row did at a step.

    Parameters
    ----------
    row : int
        Its number.
    loss, loss_after : float
        Of the row itself, before the step and after.
    gradient : float
        Length of its part of the gradient.
    effect : float
        How much higher the batch's loss after the step would be had the row given
        nothing to the gradient.
    """

    row: int
    loss: float
    loss_after: float
    gradient: float
    effect: float


@dataclass(frozen=True)
class RowRanking(Explanation):
    """Rows of a step, those that moved the loss most first.

    Parameters
    ----------
    loss, loss_after : float
        Of the batch, before the step and after.
    rows : tuple of RankedRow
    step : int or None
        Number of the step in the run it was replayed from.
    notes : tuple of str
        What is to be known of it, in sentences.
    """

    kind = "row_ranking"

    loss: float
    loss_after: float
    rows: tuple[RankedRow, ...]
    step: int | None
    notes: tuple[str, ...]

    def page(self) -> Page:
        """The losses before and after, and the rows that moved them."""
        return write_ranking_page(self)


def write_ranking_page(found: RowRanking) -> Page:
    """Page of the losses before and after, and of the rows that moved them."""
    rows = (
        (str(row.row), row.loss, row.loss_after, row.gradient, row.effect)
        for row in found.rows[:LISTED]
    )
    said = _(
        "The effect of a row is how much higher the loss of the batch would be "
        "after the step, had the row given nothing to the gradient. A negative one "
        "pulled the weights to where the others lose."
    )
    letter = Symbol("L")
    losses = Formulas(
        (
            (Relation((letter, Number(found.loss))), _("before the step")),
            (Relation((letter, Number(found.loss_after))), _("after the step")),
        )
    )
    title = _("Which rows moved the loss")
    if found.step is not None:
        title = _("Which rows moved the loss at step {step}").format(step=found.step)
    table = tabulate(
        [_("row"), _("its loss"), _("after"), _("its gradient"), _("its effect")], rows
    )
    notes = (Note((note,)) for note in found.notes)
    return Page(title, (*notes, losses, Paragraph((said,)), table))


def rank_rows(step: WorkedStep) -> RowRanking:
    """Rank the rows of a step by what each did to the loss of the batch.

    Each row in turn is left out of the gradient, and the optimizer's rule applied to
    what remains; batch statistics and masks stay as they were.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> from neurona.explain import worked_step
    >>> network = Network([Dense(1)], n_inputs=1, dtype="float64")
    >>> found = worked_step(network, [[1.0], [3.0]], [0.0, 9.0], loss="mse")
    >>> [row.row for row in rank_rows(found).rows]
    [1, 0]
    """
    numbers = step.numbers
    losses = numbers.row_losses
    labels = step.rows or tuple(range(numbers.rows))
    candidates = np.argsort(-np.abs(losses), kind="stable")[:MOST_ROWS]
    parts = row_gradients(step, candidates)
    objective = numbers.objective
    rule = Rule(numbers.request, trained(objective))
    run = Executable(Graph({"loss": objective.loss, "rows": row_losses_of(objective)}))
    after = run({**numbers.feeds, **numbers.update}, numbers.rows)["rows"]
    ranked: list[RankedRow] = []
    for place, own in zip(candidates.tolist(), parts, strict=True):
        rest = {name: grad - own[name] for name, grad in numbers.gradients.items()}
        _applied, update, _slots = rule(rest)
        without = float(run({**numbers.feeds, **update}, numbers.rows)["loss"])
        ranked.append(
            RankedRow(
                row=int(labels[place]),
                loss=float(losses[place]),
                loss_after=float(after[place]),
                gradient=norm(own.values()),
                effect=without - numbers.loss_after,
            )
        )
    ranked.sort(key=lambda row: -abs(row.effect))
    return RowRanking(
        step.loss, step.loss_after, tuple(ranked), step.replayed, step.notes
    )


def row_gradients(step: WorkedStep, rows: Array) -> list[dict[str, Array]]:
    """Part that each row has in the gradient, penalties apart."""
    numbers = step.numbers
    request = numbers.request
    objective = build_objective(
        request.architecture,
        request.losses,
        target_specs(request.architecture, request.losses, request.data),
        training=request.training,
        weighted=True,
        reduction="sum",
    )
    run = Executable(build_gradients(objective))
    weight = np.asarray(request.data.get(ROW_WEIGHT, np.ones(numbers.rows)), float)
    total = float(weight.sum()) or 1.0
    share = weight / total if request.reduction == "mean" else weight
    found: list[dict[str, Array]] = []
    for row in rows:
        alone = np.zeros(numbers.rows)
        alone[row] = share[row]
        grads = run({**numbers.feeds, ROW_WEIGHT: alone}, numbers.rows)
        found.append({name: grads[name] for name in numbers.gradients})
    return found
