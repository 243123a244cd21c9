"""A table's plan once more: with other settings, or on other rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.data.split import Split, choose_sample
from neurona.table.folds import Rows
from neurona.table.head import choose_head
from neurona.table.model import TableModel
from neurona.table.options import TrainOptions
from neurona.table.recipe import Recipe, choose_recipe
from neurona.table.train import (
    TrainedTable,
    TrainingPlan,
    asked_of,
    build_network,
    train_plan,
)

__all__ = ["plan_of_model", "recipe_for", "train_again"]


def train_again(
    plan: TrainingPlan, rows: Rows, changes: Mapping[str, Any] | None = None
) -> TrainedTable:
    """Train what was planned anew, on some rows, with some settings changed.

    Parameters
    ----------
    plan : TrainingPlan
        Stays as it is; its encoders serve again.
    rows : int array
        Of ``plan.X``. Where patience asks for validation rows, they are taken from
        these, as many as the plan has for each row that trains.
    changes : mapping of str to object, optional
        Of :class:`neurona.table.options.TrainOptions`; what depends on them is chosen
        to suit, as for a run that is asked for them.

    Raises
    ------
    DivergenceError
        The loss left the finite numbers before a single good epoch.
    KeyboardInterrupt
        Ctrl-C.
    """
    options = dataclasses.replace(
        plan.options, checkpoint=None, resume=False, **(changes or {})
    )
    recipe = recipe_for(plan, asked_of(options))
    network = build_network(plan.model.encoders, plan.head, recipe, options)
    held, none = np.empty(0, np.int64), np.empty(0, np.int64)
    if recipe.patience and len(plan.split.validation):
        share = len(plan.split.validation) / len(plan.split.train)
        count = max(1, round(len(rows) * share / (1 + share)))
        held = rows[choose_sample(len(rows), count, options.seed)]
    again = dataclasses.replace(
        plan,
        options=options,
        recipe=recipe,
        split=Split(np.setdiff1d(rows, held), held, none),
        model=TableModel(network, plan.model.encoders),
    )
    trained = train_plan(again)
    if trained.history.stopped == "interrupted":
        raise KeyboardInterrupt
    return trained


def recipe_for(plan: TrainingPlan, asked: Mapping[str, Any]) -> Recipe:
    """Recipe for the rows of a plan, where some settings are asked for."""
    return choose_recipe(
        plan.schema.task,
        rows=len(plan.split.train),
        features=len(plan.model.encoders.features),
        outputs=plan.head.units,
        asked=asked,
    )


def plan_of_model(
    model: TableModel, X: Array, y: Array, split: Split, *, every_case: bool
) -> TrainingPlan | None:
    """The plan that a model was trained by, from what its file says.

    Parameters
    ----------
    model : TableModel
    X, y : array
        Rows of its table, encoded.
    split : Split
        As it was trained with.
    every_case : bool
        Whether the table is a full truth table.

    Returns
    -------
    TrainingPlan or None
        ``None`` for a file that does not say what was asked for.
    """
    asked = (model.network.preparation or {}).get("asked")
    if not isinstance(asked, Mapping):
        return None
    options, schema = TrainOptions(**asked), model.encoders.schema
    head = choose_head(schema, options.loss, options.output_activation)
    recipe = choose_recipe(
        schema.task,
        rows=len(split.train),
        features=len(model.encoders.features),
        outputs=head.units,
        asked=asked_of(options),
    )
    return TrainingPlan(
        options=options,
        schema=schema,
        head=head,
        recipe=recipe,
        split=split,
        model=model,
        X=X,
        y=y,
        notes=(),
        holds_every_case=every_case,
    )
