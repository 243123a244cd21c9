"""Who trains: each makes itself ready once, then trains a stretch of steps a call.

A contender is a module with ``prepare(work, threads)``, which returns a function that
trains one stretch, or None where it has no such network; whatever it compiles is
compiled at the first call of that function. A whole run is ``prepare`` and as many
stretches as the work asks for, which is the least that its users would write.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable

from works import Work

__all__ = ["CONTENDERS", "prepare", "thread_counts", "versions"]

CONTENDERS = {
    "neurona": ("neurona", "with_neurona"),
    "PyTorch eager": ("torch", "with_torch"),
    "torch.compile": ("torch", "with_torch_compile"),
    "JAX scan": ("jax", "with_jax"),
    "scikit-learn": ("sklearn", "with_sklearn"),
    "Keras 3": ("keras", "with_keras"),
}
"""Name in the table: the package it needs, and its module here."""


def prepare(name: str, work: Work, threads: int) -> Callable[[], None] | None:
    """A function that trains one stretch, or None where there is no such network."""
    module = importlib.import_module(f"contenders.{CONTENDERS[name][1]}")
    return module.prepare(work, threads)  # type: ignore[no-any-return]


def versions() -> dict[str, str]:
    """Version of each contender that is installed."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    found = {}
    for name, (package, _module) in CONTENDERS.items():
        try:
            found[name] = importlib.import_module(package).__version__
        except ImportError:
            continue
    return found


def thread_counts(name: str) -> tuple[int, ...]:
    """Numbers of threads to try: each contender is given its best."""
    most = len(os.sched_getaffinity(0))
    fixed = name in ("JAX scan", "scikit-learn") or most == 1
    return (most,) if fixed else (1, most)
