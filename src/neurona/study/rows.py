"""Rows to study: arrays as a network reads them, or some of their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.data.split import choose_sample

__all__ = ["Part", "arrays_of", "as_arrays", "flat_numbers", "parts_of", "pick"]


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows of arrays, which are not copied until they are sampled.

    Parameters
    ----------
    X, y : array or mapping of str to array
    rows : int array
        Which of them.
    """

    X: Any
    y: Any
    rows: Array

    @classmethod
    def whole(cls, X: Any, y: Any) -> Part:
        """Every row of arrays or nested lists; y of one output is its array."""
        X, y = as_arrays(X), as_arrays(y)
        targets = arrays_of(y)
        return cls(
            X, targets[0] if len(targets) == 1 else y, np.arange(len(targets[0]))
        )

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def of_output(self, inputs: Sequence[str], output: str) -> Part:
        """The same rows, of what one of several outputs reads and is to give."""
        X = {n: self.X[n] for n in inputs} if isinstance(self.X, Mapping) else self.X
        return replace(self, X=X, y=self.y[output])

    def sample(self, most: int, seed: int = 0) -> tuple[Any, Any]:
        """X and y of the rows, or of a sample where there are too many."""
        chosen = self.rows[choose_sample(self.count, most, seed)]
        return pick(self.X, chosen), pick(self.y, chosen)


def parts_of(X: Any, y: Any, rows: Any, validation: Any, test: Any) -> dict[str, Part]:
    """Parts of a network's rows as a person gives them.

    Parameters
    ----------
    X, y : array
    rows : int array, optional
        Those that trained; by default all that are not held out.
    validation, test : tuple (X, y), or array of rows of X, optional
        Numbers, or a flag for each.

    Examples
    --------
    >>> parts = parts_of([[0.0], [1.0], [2.0]], [0, 1, 2], None, [2], None)
    >>> {name: part.rows.tolist() for name, part in parts.items()}
    {'train': [0, 1], 'validation': [2]}
    """
    whole = Part.whole(X, y)
    held: dict[str, Part] = {}
    left = np.ones(whole.count, bool)
    for name, given in (("validation", validation), ("test", test)):
        if isinstance(given, tuple):
            held[name] = Part.whole(*given[:2])
        elif given is not None:
            chosen = np.arange(whole.count)[np.asarray(given)]
            held[name] = Part(whole.X, whole.y, chosen)
            left[chosen] = False
    if rows is not None:
        train = np.arange(whole.count)[np.asarray(rows)]
    else:
        train = np.flatnonzero(left)
    if not held and rows is None:
        return {"rows": whole}
    return {"train": Part(whole.X, whole.y, train), **held}


def as_arrays(value: Any) -> Any:
    """Nested lists as an array; each of several by its name."""
    if isinstance(value, Mapping):
        return {name: np.asarray(part) for name, part in value.items()}
    return np.asarray(value)


def arrays_of(value: Any) -> list[Array]:
    """Arrays of all inputs or outputs."""
    return list(value.values()) if isinstance(value, Mapping) else [value]


def pick(value: Any, rows: Any) -> Any:
    """Some rows of arrays."""
    if isinstance(value, Mapping):
        return {name: part[rows] for name, part in value.items()}
    return value[rows]


def flat_numbers(value: Any) -> Array:
    """Each row as one list of numbers, (N, d)."""
    parts = [np.asarray(part, np.float64) for part in arrays_of(value)]
    return np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)
