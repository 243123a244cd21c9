"""What a trial gave, in words."""

from __future__ import annotations

from neurona.messages import _, ngettext
from neurona.table.command import option_words
from neurona.table.trials import TriedChange

__all__ = ["measure_names", "plus_minus", "say_trial"]


def measure_names() -> dict[str, str]:
    """Measures in the reader's language."""
    return {
        "accuracy": _("accuracy"),
        "balanced accuracy": _("accuracy, mean over the classes"),
        "r2": "R²",
    }


def plus_minus(value: float, error: float) -> str:
    """A number and its standard error, to the same place.

    Examples
    --------
    >>> plus_minus(0.98123, 0.0123), plus_minus(0.98123, 0.00091)
    ('0.981 ± 0.012', '0.9812 ± 0.0009')
    """
    places = 4 if error < 0.005 else 3
    return f"{value:z.{places}f} ± {error:.{places}f}"


def say_trial(trial: TriedChange) -> str:
    """What one change gave, beside the settings as they are."""
    sentence = _("{change} gives {measure} {score}, against {usual} as it is")
    lead = ""
    if trial.rescues:
        lead = " (" + _("which is no better than always the same answer") + ")"
    elif trial.lead_error:
        count = round(trial.lead / trial.lead_error, 1)
        lead = " (" + ngettext(
            "{count:g} standard error", "{count:g} standard errors",
            1 if count == 1 else 2,
        ).format(count=count) + ")"  # fmt: skip
    cost = ""
    if trial.accuracy_lead is not None:
        cost = _("; plain accuracy changes by {change}").format(
            change=f"{trial.accuracy_lead:+z.3f}"
        )
    return (
        sentence.format(
            change=" ".join(option_words(trial.options)),
            measure=measure_names()[trial.measure],
            score=plus_minus(trial.score, trial.error),
            usual=plus_minus(trial.usual_score, trial.usual_error),
        )
        + lead
        + cost
    )
