"""Partial dependence: the mean answer as one column takes one value after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from neurona.arrays import Array
from neurona.data.encoding.encoder import Values
from neurona.study.prediction.cells import show_cell

__all__ = ["Dependence", "GridPoint", "choose_grid", "partial_dependence"]

POINTS: Final = 11
"""Quantiles of a column of numbers."""

EXTREMES: Final = 0.05
"""Share of rows left out at either end, where few rows tell anything."""

MOST_CATEGORIES: Final = 12


@dataclass(frozen=True)
class GridPoint:
    """A value of a column, and a row that has it.

    Parameters
    ----------
    label : str
    place : float or None
        Where it stands on an axis; ``None`` for words and dates.
    row : int
    """

    label: str
    place: float | None
    row: int


@dataclass(frozen=True)
class Dependence:
    """Mean answers over a column's values.

    Parameters
    ----------
    column : str
    values : tuple of str
        As a person reads them.
    places : tuple of float, or None
        Where they stand on an axis; ``None`` for words and dates.
    means : mapping of str to tuple of float
        Mean answer at each value, by the name of the answer.
    """

    column: str
    values: tuple[str, ...]
    places: tuple[float, ...] | None
    means: Mapping[str, tuple[float, ...]]


def choose_grid(values: Values) -> list[GridPoint]:
    """Values of a column to try: quantiles of numbers and times, or each word.

    Examples
    --------
    >>> [p.label for p in choose_grid(np.array([3.0, 1.0, 2.0, np.nan]))]
    ['1', '2', '3']
    >>> [p.label for p in choose_grid(pl.Series(["b", "a", "b"]))]
    ['b', 'a']
    """
    if isinstance(values, pl.Series) and values.dtype == pl.String:
        words = values.drop_nulls().value_counts(sort=True, name="n")
        common = words[values.name][:MOST_CATEGORIES].to_list()
        listed = values.to_list()
        return [GridPoint(str(word), None, listed.index(word)) for word in common]
    if isinstance(values, pl.Series):
        numbers = values.cast(pl.Int64).cast(pl.Float64).fill_null(np.nan).to_numpy()
        cells: Sequence[Any] = values.to_list()
    else:
        numbers = np.asarray(values, np.float64)
        cells = numbers.tolist()
    present = np.flatnonzero(~np.isnan(numbers))
    if not present.size:
        return []
    order = present[np.argsort(numbers[present], kind="stable")]
    low = EXTREMES if len(order) > POINTS else 0.0
    shares = np.linspace(low, 1 - low, POINTS)
    rows = order[np.round(shares * (len(order) - 1)).astype(int)]
    _different, first = np.unique(numbers[rows], return_index=True)
    return [
        GridPoint(
            show_cell(cells[row]),
            None if isinstance(values, pl.Series) else float(numbers[row]),
            int(row),
        )
        for row in rows[first]
    ]


def partial_dependence(
    answer: Callable[[Array], Mapping[str, Array]],
    X: Array,
    places: list[int],
    grid: Sequence[GridPoint],
    column: str,
) -> Dependence:
    """Mean answer over all rows, each value of the grid put into every row in turn.

    Parameters
    ----------
    answer : callable of array (N, d)
        Gives arrays (N,) by name.
    X : array (N, d)
    places : list of int
        Numbers that the column is encoded as.
    grid : sequence of GridPoint
        Of :func:`choose_grid`, their rows being rows of X.
    column : str

    Notes
    -----
    Math: PD(v) = (1/N) Σₙ f(xₙ with column j at v). Where columns depend on each other,
    rows are made that do not occur.
    Source: J. Friedman, "Greedy function approximation", 2001, section 8.2.
    """
    means: dict[str, list[float]] = {}
    for point in grid:
        changed = X.copy()
        changed[:, places] = X[point.row, places]
        for name, values in answer(changed).items():
            means.setdefault(name, []).append(float(np.mean(values)))
    on_axis = [point.place for point in grid if point.place is not None]
    return Dependence(
        column=column,
        values=tuple(point.label for point in grid),
        places=tuple(on_axis) if len(on_axis) == len(grid) else None,
        means={name: tuple(numbers) for name, numbers in means.items()},
    )
