"""Permutation importance: what a score loses where a column says nothing any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["Importance", "permutation_importance"]

REPEATS: Final = 5


@dataclass(frozen=True)
class Importance:
    """What a score loses without a column.

    Parameters
    ----------
    column : str
    drop : float
        Mean over the repeats.
    deviation : float
        Standard deviation over the repeats.
    """

    column: str
    drop: float
    deviation: float


def permutation_importance(
    score: Callable[[Array], float],
    X: Array,
    columns: Mapping[str, list[int]],
    *,
    repeats: int = REPEATS,
    seed: int = 0,
) -> tuple[Importance, ...]:
    """Score of rows in which one column at a time is shuffled among the rows.

    Parameters
    ----------
    score : callable of array (N, d)
        The higher the better.
    X : array (N, d)
    columns : mapping of str to list of int
        Numbers that each column is encoded as: they are shuffled together.
    repeats : int
        At least 1.
    seed : int
        Of the shuffles; the same for each column.

    Returns
    -------
    tuple of Importance
        The largest drop first.

    Notes
    -----
    Math: score(X) − mean over repeats of score(X with column j shuffled).
    Two columns that say the same stand in for each other: both seem to matter little.
    Source: L. Breiman, "Random forests", 2001, section 10.

    Examples
    --------
    >>> X = np.array([[0.0, 5.0], [1.0, 3.0], [2.0, 4.0], [3.0, 1.0]])
    >>> found = permutation_importance(
    ...     lambda rows: -float(np.abs(rows[:, 0] - X[:, 0]).mean()),
    ...     X, {"a": [0], "b": [1]},
    ... )
    >>> [(entry.column, entry.drop > 0) for entry in found]
    [('a', True), ('b', False)]
    """
    if repeats < 1:
        raise OptionError(_("repeats must be at least 1, not {n}").format(n=repeats))
    best = score(X)
    found = []
    for name, places in columns.items():
        rng = np.random.default_rng(seed)
        drops = []
        for _repeat in range(repeats):
            shuffled = X.copy()
            shuffled[:, places] = X[rng.permutation(len(X))][:, places]
            drops.append(best - score(shuffled))
        deviation = float(np.std(drops, ddof=1)) if repeats > 1 else 0.0
        found.append(Importance(name, float(np.mean(drops)), deviation))
    return tuple(sorted(found, key=lambda entry: -entry.drop))
