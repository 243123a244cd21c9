"""What a fitted MLP answers, by the engine: kept out of the estimator's attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np

from neurona.arrays import Array
from neurona.estimators.mlp.losses import LINKS
from neurona.estimators.mlp.numbers import architecture_behind, dtype_of, values_of
from neurona.nn.architecture import Architecture
from neurona.nn.parameters import ParameterVector
from neurona.train.predict import Predictor

__all__ = ["outputs_for"]

SPARSE_NUMBERS: Final = 2**22
"""Numbers of a sparse matrix that are written out at once."""


class FittedNetwork:
    """A compiled network of one structure and precision."""

    def __init__(self, architecture: Architecture, dtype: np.dtype[Any]) -> None:
        self.architecture = architecture
        build = architecture.evaluation.build
        self.parameters, self.states = (
            ParameterVector({n: p.shape for n, p in part.items()}, dtype)
            for part in (build.parameters, build.states)
        )
        self._ask = Predictor(architecture, self.parameters, self.states, dtype)

    def take(self, values: Mapping[str, Array]) -> None:
        """Compute with these numbers from now on."""
        for vector in (self.parameters, self.states):
            for name, view in vector.items():
                view[...] = values[name]

    def __call__(self, link: str, X: Array) -> Array:
        """Outputs for all rows."""
        node = self.architecture.evaluation.outputs["output"]
        return self._ask(link, lambda: {"output": LINKS[link](node)}, X)["output"]


_known: WeakKeyDictionary[Any, dict[str, FittedNetwork]] = WeakKeyDictionary()


def outputs_for(estimator: Any, X: Any, link: str) -> Array:
    """What a fitted MLP gives for rows that were checked.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
    X : array or sparse matrix (N, d)
    link : str
        Of :data:`neurona.estimators.mlp.losses.LINKS`.

    Returns
    -------
    array (N, K)
    """
    dtype = dtype_of(estimator, X.dtype)
    architecture = architecture_behind(estimator)
    known = _known.setdefault(estimator, {})
    answers = known.get(dtype.str)
    if answers is None or answers.architecture is not architecture:
        answers = known[dtype.str] = FittedNetwork(architecture, dtype)
    answers.take(values_of(estimator))
    if not hasattr(X, "toarray"):
        return answers(link, np.asarray(X, dtype))
    rows = X.tocsr()
    chunk = max(1, SPARSE_NUMBERS // max(1, rows.shape[1]))
    parts = [
        answers(link, rows[start : start + chunk].toarray().astype(dtype, copy=False))
        for start in range(0, rows.shape[0], chunk)
    ]
    return np.concatenate(parts)
