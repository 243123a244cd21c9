"""Advice that was tried: what is recommended proved better on rows not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from neurona.messages import _
from neurona.study.diagnosis.changes import rounded
from neurona.study.diagnosis.finding import SEVERITIES, Finding, Findings
from neurona.study.diagnosis.say_trial import say_trial
from neurona.table.command import option_words, train_command
from neurona.table.train import TrainingPlan
from neurona.table.trials import SECONDS, Changes, Trials, TriedChange, run_trials

__all__ = ["try_advice", "usual_changes"]

F = TypeVar("F", bound=Findings)

LARGE: float = 0.25
"""Share of what is missing to a perfect score whose gain makes a change weighty."""


def usual_changes(plan: TrainingPlan) -> list[Changes]:
    """Changes that are tried on any network: penalty, epochs and rate."""
    recipe = plan.recipe
    penalties = [{"l2": rounded(f * recipe.l2)} for f in (0.1, 3, 0.3) if recipe.l2]
    return [
        *(penalties or [{"l2": 0.01}, {"l2": 0.1}]),
        {"epochs": 4 * recipe.epochs},
        {"learning_rate": rounded(0.3 * recipe.learning_rate)},
        {"learning_rate": rounded(3 * recipe.learning_rate)},
    ]


def try_advice(
    found: F,
    plan: TrainingPlan,
    data: str,
    *,
    out: str = "better.safetensors",
    seconds: float = SECONDS,
    tell: Callable[[Changes], None] = lambda changes: None,
) -> F:
    """Try what findings propose, and what helps often; advise what proved better.

    Parameters
    ----------
    found : Findings
    plan : TrainingPlan
        As the network was trained.
    data : str
        What the table is called in a command.
    out : str
        Where the command is to save the better model.
    seconds, tell
        As for :func:`neurona.table.trials.run_trials`.
    """
    proposed = [changes for finding in found.findings for changes in finding.tries]
    changes = different([*proposed, *usual_changes(plan)])
    trials = run_trials(plan, changes, seconds=seconds, tell=tell)
    findings = [advised(finding, trials) for finding in found.findings]
    best, command = trials.best, None
    if best is not None:
        command = train_command(data, {**plan.options.asked(), **best.options}, out)
        if best.options not in [changes for f in findings for changes in f.tries]:
            findings.append(better_settings(best))
    findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return replace(found, findings=tuple(findings), trials=trials, command=command)


def different(changes: Iterable[Changes]) -> list[Changes]:
    """Each change once, in the order given."""
    kept: list[Changes] = []
    for change in changes:
        if change not in kept:
            kept.append(change)
    return kept


def advised(finding: Finding, trials: Trials) -> Finding:
    """A finding with what trying its changes gave; as it is where none was tried."""
    own = [trial for changes in finding.tries if (trial := trials.of(changes))]
    if not own:
        return finding
    best = max(own, key=lambda trial: trial.lead)
    if best.helps:
        advice = _("Tried: {trial}.").format(trial=say_trial(best))
        return replace(finding, advice=advice, tried=True)
    advice = _(
        "Nothing that was tried for it is better on rows not seen ({changes}): keep "
        "the settings as they are."
    ).format(changes="; ".join(" ".join(option_words(t.options)) for t in own))
    return replace(finding, advice=advice, severity="hint", tried=True)


def better_settings(best: TriedChange) -> Finding:
    """A change that no finding named, and that proved better all the same."""
    missing = max(1 - best.usual_score, 1e-9)
    return Finding(
        "better_settings",
        "serious" if best.lead > LARGE * missing else "moderate",
        _("Other settings do better on rows not seen."),
        _("Tried: {trial}.").format(trial=say_trial(best)),
        {"lead": best.lead, "lead_error": best.lead_error},
        (best.options,),
        tried=True,
    )
