"""The doctor for a model trained on a table: its splits found again."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from neurona.data.split import Split, split_rows
from neurona.errors import NeuronaError
from neurona.study.diagnosis.advise import try_advice
from neurona.study.diagnosis.checkup import Diagnosis, diagnose
from neurona.study.diagnosis.examination import Examination
from neurona.study.rows import Part
from neurona.study.table_rows import encode_rows, open_table, seed_of
from neurona.table.again import plan_of_model
from neurona.table.every_case import holds_every_case
from neurona.table.members import is_joined
from neurona.table.model import TableModel
from neurona.table.train import TrainedTable
from neurona.table.trials import SECONDS, Changes

__all__ = ["doctor_of_table", "doctor_of_trained", "find_split"]

USUAL_SHARE: Final = 0.1
"""Share of rows held out unless told otherwise, for files that do not say."""

SAME: Final = 1e-3
"""Relative difference of scores that rounding on another machine may leave."""


def doctor_of_table(
    model: TableModel,
    data: Any,
    *,
    thorough: bool = True,
    seconds: float = SECONDS,
    tell: Callable[[Changes], None] = lambda changes: None,
) -> Diagnosis:
    """Examine a model on a table.

    Parameters
    ----------
    model : TableModel
    data : path, name of a bundled set, frame or mapping
        Where it is the table that trained the model, its split is found again.
    thorough : bool
        As for :func:`neurona.explain.doctor`; also whether changes of settings are
        tried, where the table is the one that trained the model.
    seconds : float
        Time in which they are.
    tell : callable
        Called with each change before it is tried.

    Raises
    ------
    DataError
        The table lacks columns of the model, or no row has a target.
    """
    table = open_table(model, data)
    encoded = encode_rows(model, table)
    split = find_split(model, encoded.X, encoded.y)
    found = diagnose(examination(model, encoded.X, encoded.y, split, thorough))
    if split is None or not thorough or encoded.y is None:
        return found
    every_case = holds_every_case(model.encoders.schema, table)
    plan = plan_of_model(model, encoded.X, encoded.y, split, every_case=every_case)
    if plan is None:
        return found
    name = str(data) if isinstance(data, str | Path) else table.name
    return try_advice(found, plan, name, seconds=seconds, tell=tell)


def doctor_of_trained(trained: TrainedTable, *, thorough: bool = False) -> Diagnosis:
    """Examine a model right after its training."""
    plan = trained.plan
    return diagnose(examination(plan.model, plan.X, plan.y, plan.split, thorough))


def examination(
    model: TableModel, X: Any, y: Any, split: Split | None, thorough: bool
) -> Examination:
    """Examination of a model on encoded rows."""
    losses, features = model.network.losses, model.encoders.features
    assert losses is not None
    if split is None:
        parts = {"rows": Part(X, y, np.arange(len(y)))}
    else:
        parts = {
            name: Part(X, y, rows)
            for name, rows in (
                ("train", split.train),
                ("validation", split.validation),
                ("test", split.test),
            )
            if len(rows)
        }
    return Examination(
        network=model.network,
        losses=losses,
        parts=parts,
        columns=tuple(feature.name for feature in features),
        classes=tuple(model.encoders.classes),
        sources=tuple(feature.column for feature in features),
        pooled=model.encoders.pooled,
        thorough=thorough,
        joined=is_joined(model),
    )


def find_split(model: TableModel, X: Any, y: Any) -> Split | None:
    """Split that a model was trained with, if these are the rows that trained it.

    Notes
    -----
    It is drawn again from the seed, and believed only where the model scores on its
    parts what its file says it scored.
    """
    preparation = model.network.preparation or {}
    recorded = preparation.get("metrics")
    if not isinstance(recorded, Mapping):
        return None
    shares = preparation.get("split")
    if not isinstance(shares, Mapping):
        shares = {}
    fractions = {
        part: share_of(shares.get(part), recorded.get(part))
        for part in ("validation", "test")
    }
    try:
        split = split_rows(
            len(y),
            seed=seed_of(model),
            stratify=y if model.task == "classification" else None,
            **fractions,
        )
    except NeuronaError:
        return None
    for name in ("test", "validation", "train"):
        rows, scores = getattr(split, name), recorded.get(name)
        if bool(len(rows)) != isinstance(scores, Mapping):
            return None
        if isinstance(scores, Mapping) and not same_scores(
            scores, model.scores(X, y, rows)
        ):
            return None
    return split


def share_of(recorded: Any, scores: Any) -> float:
    """Share of a held-out part: as recorded, else the usual one if it has scores."""
    if type(recorded) in (int, float) and 0 <= recorded < 1:
        return float(recorded)
    return USUAL_SHARE if isinstance(scores, Mapping) else 0.0


def same_scores(recorded: Mapping[str, Any], found: Mapping[str, float]) -> bool:
    """Whether scores are those that were recorded, but for rounding."""
    return all(
        isinstance(recorded.get(name), int | float)
        and math.isclose(recorded[name], value, rel_tol=SAME, abs_tol=SAME)
        for name, value in found.items()
    )
