"""Numbers that are easily written and multiplied by hand."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.reference.random_numbers import stream_of, uniforms

__all__ = ["round_numbers", "small_integers"]

TENTHS: Final = 10


def round_numbers(
    shape: tuple[int, ...], name: str, *, seed: int, attempt: int = 0, most: float = 1.0
) -> Array:
    """Numbers of one decimal, none of them 0.

    Parameters
    ----------
    shape : tuple of int
    name : str
        Of what they stand for: other names give other numbers.
    seed, attempt : int
    most : float
        Largest size.

    Examples
    --------
    >>> round_numbers((2, 2), "w", seed=0).tolist()
    [[-0.4, -0.2], [0.2, 0.8]]
    """
    steps = round(most * TENTHS)
    drawn = draw(shape, name, seed, attempt, 2 * steps) - steps
    drawn[drawn >= 0] += 1
    # The quotient of whole numbers is the float nearest to what is printed.
    return np.asarray(drawn / TENTHS, dtype=np.float64)


def small_integers(
    shape: tuple[int, ...],
    name: str,
    low: int,
    high: int,
    *,
    seed: int,
    attempt: int = 0,
) -> Array:
    """Whole numbers from low to high.

    Examples
    --------
    >>> bool(np.isin(small_integers((9,), "x", 0, 1, seed=3), [0, 1]).all())
    True
    """
    return draw(shape, name, seed, attempt, high - low + 1) + float(low)


def draw(
    shape: tuple[int, ...], name: str, seed: int, attempt: int, choices: int
) -> Array:
    share = uniforms(seed, stream_of(name), attempt, int(np.prod(shape)))
    return np.floor(np.asarray(share, np.float64).reshape(shape) * choices)
