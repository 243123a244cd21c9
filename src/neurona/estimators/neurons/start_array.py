"""Weights that a fit is told to start from."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["start_array"]


def start_array(name: str, given: Any, shape: tuple[int, ...]) -> Array:
    """Weights to start from, 0 where none are given.

    Raises
    ------
    OptionError
        They are of another shape, or not finite.

    Examples
    --------
    >>> start_array("coef_init", None, (1, 2))
    array([[0., 0.]])
    """
    if given is None:
        return np.zeros(shape)
    try:
        found = np.asarray(given, np.float64).reshape(shape)
    except (TypeError, ValueError):
        found = np.full(shape, np.nan)
    if not np.isfinite(found).all():
        raise OptionError(
            _("{name} must be finite numbers of shape {shape}").format(
                name=name, shape=shape
            )
        )
    return found
