"""Options of a fit: what each may be, said once for arguments and for files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np

from neurona.errors import OptionError
from neurona.messages import _
from neurona.settings import Count, Natural, NonNegative, Positive, ProperShare, checked

__all__ = ["OPTIONS", "check_options", "check_seed", "plain"]

LARGEST_SEED: Final = 2**63 - 1
"""Seeds enter graphs as whole numbers of 64 bits with a sign."""

OPTIONS: Final[Mapping[str, Any]] = {
    "epochs": Count,
    "patience": Natural | None,
    "min_change": NonNegative,
    "l1": NonNegative,
    "l2": NonNegative,
    "clip_norm": Positive | None,
    "clip_value": Positive | None,
    "average": ProperShare | None,
    "reduction": Literal["mean", "sum"],
    "shuffle": bool,
}
"""Kind of each option that is a plain value."""


def check_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Options as their kinds, by name.

    Raises
    ------
    OptionError
        A value is of another kind; the message names the option.

    Examples
    --------
    >>> check_options({"epochs": 3, "l1": 0})
    {'epochs': 3, 'l1': 0.0}
    """
    return {name: checked(name, value, OPTIONS[name]) for name, value in given.items()}


def check_seed(seed: Any) -> int:
    """Seed as a whole number that random streams can be made from.

    Raises
    ------
    OptionError
        It is something else, or outside 0 .. 2⁶³ − 1.
    """
    whole = plain(seed)
    if type(whole) is not int or not 0 <= whole <= LARGEST_SEED:
        raise OptionError(
            _("a seed must be a whole number from 0 to 2⁶³ − 1, not {seed!r}").format(
                seed=seed
            )
        )
    return whole


def plain(value: Any) -> Any:
    """Python's own number for one of NumPy's."""
    return value.item() if isinstance(value, np.generic) else value
