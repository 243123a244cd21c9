"""A model as its file holds it: numbers, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from neurona.arrays import Array

__all__ = ["ModelRecord"]


@dataclass(frozen=True, eq=False)
class ModelRecord:
    """Everything in a model file.

    Parameters
    ----------
    architecture : dict
        Layers and how they are joined, in JSON's terms.
    dtype : {"float32", "float64"}
    parameters, states : mapping of str to array
    slots : mapping of str to array
        The optimizer's memory after the last step; empty before any training.
    training : dict or None
        Losses, optimizer, schedule and other settings of the last fit; its seed and
        number of steps.
    history : dict or None
        Epochs of the last fit.
    preparation : dict or None
        Schema and encoders of the table it was trained on, if it was a table.
    """

    architecture: Mapping[str, Any]
    dtype: str
    parameters: Mapping[str, Array]
    states: Mapping[str, Array] = field(default_factory=dict)
    slots: Mapping[str, Array] = field(default_factory=dict)
    training: Mapping[str, Any] | None = None
    history: Mapping[str, Any] | None = None
    preparation: Mapping[str, Any] | None = None
