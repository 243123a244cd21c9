"""How many functions a basis has: the curse of dimensionality in numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neurona.estimators.bases.basis_functions import Cross, Frame, basis_named
from neurona.settings import Count, Natural, checked

__all__ = ["count_columns", "count_features"]


def count_features(
    basis: Any, degree: int, dimensions: int, *, cross: Cross | None = None
) -> int:
    """Weights of a linear model on a basis: one for each function and for the constant.

    Parameters
    ----------
    basis : str
        Such as ``"polynomial"``.
    degree : int
    dimensions : int
        Inputs d.
    cross : {"none", "total", "grid"}, optional
        Products of functions of several inputs: none, those whose degrees sum to at
        most ``degree``, or every one; by default as the basis has it.

    Raises
    ------
    OptionError
        There is no such basis, or a number is out of its range.

    Notes
    -----
    With M functions of each input: 1 + dM without products, (1 + M)ᵈ of a grid, and
    C(d + n, n) polynomials of degree n.

    Examples
    --------
    >>> [count_features("polynomial", 3, d) for d in (1, 2, 3, 10)]
    [4, 10, 20, 286]
    >>> [count_features("polynomial", 3, d, cross="grid") for d in (1, 2, 3, 10)]
    [4, 16, 64, 1048576]
    """
    found = basis_named(basis)
    degree = checked("degree", degree, Natural if basis == "polynomial" else Count)
    d = checked("dimensions", dimensions, Count)
    cross = found.cross if cross is None else checked("cross", cross, Cross)
    frame = Frame(degree, centres=(0.0,) * degree)
    return 1 + count_columns(basis, [found.orders(frame)] * d, degree, cross)


def count_columns(
    basis: str, orders: list[list[int]], degree: int, cross: Cross
) -> int:
    """Products that :func:`terms_of` gives, without making them."""
    d = len(orders)
    if basis == "playground":
        return 3 * d + math.comb(d, 2)
    if cross == "none":
        return sum(map(len, orders))
    if cross == "grid":
        return math.prod(len(own) + 1 for own in orders) - 1
    # Of each sum of orders, the products that have it: input by input.
    having = np.array([1] + [0] * degree, object)
    for own in orders:
        more = having.copy()
        for order in own:
            if order <= degree:
                more[order:] += having[: degree + 1 - order]
        having = more
    return int(having.sum()) - 1
