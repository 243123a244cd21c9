"""The numbers of an MLP: as scikit-learn's attributes, and under neurona's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.estimators.mlp.shape import Shape, architecture_of, dense_names, shape_of
from neurona.nn.architecture import Architecture

__all__ = [
    "architecture_behind",
    "dtype_of",
    "keep_values",
    "other_values",
    "values_of",
]


def architecture_behind(estimator: Any) -> Architecture:
    """Network whose weights an estimator holds."""
    inputs, outputs = estimator.coefs_[0].shape[0], estimator.coefs_[-1].shape[1]
    shape = shape_of(estimator, inputs, outputs, [c.shape[1] for c in estimator.coefs_])
    return architecture_of(shape)


def dtype_of(estimator: Any, given: Any = np.float32) -> np.dtype[Any]:
    """Precision of answers: float32 where weights and rows both are, else float64."""
    found = np.result_type(given, *estimator.coefs_, *estimator.intercepts_)
    return np.dtype(np.float32 if found == np.float32 else np.float64)


def values_of(estimator: Any) -> dict[str, Array]:
    """Parameters and states by neurona's names, in the order of memory of C."""
    weights, biases = dense_names(len(estimator.coefs_))
    arrays = map(np.ascontiguousarray, [*estimator.coefs_, *estimator.intercepts_])
    found = dict(zip([*weights, *biases], arrays, strict=True))
    return found | getattr(estimator, "_others", {})


def keep_values(estimator: Any, values: Mapping[str, Array]) -> None:
    """Take over parameters and states, in the precision that the estimator has.

    Slots among the values are left out.
    """
    dtype = dtype_of(estimator)
    weights, biases = dense_names(len(estimator.coefs_))
    kept = {
        name: values[name].astype(dtype, copy=False)
        for name in (*weights, *biases, *getattr(estimator, "_others", ()))
    }
    estimator.coefs_ = [kept.pop(name) for name in weights]
    estimator.intercepts_ = [kept.pop(name) for name in biases]
    estimator._others = kept


def other_values(shape: Shape, dtype: np.dtype[Any]) -> dict[str, Array]:
    """What a network has besides weights and biases, as it starts."""
    build = architecture_of(shape).evaluation.build
    weights, biases = dense_names(len(shape.units) - 1)
    dense = {*weights, *biases}
    more = [p for name, p in build.parameters.items() if name not in dense]
    # Scales and shifts start at 1 and 0, whatever the seed.
    found = {p.name: p.initializer.draw(p.shape, 0, 0) for p in more}
    found |= {name: state.initial for name, state in build.states.items()}
    return {name: np.asarray(value, dtype) for name, value in found.items()}
