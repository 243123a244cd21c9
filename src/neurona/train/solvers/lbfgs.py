"""L-BFGS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from neurona.settings import Count
from neurona.train.solvers.solver import AfterIteration, Function, Solver, Vector

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
    iteration lowers the loss by no more than its rounding.

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

        minimize(
            function,
            start,
            jac=True,
            method="L-BFGS-B",
            # SciPy goes by the argument's name: xk is the vector alone.
            callback=lambda xk: after_iteration(xk),
            options={
                "maxiter": iterations,
                "maxfun": 100 * iterations,
                "maxcor": self.memory,
                "gtol": self.tolerance,
                "ftol": precision,
            },
        )
