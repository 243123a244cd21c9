"""What each column of a row adds to an answer, against a row to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError, unknown_name
from neurona.graph import Node
from neurona.messages import _
from neurona.network import Network
from neurona.study.prediction.entries import entries_of, read_entries
from neurona.study.prediction.integrated import Attribution, integrate_gradients

__all__ = ["attribute"]

BASELINES: Final = ("zero", "mean")


def attribute(
    network: Network, answer: Node, data: Mapping[str, Array], row: int, baseline: str
) -> Attribution:
    """Integrated gradients of an answer, by the columns of the network's inputs.

    Parameters
    ----------
    network : Network
    answer : Node
        Shape (N, 1), of the evaluation graph.
    data : mapping of str to array (N, size)
        Rows of each input.
    row : int
    baseline : {"zero", "mean"}
        Of the numbers that the network begins with: those of a category are what an
        Embedding looks up for it, and a column of categories has the sum of theirs.

    Raises
    ------
    OptionError
        There is no such baseline, or whole numbers are read by something else than an
        Embedding.
    """
    if baseline not in BASELINES:
        raise OptionError(unknown_name(_("baseline"), baseline, BASELINES))
    numbers = read_entries(network, data)
    here = {name: array[row] for name, array in numbers.items()}
    start = {
        name: array.mean(axis=0) if baseline == "mean" else np.zeros_like(here[name])
        for name, array in numbers.items()
    }
    found = integrate_gradients(network, answer, here, start)
    columns = {name: np.zeros(array.shape[1]) for name, array in data.items()}
    for name, entry in entries_of(network).items():
        values = found.values[name]
        columns[entry.input] += values.reshape(len(values), -1).sum(axis=1)
    return replace(found, values=columns)
