"""The learning-rate range test: which rates to try, and which one to take."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurona.errors import OptionError
from neurona.messages import _
from neurona.optimize.average import ewma
from neurona.optimize.schedules.geometric import Geometric
from neurona.settings import Count, Positive, checked

__all__ = ["range_test_rates", "suggest_learning_rate"]

SMOOTHING = 0.9


def range_test_rates(
    low: float = 1e-5, high: float = 10.0, steps: int = 500
) -> NDArray[np.float64]:
    """Learning rates of a range test, each the same number of times the last.

    Parameters
    ----------
    low, high : float
        The first and the last rate; 0 < low < high.
    steps : int
        How many times the rate is multiplied, at least 1.

    Returns
    -------
    array (steps + 1,)

    Raises
    ------
    OptionError
        A value outside its range.

    Examples
    --------
    >>> rates = range_test_rates()
    >>> round(float(rates[1] / rates[0]), 10)
    1.0280162981
    """
    low, high = checked("low", low, Positive), checked("high", high, Positive)
    steps = checked("steps", steps, Count)
    if low >= high:
        raise OptionError(
            _("low must be below high, but {low} is not below {high}").format(
                low=low, high=high
            )
        )
    growth = Geometric(high / low)
    factors = [growth.at(t, steps, steps) for t in range(1, steps + 2)]
    return low * np.array(factors)


def suggest_learning_rate(rates: ArrayLike, losses: ArrayLike) -> float:
    """Learning rate at which the loss of a range test falls fastest.

    Parameters
    ----------
    rates : array (T,)
        Learning rates that were tried, positive and rising.
    losses : array (T,)
        Training loss at each; it may blow up at the end.

    Returns
    -------
    float
        One of the rates.

    Raises
    ------
    OptionError
        The two do not fit together, or the loss never fell.

    Notes
    -----
    What follows the first loss that is not finite is left out. The rest is smoothed by
    a corrected moving average with β = 0.9, which lags by about ten steps. The
    suggestion is where the slope of the smoothed loss against the logarithm of the rate
    is steepest, among the rates up to the smoothed minimum.

    Source: Smith, "Cyclical learning rates for training neural networks", 2015,
    section 3.3, for the test; the choice of the steepest point is common practice.

    Examples
    --------
    >>> rates = range_test_rates(1e-4, 1.0, steps=100)
    >>> losses = 1 / (1 + (rates / 0.01) ** 2) + (rates / 0.3) ** 4
    >>> 0.01 < suggest_learning_rate(rates, losses) < 0.03
    True
    """
    tried = np.asarray(rates, dtype=np.float64)
    found = np.asarray(losses, dtype=np.float64)
    if tried.ndim != 1 or tried.shape != found.shape:
        raise OptionError(_("a range test has one loss for each learning rate"))
    if not (np.all(tried > 0) and np.all(np.diff(tried) > 0)):
        raise OptionError(_("the rates of a range test are positive and rising"))
    finite = np.isfinite(found)
    length = len(found) if finite.all() else int(np.argmin(finite))
    smooth = ewma(found[:length], SMOOTHING)[1]
    end = int(np.argmin(smooth)) + 1 if length else 0
    if end < 2:
        raise OptionError(
            _("the loss never fell in the range test: try lower learning rates")
        )
    slope = np.gradient(smooth[:end], np.log(tried[:end]))
    return float(tried[np.argmin(slope)])
