"""Networks trained quickly, on small tables made here."""

import numpy as np

from neurona import Network


def moons(rows=200, seed=0):
    """Two half circles that no straight line parts."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, np.pi, rows)
    y = rng.integers(0, 2, rows)
    above = np.c_[np.cos(angle), np.sin(angle)]
    X = np.where(y[:, None] == 0, above, [1.0, 0.5] - above)
    return X + rng.normal(0, 0.1, X.shape), y


def waves(rows=200, seed=0):
    """A curve with a little noise, standardized."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 2))
    y = np.sin(2 * X[:, 0]) + X[:, 1] + rng.normal(0, 0.1, rows)
    return X, (y - y.mean()) / y.std()


def fitted(layers, X, y, *, epochs=40, optimizer="adam", **options):
    """Network of some layers, trained by the reference."""
    X = np.asarray(X)
    network = Network(layers, n_inputs=X.shape[1], seed=0)
    network.fit(X, y, epochs=epochs, optimizer=optimizer, engine="reference", **options)
    return network


def untrained(layers, X):
    """Network of some layers as it starts."""
    return Network(layers, n_inputs=np.shape(X)[1], seed=0)
