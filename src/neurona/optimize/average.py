"""The exponential moving average: of a series, of gradients, of weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurona import graph as g
from neurona.errors import OptionError
from neurona.graph import Graph, Node
from neurona.messages import _
from neurona.reference import Executable
from neurona.settings import Share, check_settings

__all__ = ["MovingAverage", "ewma", "moving_average"]


def moving_average(average: Node, value: Node, beta: float) -> Node:
    """Next average, β V + (1 − β) x.

    Examples
    --------
    >>> moving_average(g.input("V"), g.input("x"), 0.75)
    add(multiply(0.75, V), multiply(0.25, x)): float ()
    """
    return beta * average + (1.0 - beta) * value


@dataclass(frozen=True)
class MovingAverage:
    """Exponential moving average of the weights, corrected for its start at zero.

    Parameters
    ----------
    beta : float
        β in [0, 1): about 1 / (1 − β) steps are remembered.

    Notes
    -----
    ::

        V ← β V + (1 − β) w          the slot, zero before the first step
        corrected = V / (1 − βᵗ)     what is read: a weighted mean of w₁ … w_t

    The corrected value is read and never fed back. Law: of weights that never change,
    the corrected average is those weights.

    Source: Kingma and Ba, "Adam", 2014, section 3, for the correction; Polyak and
    Juditsky, 1992, for averaging weights.
    """

    beta: Share = 0.999

    def __post_init__(self) -> None:
        check_settings(self)

    def update(self, average: Node, value: Node) -> Node:
        """Build the next value of the slot, which is zero before the first step."""
        return moving_average(average, value, self.beta)

    def corrected(self, average: Node, step: Node) -> Node:
        """Build what the average stands for after ``step`` updates, counted from 1."""
        return average / (1.0 - self.beta**step)


def ewma(
    series: Sequence[float] | ArrayLike, beta: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exponentially weighted moving average of a series, plain and corrected.

    Parameters
    ----------
    series : array (T,)
    beta : float
        β in [0, 1).

    Returns
    -------
    values : array (T,)
        V_t = β V_(t−1) + (1 − β) x_t with V_0 = 0.
    corrected : array (T,)
        V_t / (1 − βᵗ).

    Raises
    ------
    OptionError
        The series is not a list of numbers, or β is outside its range.

    Examples
    --------
    >>> values, corrected = ewma([30, 28, 31], beta=0.9)
    >>> values.round(6).tolist(), corrected.round(6).tolist()
    ([3.0, 5.5, 8.05], [30.0, 28.947368, 29.704797])
    """
    given: NDArray[Any] = np.asarray(series)
    if given.ndim != 1 or given.dtype.kind not in "iuf":
        raise OptionError(_("a moving average is taken of a list of numbers"))
    rule = MovingAverage(beta)
    average, value, step = g.parameter("average"), g.input("value"), g.input("step")
    new = rule.update(average, value)
    run = Executable(Graph({"value": new, "corrected": rule.corrected(new, step)}))
    values, corrected = np.empty((2, len(given)))
    last = np.zeros(())
    for i, x in enumerate(given):
        found = run({"average": last, "value": x, "step": i + 1})
        last = found["value"]
        values[i], corrected[i] = last, found["corrected"]
    return values, corrected
