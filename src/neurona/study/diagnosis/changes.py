"""Changes of options that may help, as findings propose them to be tried."""

from __future__ import annotations

from typing import Any, TypeAlias

from neurona.nn.layers import Dropout
from neurona.study.diagnosis.examination import Examination

__all__ = [
    "Changes",
    "held_back",
    "overfit_tries",
    "rounded",
    "times_l2",
    "times_rate",
    "underfit_tries",
]

Changes: TypeAlias = tuple[dict[str, Any], ...]


def rounded(value: float) -> float:
    """A setting as a person would write it.

    Examples
    --------
    >>> rounded(0.012345)
    0.012
    """
    return float(f"{value:.2g}")


def times_rate(found: Examination, factor: float) -> Changes:
    """Another learning rate; nothing for a network that was never trained."""
    if found.optimizer is None:
        return ()
    return ({"learning_rate": rounded(factor * found.optimizer.learning_rate)},)


def times_l2(found: Examination, *factors: float) -> Changes:
    """Other penalties; nothing where there is none to change."""
    l2 = found.training.get("l2") or 0.0
    return tuple({"l2": rounded(l2 * factor)} for factor in factors if l2)


def held_back(found: Examination) -> Changes:
    """Penalties and dropout lowered by ten and a hundred times, and left out."""
    rates = [e.rate for e in found.layers.values() if isinstance(e, Dropout)]
    strengths = {**found.training, "dropout": max(rates, default=0.0)}
    return tuple(
        {name: rounded(factor * strengths[name])}
        for name in ("l2", "l1", "dropout")
        for factor in (0.1, 0.01, 0.0)
        if strengths.get(name)
    )


def underfit_tries(found: Examination) -> Changes:
    """What may help where a network learns too little."""
    epochs = found.training.get("epochs")
    longer = ({"epochs": 4 * epochs},) if isinstance(epochs, int) else ()
    wider = tuple(2 * layer.units for layer in found.hidden) or (64, 64)
    lower = held_back(found)
    patient = ({"patience": 0},) if found.training.get("patience") else ()
    return (*patient, *longer, *lower, *times_rate(found, 3), {"hidden": wider})


def overfit_tries(found: Examination) -> Changes:
    """What may help where a network learns rows by heart."""
    higher = times_l2(found, 3, 10) or ({"l2": 0.1}, {"l2": 1.0})
    dropout = ({"dropout": 0.2},) if found.hidden else ()
    epochs = found.training.get("epochs")
    fewer = ({"epochs": epochs // 4},) if isinstance(epochs, int) and epochs > 3 else ()
    return (*higher, *dropout, *fewer)
