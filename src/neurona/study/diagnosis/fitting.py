"""Findings about fit: too little, too much, or a held-out part that misleads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from neurona.messages import _
from neurona.nn.layers import (
    Activation,
    Add,
    BatchNorm,
    Clip,
    Concatenate,
    Dense,
    Dropout,
    Residual,
    Scale,
)
from neurona.show.notation import format_number
from neurona.study.diagnosis.changes import overfit_tries, underfit_tries
from neurona.study.diagnosis.errors_by_part import PartError
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding, part_names
from neurona.study.diagnosis.loss_curve import falls_enough
from neurona.study.rows import flat_numbers

__all__ = ["Verdict", "judge_fit", "misfit"]

Verdict: TypeAlias = Literal["underfit", "good", "overfit", "hard_test"]

MARGIN: Final = 0.1
"""Difference of errors that counts, in units of a constant's error."""

SURE: Final = 2.5
"""Standard errors that a difference must exceed: about one false alarm in 160."""

NOTHING: Final = 0.95
"""Error on the training rows from which a network has learned nothing."""

CONSTANT_ROWS: Final = 4_000

FEW_HELD: Final = 5
"""Fewer rows held out prove nothing, however far apart two errors lie."""

UNSURE: Final = 0.25
"""Standard error above which an error held out does not show that nothing was learned:
of a rare class a few rows more or less decide it."""

FEWEST_CASES: Final = 4
"""Rows, at least, that show what was not learned where no simple model can."""

RISE: Final = 1.5
"""Multiple of its lowest value that the validation loss must reach again."""


def is_worse(error: PartError, than: PartError) -> bool:
    """Whether an error is surely the higher of two."""
    if error.rows < FEW_HELD:
        return False
    noise = np.hypot(error.standard_error, than.standard_error)
    return bool(error.error - than.error > max(MARGIN, SURE * noise))


def judge_fit(
    train: PartError,
    validation: PartError | None = None,
    test: PartError | None = None,
    reachable: float = 0.0,
) -> Verdict:
    """How well a network fits, from its errors on the parts of the rows.

    Parameters
    ----------
    train, validation, test : PartError
        In units of the error of a constant answer.
    reachable : float
        Error that a simple model reaches on rows it did not see, in the same units:
        what is above it is high.

    Returns
    -------
    {"underfit", "good", "overfit", "hard_test"}

    Notes
    -----
    ======== ============ ====== ===========
    training validation   test   verdict
    ======== ============ ====== ===========
    high     high                underfit
    low      low          low    good
    low      high                overfit
    low      low          high   hard_test: fitted to the validation rows, or a test
                                 part that is harder
    ======== ============ ====== ===========

    Examples
    --------
    >>> low, high = PartError(0.05, 0.01, 400), PartError(0.5, 0.02, 400)
    >>> judge_fit(high, high), judge_fit(low, low), judge_fit(low, high)
    ('underfit', 'good', 'overfit')
    >>> judge_fit(low, low, high)
    'hard_test'
    """
    if train.error > reachable + max(MARGIN, SURE * train.standard_error):
        return "underfit"
    if validation is not None and is_worse(validation, than=train):
        return "overfit"
    seen = train if validation is None else validation
    if test is not None and is_worse(test, than=seen):
        return "overfit" if validation is None else "hard_test"
    return "good"


