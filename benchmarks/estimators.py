"""Fits of the MLPs against scikit-learn's: same data, same epochs, same answer.

    python -m benchmarks.estimators [REPEATS]

Both fit in turn, so that what else the machine does strikes both; medians and their
ratio are told, and how far the weights lie apart.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn import neural_network
from sklearn.datasets import load_digits, make_classification, make_regression

import neurona

EPOCHS = 20

CASES: dict[str, tuple[str, Callable[[], Any], float]] = {
    "10,000 x 20": (
        "MLPClassifier",
        lambda: make_classification(10_000, 20, random_state=0),
        8.0,
    ),
    "10,000 x 20, numbers": (
        "MLPRegressor",
        lambda: make_regression(10_000, 20, random_state=0),
        8.0,
    ),
    "digits": ("MLPClassifier", lambda: load_digits(return_X_y=True), 4.0),
}
"""Class, rows and the ratio that is wanted, by name."""


def seconds_of(estimator: Any, X: Any, y: Any) -> float:
    began = time.perf_counter()
    estimator.fit(X, y)
    return time.perf_counter() - began


def compare(name: str, repeats: int) -> None:
    kind, load, wanted = CASES[name]
    X, y = load()
    found: dict[Any, list[float]] = {neural_network: [], neurona: []}
    fitted = {}
    for _ in range(repeats):
        for module, times in found.items():
            # Both run all epochs: a tolerance of 0 stops neither before.
            made = getattr(module, kind)(
                max_iter=EPOCHS, n_iter_no_change=EPOCHS, random_state=0
            )
            times.append(seconds_of(made, X, y))
            fitted[module] = made
    theirs, ours = (statistics.median(times) for times in found.values())
    a, b = (fitted[module] for module in found)
    apart = max(np.abs(p - q).max() for p, q in zip(a.coefs_, b.coefs_, strict=True))
    assert a.n_iter_ == b.n_iter_
    print(
        f"{name:22} {theirs:8.3f} s {ours:8.3f} s  {theirs / ours:5.1f}x "
        f"(wanted {wanted:g}x)  weights apart {apart:.0e}"
    )


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    warnings.simplefilter("ignore")
    print(f"{'':22} {'sklearn':>10} {'neurona':>10}  ratio")
    for name in CASES:
        compare(name, repeats)


if __name__ == "__main__":
    main()
