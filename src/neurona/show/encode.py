"""What is found, in JSON's terms: one rule for every explanation."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

__all__ = ["Recorded", "encode"]


@runtime_checkable
class Recorded(Protocol):
    """Whatever says itself what of it programs are told."""

    def record(self) -> Any:
        """Mapping, record or list of what is told."""


def encode(value: Any) -> Any:
    """Value in JSON's terms.

    Parameters
    ----------
    value : number, text, array, mapping, sequence, dataclass or Recorded
        Of a dataclass the fields are told, under their names.

    Notes
    -----
    JSON knows no number that is not finite: it is named as JavaScript does, "NaN",
    "Infinity" or "-Infinity", which Python's ``float`` reads. What was not measured is
    null.

    Raises
    ------
    TypeError
        There is no way to write it.

    Examples
    --------
    >>> encode({"a": np.float32(0.5), "b": [float("inf"), None]})
    {'a': 0.5, 'b': ['Infinity', None]}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.generic | np.ndarray):
        return encode(value.tolist())
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {str(key): encode(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [encode(part) for part in value]
    if isinstance(value, Recorded):
        return encode(value.record())
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {f.name: encode(getattr(value, f.name)) for f in fields}
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
