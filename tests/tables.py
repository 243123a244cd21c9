"""Small tables made by rule, as people have them, on which a verdict may go wrong."""

import numpy as np


def constant(rows=300, seed=0):
    """Two columns of noise and a rare class that neither says anything about."""
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(size=(2, rows)).round(3)
    return {"a": a, "b": b, "y": (np.arange(rows) % 8 == 0).astype(int)}


def alike(rows=400, seed=0):
    """Different people with the same three attributes, and a coin tossed for each."""
    rng = np.random.default_rng(seed)
    return {
        "sex": rng.choice(["f", "m"], rows),
        "class": rng.integers(1, 4, rows),
        "age": rng.choice(["adult", "child"], rows),
        "survived": rng.integers(0, 2, rows),
    }


def panel(rows=400, seed=0):
    """Three categories whose numbers are multiplied, without noise."""
    rng = np.random.default_rng(seed)
    region, period, measure = (rng.integers(0, n, rows) for n in (12, 30, 4))
    return {
        "region": [f"r{i}" for i in region],
        "period": [f"p{i}" for i in period],
        "measure": [f"m{i}" for i in measure],
        "value": (region + 2) * (period + 5) * np.array([1, 2, 3, 4])[measure],
    }


def gate(rule):
    """Full truth table of two inputs."""
    a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    return {"a": a, "b": b, "y": rule(a, b).astype(int)}
