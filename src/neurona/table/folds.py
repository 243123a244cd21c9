"""Rows of a plan in folds: all are answered, none by what it trained."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neurona.data.split import k_folds
from neurona.table.train import TrainingPlan

__all__ = ["Fold", "Rows", "folds_of"]

Rows: TypeAlias = NDArray[np.int64]
Fold: TypeAlias = tuple[Rows, Rows]
"""Rows to fit on, and rows to score on."""

FOLDS: Final = 5


def folds_of(plan: TrainingPlan) -> list[Fold]:
    """Rows to train on and to judge by, in five folds; none where rows are too few."""
    rows = len(plan.y)
    if rows < 2 * FOLDS:
        return []
    stratify = plan.y if plan.schema.task == "classification" else None
    splits = k_folds(rows, FOLDS, plan.options.seed, stratify)
    return [(split.train, split.test) for split in splits]
