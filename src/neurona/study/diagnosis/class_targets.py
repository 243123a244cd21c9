"""Whether a target tells classes apart, seen from its numbers."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np

from neurona.train.examples import is_one_hot

__all__ = ["class_count", "exclusive"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

MOST_CLASSES: Final = 20
"""Different whole numbers beyond which a target is taken for a count."""


def class_count(y: Array) -> int:
    """How many classes a target tells apart; 0 where it is one of numbers.

    Examples
    --------
    >>> class_count(np.array([0.0, 1.0, 1.0])), class_count(np.array([0.5, 1.0]))
    (2, 0)
    """
    if exclusive(y):
        return int(y.shape[1])
    if y.ndim == 2 and y.shape[1] > 1:
        return 0
    values = np.unique(y)
    whole = bool((values == np.round(values)).all())
    first_numbers = whole and values.min(initial=0) == 0 and len(values) > 1
    if first_numbers and values[-1] == len(values) - 1 and len(values) <= MOST_CLASSES:
        return len(values)
    return 0


def exclusive(y: Array) -> bool:
    """Whether every row is zeros and a single 1, over at least three columns."""
    return y.ndim == 2 and y.shape[1] >= 3 and is_one_hot(y)
