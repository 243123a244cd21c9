"""Small data and fits that the tests of training share."""

from typing import Any

import numpy as np

from neurona import Adam, BatchNorm, Dense, Dropout, Network
from neurona.optimize import ReduceOnPlateau

ROWS = 53
"""No multiple of the batch size: the last batch of an epoch is a partial one."""


def rows_of(seed: int, *shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).normal(size=shape)


X = rows_of(0, ROWS, 3)
Y = (X[:, 0] * X[:, 1] > 0).astype(np.int64) + (X[:, 2] > 0.5)


def everything(dtype: Any = "float32") -> Network:
    """Network with masks, batch statistics and several layers."""
    layers = [Dense(6, "relu"), BatchNorm(), Dropout(0.3), Dense(3)]
    return Network(layers, n_inputs=3, seed=1, dtype=dtype)


def options(**changes: Any) -> dict[str, Any]:
    """Fit with everything that a checkpoint must carry."""
    return {
        "loss": "cross_entropy",
        "optimizer": Adam(learning_rate=0.05),
        "schedule": ReduceOnPlateau(patience=1, factor=0.7),
        "batch_size": 8,
        "epochs": 12,
        "patience": 8,
        "average": 0.8,
        "metrics": ["accuracy"],
        "validation": np.arange(40, ROWS),
        "seed": 5,
        **changes,
    }


def record(network: Network) -> dict[str, Any]:
    """Everything that a fit leaves behind, wall times apart, exactly."""
    history = network.history
    assert history is not None
    epochs = [{**e, "seconds": 0} for e in history.to_json()["epochs"]]
    return {
        "parameters": network.parameters.vector.tobytes(),
        "states": network.states.vector.tobytes(),
        "slots": {name: v.tobytes() for name, v in sorted(network._slots.items())},
        "epochs": epochs,
        "best": history.best_epoch,
        "stopped": history.stopped,
        "step": network.training["step"] if network.training else None,
    }
