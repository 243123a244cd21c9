"""L-BFGS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, final

from neurona.settings import Count
from neurona.train.solvers.solver import AfterIteration, Function, Solver, Vector
from neurona.train.solvers.units import units_of

__all__ = ["LBFGS"]


@final
@dataclass(frozen=True)
class LBFGS(Solver):
    """Limited-memory quasi-Newton steps: SciPy's L-BFGS-B without bounds.

    Parameters
    ----------
    tolerance : float
        Largest entry of the gradient at which it ends.
    memory : int
        Pairs of steps and changes of the gradient that stand for the Hessian.

    Notes
    -----
    The direction is −H g, where H is built from the last ``memory`` pairs; its length
    is found by a line search to the strong Wolfe conditions. It ends as well where an
    iteration lowers the loss by no more than its rounding. Where a first step of
    length 1 would be lost in the rounding, or go far too far, the variables and the
    loss are measured in other units.

    Source: Liu and Nocedal, "On the limited memory BFGS method", 1989; Byrd, Lu,
    Nocedal and Zhu, 1995 (code 778).

    Examples
    --------
    >>> LBFGS(memory=20)
    LBFGS(tolerance=1e-05, memory=20)
    """

    name: ClassVar[str] = "lbfgs"
    memory: Count = 10

    def minimize(
        self,
        function: Function,
        start: Vector,
        iterations: int,
        after_iteration: AfterIteration,
        precision: float,
    ) -> None:
        """Go downhill."""
        from scipy.optimize import minimize

        units = units_of(function, start)
        last = math.inf

        # SciPy goes by the argument's name: this one tells the value as well.
        def note(intermediate_result: Any) -> None:
            nonlocal last
            value, before = float(intermediate_result.fun), last
            last = value
            after_iteration(units.length * intermediate_result.x)
            if before - value <= precision * abs(value):
                raise StopIteration

        minimize(
            units.scaled(function),
            start / units.length,
            jac=True,
            method="L-BFGS-B",
            callback=note,
            options={
                "maxiter": iterations,
                "maxfun": 100 * iterations,
                "maxcor": self.memory,
                "gtol": units.tolerance(self.tolerance),
                # SciPy's own would be no share of a loss below 1.
                "ftol": 0.0,
            },
        )
