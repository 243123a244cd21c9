"""How the learning rate changes: scikit-learn's three ways, and any schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neurona.optimize import Schedule, as_schedule

__all__ = ["RATES", "AdaptiveRates", "InverseScaling", "Rates", "Scheduled", "rates_of"]

SMALLEST_RATE: Final = 1e-6
"""Below it an adaptive rate is divided no more."""


@dataclass
class Rates:
    """A constant learning rate, and what others change of it.

    Parameters
    ----------
    first : float
        Before the first step.
    power_t : float

    Attributes
    ----------
    rate : float
        Of the next step.
    """

    first: float
    power_t: float = 0.5

    def __post_init__(self) -> None:
        self.rate = float(self.first)

    watches = False
    """Whether the epochs must be judged one by one for the rates to be known."""

    def of_epochs(
        self, epochs: int, batches: int, seen: int, rows: int
    ) -> NDArray[np.float64]:
        """Rates of all steps of the next epochs.

        Parameters
        ----------
        epochs, batches : int
            How many, and of how many steps each is.
        seen : int
            Rows seen before, those of an epoch seen again included.
        rows : int
            Of an epoch.
        """
        return np.repeat(self.each(epochs, seen, rows), batches)

    def each(self, epochs: int, seen: int, rows: int) -> NDArray[np.float64]:
        """Rate of each epoch."""
        return np.full(epochs, self.rate)

    def after_epoch(self, seen: int, score: float) -> None:
        """Take note of the end of an epoch and of what should have fallen in it."""

    def stops(self) -> tuple[bool, str]:
        """Whether training ends where nothing improves, and what is said then."""
        return True, "Stopping."


class InverseScaling(Rates):
    """η₀/(t + 1)^power_t after t rows; η₀ in the first epoch of all."""

    def each(self, epochs: int, seen: int, rows: int) -> NDArray[np.float64]:
        """Rate of each epoch."""
        later = [self.scaled(seen + i * rows) for i in range(1, epochs)]
        return np.array([self.rate, *later])

    def scaled(self, seen: int) -> float:
        """Rate after so many rows."""
        return float(self.first) / float((seen + 1) ** self.power_t)

    def after_epoch(self, seen: int, score: float) -> None:
        """Lower the rate."""
        self.rate = self.scaled(seen)


class AdaptiveRates(Rates):
    """A constant rate that is divided by 5 where nothing improves."""

    def stops(self) -> tuple[bool, str]:
        """Stop where the rate is too small already; divide it otherwise."""
        if self.rate <= SMALLEST_RATE:
            return True, "Learning rate too small. Stopping."
        self.rate /= 5.0
        return False, f"Setting learning rate to {self.rate:f}"


class Scheduled(Rates):
    """A rate that a schedule multiplies.

    Parameters
    ----------
    first : float
    schedule : Schedule
    max_iter : int
        Epochs in all.
    """

    watches = True

    def __init__(self, first: float, schedule: Schedule, max_iter: int) -> None:
        super().__init__(first)
        self.schedule = schedule
        self.max_iter = max_iter
        self.memory = schedule.start()
        self.steps = 0

    def of_epochs(
        self, epochs: int, batches: int, seen: int, rows: int
    ) -> NDArray[np.float64]:
        """Rates of all steps of the next epochs."""
        count, total = epochs * batches, self.max_iter * batches
        factors = [
            self.schedule.at(min(self.steps + i, total), batches, total, self.memory)
            for i in range(1, count + 1)
        ]
        self.steps += count
        rates = self.first * np.array(factors)
        self.rate = float(rates[-1])
        return rates

    def after_epoch(self, seen: int, score: float) -> None:
        """Let the schedule hear of the score."""
        self.memory = self.schedule.after_epoch(self.memory, score)


RATES: Final[Mapping[str, type[Rates]]] = {
    "constant": Rates,
    "invscaling": InverseScaling,
    "adaptive": AdaptiveRates,
}
"""scikit-learn's ways by name."""


def rates_of(estimator: Any, first: float) -> Rates:
    """Rates that an estimator's parameters ask for.

    Its own names are for gradient descent alone, as in scikit-learn; a schedule is for
    every solver.
    """
    chosen = estimator.learning_rate
    if isinstance(chosen, Schedule) or chosen not in RATES:
        return Scheduled(first, as_schedule(chosen), estimator.max_iter)
    kind = RATES[chosen] if estimator.solver == "sgd" else Rates
    return kind(first, estimator.power_t)
