"""From a table to a trained model: the main job, as one function."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.data.batches import rows_per_batch
from neurona.data.columns.column import Column
from neurona.data.columns.schema import Schema, find_schema
from neurona.data.columns.task import MOST_CLASSES_AMONG_NUMBERS
from neurona.data.encoding.encode import Encoders, fit_encoders
from neurona.data.encoding.target import read_target
from neurona.data.sources.table import DataTable
from neurona.data.split import Split, split_rows
from neurona.errors import (
    DivergenceError,
    DivergenceWarning,
    OptionError,
    ValidationWarning,
)
from neurona.messages import _
from neurona.network import Network, divergence_message
from neurona.nn import Dense, Dropout, Layer
from neurona.nn.losses import as_loss
from neurona.optimize import Optimizer, as_optimizer
from neurona.table.bins import find_bins, network_with_bins
from neurona.table.by_folds import ByFolds, train_by_folds
from neurona.table.every_case import holds_every_case
from neurona.table.fold_task import FoldTask
from neurona.table.head import Head, choose_head
from neurona.table.model import TableModel
from neurona.table.options import TrainOptions
from neurona.table.quality import ONE_NETWORK, NetworkWay, Quality, choose_quality
from neurona.table.recipe import Recipe, choose_recipe
from neurona.table.source import open_source
from neurona.train.callback import Callback
from neurona.train.history import History
from neurona.train.memory import check_memory
from neurona.train.quiet import quiet

__all__ = ["TrainedTable", "TrainingPlan", "plan_training", "train_plan"]


@dataclass(frozen=True, eq=False)
class TrainingPlan:
    """Everything decided before the first step.

    Parameters
    ----------
    options : TrainOptions
    schema : Schema
        Columns, task and target, each with its reason.
    head : Head
    recipe : Recipe
    split : Split
        Rows of ``X``.
    model : TableModel
        With initial weights.
    X, y : array
        Every row that has a target, encoded.
    notes : tuple of str
    holds_every_case : bool
        Whether the table is a full truth table, so that no row is held out.
    quality : Quality
        How many networks are trained, and why.
    weights : array or None
        How much each row of ``X`` counts.
    """

    options: TrainOptions
    schema: Schema
    head: Head
    recipe: Recipe
    split: Split
    model: TableModel
    X: np.ndarray[Any, Any]
    y: np.ndarray[Any, Any]
    notes: tuple[str, ...]
    holds_every_case: bool = False
    quality: Quality = ONE_NETWORK
    weights: Array | None = None


@dataclass(frozen=True, eq=False)
class TrainedTable:
    """A trained model and how good it is.

    Parameters
    ----------
    plan : TrainingPlan
    history : History
    metrics : mapping of str to mapping of str to float, or None
        Scores on ``train``, ``validation`` and ``test``; ``None`` where there are no
        such rows.
    seconds : float
        Wall time of reading, training and evaluating.
    by_folds : ByFolds or None
        What was tried by folds, where more than one network was trained.
    """

    plan: TrainingPlan
    history: History
    metrics: Mapping[str, Mapping[str, float] | None]
    seconds: float
    by_folds: ByFolds | None = None

    @property
    def model(self) -> TableModel:
        """The trained network with its encoders."""
        return self.plan.model


def plan_training(
    data: Any, options: TrainOptions, weights: Array | None = None
) -> TrainingPlan:
    """Read a table, understand it, and decide how to train on it.

    Parameters
    ----------
    data : path, name of a bundled set, frame or mapping
    options : TrainOptions
    weights : array (rows,), optional
        How much each row of the table counts while training.

    Raises
    ------
    DataError
        The table cannot be read or learned from.
    OptionError
        An option does not suit it.
    """
    source = open_source(data, seed=options.seed)
    told = options.told()
    task = told.task or "auto"
    target: Any = list(told.target) or None
    if target is None and source.target is not None:
        target = source.target
        if task == "auto" and source.task is not None:
            task = source.task
    if target is not None and len(target) == 1 and not isinstance(target, str):
        target = target[0]
    schema = find_schema(
        source.table,
        target,
        task,
        dtype=options.dtype,
        missing=told.missing,
        columns=told.columns,
    )
    if task == "auto" and options.loss is not None:
        schema = suit_loss(schema, source.table, options)
    if not told.target and source.target is not None:
        reason = _("the bundled set says so")
        schema = dataclasses.replace(schema, target_reason=reason)
        if options.task == "auto" and source.task is not None:
            schema = dataclasses.replace(schema, task_reason=reason)
    if schema.task == "regression" and options.class_weight != "none":
        raise OptionError(
            _("class weights need classes, but the target {name!r} holds numbers")
            .format(name=schema.targets[0])
        )  # fmt: skip
    head = choose_head(schema, options.loss, options.output_activation)
    found = read_target(schema, source.table)
    stratify = found.y if schema.task == "classification" else None
    every_case = holds_every_case(schema, source.table)
    quality = choose_quality(options, len(found.rows))
    # Folds validate on every row that is learned from.
    no_validation = every_case or quality.folds
    split = split_rows(
        len(found.rows),
        validation=0.0 if no_validation else options.validation,
        test=0.0 if every_case else options.test,
        seed=options.seed,
        stratify=stratify,
    )
    if schema.task == "classification" and len(set(found.y[split.train].tolist())) < 2:
        raise OptionError(
            _(
                "the training rows hold a single class after the split: make "
                "validation and test smaller"
            )
        )
    encoders = fit_encoders(schema, source.table, found.rows[split.train])
    if schema.task == "regression" and not head.standardizes:
        ones = (1.0,) * len(schema.targets)
        zeros = (0.0,) * len(schema.targets)
        encoders = dataclasses.replace(encoders, target_means=zeros, target_stds=ones)
    recipe = choose_recipe(
        schema.task,
        rows=len(split.train),
        features=len(encoders.features),
        outputs=head.units,
        asked=asked_of(options),
    )
    network = build_network(encoders, head, recipe, options)
    encoded = encoders.transform(source.table, with_target=True)
    assert encoded.y is not None
    again = encoded.reading_notes
    notes = [*schema.notes, *(note for note in encoded.notes if note not in again)]
    if every_case:
        notes.append(_("every case there can be is in the table: all of them train"))
    return TrainingPlan(
        options=options,
        schema=schema,
        head=head,
        recipe=recipe,
        split=split,
        model=TableModel(network, encoders),
        X=encoded.X,
        y=encoded.y,
        notes=tuple(notes),
        holds_every_case=every_case,
        quality=quality,
        weights=None if weights is None else weights[found.rows],
    )


def suit_loss(schema: Schema, table: DataTable, options: TrainOptions) -> Schema:
    """Schema whose task is the one of a loss that was asked for, if it can be."""
    kind = as_loss(options.loss or "").head
    task = "regression" if kind == "real" else "classification"
    numbers = all(schema.column(name).low is not None for name in schema.targets)
    if task == schema.task or not numbers or len(schema.targets) > 1:
        return schema
    if task == "classification" and not few_values(schema.column(schema.targets[0])):
        return schema
    told = options.told()
    found = find_schema(
        table,
        schema.targets,
        task,
        dtype=options.dtype,
        missing=told.missing,
        columns=told.columns,
    )
    reason = _("the loss {loss} is one of this task").format(loss=options.loss)
    return dataclasses.replace(
        found, target_reason=schema.target_reason, task_reason=reason
    )


def few_values(column: Column) -> bool:
    """Whether a target of numbers can be one of classes."""
    return column.distinct is not None and (
        column.distinct <= MOST_CLASSES_AMONG_NUMBERS
    )


def asked_of(options: TrainOptions) -> dict[str, Any]:
    """Settings of a recipe that a person gave."""
    names = {field.name for field in dataclasses.fields(Recipe)}
    given = {name: getattr(options, name, None) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def build_network(
    encoders: Encoders, head: Head, recipe: Recipe, options: TrainOptions
) -> Network:
    """Network of a recipe, refused at once where it cannot fit in memory."""
    sizes = [len(encoders.features), *recipe.hidden, head.units]
    weights = sum((a + 1) * b for a, b in pairwise(sizes))
    # Each row of a batch has a value and a gradient for every unit.
    batch = rows_per_batch(encoders.schema.rows, recipe.batch_size)
    check_memory(weights + batch * sum(sizes), np.dtype(options.dtype).itemsize)
    layers = layers_of(head, recipe, options)
    return Network(layers, n_inputs=sizes[0], seed=options.seed, dtype=options.dtype)


def layers_of(head: Head, recipe: Recipe, options: TrainOptions) -> list[Layer]:
    layers: list[Layer] = []
    for units in recipe.hidden:
        layers.append(Dense(units, recipe.activation, initializer=options.initializer))
        if recipe.dropout:
            layers.append(Dropout(recipe.dropout))
    layers.append(Dense(head.units, head.activation, initializer=options.initializer))
    return layers


def build_optimizer(recipe: Recipe) -> Optimizer:
    """Optimizer of a recipe; plain gradient descent gains momentum where asked."""
    name = recipe.optimizer
    settings: dict[str, Any] = {"learning_rate": recipe.learning_rate}
    if recipe.momentum is not None:
        if name == "sgd":
            name = "momentum"
        settings["momentum"] = recipe.momentum
    return as_optimizer(name, **settings)


def train_plan(plan: TrainingPlan, callbacks: Iterable[Callback] = ()) -> TrainedTable:
    """Train as planned.

    Raises
    ------
    DivergenceError
        The loss left the finite numbers before a single good epoch.
    CheckpointError
        The checkpoint to resume from is of another run.
    OutputError
        The checkpoint cannot be written.

    Notes
    -----
    After Ctrl-C the history says "interrupted", and the weights so far are kept.
    """
    began = time.perf_counter()
    callbacks = list(callbacks)
    by_folds = None
    if plan.quality.folds:
        with quiet(DivergenceWarning), quiet(ValidationWarning):
            by_folds = train_by_folds(fold_task(plan), callbacks)
    if by_folds is None:
        train_one(plan, callbacks)
    else:
        plan = joined_plan(plan, by_folds)
    network = plan.model.network
    history = network.history
    assert history is not None
    if history.stopped == "diverged" and not len(history):
        raise DivergenceError(divergence_message(history))
    metrics: dict[str, Mapping[str, float] | None] = {
        part: plan.model.scores(plan.X, plan.y, rows) if len(rows) else None
        for part, rows in (
            ("train", plan.split.train),
            ("validation", plan.split.validation),
            ("test", plan.split.test),
        )
    }
    options, is_whole = plan.options, plan.holds_every_case
    no_validation = is_whole or plan.quality.folds
    network.preparation = {
        "encoders": plan.model.encoders.to_json(),
        "metrics": dict(metrics),
        "split": {
            "validation": 0.0 if no_validation else options.validation,
            "test": 0.0 if is_whole else options.test,
        },
        "asked": options.asked(),
    }
    if by_folds is not None:
        network.preparation["by_folds"] = by_folds.to_json()
        metrics["validation"] = by_folds.metrics
    return TrainedTable(plan, history, metrics, time.perf_counter() - began, by_folds)


def fit_options(plan: TrainingPlan) -> dict[str, Any]:
    """What every fit of a plan is asked for."""
    options, recipe = plan.options, plan.recipe
    return {
        **options.of_fit(),
        **recipe.of_fit(),
        "loss": plan.head.loss,
        "optimizer": build_optimizer(recipe),
        "class_weight": "balanced" if options.class_weight == "balanced" else None,
        "sample_weight": plan.weights,
    }


def train_one(plan: TrainingPlan, callbacks: list[Callback]) -> None:
    """Train the network of a plan."""
    options, network = plan.options, plan.model.network
    metric = "accuracy" if plan.schema.task == "classification" else "r2"
    has_validation = len(plan.split.validation) > 0
    asked = {
        **fit_options(plan),
        "rows": plan.split.train,
        "validation": plan.split.validation if has_validation else None,
        "metrics": metric if has_validation else None,
        "callbacks": callbacks,
        "checkpoint_options": options.of_checkpoint(),
    }
    try:
        # A run on a table says so in its own report.
        with quiet(DivergenceWarning), quiet(ValidationWarning):
            network.fit(plan.X, plan.y, **asked)
    except KeyboardInterrupt:
        if network.history is None or network.history.stopped != "interrupted":
            raise


def fold_task(plan: TrainingPlan) -> FoldTask:
    """What a plan is to learn by folds."""
    options, recipe = plan.options, plan.recipe
    bins = find_bins(plan.X[plan.split.train])

    def make(seed: int, way: NetworkWay) -> Network:
        asked = dataclasses.replace(options, seed=seed)
        used = way.activation or recipe.activation
        kind = dataclasses.replace(recipe, activation=used)
        if way.bins and bins is not None:
            layers = layers_of(plan.head, kind, asked)
            return network_with_bins(layers, bins, seed=seed, dtype=options.dtype)
        return build_network(plan.model.encoders, plan.head, kind, asked)

    apart = ("checkpoint", "resume", "seed", "validation")
    fit = {name: v for name, v in fit_options(plan).items() if name not in apart}
    return FoldTask(
        plan.model, plan.X, plan.y, plan.split.train, plan.quality, make, fit,
        plan.head.units, recipe.activation, options.seed,
    )  # fmt: skip


def joined_plan(plan: TrainingPlan, found: ByFolds) -> TrainingPlan:
    """The plan as it turned out: with the joined network and the penalty chosen."""
    networks = [tried for tried in found.tried if tried.way is not None]
    best = max(networks, key=lambda tried: tried.share).way
    assert best is not None
    reason = _("of what was tried over the folds, it has the largest share")
    recipe = dataclasses.replace(
        plan.recipe,
        l2=plan.recipe.l2 * best.penalty,
        activation=best.activation or plan.recipe.activation,
        reasons={**plan.recipe.reasons, "l2": reason, "activation": reason},
    )
    return dataclasses.replace(
        plan,
        model=TableModel(found.network, plan.model.encoders),
        recipe=recipe,
    )
