"""Small networks of which explanations are kept.

In float64, from weights that are written here or drawn from a seed, and trained by the
reference: their numbers are the same on every processor but for the last digits.
"""

import functools
import math

import numpy as np

from neurona import (
    Adam,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Input,
    Network,
)

EASY = (0.5, -0.25, 1.0, -0.5, 0.75, 0.25, -1.0)
"""Weights that are easy to multiply by, given in turn."""


def network(layers, n_inputs, **weights):
    """A network with easy weights, or with those given: ``dense_1_weight=…``."""
    return with_easy_weights(
        Network(layers, n_inputs=n_inputs, dtype="float64"), **weights
    )


def with_easy_weights(built, **weights):
    vector = built.parameters.vector
    vector[...] = np.resize(EASY, vector.size)
    for name, value in weights.items():
        layer, _, kind = name.rpartition("_")
        built.parameters[f"{layer}.{kind}"] = value
    return built


def xor():
    """The golden case G9: 2-2-1 with sigmoids."""
    return network(
        [Dense(2, "sigmoid"), Dense(1)],
        2,
        dense_1_weight=[[0.1, 0.3], [0.2, 0.4]],
        dense_1_bias=[0.1, -0.1],
        dense_2_weight=[[0.5], [-0.5]],
        dense_2_bias=[0.2],
    )


def classes():
    """The golden case G10: 3-3-2, ReLU and softmax."""
    return network(
        [Dense(3, "relu"), Dense(2, "softmax")],
        3,
        dense_1_weight=[[1, 0, 1], [-1, 1, 0], [0, 1, -1]],
        dense_1_bias=[0, 0, 0],
        dense_2_weight=[[1, 0], [0.5, 0], [0, 0.25]],
        dense_2_bias=[math.log(3), 0],
    )


def several():
    """Two inputs, one of categories, a layer used twice, and two outputs."""
    measures, color = Input("measures", 2), Input("color", 1, dtype="integer")
    shared = Dense(2, "sigmoid", name="shared")
    joined = Concatenate()(shared(measures), Embedding(3, 2)(color))
    hidden = shared(Dense(2, "silu")(joined))
    return with_easy_weights(
        Network(
            inputs=[measures, color],
            outputs={
                "price": Dense(1, name="price")(hidden),
                "kind": Dense(2, "softmax", name="kind")(joined),
            },
            dtype="float64",
        )
    )


@functools.cache
def trained():
    """A small network after a fit of four steps, with masks and batch statistics."""
    X, y = fit_rows()
    layers = [Dense(3, "tanh"), BatchNorm(), Dropout(0.25), Dense(1)]
    # A run is found again from its seed, so its weights are those of the seed.
    built = Network(layers, n_inputs=2, seed=2, dtype="float64")
    built.fit(
        X, y, loss="mse", optimizer=Adam(0.05), batch_size=4, epochs=2, seed=1,
        schedule="cosine", l2=0.01, engine="reference",
    )  # fmt: skip
    return built


def fit_rows():
    X = np.random.default_rng(3).normal(size=(8, 2)).round(2)
    return X, (X[:, 0] - X[:, 0] * X[:, 1]).round(2)
