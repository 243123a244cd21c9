"""Everything that a model file can name: one closed set for all that is chosen."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from neurona.nn import LOSSES
from neurona.nn.layers import FAMILIES as LAYER_FAMILIES
from neurona.optimize import OPTIMIZERS, SCHEDULES
from neurona.settings import Families, from_config, to_config
from neurona.train.solvers import SOLVERS

__all__ = ["FAMILIES", "part_from_config", "part_to_config"]

FAMILIES: Final[Families] = MappingProxyType(
    {
        **LAYER_FAMILIES,
        "loss": LOSSES,
        "optimizer": {**OPTIMIZERS, **SOLVERS},
        "schedule": SCHEDULES,
    }
)
"""Layers and what they are made of, losses, optimizers and schedules, by name."""


def part_to_config(part: Any) -> dict[str, Any]:
    """Describe a layer, activation, loss, optimizer or schedule in JSON's terms.

    Raises
    ------
    OptionError
        It is, or it contains, what this software does not know.

    Examples
    --------
    >>> from neurona.optimize import Cosine
    >>> part_to_config(Cosine(minimum=0.1))
    {'type': 'schedule.cosine', 'minimum': 0.1}
    """
    return to_config(part, FAMILIES)


def part_from_config(config: object, family: str) -> Any:
    """Part that :func:`part_to_config` described.

    Parameters
    ----------
    config : object
        As read from a file: nothing about it is taken for granted.
    family : str
        What it must be: one of :data:`FAMILIES`.

    Raises
    ------
    ModelFileError
        The description is not one, or of another family.

    Examples
    --------
    >>> part_from_config({"type": "schedule.cosine", "minimum": 0.1}, "schedule")
    Cosine(minimum=0.1)
    """
    return from_config(config, FAMILIES, family)
