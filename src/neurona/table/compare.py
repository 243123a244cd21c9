"""The network beside its yardsticks, on rows that trained none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import DivergenceError
from neurona.messages import _
from neurona.table.again import train_again
from neurona.table.by_folds import ByFolds
from neurona.table.folds import FOLDS, Fold, Rows, folds_of
from neurona.table.model import answers_of
from neurona.table.train import TrainedTable
from neurona.table.verdict import verdict
from neurona.table.yardstick import (
    SECONDS,
    Answer,
    Yardstick,
    why_no_yardstick,
    yardsticks,
)

__all__ = ["Comparison", "compare"]

ENOUGH_TEST_ROWS: Final = 1_000
"""Rows from which a share of them is known to ±.02 at worst, without any folds."""


@dataclass(frozen=True)
class Comparison:
    """Scores of the network and of simpler models, and what they mean.

    Parameters
    ----------
    entries : tuple of Yardstick
        The best first; empty where nothing can be compared.
    sentence : str
        The verdict, or why there is none.
    """

    entries: tuple[Yardstick, ...]
    sentence: str


def compare(trained: TrainedTable) -> Comparison:
    """Score the network and simpler models on rows that did not train them.

    Notes
    -----
    Where fewer than 1,000 rows were held out for the test, they judge too coarsely:
    then all are trained anew, five times, on four fifths of all rows, and scored on
    the fifth left over, unless training the network so often took too long. Networks
    that were trained by folds are not trained again: their answers to the rows that
    they never saw are compared with simpler models of the same folds.
    """
    plan, split = trained.plan, trained.plan.split
    task, seed = plan.schema.task, plan.options.seed
    if plan.holds_every_case:
        return Comparison(
            (), _("The table holds every case there can be: all of them train.")
        )

    def answer_anew(train: Rows, test: Rows) -> Array:
        return answers_of(train_again(plan, train).model, plan.X[test])

    def answer(_train: Rows, test: Rows) -> Array:
        return answers_of(plan.model, plan.X[test])

    # Folds of a table with many rows would be many numbers that nobody asks for.
    folds: list[Fold] = []
    answer_unseen: Answer = answer_anew
    if len(split.test) >= ENOUGH_TEST_ROWS:
        pass
    elif trained.by_folds is not None:
        folds = list(trained.by_folds.folds)
        answer_unseen = known_answers(trained.by_folds, len(plan.y))
    elif trained.seconds * FOLDS < SECONDS:
        folds = folds_of(plan)
    if folds and why_no_yardstick(plan.y, folds, task) is None:
        try:
            found = yardsticks(plan.X, plan.y, folds, task, network=answer_unseen,
                               seed=seed)  # fmt: skip
            return Comparison(tuple(found), verdict(found))
        except DivergenceError:
            # What trained on most rows may diverge on fewer: then these judge.
            pass
    held = [(split.train, split.test)]
    reason = why_no_yardstick(plan.y, held, task)
    if reason is not None:
        return Comparison((), reason)
    found = yardsticks(plan.X, plan.y, held, task, network=answer, seed=seed)
    return Comparison(tuple(found), verdict(found))


def known_answers(found: ByFolds, rows: int) -> Answer:
    """What answers the rows of a fold as the networks did that never saw them."""
    places = np.concatenate([test for _train, test in found.folds])
    by_row = np.zeros((rows, *found.answers.shape[1:]), found.answers.dtype)
    by_row[places] = found.answers
    return lambda _train, test: by_row[test]
