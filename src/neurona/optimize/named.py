"""Optimizers by name."""

from __future__ import annotations

from typing import Any, Final

from neurona.messages import _
from neurona.optimize.adagrad import AdaGrad
from neurona.optimize.adam import Adam
from neurona.optimize.adamw import AdamW
from neurona.optimize.amsgrad import AMSGrad
from neurona.optimize.lion import Lion
from neurona.optimize.momentum import Momentum
from neurona.optimize.nadam import Nadam
from neurona.optimize.nesterov import Nesterov
from neurona.optimize.rmsprop import RMSProp
from neurona.optimize.rule import Optimizer
from neurona.optimize.sgd import SGD
from neurona.settings import as_choice, by_name

__all__ = ["OPTIMIZERS", "as_optimizer"]

OPTIMIZERS: Final = by_name(
    SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW, AMSGrad, Nadam, Lion
)
"""Every optimizer's class by its name."""


def as_optimizer(
    value: str | type[Optimizer] | Optimizer, **overrides: Any
) -> Optimizer:
    """Return the optimizer that a name, a class or an instance stands for.

    Parameters
    ----------
    value : str, type or Optimizer
    **overrides
        Settings that replace the default or the instance's own.

    Raises
    ------
    OptionError
        An unknown name or setting (the nearest ones are offered), or a value outside
        its range.

    Examples
    --------
    >>> as_optimizer("sgd", learning_rate=0.5)
    SGD(learning_rate=0.5, weight_decay=0.0)
    """
    return as_choice(value, _("optimizer"), Optimizer, OPTIMIZERS, settings=overrides)
