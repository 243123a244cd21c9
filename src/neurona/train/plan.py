"""From the options of a fit to the run that they ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.messages import _
from neurona.native.threads import usable_threads
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.optimize import SGD, Optimizer, Schedule, as_schedule
from neurona.settings import Count, checked
from neurona.train.callback import Callback
from neurona.train.engines import resolve_engine
from neurona.train.examples import prepare_examples, target_specs, weigh_classes
from neurona.train.fingerprint import fingerprint_of_run
from neurona.train.fit import fit
from neurona.train.full_batch import fit_full_batch, refuse_for_solver
from neurona.train.metrics import Metric, as_metrics
from neurona.train.options import check_options, check_seed, plain
from neurona.train.rows import choose_rows
from neurona.train.run import Run
from neurona.train.solvers import Solver, as_rule
from neurona.train.state import TrainingState
from neurona.train.step import ROW_WEIGHT, StepOptions

__all__ = ["Plan", "RuleLike", "Subject", "plan_fit"]

RuleLike: TypeAlias = "str | Optimizer | type[Optimizer] | Solver | type[Solver]"

USUAL_BATCH_SIZE: Final = 32

STEP_OPTIONS: Final = ("l1", "l2", "clip_norm", "clip_value", "average", "reduction")
RUN_OPTIONS: Final = ("epochs", "patience", "min_change", "shuffle")


@dataclass(frozen=True, eq=False)
class Subject:
    """What is to be trained, and on which losses.

    Parameters
    ----------
    architecture : Architecture
    dtype : {float32, float64}
    seed : int
        Of the initial weights.
    losses : mapping of str to Loss
        Of each output.
    loss_configs : mapping of str to JSON value
        As files describe them.
    """

    architecture: Architecture
    dtype: np.dtype[Any]
    seed: int
    losses: Mapping[str, Loss]
    loss_configs: Mapping[str, Any]

    def prepare(self, X: Any, y: Any, sample_weight: Any = None) -> dict[str, Array]:
        """Everything that a step reads, by the name of its input."""
        return prepare_examples(
            self.architecture, self.losses, X, y, self.dtype, sample_weight
        )


@dataclass(frozen=True, eq=False)
class Plan:
    """A fit ready to run.

    Parameters
    ----------
    run : Run
    rule : Optimizer or Solver
    settings : mapping of str to JSON value
        What is remembered of it.
    """

    run: Run
    rule: Optimizer | Solver
    settings: Mapping[str, Any]

    def run_from(
        self,
        start: Mapping[str, Array],
        callbacks: list[Callback],
        publish: Callable[[Mapping[str, Array]], None],
    ) -> TrainingState:
        """Train from some weights, as :func:`neurona.train.fit.fit` does."""
        if isinstance(self.rule, Solver):
            return fit_full_batch(self.run, self.rule, start, callbacks, publish)
        return fit(self.run, start, callbacks, publish)


def plan_fit(
    subject: Subject,
    X: Any,
    y: Any,
    *,
    optimizer: RuleLike,
    batch_size: int | Literal["auto", "full"] | None,
    validation: Any,
    sample_weight: Any,
    class_weight: Literal["balanced"] | Mapping[int, float] | None,
    engine: str,
    threads: int | None,
    seed: int | None,
    schedule: str | Schedule | None,
    metrics: Iterable[str | Metric] | str | None,
    checkpoint: str | os.PathLike[str] | None,
    checkpoint_options: Mapping[str, Any],
    resume: bool,
    rows: Any,
    plain_options: Mapping[str, Any],
    statistics: bool,
) -> Plan:
    """Check the options of a fit and put them together.

    Parameters
    ----------
    subject : Subject
    X, y
    plain_options : mapping of str to value
        Those that ``check_options`` knows.
    optimizer, batch_size, validation, sample_weight, class_weight, engine, threads
    seed, schedule, metrics, checkpoint, checkpoint_options, resume, rows, statistics
        As :meth:`neurona.Network.fit` has them.

    Raises
    ------
    DataError
        Values that cannot be trained on; the message says which row.
    OptionError
        An option cannot be used.
    """
    asked = check_options(plain_options)
    asked["patience"] = asked["patience"] or None
    threads = checked("threads", threads, Count | None)
    if resume and checkpoint is None:
        raise OptionError(
            _("to resume, say from which folder: pass checkpoint as well")
        )
    rule = as_rule(optimizer)
    if isinstance(rule, Solver):
        whole = batch_size in ("auto", "full", None)
        given = {name: asked[name] for name in ("clip_norm", "clip_value", "average")}
        given["batch_size"] = None if whole else batch_size
        refuse_for_solver(
            rule, {**given, "schedule": schedule, "checkpoint": checkpoint}
        )
        batch_size = "full"
    elif batch_size == "auto":
        batch_size = USUAL_BATCH_SIZE
    seed = subject.seed if seed is None else check_seed(seed)
    architecture, losses = subject.architecture, subject.losses
    data = subject.prepare(X, y, sample_weight)
    train, held_out = choose_rows(data, rows, validation, subject.prepare)
    if class_weight is not None:
        outputs = architecture.evaluation.outputs
        weigh_classes(data, losses, outputs, class_weight, train.index, subject.dtype)
    options = StepOptions(
        losses=losses,
        targets=target_specs(architecture, losses, data),
        # A solver has no rule for a step.
        optimizer=SGD() if isinstance(rule, Solver) else rule,
        weighted=ROW_WEIGHT in data,
        **{name: asked[name] for name in STEP_OPTIONS},
    )
    course = as_schedule(schedule or "constant")
    watched = as_metrics(metrics)
    weights: Any = class_weight
    if isinstance(class_weight, Mapping):
        weights = {str(k): plain(v) for k, v in class_weight.items()}
    settings = {
        **{name: value for name, value in asked.items() if name != "epochs"},
        "loss": dict(subject.loss_configs),
        "optimizer": rule.to_config(),
        "schedule": course.to_config(),
        "batch_size": plain(batch_size) or "full",
        "class_weight": weights,
        "metrics": list(watched),
        "seed": seed,
    }
    fingerprint: Mapping[str, Any] = {}
    if checkpoint is not None:
        network = {
            **architecture.to_config(),
            "seed": subject.seed,
            "dtype": str(subject.dtype),
        }
        fingerprint = fingerprint_of_run(
            {
                **checkpoint_options,
                "network": network,
                "engine": resolve_engine(engine),
                **settings,
            },
            {entry.name for entry in architecture.inputs},
            train,
            held_out,
        )
    run = Run(
        architecture=architecture,
        options=options,
        schedule=course,
        train=train,
        validation=held_out,
        dtype=subject.dtype,
        batch_size=batch_size,
        seed=seed,
        metrics=watched,
        engine=engine,
        threads=None if threads is None else usable_threads(threads),
        checkpoint=checkpoint,
        resume=resume,
        fingerprint=fingerprint,
        statistics=checked("statistics", statistics, bool),
        **{name: asked[name] for name in RUN_OPTIONS},
    )
    return Plan(run, rule, {**settings, "epochs": asked["epochs"]})
