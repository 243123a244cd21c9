"""How much is spent on an answer: one network, or many chosen and joined by folds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from neurona.messages import _
from neurona.table.options import TrainOptions

__all__ = ["ONE_NETWORK", "NetworkWay", "Quality", "choose_quality"]

FEWEST_ROWS: Final = 50
"""Below this, each fold misses what only a row or two could teach."""

MOST_ROWS: Final = 50_000
"""Above this, one network learns from all the rows that several would share."""


@dataclass(frozen=True)
class NetworkWay:
    """Networks of one kind, as they are tried over the folds.

    Parameters
    ----------
    penalty : float
        Multiple of the recipe's L2 penalty.
    activation : str or None
        Of the hidden layers; None for the recipe's.
    bins : bool
        Whether they read too where each number lies among the others of its column.
    """

    penalty: float
    activation: str | None = None
    bins: bool = False


@dataclass(frozen=True)
class Quality:
    """What a run may spend.

    Parameters
    ----------
    name : {"fast", "good", "best"}
        ``fast`` trains one network.
    reason : str
        Why, in a sentence.
    folds : int
        Parts that the rows are cut into; 0 for one network.
    ways : tuple of NetworkWay
        What is tried, the likeliest first.
    seconds : float
        When to stop trying more.
    """

    name: str
    reason: str
    folds: int = 0
    ways: tuple[NetworkWay, ...] = ()
    seconds: float = 0.0


ONE_NETWORK: Final = Quality("fast", "")

WAYS: Final[Mapping[str, tuple[NetworkWay, ...]]] = {
    "good": (
        NetworkWay(1.0, bins=True),
        NetworkWay(0.3, "silu"),
        NetworkWay(0.1),
        NetworkWay(3.0, "silu"),
    ),
    "best": tuple(
        NetworkWay(penalty, activation, bins)
        for penalty in (1.0, 0.3, 3.0, 0.1, 0.03, 10.0)
        for activation in (None, "silu")
        for bins in (True, False)
    ),
}


def choose_quality(options: TrainOptions, rows: int) -> Quality:
    """What a run may spend, by what was asked for and the rows to learn from.

    Examples
    --------
    >>> choose_quality(TrainOptions(quality="good"), 150).folds
    5
    >>> choose_quality(TrainOptions(quality="good"), 4).name
    'fast'
    """
    if options.quality == "fast":
        return Quality("fast", _("one network; --quality good weighs several"))
    for holds, reason in REFUSALS.values():
        if holds(options, rows):
            return Quality("fast", reason())
    usual = USUAL_SECONDS[options.quality]
    seconds = usual if options.seconds is None else options.seconds
    folds = FOLDS[options.quality]
    return Quality(
        options.quality,
        _(
            "networks of {folds} folds answer rows that they never saw; what answers "
            "best is joined, within {seconds:g} seconds"
        ).format(folds=folds, seconds=seconds),
        folds,
        tuple(dict.fromkeys(as_asked(way, options) for way in WAYS[options.quality])),
        seconds,
    )


def as_asked(way: NetworkWay, options: TrainOptions) -> NetworkWay:
    """A way without what a person decided otherwise."""
    return NetworkWay(
        way.penalty if options.l2 is None else 1.0,
        way.activation if options.activation is None else None,
        way.bins,
    )


FOLDS: Final[Mapping[str, int]] = {"good": 5, "best": 10}
USUAL_SECONDS: Final[Mapping[str, float]] = {"good": 60.0, "best": 600.0}

REFUSALS: Final[
    Mapping[str, tuple[Callable[[TrainOptions, int], bool], Callable[[], str]]]
] = {
    "checkpoint": (
        lambda options, rows: options.checkpoint is not None,
        lambda: _("one network, since a checkpoint is of one"),
    ),
    "output": (
        lambda options, rows: options.output_activation is not None,
        lambda: _("one network, since its output's activation was asked for"),
    ),
    "few": (
        lambda options, rows: rows < FEWEST_ROWS,
        lambda: _("one network: so few rows cannot be spared for folds"),
    ),
    "many": (
        lambda options, rows: rows > MOST_ROWS,
        lambda: _("one network: so many rows teach it what several would know"),
    ),
}
"""Where one network is trained whatever was asked for, and why."""
