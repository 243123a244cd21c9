"""Nonlinear conjugate gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from neurona.train.quiet import quiet
from neurona.train.solvers.solver import AfterIteration, Function, Solver, Vector
from neurona.train.solvers.units import units_of

__all__ = ["ConjugateGradients"]


@final
@dataclass(frozen=True)
class ConjugateGradients(Solver):
    """Steps along directions that do not undo each other: SciPy's ``CG``.

    Parameters
    ----------
    tolerance : float
        Largest entry of the gradient at which it ends.

    Notes
    -----
    The direction is −g + β d, with the last direction d and Polak and Ribière's
    β = max(0, gᵀ(g − g₀)/g₀ᵀg₀); its length is found by a line search to the strong
    Wolfe conditions. Where a first step of length 1 would be lost in the rounding, or
    go far too far, the variables and the loss are measured in other units.

    Source: Nocedal and Wright, "Numerical optimization", 2nd edition, section 5.2.

    Examples
    --------
    >>> ConjugateGradients(tolerance=1e-3)
    ConjugateGradients(tolerance=0.001)
    """

    name: ClassVar[str] = "cg"

    def minimize(
        self,
        function: Function,
        start: Vector,
        iterations: int,
        after_iteration: AfterIteration,
        precision: float,
    ) -> None:
        """Go downhill."""
        from scipy.optimize import OptimizeWarning, minimize

        units = units_of(function, start)
        # That a line search finds nothing lower is how it ends, not a fault.
        with quiet(OptimizeWarning), quiet(message="The line search algorithm"):
            minimize(
                units.scaled(function),
                start / units.length,
                jac=True,
                method="CG",
                callback=lambda xk: after_iteration(units.length * xk),
                options={
                    "maxiter": iterations,
                    "gtol": units.tolerance(self.tolerance),
                },
            )
