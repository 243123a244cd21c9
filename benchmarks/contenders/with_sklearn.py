"""scikit-learn's MLPClassifier: a stretch is one pass over its rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.neural_network import MLPClassifier
from works import Work

ACTIVATIONS = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic"}


def prepare(work: Work, threads: int) -> Callable[[], None] | None:
    if work.batch_norm or work.dropout:
        return None
    X, y = work.data()
    model = MLPClassifier(
        work.widths[1:-1],
        activation=ACTIVATIONS[work.activation],
        solver=work.optimizer,
        learning_rate_init=work.learning_rate,
        momentum=0.0,
        batch_size=work.batch,
        alpha=0.0,
        shuffle=False,
    )
    classes = np.unique(y)
    return lambda: model.partial_fit(X, y, classes=classes) and None
