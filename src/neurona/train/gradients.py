"""Loss and gradients of a network, as the reference defines them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from neurona.arrays import Array
from neurona.nn.architecture import Architecture
from neurona.nn.build import SEED, STEP
from neurona.nn.losses import Loss
from neurona.reference import Executable
from neurona.train.examples import row_count, target_specs
from neurona.train.step import ROW_WEIGHT, build_gradients, build_objective

__all__ = ["loss_and_gradients"]


def loss_and_gradients(
    architecture: Architecture,
    losses: Mapping[str, Loss],
    values: Mapping[str, Array],
    data: Mapping[str, Array],
    dtype: np.dtype[Any],
    *,
    l1: float,
    l2: float,
    reduction: Literal["mean", "sum"],
    training: bool,
    seed: int,
    step: int,
) -> tuple[float, dict[str, Array]]:
    """Loss over all rows as one batch, and its gradient in every trained parameter.

    Parameters
    ----------
    architecture : Architecture
    losses : mapping of str to Loss
    values : mapping of str to array
        Parameters and states.
    data : mapping of str to array
        Inputs, targets and weights.
    dtype : {float32, float64}
    l1, l2, reduction
        As for a fit.
    training : bool
        Whether masks, of ``seed`` and ``step``, and batch statistics are in force.
    seed, step : int
    """
    objective = build_objective(
        architecture,
        losses,
        target_specs(architecture, losses, data),
        training=training,
        weighted=ROW_WEIGHT in data,
        reduction=reduction,
    )
    run = Executable(build_gradients(objective, l1=l1, l2=l2), dtype)
    found = run({**values, **data, SEED: seed, STEP: step}, rows=row_count(data))
    value = float(found.pop("loss"))
    return value, found
