"""A neural network you can see through, and faster than the ones you can't.

>>> import numpy as np
>>> from neurona import Dense, Network
>>> network = Network([Dense(8, "tanh"), Dense(1)], n_inputs=2, seed=0)
>>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0.0, 1, 1, 0])
>>> history = network.fit(X, y, loss="mse", batch_size=1, epochs=300)
>>> network.predict(X).round().ravel().tolist()
[0.0, 1.0, 1.0, 0.0]
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from neurona import explain, gradient, graph, reference
    from neurona.network import Network, load
    from neurona.nn import (
        Activation,
        BatchNorm,
        Concatenate,
        Dense,
        Dropout,
        Embedding,
        Input,
        LayerNorm,
        Residual,
        Scale,
    )
    from neurona.optimize import (
        SGD,
        AdaGrad,
        Adam,
        AdamW,
        AMSGrad,
        Lion,
        Momentum,
        Nadam,
        Nesterov,
        RMSProp,
    )
    from neurona.train.many import Job, fit_many
    from neurona.train.solvers import LBFGS, ConjugateGradients, GradientDescent

_HOMES = {
    "neurona": ("explain", "gradient", "graph", "reference"),
    "neurona.network": ("Network", "load"),
    "neurona.nn": (
        "Activation",
        "BatchNorm",
        "Concatenate",
        "Dense",
        "Dropout",
        "Embedding",
        "Input",
        "LayerNorm",
        "Residual",
        "Scale",
    ),
    "neurona.optimize": (
        "AMSGrad",
        "AdaGrad",
        "Adam",
        "AdamW",
        "Lion",
        "Momentum",
        "Nadam",
        "Nesterov",
        "RMSProp",
        "SGD",
    ),
    "neurona.train.many": ("Job", "fit_many"),
    "neurona.train.solvers": ("ConjugateGradients", "GradientDescent", "LBFGS"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "LBFGS",
    "SGD",
    "AMSGrad",
    "Activation",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BatchNorm",
    "Concatenate",
    "ConjugateGradients",
    "Dense",
    "Dropout",
    "Embedding",
    "GradientDescent",
    "Input",
    "Job",
    "LayerNorm",
    "Lion",
    "Momentum",
    "Nadam",
    "Nesterov",
    "Network",
    "RMSProp",
    "Residual",
    "Scale",
    "explain",
    "fit_many",
    "gradient",
    "graph",
    "load",
    "reference",
]


def __getattr__(name: str) -> Any:
    """Load what is asked for, when it is asked for: importing stays quick."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if home == __name__:
        return importlib.import_module(f"{home}.{name}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
