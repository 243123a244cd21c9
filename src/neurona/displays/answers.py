"""What a fitted classifier says, as displays read it."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.arrays import Array

__all__ = ["class_chances"]


def class_chances(estimator: Any, X: Any, y: Any) -> tuple[Array, Array]:
    """Whether each row is of the class that is meant, and the probability it got.

    Of two classes the second is meant, of more the one that is likeliest for the row.
    """
    chances = np.asarray(estimator.predict_proba(X), float)
    truth = np.asarray(y)
    if chances.shape[1] == 2:
        return truth == estimator.classes_[1], chances[:, 1]
    best = chances.argmax(axis=1)
    return truth == estimator.classes_[best], chances.max(axis=1)
