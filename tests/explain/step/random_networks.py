"""Random networks, samples and optimizers for properties of worked steps."""

import numpy as np
from hypothesis import strategies as st

from neurona import Dense, Network
from neurona.optimize import OPTIMIZERS

SMOOTH = ("sigmoid", "tanh", "relu", "leaky_relu", "identity", "silu", "softplus")
ENDS = (
    ("identity", "mse"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "cross_entropy"),
    ("identity", "cross_entropy"),
    ("tanh", "mae"),
    ("softmax", "mse"),
)


@st.composite
def steps(draw):
    """Return a network, its rows, their targets, a loss and an optimizer."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=0, max_size=3))
    end, loss = draw(st.sampled_from(ENDS))
    outputs = draw(st.integers(2 if loss == "cross_entropy" else 1, 3))
    inputs = draw(st.integers(1, 4))
    layers = [
        Dense(size, draw(st.sampled_from(SMOOTH)), bias=draw(st.booleans()))
        for size in sizes
    ]
    seed = draw(st.integers(0, 2**31))
    network = Network(
        [*layers, Dense(outputs, end)], n_inputs=inputs, seed=seed, dtype="float64"
    )
    rng = np.random.default_rng(seed)
    network.parameters.vector[...] = rng.normal(size=network.parameters.vector.size)
    rows = draw(st.integers(1, 3))
    x = rng.normal(size=(rows, inputs))
    if loss == "cross_entropy":
        y = rng.integers(0, outputs, rows)
    elif loss == "binary_cross_entropy":
        y = rng.integers(0, 2, (rows, outputs)).astype(float)
    else:
        y = rng.normal(size=(rows, outputs))
    optimizer = draw(st.sampled_from(sorted(OPTIMIZERS)))
    return network, x, y, loss, optimizer
