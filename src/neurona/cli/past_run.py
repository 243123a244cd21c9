"""A step of the run that trained a model on a table, found again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from neurona.errors import CheckpointError, DataError, OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.asked import Asked
    from neurona.cli.table_rows import TableRows
    from neurona.explain.step.worked_step import WorkedStep
    from neurona.network import Network
    from neurona.study.flow import FlowHistory

__all__ = ["flow_through_run", "replay_of_table"]

USUAL_SHARE: Final = 0.1
"""Share held out where nobody says otherwise, as neurona train does."""


def replay_of_table(asked: Asked, model: Path, data: str, step: int) -> WorkedStep:
    """Work a step of a model's own run through.

    Raises
    ------
    NeuronaError
        The run cannot be found again; the message says why.
    """
    from neurona.study.replay.replay_step import replay_step

    table, train = table_of_run(asked, model, data)
    return replay_step(
        table.model.network,
        table.encoded.X,
        table.encoded.y,
        step,
        rows=train,
        engine=asked.engine,
        checkpoint=asked.checkpoint,
        row_numbers=[int(row) for row in table.encoded.rows],
        feature_names=table.feature_names,
        class_names=table.class_names,
        notes=table.notes(),
        convention=asked.chosen_convention,
        **asked.selection,
    )


def flow_through_run(asked: Asked, model: Path, data: str) -> FlowHistory:
    """Measure what flowed through a model at each epoch of its own run.

    Raises
    ------
    NeuronaError
        The run cannot be found again; the message says why.
    """
    from neurona.cli.busy import busy
    from neurona.study.replay.flow_of_run import flow_of_run

    table, train = table_of_run(asked, model, data)
    with busy(_("running the training again")):
        return flow_of_run(
            table.model.network,
            table.encoded.X,
            table.encoded.y,
            rows=train,
            engine=asked.engine,
        )


def table_of_run(
    asked: Asked, model: Path, data: str
) -> tuple[TableRows, np.ndarray[Any, np.dtype[np.int64]]]:
    """The table that trained a model, and the places of the rows that did."""
    from neurona.cli.table_rows import read_rows_of_table
    from neurona.study.table_rows import seed_of

    table = read_rows_of_table(model, data)
    if "by_folds" in (table.model.network.preparation or {}):
        raise OptionError(
            _(
                "this model joins networks that were trained apart, on folds, so no "
                "run of it can be replayed: train with --quality fast for one that can"
            )
        )
    seed = seed_of(table.model)
    validation, test = shares_of_run(asked, table.model.network)
    return table, rows_trained_on(table, validation, test, seed)


def shares_of_run(asked: Asked, network: Network) -> tuple[float, float]:
    """Shares of the rows held out: as asked for, of the model, of the checkpoint."""
    from neurona.files import read_tensors
    from neurona.train.state import find_checkpoint

    usual = {"validation": USUAL_SHARE, "test": USUAL_SHARE}
    if asked.checkpoint is not None:
        path = find_checkpoint(asked.checkpoint)
        if path is None:
            raise CheckpointError(
                _("there is no checkpoint in {path}").format(path=asked.checkpoint)
            )
        begun = read_tensors(path).metadata.get("fingerprint", {})
        usual = {part: begun.get(f"--{part}", share) for part, share in usual.items()}
    # A table that holds every case has nothing held out, whatever was asked for.
    usual |= (network.preparation or {}).get("split") or {}
    given = {"validation": asked.validation, "test": asked.test}
    shares = {part: usual[part] if own is None else own for part, own in given.items()}
    return float(shares["validation"]), float(shares["test"])


def rows_trained_on(
    table: Any, validation: float, test: float, seed: int
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Places of the rows that trained, the encoders being proof of it.

    Raises
    ------
    DataError
        Other rows trained: the encoders, fitted on these, would not be the model's.
    """
    from neurona.data.encoding.encode import fit_encoders
    from neurona.data.split import split_rows

    encoded, encoders = table.encoded, table.model.encoders
    stratify = encoded.y if table.model.task == "classification" else None
    split = split_rows(
        len(encoded.rows), validation=validation, test=test, seed=seed,
        stratify=stratify,
    )  # fmt: skip
    again = fit_encoders(encoders.schema, table.table, encoded.rows[split.train])
    if again.columns != encoders.columns:
        raise DataError(
            _(
                "these rows are not those that trained the model: give the same table, "
                "and --validation and --test as the run had them"
            )
        )
    return split.train
