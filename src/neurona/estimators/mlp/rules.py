"""Solvers by name: the rules that scikit-learn's parameters ask for, and neurona's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, final

from neurona.graph import Node
from neurona.optimize import Adam, Optimizer, as_optimizer
from neurona.optimize.named import OPTIMIZERS
from neurona.optimize.rule import Clock, Slot, Update, Values
from neurona.settings import Interval

__all__ = ["SCIKIT_LEARN", "SOLVERS", "Velocity", "rule_of"]


@final
@dataclass(frozen=True)
class Velocity(Optimizer):
    """Gradient descent with momentum as scikit-learn writes it.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    momentum : float
        μ in [0, 1].
    nesterov : bool

    Notes
    -----
    ::

        v ← μ v − η g
        w ← w + v,    with Nesterov's momentum  w ← w + μ v − η g
    """

    name: ClassVar[str] = "velocity"
    momentum: Annotated[float, Interval(0, 1, "[]")] = 0.9
    nesterov: bool = True

    def slots(self) -> Mapping[str, Slot]:
        """The velocity v."""
        return {"velocity": Slot()}

    def update(
        self, parameter: Node, gradient: Node, slots: Values, clock: Clock
    ) -> Update:
        """Build one step."""
        push = clock.learning_rate * gradient
        velocity = self.momentum * slots["velocity"] - push
        move = self.momentum * velocity - push if self.nesterov else velocity
        return parameter + move, {"velocity": velocity}


def adam(estimator: Any) -> Optimizer:
    return Adam(
        learning_rate=estimator.learning_rate_init,
        beta_1=estimator.beta_1,
        beta_2=estimator.beta_2,
        epsilon=estimator.epsilon,
        convention="keras",
    )


def sgd(estimator: Any) -> Optimizer:
    return Velocity(
        learning_rate=estimator.learning_rate_init,
        momentum=estimator.momentum,
        nesterov=estimator.nesterovs_momentum,
    )


SCIKIT_LEARN: Final[Mapping[str, Callable[[Any], Optimizer]]] = {
    "adam": adam,
    "sgd": sgd,
}
"""What makes the rule of a stochastic solver of scikit-learn's."""

SOLVERS: Final = frozenset({"lbfgs", *SCIKIT_LEARN, *OPTIMIZERS})
"""Every solver that has a name."""


def rule_of(estimator: Any) -> Optimizer:
    """Rule of a step that an estimator's parameters ask for.

    An optimizer that is given as an object has its own learning rate.
    """
    solver = estimator.solver
    if isinstance(solver, Optimizer):
        return solver
    make = SCIKIT_LEARN.get(solver)
    if make is not None:
        return make(estimator)
    return as_optimizer(solver, learning_rate=estimator.learning_rate_init)
