"""Weights of rows on a scale of their own, whatever the unit they came in."""

from __future__ import annotations

import math
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
    """Rows with their weights in a network's precision, the largest being about 1.

    Parameters
    ----------
    rows : Rows
        Their weights, if there are any, in float64. Only those meant are looked at: the
        others become 0.
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
    Below s = 2⁻¹⁰³ (2⁻⁹⁷⁰ in float64) products of a weight lose digits as subnormal
    numbers. Where the smallest is further below the largest, the largest becomes a
    power of two, at most 2⁴² (2³⁴¹), so that the smallest is s: a batch of small
    weights alone then counts by its own. What is smaller yet becomes s: the ratios
    among such weights alone are lost.

    Laws: wᵢ and c·wᵢ give the same rows, up to the rounding of c·wᵢ, so that the mean
    Σwᵢlᵢ/Σwᵢ neither overflows nor vanishes for any c > 0; a weight above 0 never
    becomes 0; weights that are all alike are all 1.

    Examples
    --------
    >>> rows = Rows({ROW_WEIGHT: np.array([5e36, 2.5e36, 0.0])})
    >>> weigh(rows, np.dtype(np.float32)).data[ROW_WEIGHT]
    array([1. , 0.5, 0. ], dtype=float32)
    """
    weights = rows.data.get(ROW_WEIGHT)
    if weights is None:
        return rows
    if rows.index is not None:
        meant = np.zeros_like(weights)
        meant[rows.index] = weights[rows.index]
        weights = meant
    if reduction == "sum":
        check_finite(weights, "sample_weight", dtype)
    largest = float(weights.max())
    info = np.finfo(dtype)
    least = float(info.tiny / info.eps)
    if largest == 0.0:
        if use != "batch":
            raise DataError(nothing_weighs(use))
    elif reduction == "sum":
        if largest < least:
            raise DataError(too_small(largest, dtype))
    else:
        counted = weights > 0.0
        weights = weights / largest
        # 0 where they are further apart than float64 reaches.
        short = float(weights[counted].min()) / least
        highest = info.maxexp // 3
        raised = 1 - math.frexp(short)[1] if short else highest
        weights = np.ldexp(weights, min(max(raised, 0), highest))
        weights[counted] = np.maximum(weights[counted], least)
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
