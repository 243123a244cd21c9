"""The numbers of a network: drawn, and taken over from another."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from neurona.model_file import load_model, names_to_take
from neurona.network.data import NetworkData, values_of
from neurona.train.options import check_seed

__all__ = ["initialize", "load_parameters"]


def initialize(network: NetworkData, seed: int | None = None) -> None:
    """Draw new initial weights; forget what was learned.

    Parameters
    ----------
    seed : int, optional
        By default the network's own.
    """
    build = network.architecture.evaluation.build
    seed = network.seed if seed is None else check_seed(seed)
    for name, value in build.initial_values(seed):
        place = network.parameters if name in build.parameters else network.states
        place[name] = value
    network.history = network.losses = network.training = None
    network._slots = {}


def load_parameters(
    network: NetworkData,
    source: str | os.PathLike[str] | NetworkData | Mapping[str, Any],
    names: Iterable[str] | None = None,
) -> list[str]:
    """Take over numbers of another network, all or in part.

    Parameters
    ----------
    source : path, Network or mapping of str to array
        Of a network, states such as running means come along.
    names : iterable of str, optional
        Parameters, states or whole layers (``dense_1``); by default all that both
        have under the same name and in the same shape.

    Returns
    -------
    list of str
        The names of what was taken over.

    Raises
    ------
    OptionError
        A name that one of them lacks, whose shapes differ, or nothing that both
        have; nothing is changed.
    """
    given: Mapping[str, Any]
    if isinstance(source, str | os.PathLike):
        record = load_model(source)
        given = {**record.parameters, **record.states}
    else:
        given = values_of(source) if isinstance(source, NetworkData) else source
    chosen = names_to_take(values_of(network), given, names)
    homes = {
        name: network.states if name in network.states else network.parameters
        for name in chosen
    }
    taken = {name: homes[name].checked(name, given[name]) for name in chosen}
    for name, array in taken.items():
        homes[name][name] = array
    return chosen
