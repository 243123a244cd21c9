"""A step of the run that trained a model on a table, found again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from neurona.errors import CheckpointError, DataError, OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.asked import Asked
    from neurona.cli.table_rows import TableRows
    from neurona.data.split import Split
    from neurona.explain.step.worked_step import WorkedStep
    from neurona.network import Network
    from neurona.study.flow import FlowHistory

__all__ = ["flow_through_run", "replay_of_table"]

USUAL_SHARE: Final = 0.1
"""Share held out where nobody says otherwise, as neurona train does."""


@dataclass(frozen=True, eq=False)
class RunOfTable:
    """A network that was trained on a table, and what it was trained with.

    Parameters
    ----------
    table : TableRows
    network : Network
        The model's, or one member of it as it stood alone.
    rows : int array
        Places of the rows that trained it.
    engine : str
        What computed.
    note : str
        What is to be known of the run; empty where it is the model's own.
    """

    table: TableRows
    network: Network
    rows: np.ndarray[Any, np.dtype[np.int64]]
    engine: str
    note: str = ""


def replay_of_table(asked: Asked, model: Path, data: str, step: int) -> WorkedStep:
    """Work a step of a model's own run through.

    Raises
    ------
    NeuronaError
        The run cannot be found again; the message says why.
    """
    from neurona.study.replay.replay_step import replay_step

    run = run_of_table(asked, model, data)
    table, selection = run.table, asked.selection
    if run.note:
        # The member is the network that is replayed: nothing of it is left out.
        selection = {**selection, "members": ()}
    return replay_step(
        run.network,
        table.encoded.X,
        table.encoded.y,
        step,
        rows=run.rows,
        engine=run.engine,
        checkpoint=asked.checkpoint,
        row_numbers=[int(row) for row in table.encoded.rows],
        feature_names=table.feature_names,
        class_names=table.class_names,
        notes=(*filter(None, [run.note]), *table.notes()),
        convention=asked.chosen_convention,
        **selection,
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

    run = run_of_table(asked, model, data)
    with busy(_("running the training again")):
        return flow_of_run(
            run.network,
            run.table.encoded.X,
            run.table.encoded.y,
            rows=run.rows,
            engine=run.engine,
        )


def run_of_table(asked: Asked, model: Path, data: str) -> RunOfTable:
    """The run that trained a model, or a member of it, on a table."""
    from neurona.cli.table_rows import read_rows_of_table
    from neurona.study.table_rows import seed_of
    from neurona.table.members import is_joined

    table = read_rows_of_table(model, data)
    seed, network = seed_of(table.model), table.model.network
    validation, test = shares_of_run(asked, network)
    split = split_of_run(table, validation, test, seed)
    if not is_joined(table.model):
        return RunOfTable(table, network, split.train, asked.engine)
    return run_of_member(asked, table, split)


def run_of_member(asked: Asked, table: TableRows, split: Split) -> RunOfTable:
    """The run of the member that is asked for, or of the first that is a network."""
    from neurona.cli.busy import busy
    from neurona.table.again import plan_of_model
    from neurona.table.members import first_member, train_member_again

    model, encoded = table.model, table.encoded
    members = asked.member or [first_member(model)]
    if len(members) > 1:
        raise OptionError(_("each member has a run of its own: give --member once"))
    assert encoded.y is not None
    plan = plan_of_model(model, encoded.X, encoded.y, split, every_case=False)
    assert plan is not None
    with busy(_("training member {member} again").format(member=members[0])):
        again = train_member_again(plan, members[0], engine=asked.engine)
    return RunOfTable(table, again.network, again.rows, again.engine, again.note)


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


def split_of_run(table: Any, validation: float, test: float, seed: int) -> Split:
    """The split of a run, the encoders being proof of the rows that trained.

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
    return split
