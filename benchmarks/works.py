"""What is trained: the shapes and settings that every contender gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["WORKS", "Work"]


@dataclass(frozen=True)
class Work:
    """A classifier trained in float32.

    Parameters
    ----------
    widths : tuple of int
        Inputs, hidden units, outputs: one logit for two classes.
    batch : int
    steps : int
        Of one measured stretch.
    activation : {"relu", "tanh", "sigmoid"}
    optimizer : {"adam", "adamw", "sgd"}
    learning_rate : float
    dropout : float
        After every hidden layer.
    batch_norm : bool
        Before every hidden activation.
    cosine : bool
        Whether the learning rate follows a half cosine over the whole run.
    stretches : int
        How many of them make a whole training run, from arrays to a trained model.
    """

    widths: tuple[int, ...]
    batch: int
    steps: int
    activation: Literal["relu", "tanh", "sigmoid"] = "relu"
    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    learning_rate: float = 1e-3
    dropout: float = 0.0
    batch_norm: bool = False
    cosine: bool = False
    stretches: int = 10

    @property
    def name(self) -> str:
        """As it stands in the table."""
        parts = ["-".join(map(str, self.widths)), f"batch {self.batch}"]
        if self.activation != "relu" or self.optimizer != "adam":
            parts += [self.activation, self.optimizer]
        parts += ["batch norm"] * self.batch_norm + ["dropout"] * bool(self.dropout)
        return ", ".join(parts + ["cosine"] * self.cosine)

    @property
    def total_steps(self) -> int:
        """Steps of a whole training run."""
        return self.steps * self.stretches

    @property
    def operations(self) -> float:
        """Floating-point operations of a step's matrix products."""
        products = list(zip(self.widths, self.widths[1:], strict=False))
        total = sum(6 * a * b for a, b in products)
        return float(self.batch * (total - 2 * products[0][0] * products[0][1]))

    def data(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Rows for every step of a stretch, and their classes."""
        if self.widths == (2, 2, 1):
            corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
            times = self.batch * self.steps // 4
            return np.tile(corners, (times, 1)), np.tile([0, 1, 1, 0], times)
        rng = np.random.default_rng(0)
        rows = self.batch * self.steps
        X = rng.standard_normal((rows, self.widths[0])).astype(np.float32)
        return X, rng.integers(0, max(2, self.widths[-1]), rows)

    def epoch(self) -> tuple[NDArray[Any], NDArray[Any], int]:
        """Rows of one epoch, their classes, and the epochs of a whole training run."""
        X, y = self.data()
        rows = 4 if self.widths == (2, 2, 1) else len(X)
        return X[:rows], y[:rows], self.total_steps * self.batch // rows


WORKS = (
    Work((20, 64, 64, 3), 128, 200),
    Work((20, 64, 64, 3), 32, 400),
    Work((24, 256, 256, 3), 128, 60),
    Work((784, 512, 512, 10), 200, 12),
    Work(
        (20, 64, 64, 3), 128, 200, "tanh", "adamw", dropout=0.2, batch_norm=True,
        cosine=True,
    ),
    Work((2, 2, 1), 1, 4000, "sigmoid", "sgd", 0.5, stretches=5),
)  # fmt: skip
