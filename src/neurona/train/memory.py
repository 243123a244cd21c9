"""Will it fit? Estimates before anything large is allocated."""

from __future__ import annotations

from typing import Final

from neurona.errors import OptionError
from neurona.messages import _
from neurona.native.memory import available_memory, show_bytes

__all__ = ["available_memory", "check_memory", "show_bytes"]

COPIES: Final = 6
"""Arrays of a parameter's size in training: itself, as it started, its gradient, two
slots, the best. A guess, before the optimizer is known; a fit counts its own."""


def check_memory(parameters: int, itemsize: int, copies: int = COPIES) -> None:
    """Refuse a network that cannot be trained in this machine's memory.

    Parameters
    ----------
    parameters : int
        Number of trained numbers.
    itemsize : int
        Bytes of each.
    copies : int
        How many arrays of their size there are at a time, themselves included.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> check_memory(1_000, 4)
    """
    needed = parameters * itemsize * copies
    there = available_memory()
    if there is not None and needed > there:
        raise OptionError(
            _(
                "{count:,} parameters need about {needed} to train, but this machine "
                "has {there}: use fewer or smaller layers"
            ).format(
                count=parameters, needed=show_bytes(needed), there=show_bytes(there)
            )
        )
