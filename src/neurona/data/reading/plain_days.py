"""Days without the midnight that each would be shown with."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import polars as pl

__all__ = ["plain_days"]

Values = TypeVar(
    "Values", bound="pl.Series | np.ndarray[tuple[int], np.dtype[np.float64]]"
)


def plain_days(values: Values) -> Values:
    """Times as days, where all of them are midnights; other values as they are.

    Examples
    --------
    >>> times = pl.Series(["2024-11-19 00:00", "2024-11-20 00:00"]).str.to_datetime()
    >>> str(plain_days(times)[0])
    '2024-11-19'
    """
    if not isinstance(values, pl.Series) or not isinstance(values.dtype, pl.Datetime):
        return values
    days = values.dt.truncate("1d")
    return values.cast(pl.Date) if days.equals(values) else values
