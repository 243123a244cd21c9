"""Axes: round numbers for their marks, and places on the sheet for values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Axis", "axis_for", "linear_ticks", "log_ticks"]


def linear_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers from at or below the lowest value to at or above the highest.

    Parameters
    ----------
    low, high : float
    count : int
        About how many steps are wanted; steps are 1, 2, 2.5 or 5 times a power of ten.

    Examples
    --------
    >>> linear_ticks(0.03, 0.97)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    >>> linear_ticks(3, 3)
    [2.0, 2.5, 3.0, 3.5, 4.0]
    """
    if not low < high:
        around = abs(low) / 3 or 1.0
        low, high = low - around, high + around
    rough = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, 2 - math.floor(math.log10(step)))
    return [round(i * step, decimals) for i in range(first, last + 1)]


def log_ticks(low: float, high: float, count: int = 6) -> list[float]:
    """Powers of ten around values above 0, with 2 and 5 between where there are few.

    Examples
    --------
    >>> log_ticks(0.002, 0.9)
    [0.001, 0.01, 0.1, 1.0]
    >>> log_ticks(2, 30)
    [2.0, 5.0, 10.0, 20.0, 50.0]
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    if last - first <= 2:
        fine = [
            m * 10.0**p for p in range(first - 1, last + 1) for m in (1.0, 2.0, 5.0)
        ]
        start = max((t for t in fine if t <= low * 1.0001), default=fine[0])
        end = min((t for t in fine if t >= high * 0.9999), default=10.0**last)
        if start < end:
            return [float(f"{t:.1g}") for t in fine if start <= t <= end]
    step = max(1, math.ceil((last - first) / count))
    powers = range(first, last + step, step)
    return [float(f"1e{p}") for p in powers] if len(powers) > 1 else [low, low * 10]


@dataclass(frozen=True)
class Axis:
    """From values to places on the sheet.

    Parameters
    ----------
    ticks : tuple of float
        Values that are marked; the axis reaches from the first to the last.
    start, end : float
        Places of the first and of the last, in pixels.
    log : bool
    """

    ticks: tuple[float, ...]
    start: float
    end: float
    log: bool = False

    def place(self, value: float) -> float:
        """Place of a value, kept inside the axis.

        Examples
        --------
        >>> Axis((0.0, 10.0), 100, 0).place(2.5)
        75.0
        """
        low, high = self.ticks[0], self.ticks[-1]
        if self.log:
            low, high = math.log(low), math.log(high)
            value = math.log(value) if value > 0 else low
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return self.start + share * (self.end - self.start)

    def shows(self, value: float) -> bool:
        """Whether a value has a place at all."""
        return math.isfinite(value) and (value > 0 or not self.log)


def axis_for(
    values: Iterable[float],
    start: float,
    end: float,
    *,
    log: bool = False,
    count: int = 5,
    include: Sequence[float] = (),
    tight: bool = False,
) -> Axis:
    """Axis that shows every finite value.

    Parameters
    ----------
    values : iterable of float
    start, end : float
        In pixels.
    log : bool
        Values at or below 0 are left out.
    count : int
        About how many marks.
    include : sequence of float
        Values shown in any case, such as 0.
    tight : bool
        Whether the axis ends at the values themselves instead of at a mark.
    """
    shown = [v for v in (*values, *include) if math.isfinite(v) and (v > 0 or not log)]
    low, high = (
        (min(shown), max(shown)) if shown else (1.0, 10.0) if log else (0.0, 1.0)
    )
    ticks = log_ticks(low, high) if log else linear_ticks(low, high, count)
    if tight and not log and low < high:
        ticks = [t for t in ticks if low <= t <= high]
        inner = Axis((low, *[t for t in ticks if low < t < high], high), start, end)
        return inner
    return Axis(tuple(ticks), start, end, log)
