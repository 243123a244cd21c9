"""Binary inputs, excitatory and inhibitory: what a neuron of 1943 counts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.messages import _, ngettext

__all__ = [
    "Veto",
    "binary_rows",
    "choices_of_inhibition",
    "count_inputs",
    "rule_in_words",
]

Veto: TypeAlias = Literal["absolute", "relative"]


def binary_rows(X: Any) -> Array:
    """Rows of zeros and ones as whole numbers, (N, d).

    Raises
    ------
    DataError
        They are no table, or hold another number.
    """
    rows = np.asarray(X)
    if rows.ndim != 2 or rows.dtype.kind not in "biuf":
        raise DataError(
            _("the inputs must be a table of zeros and ones: (rows, inputs)")
        )
    wrong = np.argwhere((rows != 0) & (rows != 1))
    if len(wrong):
        i, j = wrong[0]
        raise DataError(
            _(
                "the neuron of McCulloch and Pitts takes zeros and ones alone, but "
                "row {row} has {value} in input {column}"
            ).format(row=i + 1, value=f"{rows[i, j]:g}", column=j + 1)
        )
    return rows.astype(np.int64)


def count_inputs(
    rows: Array, inhibitory: tuple[int, ...], veto: Veto
) -> tuple[Array, Array]:
    """Sum z of each binary row, and whether an inhibitory input forbids it to fire.

    Math:    z = Σ excitatory x, and minus Σ inhibitory x where the veto is relative
    Shapes:  rows (N, d) -> z (N,), vetoed (N,)

    Raises
    ------
    DataError
        An inhibitory column is not there.
    """
    if max(inhibitory, default=-1) >= rows.shape[1]:
        raise DataError(
            ngettext(
                "input {column} is inhibitory, but the rows have {count} input",
                "input {column} is inhibitory, but the rows have {count} inputs",
                rows.shape[1],
            ).format(column=max(inhibitory) + 1, count=rows.shape[1])
        )
    against = rows[:, list(inhibitory)].sum(axis=1)
    absolute = veto == "absolute"
    return rows.sum(axis=1) - against * (1 if absolute else 2), (against > 0) & absolute


def choices_of_inhibition(count: int) -> Sequence[tuple[tuple[int, ...], Veto]]:
    """Every choice of inhibitory inputs, each with either kind of veto."""
    manners: tuple[Veto, ...] = ("absolute", "relative")
    return [
        (chosen, veto)
        for size in range(count + 1)
        for chosen in itertools.combinations(range(count), size)
        for veto in manners[: 2 if chosen else 1]
    ]


def rule_in_words(threshold: float, inhibitory: tuple[int, ...], veto: Veto) -> str:
    """When a neuron fires, as a sentence.

    Examples
    --------
    >>> rule_in_words(2, (1,), "absolute")
    'Fires where z ≥ 2; inhibitory: x2, any of them is a veto.'
    """
    said = _("Fires where z ≥ {threshold}").format(
        threshold=f"{threshold:g}".replace("-", "−")
    )
    if not inhibitory:
        return _("{fires}; every input is excitatory.").format(fires=said)
    names = ", ".join(f"x{i + 1}" for i in inhibitory)
    if veto == "absolute":
        text = _("{fires}; inhibitory: {names}, any of them is a veto.")
    else:
        text = _("{fires}; inhibitory: {names}, each takes 1 away.")
    return text.format(fires=said, names=names)
