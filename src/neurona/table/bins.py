"""Numbers by where they lie among the training rows, as frozen layers of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.network import Network
from neurona.nn import Concatenate, Dense, Input, Layer

__all__ = ["Bins", "find_bins", "network_with_bins"]

PER_COLUMN: Final = 6
"""Bins of a column, as many rows in each."""

MOST_BINS: Final = 256

RAMPS: Final = "ramps"
BINS: Final = "bins"


@dataclass(frozen=True, eq=False)
class Bins:
    """Where each column of numbers is cut.

    Parameters
    ----------
    edges : mapping of int to array
        Of each column of X that is cut: edges, ascending, at least three.
    width : int
        Columns of X.
    """

    edges: dict[int, Array]
    width: int

    @property
    def count(self) -> int:
        """Bins of all columns."""
        return sum(len(edges) - 1 for edges in self.edges.values())

    def parameters(self) -> dict[str, Array]:
        """Weights and biases of the two frozen layers that give the shares.

        Notes
        -----
        Math: with edges e₀ < e₁ < … < eₙ of a column x, rᵢ = ReLU(x − eᵢ), and the
        share of bin i is (rᵢ − rᵢ₊₁)/(eᵢ₊₁ − eᵢ) − ½: −½ below it, ½ above it. The last
        bin has no upper end.
        Source: Y. Gorishniy et al., "On embeddings for numerical features in tabular
        deep learning", 2022, section 3.2, shifted by ½, beside x itself.
        """
        pick, starts = np.zeros((self.width, self.count)), np.zeros(self.count)
        share = np.zeros((self.count, self.count))
        first = 0
        for column, edges in self.edges.items():
            bins = np.arange(first, first + len(edges) - 1)
            slope = 1 / np.diff(edges)
            pick[column, bins] = 1
            starts[bins] = edges[:-1]
            share[bins, bins] = slope
            share[bins[1:], bins[:-1]] = -slope[:-1]
            first += len(bins)
        return {
            f"{RAMPS}.weight": pick,
            f"{RAMPS}.bias": -starts,
            f"{BINS}.weight": share,
            f"{BINS}.bias": np.full(self.count, -0.5),
        }


def find_bins(X: Array) -> Bins | None:
    """Cut each column of more than two numbers so that bins hold as many rows each.

    Returns
    -------
    Bins or None
        None where no column can be cut, or so many that they would outweigh the rest.

    Examples
    --------
    >>> X = np.stack([np.arange(13.0), np.arange(13) % 2.0], axis=1)
    >>> {column: edges.tolist() for column, edges in find_bins(X).edges.items()}
    {0: [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0]}
    """
    marks = np.linspace(0, 1, PER_COLUMN + 1)
    edges = {
        column: np.unique(np.quantile(X[:, column].astype(np.float64), marks))
        for column in range(X.shape[1])
        if len(np.unique(X[:, column])) > 2
    }
    found = Bins({c: e for c, e in edges.items() if len(e) > 2}, X.shape[1])
    return found if 0 < found.count <= MOST_BINS else None


def network_with_bins(
    layers: Sequence[Layer], bins: Bins, *, seed: int, dtype: str
) -> Network:
    """Network of some layers that read each row and its shares of the bins."""
    entry = Input("x", bins.width)
    x = entry()
    ramps = Dense(bins.count, "relu", trainable=False, name=RAMPS)(x)
    shares = Dense(bins.count, trainable=False, name=BINS)(ramps)
    value = Concatenate()(x, shares)
    for layer in layers:
        value = layer(value)
    network = Network(inputs=[entry], outputs=value, seed=seed, dtype=dtype)
    for name, array in bins.parameters().items():
        network.parameters[name] = array
    return network
