"""What every full-batch solver is: a minimizer of a function and its gradient."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neurona.optimize.rule import Slot
from neurona.settings import Choice, NonNegative, config_of

__all__ = ["AfterIteration", "Function", "Solver", "Vector"]

Vector: TypeAlias = NDArray[np.float64]
Function: TypeAlias = Callable[[Vector], tuple[float, Vector]]
"""Loss, penalties included, and its gradient, at a vector of parameters."""
AfterIteration: TypeAlias = Callable[[Vector], None]
"""Told of the vector after each iteration; raises to stop."""


@dataclass(frozen=True)
class Solver(Choice):
    """Chooses each step by looking at all rows, as often as it must.

    Parameters
    ----------
    tolerance : float
        At least 0: it ends where no entry of the gradient is larger in size.
    """

    tolerance: NonNegative = 1e-5

    @abc.abstractmethod
    def minimize(
        self,
        function: Function,
        start: Vector,
        iterations: int,
        after_iteration: AfterIteration,
        precision: float,
    ) -> None:
        """Go downhill until the tolerance is met, or nothing more is gained.

        Parameters
        ----------
        function : callable
            Loss and gradient at a vector.
        start : array (P,)
        iterations : int
            At most so many.
        after_iteration : callable
        precision : float
            Relative error of the function's values.
        """

    def slots(self) -> Mapping[str, Slot]:
        """What is remembered of each parameter when it ends: nothing."""
        return {}

    def to_config(self) -> dict[str, Any]:
        """Name and settings as JSON values, from which the same solver is made."""
        return config_of(self, lambda solver: f"optimizer.{solver.name}")
