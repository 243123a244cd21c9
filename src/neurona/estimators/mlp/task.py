"""What an MLP is trained on: rows as the engine reads them, and the loss over them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.estimators.mlp.rules import rule_of
from neurona.graph import BATCH, Spec
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.optimize import Optimizer
from neurona.train.examples import target_specs
from neurona.train.step import ROW_WEIGHT, StepOptions, target_name

__all__ = ["OUTPUT", "TrainingTask", "as_data", "output_units", "step_options"]

OUTPUT = "output"


def output_units(loss: Loss, n_outputs: int) -> int:
    """Numbers per row that a loss reads for so many targets: two each for some."""
    for units in (n_outputs, 2 * n_outputs):
        with contextlib.suppress(OptionError):
            target = loss.target_spec(Spec((BATCH, units)))
            if target.shape[-1:] == (n_outputs,):
                return units
    return n_outputs


def as_data(
    X: Any, y: Array, sample_weight: Array | None, loss: Loss, dtype: np.dtype[Any]
) -> dict[str, Array]:
    """Every input of a step by its name.

    Parameters
    ----------
    X : array or sparse matrix (N, d)
    y : array (N, K)
    sample_weight : array (N,), optional
    loss : Loss
    dtype : {float32, float64}
    """
    rows = X.toarray() if hasattr(X, "toarray") else X
    spec = Spec((BATCH, output_units(loss, y.shape[1])))
    target = loss.prepare_target(y, spec)
    if target.dtype.kind == "f":
        target = np.ascontiguousarray(target, dtype)
    data = {
        "input": np.ascontiguousarray(rows, dtype),
        target_name(OUTPUT): target,
    }
    if sample_weight is not None:
        data[ROW_WEIGHT] = np.ascontiguousarray(sample_weight, dtype)
    return data


@dataclass(frozen=True, eq=False)
class TrainingTask:
    """One training of an estimator.

    Parameters
    ----------
    architecture : Architecture
    loss : Loss
    data : mapping of str to array
        Of the rows to train on.
    dtype : {float32, float64}
    """

    architecture: Architecture
    loss: Loss
    data: Mapping[str, Array]
    dtype: np.dtype[Any]

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.data["input"])

    @property
    def weight_sum(self) -> float:
        """Σw, or the number of rows."""
        weights = self.data.get(ROW_WEIGHT)
        return float(self.rows if weights is None else weights.sum())


def step_options(
    estimator: Any, task: TrainingTask, optimizer: Optimizer | None = None
) -> StepOptions:
    """What a step minimizes and how, as scikit-learn keeps its books."""
    losses = {OUTPUT: task.loss}
    return StepOptions(
        losses=losses,
        targets=target_specs(task.architecture, losses, task.data),
        optimizer=rule_of(estimator) if optimizer is None else optimizer,
        l1=float(estimator.l1),
        l2=float(estimator.alpha),
        clip_norm=estimator.clip_norm,
        clip_value=estimator.clip_value,
        average=estimator.average,
        weighted=ROW_WEIGHT in task.data,
        bookkeeping="batches",
    )
