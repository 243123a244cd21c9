"""What is found, in JSON's terms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["plain"]


def plain(value: Any, *, named: bool = False) -> Any:
    """Value in JSON's terms, which know no number that is not finite.

    Parameters
    ----------
    value : number, text, mapping or sequence
        Numbers may be NumPy's.
    named : bool
        Whether such a number is named as JavaScript does, "NaN", "Infinity" or
        "-Infinity", which tells them apart; else it is ``None``.

    Examples
    --------
    >>> plain({"a": np.float32(0.5), "b": [float("inf")]})
    {'a': 0.5, 'b': [None]}
    >>> plain(float("-inf"), named=True)
    '-Infinity'
    """
    if isinstance(value, Mapping):
        return {str(key): plain(part, named=named) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, named=named) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, float) or math.isfinite(value):
        return value
    if not named:
        return None
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
