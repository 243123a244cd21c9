"""The widest margin: how far the best boundary keeps from the nearest row."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from neurona.arrays import Array

__all__ = ["widest_margin"]

TINY: Final = 1e-9
"""Margin, in units of the longest row, below which rows count as not separable."""

ROUNDING: Final = 1e-12
"""By so much less a margin is no worse than that of the rows taken in."""


def widest_margin(X: Array, signs: Array) -> Array | None:
    """Direction of length 1 with the largest margin γ; None where there is none.

    Math:     maximize γ = min sᵢ (xᵢ · ŵ) over ‖ŵ‖ = 1
    Shapes:   X (N, D), signs (N,) -> (D,)

    Parameters
    ----------
    X : array (N, D)
        With a column of ones where there is a bias.
    signs : array (N,)
        1 or −1.

    Notes
    -----
    ŵ points as the shortest w with sᵢ (xᵢ · w) ≥ 1 does, which is non-negative least
    squares (C. Lawson and R. Hanson, "Solving least squares problems", 1974, ch. 23:
    least distance programming). Rows are taken in one by one, the worst first, since
    few of them bind.

    Laws: the direction parts all rows, or none does by more than 10⁻⁹ of the longest
    row, the columns as they are or brought to one scale. Where only the latter does,
    the direction is one that parts them, and its margin at most γ.

    Examples
    --------
    >>> widest_margin(np.array([[2.0], [-1.0]]), np.array([1, -1]))
    array([1.])
    >>> widest_margin(np.array([[2.0], [1.0]]), np.array([1, -1])) is None
    True
    """
    signed = X * signs[:, None]
    direction = widest(signed)
    if direction is not None:
        return direction
    scale = np.abs(X).max(axis=0, initial=0.0)
    scale[scale == 0] = 1.0
    direction = widest(signed / scale)
    if direction is None:
        return None
    direction = direction / scale
    direction /= np.linalg.norm(direction)
    return direction if (signed @ direction).min() > 0 else None


def widest(signed: Array) -> Array | None:
    """The same of rows that are to be on one side, (N, D), as they are scaled."""
    longest = float(np.linalg.norm(signed, axis=1).max(initial=0.0))
    if not longest:
        return None
    signed = signed / longest
    direction: Array = signed.mean(axis=0)
    chosen: list[int] = []
    for _round in range(len(signed) + 1):
        reached = signed @ direction
        worst = int(reached.argmin())
        if chosen and reached[worst] >= reached[chosen].min() - ROUNDING:
            break
        chosen.append(worst)
        found = shortest(signed[chosen])
        if found is None:
            return None
        direction = found / np.linalg.norm(found)
    return direction if (signed @ direction).min() > TINY else None


def shortest(rows: Array) -> Any:
    """Shortest w with row · w ≥ 1 for every row; None where there is none."""
    from scipy.optimize import nnls

    wanted = np.zeros(rows.shape[1] + 1)
    wanted[-1] = 1.0
    system = np.vstack([rows.T, np.ones(len(rows))])
    shares, distance = nnls(system, wanted, maxiter=100 * len(rows))
    rest = system @ shares - wanted
    # What is left of the last entry is a square: 0 but for rounding if nothing parts.
    if distance <= TINY or rest[-1] >= 0:
        return None
    return -rest[:-1] / rest[-1]
