"""Weights of rows on a scale of their own, whatever the unit they came in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from neurona.errors import DataError
from neurona.messages import _
from neurona.train.arrays import check_finite
from neurona.train.rows import Rows
from neurona.train.step import ROW_WEIGHT

__all__ = ["weigh"]


def weigh(
    rows: Rows,
    dtype: np.dtype[Any],
    use: Literal["training", "validation", "evaluation", "batch"] = "training",
    reduction: Literal["mean", "sum"] = "mean",
) -> Rows:
    """Rows with their weights in a network's precision, the largest being 1.

    Parameters
    ----------
    rows : Rows
        Their weights, if there are any, in float64; only those meant are looked at.
    dtype : {float32, float64}
    use : {"training", "validation", "evaluation", "batch"}
        What the rows are for: a message says what weights of 0 leave undone. Of a batch
        they may all be 0, as may those of any batch of a fit.
    reduction : {"mean", "sum"}
        The weights of a sum are left as they are, since its scale is theirs.

    Raises
    ------
    DataError
        All weights are 0, or those of a sum are beyond the precision.

    Notes
    -----
    A weight so far below the largest that its products would lose digits as subnormal
    numbers becomes 0: below 2⁻¹⁰³ in float32, 2⁻⁹⁷⁰ in float64.

    Laws: wᵢ and c·wᵢ give the same rows, so that the mean Σwᵢlᵢ/Σwᵢ neither overflows
    nor vanishes for any c > 0; weights that are all alike are all 1.

    Examples
    --------
    >>> rows = Rows({ROW_WEIGHT: np.array([5e36, 2.5e36, 0.0])})
    >>> weigh(rows, np.dtype(np.float32)).data[ROW_WEIGHT]
    array([1. , 0.5, 0. ], dtype=float32)
    """
    weights = rows.data.get(ROW_WEIGHT)
    if weights is None:
        return rows
    largest = float((weights if rows.index is None else weights[rows.index]).max())
    if largest == 0.0:
        if use != "batch":
            raise DataError(nothing_weighs(use))
        largest = 1.0
    info = np.finfo(dtype)
    if reduction == "sum" or not np.isfinite(largest):
        check_finite(weights, "sample_weight", dtype)
        if largest < info.tiny / info.eps:
            raise DataError(too_small(largest, dtype))
    else:
        # Rows that are not meant may weigh more than these can count.
        with np.errstate(over="ignore", under="ignore"):
            weights = np.minimum(weights / largest, info.max)
        weights[weights < info.tiny / info.eps] = 0.0
    return replace(rows, data={**rows.data, ROW_WEIGHT: weights.astype(dtype)})


def nothing_weighs(use: str) -> str:
    """Sentence for rows that all have weight 0."""
    return {
        "training": _(
            "every row to train on has weight 0, so there is nothing to learn from: "
            "give some of them a weight above 0"
        ),
        "validation": _(
            "every validation row has weight 0, so there is nothing to judge by: give "
            "some of them a weight above 0"
        ),
        "evaluation": _(
            "every row has weight 0, so there is nothing to measure: give some of them "
            "a weight above 0"
        ),
    }[use]


def too_small(largest: float, dtype: np.dtype[Any]) -> str:
    """Sentence for weights whose sum of losses would vanish."""
    return _(
        "the largest weight of a row is {value}, and {dtype} cannot add up losses that "
        "small: make the weights larger, or take the mean of the losses"
    ).format(value=largest, dtype=dtype)
