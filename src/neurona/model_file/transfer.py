"""Which numbers one network takes over from another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.settings import shortened

__all__ = ["names_to_take"]


def names_to_take(
    own: Mapping[str, Array],
    given: Mapping[str, Any],
    names: Iterable[str] | None = None,
) -> list[str]:
    """Names of the numbers to take over.

    Parameters
    ----------
    own : mapping of str to array
        Of the network that takes.
    given : mapping of str to array
    names : iterable of str, optional
        Of parameters, states or whole layers; by default all that both have under the
        same name and in the same shape.

    Raises
    ------
    OptionError
        One of them lacks a name, or nothing is in both.

    Examples
    --------
    >>> own = {"dense_1.weight": np.zeros((2, 1)), "dense_1.bias": np.zeros(1)}
    >>> names_to_take(own, {"dense_1.bias": [3.0]})
    ['dense_1.bias']
    """
    if names is not None:
        listed = [names] if isinstance(names, str) else names
        chosen = [full for name in listed for full in named(name, own)]
        for name in chosen:
            if name not in given:
                raise OptionError(unknown_name(_("parameter"), name, given))
        return chosen
    chosen = [
        name
        for name in own
        if name in given and np.shape(given[name]) == own[name].shape
    ]
    if not chosen:
        raise OptionError(
            _(
                "nothing was taken over: no parameter has the same name and shape in "
                "both; here they are {names}"
            ).format(names=shortened(list(own)))
        )
    return chosen


def named(name: str, known: Iterable[str]) -> list[str]:
    """Numbers of a layer, or those of that very name."""
    known = list(known)
    found = [full for full in known if full == name or full.startswith(f"{name}.")]
    if not found:
        raise OptionError(unknown_name(_("parameter"), str(name), known))
    return found
