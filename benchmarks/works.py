"""What is trained: the shapes that every contender gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["WORKS", "Work"]


@dataclass(frozen=True)
class Work:
    """A classifier of ReLU layers, trained with Adam in float32.

    Parameters
    ----------
    widths : tuple of int
        Inputs, hidden units, classes.
    batch : int
    steps : int
        Of one measured stretch.
    """

    widths: tuple[int, ...]
    batch: int
    steps: int

    @property
    def name(self) -> str:
        """As it stands in the table."""
        return f"{'-'.join(map(str, self.widths))}, batch {self.batch}"

    @property
    def operations(self) -> float:
        """Floating-point operations of a step's matrix products."""
        products = list(zip(self.widths, self.widths[1:], strict=False))
        total = sum(6 * a * b for a, b in products)
        return float(self.batch * (total - 2 * products[0][0] * products[0][1]))

    def data(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Rows for every step, and their classes."""
        rng = np.random.default_rng(0)
        rows = self.batch * self.steps
        X = rng.standard_normal((rows, self.widths[0])).astype(np.float32)
        return X, rng.integers(0, self.widths[-1], rows)


WORKS = (
    Work((20, 64, 64, 3), 128, 200),
    Work((20, 64, 64, 3), 32, 400),
    Work((24, 256, 256, 3), 128, 60),
    Work((784, 512, 512, 10), 200, 12),
)
