"""A run on its way: its state, and the steps that carry it on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from neurona.arrays import Array
from neurona.native.stop_flag import StopFlag, make_stop_flag
from neurona.reference import Executable
from neurona.train.run import FitRun
from neurona.train.state import TrainingState
from neurona.train.steps import Steps

__all__ = ["Walk"]


class Walk:
    """Carries a state on by steps; what they make of its values is fetched when needed.

    Parameters
    ----------
    run : FitRun
    steps : Steps
    state : TrainingState

    Attributes
    ----------
    flag : StopFlag
        Ends a call of the engine early.
    """

    def __init__(self, run: FitRun, steps: Steps, state: TrainingState) -> None:
        self.steps = steps
        self.state = state
        self.flag: StopFlag = make_stop_flag()
        averaged = steps.step.averaged
        self._average = Executable(averaged, run.dtype) if averaged else None
        # Whether the runner has gone on from the values of the state.
        self._ahead = False

    def load(self) -> None:
        """Go on from the values of the state."""
        self.steps.load(self.state.values)
        self._ahead = False

    def advance(self, count: int, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Run some steps in one call, and return the learning rates of those done."""
        state = self.state
        self._ahead = True
        return self.steps.advance(
            (state.epoch, state.batch),
            state.step + 1,
            count,
            sums,
            state.schedule,
            self.flag,
        )

    def fetch(self) -> None:
        """Bring the values of the state up to date."""
        if self._ahead:
            self.steps.read(self.state.values)
            self._ahead = False

    def is_finite(self) -> bool:
        """Whether every parameter, state and slot is."""
        return all(bool(np.isfinite(x).all()) for x in self.state.values.values())

    def weights(self, values: Mapping[str, Array], step: int) -> Mapping[str, Array]:
        """Values to judge: the weights' moving average for them where there is one."""
        if self._average is None or step == 0:
            return values
        return {**values, **self._average({**values, "step": step})}

    def keep(self) -> None:
        """Note the present weights as those to keep."""
        self.fetch()
        self.state.keep(
            self.weights(self.state.values, self.state.step), self.state.step
        )
