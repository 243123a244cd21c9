"""Which rows train, which validate, which test: index arrays that never overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurona.data.fractions import check_fractions
from neurona.errors import OptionError
from neurona.messages import _
from neurona.reference.random_numbers import permutation, stream_of

__all__ = ["Split", "choose_sample", "k_folds", "split_rows"]

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Split:
    """Three disjoint sets of rows that cover all of them.

    Attributes
    ----------
    train, validation, test : int64 array
        Row indices, ascending.
    """

    train: Rows
    validation: Rows
    test: Rows


def split_rows(
    n_rows: int,
    *,
    validation: float = 0.1,
    test: float = 0.1,
    seed: int,
    stratify: ArrayLike | None = None,
) -> Split:
    """Split rows at random into training, validation and test.

    Parameters
    ----------
    n_rows : int
        How many rows there are.
    validation, test : float
        Fractions in [0, 1), read as the decimal numbers they are written as; their sum
        is below 1.
    seed : int
        In [0, 2**64).
    stratify : array (n_rows,), optional
        The class of each row: every part then holds each class in proportion.

    Returns
    -------
    Split

    Raises
    ------
    OptionError
        A fraction outside its range, a sum of 1 or more, no row left for training, or
        classes that are not one per row.

    Notes
    -----
    Sizes are rounded by the largest remainder: each part gets the whole part of
    fraction · rows, and the rows left over go one each to the parts with the largest
    remainders (in a tie training, then validation, then test). A part that was asked
    for and got nothing then takes one row from training while training keeps one,
    validation first.

    With classes, a class with fewer rows than there are parts is too small to split and
    stays in training whole; the sizes are those of the remaining rows. Held-out rows
    are dealt over the classes by the largest remainder too, and every class keeps a row
    in training, even if validation and test are then smaller than asked for.

    Examples
    --------
    >>> split = split_rows(10, validation=0.2, test=0.1, seed=0)
    >>> split.train, split.validation, split.test
    (array([0, 2, 3, 5, 6, 7, 8]), array([1, 9]), array([4]))
    """
    fractions = check_fractions(validation, test)
    if _part_sizes(n_rows, fractions)[0] == 0:
        raise OptionError(
            _(
                "validation {validation} and test {test} of {rows} rows leave none "
                "for training; use smaller fractions or more rows"
            ).format(validation=validation, test=test, rows=n_rows)
        )
    order = permutation(seed, stream_of("split"), 0, n_rows)
    if stratify is None:
        sizes = _part_sizes(n_rows, fractions)
        return _cut(order, [sizes[1]], [sizes[2]], [n_rows])
    order, counts = _grouped_by_class(order, stratify)
    held = _held_out_of_classes(counts, fractions)
    return _cut(order, [v for v, _test in held], [t for _validation, t in held], counts)


def choose_sample(count: int, most: int, seed: int) -> Rows:
    """Row numbers, ascending: all, or a random sample where there are too many.

    Examples
    --------
    >>> choose_sample(3, 5, 0), len(choose_sample(9, 5, 0))
    (array([0, 1, 2]), 5)
    """
    if count <= most:
        return np.arange(count)
    drawn = np.random.default_rng(seed).choice(count, most, replace=False)
    return np.asarray(np.sort(drawn), dtype=np.int64)


def k_folds(
    n_rows: int, k: int, seed: int, stratify: ArrayLike | None = None
) -> list[Split]:
    """Split rows into k folds; each fold is the test part of one split.

    Rows are shuffled, brought together by class, and dealt to the folds in turn, so
    folds differ by at most one row, in all and in every class.

    Parameters
    ----------
    n_rows : int
        How many rows there are.
    k : int
        Number of folds, from 2 to n_rows.
    seed : int
        In [0, 2**64).
    stratify : array (n_rows,), optional
        The class of each row.

    Returns
    -------
    list of Split
        k splits without validation rows.

    Raises
    ------
    OptionError
        Fewer than two folds, more folds than rows, or classes that are not one per row.

    Examples
    --------
    >>> [fold.test.tolist() for fold in k_folds(5, 2, seed=0)]
    [[0, 1, 4], [2, 3]]
    """
    if not 2 <= k <= n_rows:
        raise OptionError(
            _("{k} folds of {rows} rows: choose between 2 and the rows").format(
                k=k, rows=n_rows
            )
        )
    order = permutation(seed, stream_of("folds"), 0, n_rows)
    if stratify is not None:
        order, _counts = _grouped_by_class(order, stratify)
    fold_of_row = np.empty(n_rows, dtype=np.int64)
    fold_of_row[order] = np.arange(n_rows) % k
    none = np.empty(0, dtype=np.int64)
    return [
        Split(
            train=np.flatnonzero(fold_of_row != fold),
            validation=none,
            test=np.flatnonzero(fold_of_row == fold),
        )
        for fold in range(k)
    ]


def _part_sizes(
    n_rows: int, fractions: tuple[Fraction, Fraction, Fraction]
) -> list[int]:
    """Return the rows of training, validation and test."""
    sizes = _share_out(n_rows, fractions, [n_rows] * 3)
    for part in (1, 2):
        if fractions[part] > 0 and sizes[part] == 0 and sizes[0] > 1:
            sizes[0] -= 1
            sizes[part] += 1
    return sizes


def _held_out_of_classes(
    counts: list[int], fractions: tuple[Fraction, Fraction, Fraction]
) -> list[tuple[int, int]]:
    """Return the validation and the test rows of each class."""
    parts = sum(fraction > 0 for fraction in fractions)
    splittable = [count if count >= parts else 0 for count in counts]
    _train, validation, test = _part_sizes(sum(splittable), fractions)
    most = [max(count - 1, 0) for count in splittable]
    held_out = min(validation + test, sum(most))
    if held_out == 0:
        return [(0, 0)] * len(counts)
    of_class = _share_out(held_out, [Fraction(c) for c in splittable], most)
    share = Fraction(validation, validation + test)
    in_validation = _share_out(
        _share_out(held_out, [share, 1 - share], [held_out] * 2)[0],
        [Fraction(held) for held in of_class],
        of_class,
    )
    return [(v, held - v) for v, held in zip(in_validation, of_class, strict=True)]


def _share_out(
    total: int, weights: Sequence[Fraction], most: Sequence[int]
) -> list[int]:
    """Divide a total in proportion to weights, by the largest remainder, under limits.

    The limits add up to at least the total.
    """
    scale = Fraction(total) / sum(weights, Fraction(0))
    quotas = [weight * scale for weight in weights]
    shares = [min(math.floor(q), m) for q, m in zip(quotas, most, strict=True)]
    by_remainder = sorted(
        range(len(weights)), key=lambda i: math.floor(quotas[i]) - quotas[i]
    )
    left = total - sum(shares)
    while left:
        for i in by_remainder:
            if left and shares[i] < most[i]:
                shares[i] += 1
                left -= 1
    return shares


def _grouped_by_class(order: Rows, classes: ArrayLike) -> tuple[Rows, list[int]]:
    """Bring an order's rows together by class; also the rows of each class."""
    labels: NDArray[Any] = np.asarray(classes)
    if labels.shape != order.shape:
        raise OptionError(
            _(
                "stratifying needs one class for each of {rows} rows, not an array of "
                "shape {shape}"
            ).format(rows=len(order), shape=labels.shape)
        )
    _classes, numbers, counts = np.unique(
        labels, return_inverse=True, return_counts=True
    )
    return order[np.argsort(numbers[order], kind="stable")], counts.tolist()


def _cut(
    order: Rows, validation: list[int], test: list[int], counts: list[int]
) -> Split:
    """Take each class's first rows for validation, the next for test."""
    part_of_row = np.zeros(len(order), dtype=np.int8)
    begin = 0
    for n_validation, n_test, count in zip(validation, test, counts, strict=True):
        middle = begin + n_validation
        part_of_row[order[begin:middle]] = 1
        part_of_row[order[middle : middle + n_test]] = 2
        begin += count
    return Split(*(np.flatnonzero(part_of_row == part) for part in range(3)))
