"""What is to be learned by folds, and what each network of a fold is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.data.split import Split, k_folds, split_rows
from neurona.network import Network
from neurona.nn import Activation, Clip
from neurona.table.model import TableModel
from neurona.table.quality import NetworkWay, Quality
from neurona.table.seen import near_what_was_seen

__all__ = ["FoldTask"]

NOT_THE_NUMBERS: Final = ("poisson", "gaussian_nll")
"""Losses over numbers whose network gives something else, such as a logarithm."""

SEEN: Final = "seen"
TOLD: Final = "told"

HELD_OUT: Final = 0.1
"""Share of a fold's training rows that patience looks at."""


@dataclass(frozen=True, eq=False)
class FoldTask:
    """What is to be learned by folds.

    Parameters
    ----------
    model : TableModel
        Whose encoders say what the answers are.
    X, y : array
        Encoded.
    rows : int array
        Rows to learn from.
    quality : Quality
    make : callable of (int, NetworkWay)
        A fresh network for a seed, of a kind.
    fit : dict
        Options of each fit: its loss, ``l2`` and weights among them.
    units : int
        Numbers of an answer.
    activation : str
        The recipe's.
    seed : int
    """

    model: TableModel
    X: Array
    y: Array
    rows: Array
    quality: Quality
    make: Callable[[int, NetworkWay], Network]
    fit: dict[str, Any]
    units: int
    activation: str
    seed: int

    def folds(self) -> list[Split]:
        """Rows of each fold, by their place among those to learn from."""
        stratify = self.classes_of(self.rows)
        return k_folds(len(self.rows), self.quality.folds, self.seed, stratify)

    @property
    def shared(self) -> dict[str, Any]:
        """Options that all fits have in common."""
        return {name: value for name, value in self.fit.items() if name != "l2"}

    def network(self, way: NetworkWay, number: int) -> Network:
        """A fresh network of a way, for a fold by its place."""
        return self.make((self.seed + number) % 2**63, way)

    def options(self, way: NetworkWay, fold: Split) -> dict[str, Any]:
        """What a network of a way alone is asked for in a fold.

        Where patience looks at rows, they are of those that the fold does not answer:
        an epoch that was chosen on what it answers would flatter it.
        """
        rows = self.rows[fold.train]
        found = {"rows": rows, "l2": float(f"{self.fit['l2'] * way.penalty:.2g}")}
        if self.fit["patience"]:
            parts = split_rows(
                len(rows),
                validation=HELD_OUT,
                test=0.0,
                seed=self.seed,
                stratify=self.classes_of(rows),
            )
            found["rows"] = rows[parts.train]
            if len(parts.validation):
                found["validation"] = rows[parts.validation]
        return found

    def seen(self, rows: Array | slice = slice(None)) -> Clip:
        """Bounds of what is read, by some of the rows to learn from."""
        return near_what_was_seen(self.X[self.rows[rows]], SEEN)

    def told(self) -> Clip | None:
        """Bounds of the answer, where it is the numbers themselves."""
        loss, targets = self.fit["loss"], self.y.reshape(len(self.y), -1)[self.rows]
        if loss.head != "real" or loss.name in NOT_THE_NUMBERS:
            return None
        return near_what_was_seen(targets, TOLD)

    def classes_of(self, rows: Array) -> Array | None:
        """Class of each row of X; None for numbers."""
        return self.y[rows] if self.model.task == "classification" else None

    def probe(self) -> TableModel:
        """Model that takes raw answers for rows: what they score is what it scores."""
        probe = Network([Activation("identity")], n_inputs=self.units, dtype="float64")
        probe.losses = {"output": self.fit["loss"]}
        return TableModel(probe, self.model.encoders)

    def row_weights(self) -> Array | None:
        """Weight of each row to learn from: as given, and as rare as its class is."""
        given = self.fit["sample_weight"]
        weights = None if given is None else np.asarray(given[self.rows], np.float64)
        if self.fit["class_weight"] is None:
            return weights
        labels = self.y[self.rows].reshape(len(self.rows)).astype(np.int64)
        counts = np.bincount(labels)
        balanced = len(labels) / (np.count_nonzero(counts) * counts[labels])
        return np.asarray(balanced if weights is None else balanced * weights)