def misfit(found: Examination) -> Iterator[Finding]:
    """Underfitting, overfitting, or a test part that is harder."""
    errors, train = found.errors, found.main_error
    if train is None or is_constant(found.main.sample(CONSTANT_ROWS)[1]):
        return
    simple = found.simple_error
    verdict = judge_fit(
        train,
        errors.get("validation"),
        errors.get("test"),
        # Without a simple model to compare with, nobody knows what can be reached.
        np.inf if simple is None else simple[1],
    )
    evidence: dict[str, Any] = {name: vars(error) for name, error in errors.items()}
    if simple is not None:
        evidence["simple_model"] = {"name": simple[0], "error": simple[1]}
    hopeless = simple is not None and simple[1] > NOTHING
    held = errors.get("validation") or errors.get("test") or train
    held = max(held, errors.get("test") or held, key=lambda error: error.rows)
    shown = held.rows >= FEW_HELD and held.standard_error <= UNSURE
    nothing = train.error > NOTHING or (shown and held.error > NOTHING)
    least = found.least_error
    if (
        simple is None
        and least is not None
        and found.history is not None
        and train.rows >= FEWEST_CASES
        and train.error > least + MARGIN
    ):
        yield not_learned(found, train, least, evidence)
    elif nothing and hopeless and found.history is not None:
        what = _(
            "On the rows it learned from, the network is hardly better than an answer "
            "that is always the same: its error is {error}, where 1 is that of such an "
            "answer."
        )
        if train.error <= NOTHING:
            what = _(
                "There is nothing to learn here that these rows show: on rows not seen "
                "the network's error is {error}, where 1 is that of an answer that is "
                "always the same, and what it knows of its own rows it learned by "
                "heart."
            )
        yield Finding(
            "nothing_learned",
            "moderate",
            what.format(
                error=say_error(train.error if train.error > NOTHING else held.error)
            ),
            _(
                "Look whether the columns can say anything about the target; simple "
                "models find nothing in them either."
            ),
            evidence,
        )
    elif verdict == "underfit" and simple is not None:
        yield Finding(
            "underfitting",
            "serious",
            _(
                "The network underfits: even on the rows it learned from its error is "
                "{error}, where 1 is that of a constant answer, while {model} made "
                "{simple} on rows not seen before."
            ).format(
                error=say_error(train.error),
                model=simple[0],
                simple=say_error(max(simple[1], 0.0)),
            ),
            underfit_advice(found, simple[0]),
            evidence,
            underfit_tries(found),
        )
    elif verdict == "overfit":
        name = "validation" if "validation" in errors else "test"
        yield overfit(found, train, errors[name], part_names()[name], evidence)
    elif verdict == "hard_test":
        yield hard_test(found, evidence)
    elif found.knows_split or not errors:
        yield from rising_validation(found)


def is_constant(y: Any) -> bool:
    """Whether a target is the same everywhere, so that nothing can be learned."""
    return not isinstance(y, dict) and bool((np.asarray(y) == np.asarray(y)[:1]).all())


def say_error(error: float) -> str:
    """An error as a number: as a share it would be one of many hundred percent."""
    return format_number(error, 2)


def not_learned(
    found: Examination, train: PartError, least: float, evidence: dict[str, Any]
) -> Finding:
    """Rows too few for a simple model, which some function answers far better."""
    return Finding(
        "underfitting",
        "serious",
        _(
            "The network has not learned its rows: its error on them is {error}, where "
            "1 is that of a constant answer, and {least} can be reached, by the best "
            "answer to each different case."
        ).format(error=say_error(train.error), least=say_error(least)),
        underfit_advice(found, ""),
        {**evidence, "least_error": least},
        underfit_tries(found),
    )


def underfit_advice(found: Examination, model: str) -> str:
    asked = (found.network.preparation or {}).get("asked") or {}
    by_patience = found.history is not None and found.history.stopped == "patience"
    # What a person asked for is undone only where a trial shows a gain.
    if by_patience and found.history is not None and not asked.get("patience"):
        return _(
            "Let it train for longer: patience ended it after {epochs} epochs; 0 is no "
            "patience."
        ).format(epochs=len(found.history))
    if falls_enough(found):
        return _(
            "Train for more epochs: the loss was still falling when {epochs} had "
            "passed."
        ).format(epochs=len(found.history or ()))
    penalized = found.training.get("l1") or found.training.get("l2")
    if not is_linear(found):
        if penalized:
            return _("Lower the penalties (l1, l2), or widen the hidden layers.")
        return _("Use more hidden units or another layer, or train for longer.")
    if model == _("a linear model"):
        if penalized:
            return _("Lower the penalties (l1, l2), or train for longer.")
        return _("Train for longer.")
    if sum(layer.weight_norm is not None for layer in found.flow.layers) > 1:
        return _(
            "Use a curved activation such as relu in the hidden layers: with the "
            "identity they multiply out into one, and the network draws straight lines "
            "only."
        )
    return _(
        "Add a hidden layer with a curved activation such as relu: without one the "
        "network draws straight lines only."
    )


STRAIGHT = (
    Activation, Add, BatchNorm, Clip, Concatenate, Dense, Dropout, Residual, Scale
)  # fmt: skip
"""Layers that bend nothing within bounds, where an activation is not hidden."""


def is_linear(found: Examination) -> bool:
    """Whether nothing before the output is curved."""
    return not found.hidden and all(
        isinstance(layer, STRAIGHT) for layer in found.layers.values()
    )


