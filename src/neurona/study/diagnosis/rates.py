"""Findings about the learning rate, from the curve and from the range test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.messages import _
from neurona.show.notation import format_number
from neurona.study.diagnosis.changes import rounded
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding, Severity
from neurona.study.diagnosis.fitting import NOTHING
from neurona.study.diagnosis.loss_curve import (
    ENOUGH_EPOCHS,
    late_share,
    mean_jump,
    still_falling,
    turns_often,
)
from neurona.study.diagnosis.units import lost_in_training

__all__ = ["rate_too_high", "rate_too_low"]

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

SERIOUS: Final[Severity] = "serious"

RESTLESS: Final = 0.15
"""Mean change between epochs of the second half, as a share of the whole fall, above
which a curve jumps rather than settles."""

NOT_DONE: Final = 0.3
"""Share of the first loss that must be left for more training to be worth it."""

TOO_FAR: Final = 3.0
"""Multiple of a rate of the range test beyond which a rate is held against it."""

FAR_ABOVE: Final = 20.0
"""Multiple of the suggested rate beyond which a rate is to blame for what is ill: good
ones are often ten times it."""

LEAP: Final = 3.0
"""Multiple of the loss before the first step that only steps too long lead to."""


def rate_too_high(found: Examination) -> Iterator[Finding]:
    """Loss that ran away, rose, or jumped to and fro."""
    used, last_fit = rate_used(found), found.network.history
    if used is None:
        return
    losses = np.array(found.history.loss if found.history else [], np.float64)
    diverged = last_fit is not None and last_fit.stopped == "diverged"
    if last_fit is not None and last_fit.cause and last_fit.cause.name != "rate":
        return
    what, severity, evidence = "", SERIOUS, {"learning_rate": used}
    if diverged:
        what = _(
            "The learning rate {rate} is too high: the loss left the finite numbers."
        )
    elif len(losses) >= ENOUGH_EPOCHS:
        what, more = restless_curve(losses)
        evidence |= more
    if not what and ran_away(found, used):
        what = _(
            "The learning rate {rate} is too high: in the range test the loss runs "
            "away at such rates."
        )
    if not what and len(losses):
        what, severity, more = blame_for_illness(found, used, float(losses.max()))
        evidence |= more
    # Where the loss never moved, it is not the step's length that is to blame.
    if not what or (len(losses) and not diverged and np.ptp(losses) == 0):
        return
    suggestion = suggested(found, in_haste=True)
    if suggestion is not None and suggestion >= used:
        suggestion = None
    # What learned in spite of its rate needs no leap to the other end of the scale.
    better = suggestion if severity == SERIOUS else used / FAR_ABOVE
    wanted = better or used / 10
    advice = _("Try {rate}.").format(rate=format_number(wanted, 2))
    if better is not None and better == suggestion:
        advice += " " + _("The range test suggests it.")
    numbers = {name: format_number(value, 4) for name, value in evidence.items()}
    yield Finding(
        "learning_rate_too_high",
        severity,
        what.format(rate=format_number(used, 3), **numbers),
        advice,
        {**evidence, "suggestion": suggestion},
        ({"learning_rate": rounded(wanted)},),
    )


def restless_curve(losses: Array) -> tuple[str, dict[str, float]]:
    """What the shape of a loss curve says of a rate that is too high; "" if naught."""
    first, last, late = losses[0], losses[-1], losses[len(losses) // 2 :]
    jumps = mean_jump(late)
    evidence = {
        "first_loss": float(first),
        "last_loss": float(last),
        "mean_jump": jumps,
    }
    if last > first and last - first > 2 * jumps:
        what = _(
            "The learning rate {rate} is too high: the loss rose from {first_loss} to "
            "{last_loss}."
        )
    elif jumps > RESTLESS * max(first - losses.min(), 1e-12) and turns_often(late):
        what = _(
            "The learning rate {rate} is too high: the loss does not settle "
            "but changes by {mean_jump} from epoch to epoch, between "
            "{first_loss} at first and {last_loss} at last."
        )
    else:
        what = ""
    return what, evidence


def blame_for_illness(
    found: Examination, used: float, highest: float
) -> tuple[str, Severity, dict[str, float]]:
    """What a rate did to a network that lost units or learned nothing; "" if naught."""
    hopeless = learned_nothing(found)
    if not hopeless and not lost_in_training(found):
        return "", SERIOUS, {}
    start, best = found.flow_at_start.loss, suggested(found, in_haste=True)
    if start is not None and highest > LEAP * abs(start):
        what = _(
            "The learning rate {rate} is too high: the loss leapt from {start_loss} "
            "before the first step to {highest_loss}, and what the first steps broke "
            "was not mended."
        )
        return what, SERIOUS, {"start_loss": start, "highest_loss": highest}
    if best is None or used <= FAR_ABOVE * best:
        return "", SERIOUS, {}
    evidence = {"times": float(round(used / best))}
    if hopeless:
        what = _(
            "The learning rate {rate} is too high: it is {times} times that which the "
            "range test suggests, and the loss never fell below that of a constant "
            "answer."
        )
        return what, SERIOUS, evidence
    what = _(
        "The learning rate {rate} is too high: it is {times} times that which the "
        "range test suggests, and units that began well no longer learn."
    )
    return what, "moderate", evidence


def rate_too_low(found: Examination) -> Iterator[Finding]:
    """Loss still falling when the epochs were done, and too low a rate or too few."""
    history, used = found.history, rate_used(found)
    # What folds chose may be a line, or networks kept from learning by heart: a loss
    # that still falls on their own rows says nothing of it.
    if found.joined or history is None or used is None or not still_falling(found):
        return
    first, last = float(history.loss[0]), float(history.loss[-1])
    if 0 < last < NOT_DONE * first or any(rate_too_high(found)):
        return
    share, better = late_share(history), suggested(found, in_haste=True)
    low = better is not None and used * TOO_FAR < better
    hardly = 0 < first - last < 0.02 * abs(first)
    what = (
        _(
            "The learning rate {rate} is too low for {epochs} epochs: the loss was "
            "still falling when training ended, from {first} to {last}, and "
            "{share:.0%} of the fall came in the second half of the way, the lengths "
            "of all steps added up."
        )
        if low
        else _(
            "{epochs} epochs were too few: the loss was still falling when training "
            "ended, from {first} to {last}, and {share:.0%} of the fall came in the "
            "second half of the way, the lengths of all steps added up."
        )
    )
    more = 4 * len(history)
    tries: list[dict[str, Any]] = [{"epochs": more}]
    advice = _("Train for more epochs, such as {more}.").format(more=more)
    if low:
        assert better is not None
        tries = [{"learning_rate": rounded(better)}, *tries]
        advice = _("Try {rate}, which the range test suggests.").format(
            rate=format_number(better, 2)
        )
    yield Finding(
        "learning_rate_too_low" if low else "too_few_epochs",
        "serious" if hardly or low else "moderate",
        what.format(
            rate=format_number(used, 3),
            epochs=len(history),
            first=format_number(first, 4),
            last=format_number(last, 4),
            share=share,
        ),
        advice,
        {
            "learning_rate": used,
            "first_loss": first,
            "last_loss": last,
            "late_share": share,
            "suggestion": better if low else None,
        },
        tuple(tries),
    )


def rate_used(found: Examination) -> float | None:
    """Highest learning rate of the last fit, before any schedule lowered it."""
    return None if found.optimizer is None else float(found.optimizer.learning_rate)


def ran_away(found: Examination, used: float) -> bool:
    """Whether the range test ended in a loss that ran away well below a rate."""
    test = found.range_test
    if test is None or not len(test.losses):
        return False
    lowest = float(test.losses.min())
    away = not np.isfinite(test.losses[-1]) or test.losses[-1] > 4 * abs(lowest)
    return bool(away and used > TOO_FAR * test.rates[-1])


def learned_nothing(found: Examination) -> bool:
    """Whether a simple model learns something, but the network nothing."""
    train = found.main_error
    if train is None or train.error < NOTHING:
        return False
    simple = found.simple_error
    return simple is not None and simple[1] < NOTHING


def suggested(found: Examination, *, in_haste: bool = False) -> float | None:
    """Rate of the range test; in haste, that of a small network too."""
    test = found.quick_range_test if in_haste else found.range_test
    return None if test is None else float(test.suggestion)
