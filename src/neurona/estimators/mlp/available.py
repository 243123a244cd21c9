"""Decorators of the methods that train."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any, ParamSpec, TypeVar

from sklearn.base import _fit_context

__all__ = ["NoPartialFit", "in_fit_context", "while_stochastic"]

P = ParamSpec("P")
R = TypeVar("R")


class NoPartialFit(AttributeError, ValueError):
    """An estimator whose parameters rule out ``partial_fit`` has no such method.

    scikit-learn raises a ValueError, where ``hasattr`` says that there is one.
    """


def in_fit_context(method: Callable[P, R]) -> Callable[P, R]:
    """Let scikit-learn check the parameters before the method runs."""
    checked: Callable[P, R] = _fit_context(prefer_skip_nested_validation=True)(method)
    return checked


class while_stochastic:
    """Method that is there where the solver goes by batches and does not stop early.

    Raises
    ------
    NoPartialFit
        When it is looked up on an estimator, otherwise.
    """

    def __init__(self, method: Callable[..., Any]) -> None:
        self.__doc__ = method.__doc__
        self.method = method

    def __get__(self, estimator: Any, kind: type | None = None) -> Any:
        if estimator is None:
            return self.method
        if estimator.solver == "lbfgs":
            raise NoPartialFit(
                "partial_fit is only available for stochastic optimizers. "
                f"{estimator.solver} is not stochastic."
            )
        if estimator.early_stopping:
            raise NoPartialFit("partial_fit does not support early_stopping=True")
        return MethodType(self.method, estimator)
