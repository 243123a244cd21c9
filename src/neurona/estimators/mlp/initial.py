"""Weights that an MLP starts from, drawn as scikit-learn draws them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.estimators.mlp.shape import Shape, dense_names
from neurona.nn.activations import Sigmoid, as_activation
from neurona.nn.initializers import as_initializer
from neurona.reference.random_numbers import stream_of

__all__ = ["draw_weights"]

LARGEST_SEED: Final = 2**31 - 1


def draw_weights(
    shape: Shape, estimator: Any, random_state: Any, dtype: np.dtype[Any]
) -> tuple[list[Array], list[Array]]:
    """Weights and biases of each layer.

    Parameters
    ----------
    shape : Shape
    estimator : MLPClassifier or MLPRegressor
        Where it has no initializer, U(−b, b) for weights and biases alike, b being
        √(6/(I + O)), or √(2/(I + O)) where the hidden units are logistic; with one,
        biases are 0.
    random_state : RandomState
    dtype : {float32, float64}

    Notes
    -----
    Source: scikit-learn's ``_init_coef``; of several activations a layer has the bound
    of its own, and the output that of the last.
    """
    coefs, intercepts = [], []
    sizes = list(pairwise(shape.units))
    names, _biases = dense_names(len(sizes))
    activations = shape.activations or (as_activation(estimator.activation),)
    activations = (*shape.activations, activations[-1])
    given = estimator.initializer
    chosen = None if given is None else as_initializer(given)
    seed = 0 if chosen is None else int(random_state.randint(LARGEST_SEED))
    for (inputs, outputs), activation, name in zip(
        sizes, activations, names, strict=True
    ):
        if chosen is None:
            factor = 2.0 if isinstance(activation, Sigmoid) else 6.0
            bound = np.sqrt(factor / (inputs + outputs))
            weight = random_state.uniform(-bound, bound, (inputs, outputs))
            bias = random_state.uniform(-bound, bound, outputs)
        else:
            weight = chosen.draw((inputs, outputs), seed, stream_of(name))
            bias = np.zeros(outputs)
        coefs.append(weight.astype(dtype, copy=False))
        intercepts.append(bias.astype(dtype, copy=False))
    return coefs, intercepts
