"""Findings about the learning rate, from the curve and from the range test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.explain.diagnosis.examination import Examination
from neurona.explain.diagnosis.finding import Finding
from neurona.messages import _
from neurona.train.history import History

__all__ = ["rate_too_high", "rate_too_low"]

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

ENOUGH_EPOCHS: Final = 5
"""A shorter curve says little about its own shape."""

RESTLESS: Final = 0.15
"""Mean change between epochs of the second half, as a share of the whole fall, above
which a curve jumps rather than settles."""

STILL_FALLING: Final = 0.25
"""Share of the fall that the second half of all steps' lengths brings, above which the
end is not reached; it is a half where the loss falls in a straight line."""

NOT_DONE: Final = 0.3
"""Share of the first loss that must be left for more training to be worth it."""

TOO_FAR: Final = 3.0
"""Multiple of a rate of the range test beyond which a rate is held against it."""


def rate_too_high(found: Examination) -> Iterator[Finding]:
    """Loss that ran away, rose, or jumped to and fro."""
    history = found.history
    used = rate_used(found)
    last_fit = found.network.history
    stopped = "" if last_fit is None else last_fit.stopped
    if used is None:
        return
    losses = np.array(history.loss if history else [], np.float64)
    what, evidence = "", {"learning_rate": used}
    if stopped == "diverged":
        what = _(
            "The learning rate {rate:.3g} is too high: the loss left the finite "
            "numbers."
        )
    elif len(losses) >= ENOUGH_EPOCHS:
        lowest, first, last = losses.min(), losses[0], losses[-1]
        fall = first - lowest
        jumps = float(np.abs(np.diff(losses[len(losses) // 2 :])).mean())
        evidence |= {
            "first_loss": float(first),
            "last_loss": float(last),
            "mean_jump": jumps,
        }
        turns = turning_share(losses[len(losses) // 2 :])
        if last > first and last - first > 2 * jumps:
            what = _(
                "The learning rate {rate:.3g} is too high: the loss rose from "
                "{first_loss:.4g} to {last_loss:.4g}."
            )
        elif jumps > RESTLESS * max(fall, 1e-12) and turns > 0.25:
            what = _(
                "The learning rate {rate:.3g} is too high: the loss does not settle "
                "but changes by {mean_jump:.3g} from epoch to epoch, between "
                "{first_loss:.4g} at first and {last_loss:.4g} at last."
            )
    if not what and ran_away(found, used):
        what = _(
            "The learning rate {rate:.3g} is too high: in the range test the loss runs "
            "away at such rates."
        )
    # Where the loss never moved, it is not the step's length that is to blame.
    if not what or (len(losses) and stopped != "diverged" and np.ptp(losses) == 0):
        return
    suggestion = suggested(found)
    if suggestion is not None and suggestion >= used:
        suggestion = None
    yield Finding(
        "learning_rate_too_high",
        "serious",
        what.format(rate=used, **evidence),
        _("Try {rate:.2g}.").format(rate=suggestion or used / 10)
        + (" " + _("The range test suggests it.") if suggestion else ""),
        {**evidence, "suggestion": suggestion},
    )


def rate_too_low(found: Examination) -> Iterator[Finding]:
    """Loss that was still far from its end when training stopped."""
    history, used = found.history, rate_used(found)
    if history is None or used is None or len(history) < ENOUGH_EPOCHS:
        return
    if history.stopped == "diverged":
        return
    losses = np.array(history.loss, np.float64)
    first, last = float(losses[0]), float(losses[-1])
    share = late_share(history)
    small_step = None
    suggestion = suggested(found)
    if suggestion is not None and used * TOO_FAR < suggestion:
        small_step = suggestion
    hardly = 0 < first - last < 0.02 * abs(first)
    if last > first or share < STILL_FALLING:
        return
    if 0 < last < NOT_DONE * first:
        return
    restless = float(np.abs(np.diff(losses[len(losses) // 2 :])).mean())
    if turning_share(losses[len(losses) // 2 :]) > 0.25 and restless > 0.02 * (
        first - last
    ):
        return
    advice = _("Try {rate:.2g}, or train for more epochs.").format(
        rate=small_step or used * 10
    )
    if small_step:
        advice = _("Try {rate:.2g}, which the range test suggests.").format(
            rate=small_step
        )
    yield Finding(
        "learning_rate_too_low",
        "serious" if hardly or small_step else "moderate",
        _(
            "The learning rate {rate:.3g} is too low for {epochs} epochs: the loss was "
            "still falling when training ended, from {first:.4g} to {last:.4g}, and "
            "{share:.0%} of the fall came in the second half."
        ).format(rate=used, epochs=len(history), first=first, last=last, share=share),
        advice,
        {
            "learning_rate": used,
            "first_loss": first,
            "last_loss": last,
            "late_share": share,
            "suggestion": small_step,
        },
    )


def rate_used(found: Examination) -> float | None:
    """Highest learning rate of the last fit, before any schedule lowered it."""
    return None if found.optimizer is None else float(found.optimizer.learning_rate)


def late_share(history: History) -> float:
    """Share of the loss's fall in the second half of the way that training went.

    The way is the sum of the learning rates, so that a schedule which ends in tiny
    steps does not look like a loss that has settled.
    """
    losses = np.array(history.loss, np.float64)
    way = np.cumsum(history.learning_rate)
    fall = losses[0] - losses[-1]
    if fall <= 0 or way[-1] <= way[0]:
        return 0.0
    middle = float(np.interp((way[0] + way[-1]) / 2, way, losses))
    return float(np.clip((middle - losses[-1]) / fall, 0.0, 1.0))


def turning_share(losses: Array) -> float:
    """Share of the steps in which a curve rises."""
    changes = np.diff(losses)
    return float((changes > 0).mean()) if changes.size else 0.0


def ran_away(found: Examination, used: float) -> bool:
    """Whether the range test ended in a loss that ran away well below a rate."""
    test = found.range_test
    if test is None or not len(test.losses):
        return False
    lowest = float(test.losses.min())
    away = not np.isfinite(test.losses[-1]) or test.losses[-1] > 4 * abs(lowest)
    return bool(away and used > TOO_FAR * test.rates[-1])


def suggested(found: Examination) -> float | None:
    """Rate of the range test."""
    return None if found.range_test is None else float(found.range_test.suggestion)
