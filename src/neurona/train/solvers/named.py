"""Solvers and optimizers by name: whatever can be a fit's rule."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from neurona.messages import _
from neurona.optimize import OPTIMIZERS, Optimizer
from neurona.settings import as_choice, by_name
from neurona.train.solvers.conjugate_gradients import ConjugateGradients
from neurona.train.solvers.gradient_descent import GradientDescent
from neurona.train.solvers.lbfgs import LBFGS
from neurona.train.solvers.solver import Solver

__all__ = ["SOLVERS", "RuleLike", "as_rule"]

RuleLike: TypeAlias = "str | Optimizer | type[Optimizer] | Solver | type[Solver]"

SOLVERS: Final = by_name(LBFGS, ConjugateGradients, GradientDescent)
"""Every solver's class by its name."""

RULES: Final[Any] = {**OPTIMIZERS, **SOLVERS}


def as_rule(value: RuleLike) -> Optimizer | Solver:
    """Return the optimizer or solver that a name, a class or an instance stands for.

    Parameters
    ----------
    value : str, type, Optimizer or Solver

    Raises
    ------
    OptionError
        An unknown name; the nearest ones are offered.

    Examples
    --------
    >>> as_rule("lbfgs")
    LBFGS(tolerance=1e-05, memory=10)
    >>> as_rule("sgd")
    SGD(learning_rate=0.1, weight_decay=0.0)
    """
    found: Optimizer | Solver = as_choice(
        value, _("optimizer"), (Optimizer, Solver), RULES
    )
    return found