def overfit(
    found: Examination,
    train: PartError,
    held: PartError,
    name: str,
    evidence: dict[str, Any],
) -> Finding:
    rising = next(rising_validation(found), None)
    if rising is not None:
        evidence = {**evidence, **rising.evidence}
    l2 = found.training.get("l2")
    if rising is not None and not found.training.get("patience"):
        advice = _(
            "Stop early: with patience the weights of the best epoch, {epoch}, would "
            "have been kept."
        ).format(epoch=rising.evidence["best_epoch"])
    elif not l2:
        advice = _(
            "Collect more rows if you can; else raise the L2 penalty (l2), or use "
            "dropout or fewer units."
        )
    else:
        advice = _(
            "Collect more rows if you can; else raise the L2 penalty above {l2}, or "
            "use dropout or fewer units."
        ).format(l2=format_number(l2, 3))
    return Finding(
        "overfitting",
        "serious" if held.error > 0.5 else "moderate",
        _(
            "The network overfits: its error is {train} on the training rows, but "
            "{held} ± {noise} on the {part} rows, where 1 is that of a constant answer."
        ).format(
            train=say_error(train.error),
            held=say_error(held.error),
            noise=say_error(held.standard_error),
            part=name,
        ),
        advice,
        evidence,
        overfit_tries(found),
    )


def hard_test(found: Examination, evidence: dict[str, Any]) -> Finding:
    """Tell rows that are unlike the others from a choice fitted to validation."""
    validation, test = found.errors["validation"], found.errors["test"]
    far = distance_ratio(found)
    evidence = {**evidence, "distance_ratio": far}
    if far is not None and far > 1.5:
        why = _(
            "The test rows lie {ratio} times as far from the training rows as the "
            "validation rows do: the split is a hard one, not the fit a bad one."
        ).format(ratio=format_number(far, 2))
        advice = _(
            "Split anew with another seed, or collect training rows like those of the "
            "test."
        )
    else:
        why = _(
            "The test rows lie no farther from the training rows, so the choice of "
            "settings or epoch probably fits the validation rows alone."
        )
        advice = _("Use more validation rows, and judge by a test not used before.")
    return Finding(
        "overfit_to_validation",
        "moderate",
        _(
            "The error is {validation} on the validation rows, but {test} ± {noise} on "
            "the test rows, where 1 is that of a constant answer."
        ).format(
            validation=say_error(validation.error),
            test=say_error(test.error),
            noise=say_error(test.standard_error),
        )
        + f" {why}",
        advice,
        evidence,
    )


def distance_ratio(found: Examination) -> float | None:
    """How much farther test rows are from the training rows than validation rows."""
    if any(entry.dtype != "float" for entry in found.network.architecture.inputs):
        return None
    train = flat_numbers(found.main.sample(2_000)[0])
    deviation = train.std(axis=0)
    scale = np.where(deviation > 0, deviation, 1.0)
    nearest = []
    for name in ("validation", "test"):
        rows = flat_numbers(found.parts[name].sample(300)[0]) / scale
        near = [np.sqrt(np.min(np.sum((train / scale - r) ** 2, axis=1))) for r in rows]
        nearest.append(float(np.median(near)))
    return nearest[1] / nearest[0] if nearest[0] > 0 else None


def rising_validation(found: Examination) -> Iterator[Finding]:
    """Validation loss that rose again while the training loss went on falling."""
    history = found.history
    if history is None or found.training.get("patience") or len(history) < 10:
        return
    held = np.array(history.validation_loss, np.float64)
    if len(held) != len(history) or not (0 < held.min() and held.max() < np.inf):
        return
    reach = max(1, len(held) // 20)
    smooth = np.convolve(held, np.ones(reach) / reach, mode="valid")
    best = int(np.argmin(smooth))
    losses = history.loss
    if smooth[-1] < RISE * smooth[best] or losses[-1] > losses[best + reach - 1]:
        return
    epoch = int(np.argmin(held)) + 1
    yield Finding(
        "validation_loss_rises",
        "moderate",
        _(
            "The validation loss was lowest at epoch {epoch}, {best}, and rose to "
            "{last} while the training loss went on falling: the network learns "
            "its rows by heart, and grows too sure of itself."
        ).format(
            epoch=epoch,
            best=format_number(float(held[epoch - 1]), 4),
            last=format_number(float(held[-1]), 4),
        ),
        _(
            "Stop early (patience), so that the weights of the best epoch are kept, or "
            "raise the L2 penalty."
        ),
        {
            "best_epoch": epoch,
            "best_validation_loss": float(held[epoch - 1]),
            "last_validation_loss": float(held[-1]),
        },
        ({"epochs": epoch}, *overfit_tries(found)),
    )
