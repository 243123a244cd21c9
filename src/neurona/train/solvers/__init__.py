"""Full-batch solvers: minimizers that choose each step by looking at all rows."""

from neurona.train.solvers.conjugate_gradients import ConjugateGradients
from neurona.train.solvers.gradient_descent import GradientDescent
from neurona.train.solvers.lbfgs import LBFGS
from neurona.train.solvers.named import SOLVERS, RuleLike, as_rule
from neurona.train.solvers.solver import Solver

__all__ = [
    "LBFGS",
    "SOLVERS",
    "ConjugateGradients",
    "GradientDescent",
    "RuleLike",
    "Solver",
    "as_rule",
]
