"""What a table holds and how its rows become numbers, before a network is chosen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from neurona.data.columns.column import Column
from neurona.data.columns.schema import Schema, find_schema
from neurona.data.columns.task import MOST_CLASSES_AMONG_NUMBERS
from neurona.data.encoding.encode import Encoders, fit_encoders
from neurona.data.encoding.target import read_target
from neurona.data.sources.table import DataTable
from neurona.data.split import Split, split_rows
from neurona.errors import OptionError
from neurona.messages import _
from neurona.nn.losses import as_loss
from neurona.table.every_case import holds_every_case
from neurona.table.head import Head, choose_head
from neurona.table.options import TrainOptions
from neurona.table.quality import Quality, choose_quality
from neurona.table.source import Source

__all__ = ["Understood", "understand", "understood_again"]


@dataclass(frozen=True, eq=False)
class Understood:
    """A table as it is to be learned from.

    Parameters
    ----------
    schema : Schema
        Columns, task and target, each with its reason.
    head : Head
    quality : Quality
    split : Split
        Of the rows that have a target.
    encoders : Encoders
        Fitted on the rows that train.
    holds_every_case : bool
        Whether it is a full truth table.
    """

    schema: Schema
    head: Head
    quality: Quality
    split: Split
    encoders: Encoders
    holds_every_case: bool


def understand(source: Source, options: TrainOptions) -> Understood:
    """Find schema, split and encoders, in passes over the rows of a table.

    Parameters
    ----------
    source : Source
    options : TrainOptions

    Raises
    ------
    DataError
        The table cannot be read or learned from.
    OptionError
        An option does not suit it.
    """
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
    check_class_weight(schema, options)
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
    return Understood(schema, head, quality, split, encoders, every_case)


def understood_again(
    encoders: Encoders, split: Split, options: TrainOptions, *, holds_every_case: bool
) -> Understood:
    """What was understood of a table before, of which its encoders were kept."""
    schema = encoders.schema
    check_class_weight(schema, options)
    rows = len(split.train) + len(split.validation) + len(split.test)
    return Understood(
        schema,
        choose_head(schema, options.loss, options.output_activation),
        choose_quality(options, rows),
        split,
        encoders,
        holds_every_case,
    )


def check_class_weight(schema: Schema, options: TrainOptions) -> None:
    """Refuse to weigh the classes of a target that has none."""
    if schema.task == "regression" and options.class_weight != "none":
        raise OptionError(
            _("class weights need classes, but the target {name!r} holds numbers")
            .format(name=schema.targets[0])
        )  # fmt: skip


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
