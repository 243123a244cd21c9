"""One layer after an epoch, in figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["LayerStatistics", "read_statistics", "statistics_to_json"]


class LayerStatistics(NamedTuple):
    """One layer after an epoch, over a fixed sample of the training rows.

    Parameters
    ----------
    mean, deviation : float
        Of its activations.
    dead : float or None
        Of a ReLU layer: share of units that give 0 for every row, in [0, 1].
    saturated : float or None
        Of a sigmoid or tanh layer: share of units within a fortieth of the range from
        a bound in at least nine of ten rows, in [0, 1].
    gradient_norm : float or None
        Euclidean norm of the gradient in the layer's parameters, penalties included;
        None where it has none.
    """

    mean: float
    deviation: float
    dead: float | None
    saturated: float | None
    gradient_norm: float | None


def statistics_to_json(
    statistics: Mapping[str, LayerStatistics],
) -> dict[str, dict[str, float | str | None]]:
    """Statistics in JSON's terms: what is not finite by its name, such as "nan".

    Examples
    --------
    >>> entry = LayerStatistics(0.5, 1.0, 0.25, None, float("inf"))
    >>> statistics_to_json({"dense_1": entry})["dense_1"]["gradient_norm"]
    'inf'
    """
    return {
        name: {
            key: value if value is None or math.isfinite(value) else str(value)
            for key, value in entry._asdict().items()
        }
        for name, entry in statistics.items()
    }


def read_statistics(value: Any) -> dict[str, LayerStatistics]:
    """Statistics that :func:`statistics_to_json` described.

    Raises
    ------
    AttributeError, TypeError, ValueError
        They are something else.
    """
    found = {}
    for name, entry in value.items():
        numbers = LayerStatistics(**entry)
        needed = (numbers.mean, numbers.deviation)
        if None in needed or any(isinstance(x, bool) for x in numbers):
            raise ValueError(name)
        found[str(name)] = LayerStatistics(
            *[None if x is None else float(x) for x in numbers]  # type: ignore[arg-type]
        )
    return found
