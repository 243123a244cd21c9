"""From the options of a fit to the run that they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.messages import _
from neurona.native.threads import usable_threads
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.optimize import SGD, Optimizer, as_schedule
from neurona.settings import checked
from neurona.train.callback import Callback
from neurona.train.engines import resolve_engine
from neurona.train.examples import prepare_examples, target_specs, weigh_classes
from neurona.train.fingerprint import fingerprint_of_run
from neurona.train.fit import fit
from neurona.train.full_batch import fit_full_batch, refuse_for_solver
from neurona.train.metrics import as_metrics
from neurona.train.options import FIT, FitOptions, kept_settings
from neurona.train.row_weights import weigh
from neurona.train.rows import choose_rows
from neurona.train.run import FitRun
from neurona.train.solvers import Solver, as_rule
from neurona.train.state import TrainingState
from neurona.train.step import ROW_WEIGHT, StepOptions, step_settings

__all__ = ["Learner", "PlannedFit", "plan_fit"]


USUAL_BATCH_SIZE: Final = 32


@dataclass(frozen=True, eq=False)
class Learner:
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
class PlannedFit:
    """A fit ready to run.

    Parameters
    ----------
    run : FitRun
    rule : Optimizer or Solver
    settings : mapping of str to JSON value
        What is remembered of it.
    """

    run: FitRun
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


def plan_fit(learner: Learner, X: Any, y: Any, options: FitOptions) -> PlannedFit:
    """Look more closely at the options of a fit, and put them together.

    Raises
    ------
    DataError
        Values that cannot be trained on; the message says which row.
    OptionError
        An option cannot be used.
    """
    options = replace(options, patience=options.patience or None)
    if options.resume and options.checkpoint is None:
        raise OptionError(
            _("to resume, say from which folder: pass checkpoint as well")
        )
    rule = as_rule(options.optimizer)
    batch_size = options.batch_size
    if isinstance(rule, Solver):
        refuse_for_solver(rule, options)
        batch_size = "full"
    elif batch_size == "auto":
        batch_size = USUAL_BATCH_SIZE
    seed = learner.seed if options.seed is None else options.seed
    architecture, losses = learner.architecture, learner.losses
    data = learner.prepare(X, y, options.sample_weight)
    train, held_out = choose_rows(
        data, options.rows, options.validation, learner.prepare
    )
    weights: Any = options.class_weight
    if weights is not None:
        outputs = architecture.evaluation.outputs
        weigh_classes(
            data, losses, outputs, weights, train.index,
            learner.dtype, options.reduction,
        )  # fmt: skip
    train = weigh(train, learner.dtype, reduction=options.reduction)
    if held_out is not None:
        held_out = weigh(held_out, learner.dtype, "validation")
    if isinstance(weights, Mapping):
        weights = {
            str(k): checked("class_weight", v, float) for k, v in weights.items()
        }
    step = StepOptions(
        losses=losses,
        targets=target_specs(architecture, losses, data),
        # A solver has no rule for a step.
        optimizer=SGD() if isinstance(rule, Solver) else rule,
        weighted=ROW_WEIGHT in data,
        **step_settings(vars(options)),
    )
    schedule = as_schedule(options.schedule or "constant")
    metrics = as_metrics(options.metrics)
    settings = {
        **{name: getattr(options, name) for name in kept_settings()},
        "loss": dict(learner.loss_configs),
        "optimizer": rule.to_config(),
        "schedule": schedule.to_config(),
        "batch_size": batch_size or "full",
        "class_weight": weights,
        "metrics": list(metrics),
        "seed": seed,
    }
    fingerprint: Mapping[str, Any] = {}
    if options.checkpoint is not None:
        network = {
            **architecture.to_config(),
            "seed": learner.seed,
            "dtype": str(learner.dtype),
        }
        fingerprint = fingerprint_of_run(
            {
                **(options.checkpoint_options or {}),
                "network": network,
                "engine": resolve_engine(options.engine),
                **{k: v for k, v in settings.items() if not FIT[k].free},
            },
            {entry.name for entry in architecture.inputs},
            train,
            held_out,
        )
    if options.threads is not None:
        options = replace(options, threads=usable_threads(options.threads))
    run = FitRun(
        architecture=architecture,
        options=options,
        step=step,
        schedule=schedule,
        train=train,
        validation=held_out,
        dtype=learner.dtype,
        batch_size=batch_size,
        seed=seed,
        metrics=metrics,
        fingerprint=fingerprint,
    )
    return PlannedFit(run, rule, settings)
