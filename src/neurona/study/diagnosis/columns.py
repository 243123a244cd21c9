"""Findings about the table itself: a far target, a column that gives it away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.messages import _
from neurona.study.diagnosis.errors_by_part import as_classes
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding

__all__ = ["far_target", "target_in_column"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

ENOUGH_ROWS: Final = 30
"""Fewer rows may agree, or lie far apart, by chance."""

WHOLE: Final = 0.9
"""Share of all squared distances from the median that one row may not hold."""

EXACT: Final = 1e-8
"""Share of a target's variance that a line may leave and still be it, in float32."""

SAMPLE: Final = 4_000


def far_target(found: Examination) -> Iterator[Finding]:
    """One row whose target holds nearly all of the spread there is."""
    if found.single_output is None or found.classifies:
        return
    rows = np.sort(np.concatenate([part.rows for part in found.parts.values()]))
    y = np.asarray(found.main.y, np.float64)[rows].reshape(len(rows), -1)
    if len(rows) < ENOUGH_ROWS:
        return
    away = np.abs(y - np.median(y, axis=0))
    squares = away**2
    whole = squares.sum(axis=0)
    shares = squares / np.where(whole > 0, whole, 1.0)
    at, column = np.unravel_index(int(np.argmax(shares)), shares.shape)
    share = float(shares[at, column])
    if share < WHOLE:
        return
    row = int(rows[at]) + 1
    yield Finding(
        "far_target",
        "serious",
        _(
            "Row {row} of those with a target, counted from 1, holds {share} of the "
            "squared distances of all {rows} targets from their median: next to it the "
            "others are all alike, and the network sees that one row."
        ).format(row=row, share=f"{share:.3%}", rows=len(rows)),
        _(
            "Look at row {row}: mend its target if it is an error, else leave the row "
            "out or train on the logarithm of the target."
        ).format(row=row),
        {"row": row, "share": share},
    )


def target_in_column(found: Examination) -> Iterator[Finding]:
    """A column, among several, that alone gives the target on every row."""
    if len(set(found.sources)) < 2 or found.single_output is None:
        return
    X, y = found.main.sample(SAMPLE)
    truth = np.asarray(y, np.float64)
    if len(truth) < ENOUGH_ROWS or (found.classifies and as_classes(truth).ndim != 1):
        return
    for source in dict.fromkeys(found.sources):
        own = [i for i, name in enumerate(found.sources) if name == source]
        values = np.asarray(X, np.float64)[:, own]
        if not gives(values, truth, found.classifies):
            continue
        yield Finding(
            "target_in_column",
            "moderate",
            _(
                "The column {name!r} alone gives the target of all {rows} rows looked "
                "at, without an error: it may hold the answer itself."
            ).format(name=source, rows=len(truth)),
            _(
                "If {name!r} is not known when a prediction is to be made, leave it "
                "out: --columns {name}=ignore."
            ).format(name=source),
            {"column": source, "rows": len(truth)},
        )


def gives(values: Array, truth: Array, classifies: bool) -> bool:
    """Whether the numbers of one column tell the target of every row.

    Classes are told by as many different values, or by thresholds between one run of
    values for each; numbers by a line.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> gives(x, np.array([0, 0, 1, 1]), True), gives(x, np.array([0, 1, 0, 1]), True)
    (True, False)
    """
    if not classifies:
        y = truth.reshape(len(truth), -1)
        wide = np.c_[np.ones(len(values)), values]
        rest = y - wide @ np.linalg.lstsq(wide, y, rcond=None)[0]
        variance = y.var(axis=0)
        return bool(
            (variance > 0).all() and (rest.var(axis=0) < EXACT * variance).all()
        )
    labels = as_classes(truth)
    classes = len(np.unique(labels))
    pairs = np.unique(np.c_[values, labels], axis=0)
    cases = len(np.unique(pairs[:, :-1], axis=0))
    if classes < 2 or len(pairs) != cases:
        return False
    runs = 1 + int(np.count_nonzero(np.diff(pairs[:, -1])))
    return cases == classes or (values.shape[1] == 1 and runs == classes)
