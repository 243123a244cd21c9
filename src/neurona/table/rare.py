"""A rare class: from which probability on it had better be answered, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.messages import _

__all__ = ["RareClass", "find_rare_class"]

RARE: Final = 0.3
"""Share of the rows below which a class of two is rare."""

CUTS: Final = 200
"""Thresholds that are tried, as many rows between each two."""

GAIN: Final = 0.02
"""Of F₁, below which another threshold is not worth a word."""


@dataclass(frozen=True)
class RareClass:
    """The rarer of two classes, and the threshold with the highest F₁.

    Parameters
    ----------
    name : str
    share : float
        Of the rows.
    threshold : float
        Probability from which on the class is answered.
    found, found_at_half : float
        Share of its rows that are answered with it, from the threshold on and from ½.
    right : float
        Share of those answers, from the threshold on, that are right.
    """

    name: str
    share: float
    threshold: float
    found: float
    found_at_half: float
    right: float

    def __str__(self) -> str:
        """All of it in a sentence."""
        return _(
            "class {name!r} is rare, with {share:.0%} of the rows: it is answered "
            "from a probability of ½ on, which makes the fewest errors but finds only "
            "{half:.0%} of its rows; from {threshold:.2f} on, {found:.0%} would be "
            "found, and {right:.0%} of those answers would be right"
        ).format(
            name=self.name,
            share=self.share,
            half=self.found_at_half,
            threshold=self.threshold,
            found=self.found,
            right=self.right,
        )

    def to_json(self) -> dict[str, Any]:
        """The same in JSON's terms."""
        return dict(vars(self))


def find_rare_class(
    probabilities: Array, labels: Array, classes: Sequence[str]
) -> RareClass | None:
    """The rare one of two classes, where another threshold than ½ finds it better.

    Parameters
    ----------
    probabilities : array (N, 2)
        Of rows that the model did not learn from.
    labels : int array (N,)
        Their classes.
    classes : sequence of str

    Returns
    -------
    RareClass or None
        None where both have 30 % of the rows, or F₁ would gain less than .02.

    Notes
    -----
    Math: F₁ = 2·hits/(answers + rows), with the answers and the rows of that class.

    Examples
    --------
    >>> p = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.4, 0.4])
    >>> labels = np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
    >>> find_rare_class(np.stack([1 - p, p], 1), labels, ["no", "yes"]).threshold
    0.4
    """
    place = int(np.argmin(np.bincount(labels, minlength=2)))
    is_rare, p = labels == place, probabilities[:, place]
    if np.mean(is_rare) >= RARE:
        return None
    marks = np.linspace(0, 1, CUTS + 1)
    cuts = np.unique(np.quantile(p, marks, method="nearest"))
    best = max(cuts, key=lambda cut: f1(p >= cut, is_rare))
    if f1(p >= best, is_rare) < f1(p >= 0.5, is_rare) + GAIN:
        return None
    answered = p >= best
    return RareClass(
        str(classes[place]),
        float(np.mean(is_rare)),
        float(best),
        float(np.mean(answered[is_rare])),
        float(np.mean(p[is_rare] >= 0.5)),
        float(np.mean(is_rare[answered])),
    )


def f1(answered: Array, truth: Array) -> float:
    return float(2 * np.sum(answered & truth) / max(np.sum(answered) + truth.sum(), 1))
