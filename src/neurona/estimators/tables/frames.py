"""What a person gives ``fit`` and ``predict``, as a table with named columns."""

from __future__ import annotations

import re
from typing import Any, Final

import polars as pl
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils.validation import validate_data

from neurona.data.reading.reading import MARKS
from neurona.data.sources.cell_forms import ERRORS
from neurona.data.sources.in_memory import is_table
from neurona.data.sources.read import as_source

__all__ = ["frame_of", "unmistakable", "with_target"]

NAMES_OF_ARRAYS: Final = "x{number}"


def frame_of(
    estimator: Any, X: Any, *, reset: bool, without: str | None = None
) -> pl.DataFrame:
    """Named columns of a table, or of an array (whose columns become x0, x1, …).

    Parameters
    ----------
    estimator : estimator
        Whose names and number of columns are kept, or held against these.
    X : table in memory or array (N, d)
    reset : bool
        Whether they are kept.
    without : str, optional
        Column that is left out if it is there.

    Raises
    ------
    ValueError
        In scikit-learn's words.
    DataError
        It holds what is no data.
    """
    # One kind of sparse matrix is a mapping, too.
    if is_table(X) and not issparse(X):
        found = pl.concat(list(as_source(X).batches()), how="vertical_relaxed")
        shown = X if hasattr(X, "__dataframe__") or hasattr(X, "columns") else found
        if without in found.columns:
            found = shown = found.drop(without)
        validate_data(estimator, shown, reset=reset, skip_check_array=True)
        return found
    array = validate_data(
        estimator,
        X,
        reset=reset,
        dtype=None,
        ensure_all_finite="allow-nan",
        ensure_min_samples=2 if reset else 1,
    )
    columns = {
        NAMES_OF_ARRAYS.format(number=number): values
        for number, values in enumerate(array.T)
    }
    return pl.concat(list(as_source(columns).batches()), how="vertical_relaxed")


def with_target(
    frame: pl.DataFrame, y: NDArray[Any], names: list[str]
) -> tuple[pl.DataFrame, list[str]]:
    """A frame with its targets as last columns, under names that were free."""
    columns = y.reshape(len(frame), -1).T
    free = []
    for name in names:
        while name in frame.columns:
            name += "_"
        free.append(name)
    targets = as_source(dict(zip(free, columns, strict=True)))
    return pl.concat([frame, *targets.batches()], how="horizontal"), free


def unmistakable(label: Any) -> Any:
    """Label that no table takes for a missing cell, nor for another one.

    Examples
    --------
    >>> [unmistakable(label) for label in ("yes", "NA", " yes", 3)]
    ['yes', "'NA'", "' yes'", 3]
    """
    if not isinstance(label, str):
        return label
    plain = label.strip()
    missing = plain.lower() in MARKS or re.match(ERRORS, plain)
    return f"'{label}'" if not plain or plain != label or missing else label
