"""A past run found again: its weights and memory before any of its steps."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.data.batches import batch_count, rows_per_batch
from neurona.errors import CheckpointError, DataError, OptionError
from neurona.files import read_tensors
from neurona.messages import _
from neurona.model_file import part_from_config
from neurona.network import Network
from neurona.optimize import Optimizer, Schedule
from neurona.train.engines import make_runner
from neurona.train.examples import (
    as_rows,
    prepare_examples,
    row_count,
    target_specs,
    weigh_classes,
)
from neurona.train.fingerprint import digest_of
from neurona.train.history import History
from neurona.train.row_weights import weigh
from neurona.train.rows import Rows
from neurona.train.runner import StepRunner, Sums
from neurona.train.solvers import Solver
from neurona.train.state import find_checkpoint
from neurona.train.step import ROW_WEIGHT, Step, StepOptions, build_step

__all__ = ["PastRun", "RunState"]

SAME: Final = 1e-4
"""Largest relative difference between an epoch's loss then and now: another engine
rounds otherwise, another table or split gives another loss altogether."""


@dataclass(eq=False)
class RunState:
    """Where a run stands between two steps.

    Parameters
    ----------
    values : dict of str to array
        Parameters, states and slots, in the run's own precision.
    epoch : int
        Epochs done.
    batch : int
        Batches done of the epoch under way.
    step : int
        Steps done.
    schedule : dict
        What the schedule remembers.
    """

    values: dict[str, Array]
    epoch: int = 0
    batch: int = 0
    step: int = 0
    schedule: dict[str, Any] = field(default_factory=dict)


class PastRun:
    """The last fit of a network, run again from its seed as far as need be.

    Parameters
    ----------
    network : Network
        As the run left it.
    X, y : array
        The same as then.
    rows : int array, optional
        Rows trained on then; by default all.
    sample_weight : array, optional
    engine : {"auto", "native", "reference"}
        What computed then: another one rounds in another way.
    checkpoint : path, optional
        Folder of the run's checkpoint, where the way from it is shorter.

    Raises
    ------
    OptionError
        The network was never trained, or by a solver.
    DataError
        The data cannot be those of the run.
    """

    def __init__(
        self,
        network: Network,
        X: Any,
        y: Any,
        *,
        rows: Any = None,
        sample_weight: Any = None,
        engine: str = "auto",
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> None:
        if network.training is None or network.losses is None:
            raise OptionError(
                _("this network was never trained, so there is no step to replay")
            )
        self.network = network
        self.settings: Mapping[str, Any] = network.training
        self.losses = network.losses
        self.engine = engine
        self.checkpoint = checkpoint
        dtype = network.dtype
        data = prepare_examples(
            network.architecture, self.losses, X, y, dtype, sample_weight
        )
        index = as_rows(rows, row_count(data))
        weights = self.settings["class_weight"]
        if weights is not None:
            if isinstance(weights, Mapping):
                weights = {int(name): value for name, value in weights.items()}
            outputs = network.architecture.evaluation.outputs
            weigh_classes(
                data, self.losses, outputs, weights, index,
                dtype, self.settings["reduction"],
            )  # fmt: skip
        self.train = weigh(
            Rows(data, index), dtype, reduction=self.settings["reduction"]
        )
        self.seed = int(self.settings["seed"])
        self.batch_size = rows_per_batch(self.train.count, self.settings["batch_size"])
        self.batches = batch_count(self.train.count, self.settings["batch_size"])
        self.optimizer = optimizer_of(self.settings)
        self.schedule: Schedule = part_from_config(
            self.settings["schedule"], "schedule"
        )
        names = ("l1", "l2", "clip_norm", "clip_value", "average", "reduction")
        options = StepOptions(
            losses=self.losses,
            targets=target_specs(network.architecture, self.losses, data),
            optimizer=self.optimizer,
            weighted=ROW_WEIGHT in data,
            **{name: self.settings[name] for name in names},
        )
        self.step: Step = build_step(network.architecture, options)
        self._runner: StepRunner | None = None

    @property
    def history(self) -> History:
        """Epochs of the run."""
        return self.network.history or History()

    @property
    def steps(self) -> int:
        """Steps that the run took, as far as its history tells."""
        return len(self.history.epochs) * self.batches

    def start(self) -> RunState:
        """The run before its first step."""
        network, dtype = self.network, self.network.dtype
        build = network.architecture.evaluation.build
        drawn = {**dict(build.initial_values(network.seed)), **self.step.slots}
        # What is frozen may have been set before the run, and has stayed so.
        drawn |= {
            name: network.parameters[name]
            for name, kept in build.parameters.items()
            if not kept.trainable
        }
        values = {name: np.array(value, dtype=dtype) for name, value in drawn.items()}
        return RunState(values, schedule=self.schedule.start())

    def from_checkpoint(self, before: int) -> RunState | None:
        """The run at its checkpoint, if that is not after so many steps.

        Raises
        ------
        CheckpointError
            There is no checkpoint, it is damaged, or of another run.
        """
        if self.checkpoint is None:
            return None
        path = find_checkpoint(self.checkpoint)
        if path is None:
            raise CheckpointError(
                _("there is no checkpoint in {path}").format(path=self.checkpoint)
            )
        found = read_tensors(path)
        metadata = found.metadata
        try:
            moment = RunState(
                {
                    name: np.array(found.tensors[f"value/{name}"])
                    for name in self.start().values
                },
                int(metadata["epoch"]),
                int(metadata["batch"]),
                int(metadata["step"]),
                dict(metadata["schedule"]),
            )
            self.check_data(metadata["fingerprint"])
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, CheckpointError):
                raise
            raise CheckpointError(
                _("the checkpoint {path} cannot be used: {why}").format(
                    path=path, why=error
                )
            ) from None
        return moment if moment.step <= before else None

    def check_data(self, fingerprint: Mapping[str, Any]) -> None:
        """Refuse the checkpoint of a run on other data."""
        inputs = {entry.name for entry in self.network.architecture.inputs}
        found = {n: a for n, a in self.train.data.items() if n in inputs}
        if fingerprint.get("X") != digest_of(found):
            raise CheckpointError(_("the checkpoint is of a run on other data"))

    def before(self, step: int) -> RunState:
        """The run before a step, counted from 1.

        Raises
        ------
        OptionError
            The run took no such step.
        DataError
            The run that these data give is another one.
        """
        if not 1 <= step <= self.steps:
            raise OptionError(
                _("the run took {count} steps, counted from 1: there is no step {step}")
                .format(count=self.steps, step=step)
            )  # fmt: skip
        moment = self.from_checkpoint(step - 1) or self.start()
        whole, rest = divmod(step - 1, self.batches)
        while moment.epoch < whole:
            self.check_epoch(moment, self.advance(moment, self.batches))
        reached = replace(moment, values=dict(moment.values))
        sums = self.advance(reached, rest)
        if moment.epoch == 0 and moment.batch == 0:
            # Nothing was compared yet, so the first epoch is run to its end.
            ahead = replace(reached, values=dict(reached.values))
            self.check_epoch(ahead, self.advance(ahead, self.batches, sums))
        return reached

    def advance(
        self, moment: RunState, until: int, sums: Sums | None = None
    ) -> Sums | None:
        """Run the steps of an epoch up to a batch; the sums of a whole epoch."""
        whole = moment.batch == 0 or sums is not None
        sums = Sums() if sums is None else sums
        count = until - moment.batch
        if count > 0:
            rates = [self.rate(moment.step + 1 + i, moment) for i in range(count)]
            self.runner.run(
                moment.values,
                self.train.data,
                self.next_rows(moment, count),
                self.batch_size,
                rates,
                moment.step + 1,
                self.seed,
                sums,
            )
            moment.batch += count
            moment.step += count
        if until == self.batches:
            score = self.history.epochs[moment.epoch].score
            moment.schedule = self.schedule.after_epoch(moment.schedule, score)
            moment.epoch, moment.batch = moment.epoch + 1, 0
        return sums if whole else None

    @property
    def runner(self) -> StepRunner:
        """What runs the steps."""
        if self._runner is None:
            dtype = self.network.dtype
            self._runner = make_runner(self.step, self.engine, dtype, self.batch_size)
        return self._runner

    def rate(self, step: int, moment: RunState) -> float:
        """Learning rate of a step."""
        total = self.batches * int(self.settings["epochs"])
        factor = self.schedule.at(step, self.batches, total, moment.schedule)
        return self.optimizer.learning_rate * factor

    def check_epoch(self, moment: RunState, sums: Sums | None) -> None:
        """Compare the loss of the epoch just done with the one recorded."""
        if sums is None:
            return
        recorded = self.history.epochs[moment.epoch - 1].loss
        if abs(sums.mean - recorded) > SAME * max(abs(recorded), SAME):
            raise DataError(
                _(
                    "the run is not found again: the loss of its epoch {epoch} was "
                    "{then:.6g}, and is {now:.6g} here; give the table, the split and "
                    "the engine that it had. A run that was resumed to more epochs "
                    "with a schedule is not found again either"
                ).format(epoch=moment.epoch, then=recorded, now=sums.mean)
            )

    def next_rows(self, moment: RunState, batches: int = 1) -> Array:
        """Rows of the next steps of the epoch, as numbers within the data."""
        order = self.train.order(
            seed=self.seed, epoch=moment.epoch, shuffle=self.settings["shuffle"]
        )
        begin = moment.batch * self.batch_size
        return np.asarray(order[begin : begin + batches * self.batch_size])


def optimizer_of(settings: Mapping[str, Any]) -> Optimizer:
    """Rule of the run's steps.

    Raises
    ------
    OptionError
        A solver chose them.
    """
    rule: Optimizer | Solver = part_from_config(settings["optimizer"], "optimizer")
    if isinstance(rule, Solver):
        raise OptionError(
            _(
                "{solver} chose its steps by looking at all rows, not by a rule of one "
                "step: there is none to replay"
            ).format(solver=rule.name)
        )
    return rule
