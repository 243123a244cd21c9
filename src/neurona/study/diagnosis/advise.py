"""Advice that was tried: what is recommended proved better on rows not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from neurona.messages import _
from neurona.study.diagnosis.changes import rounded
from neurona.study.diagnosis.finding import SEVERITIES, Finding, Findings, Severity
from neurona.study.diagnosis.say_trial import say_trial
from neurona.table.again import recipe_for
from neurona.table.command import option_words, train_command
from neurona.table.quality import choose_quality
from neurona.table.train import TrainingPlan, asked_of
from neurona.table.trials import SECONDS, Changes, Trials, TriedChange, run_trials

if TYPE_CHECKING:
    from neurona.table.yardstick import Yardstick

__all__ = ["changes_of_asked", "try_advice", "usual_changes"]

F = TypeVar("F", bound=Findings)

LARGE: float = 0.25
"""Share of what is missing to a perfect score whose gain makes a change weighty."""

SMALL: float = 0.01
"""Gain of a score below which a change is good to know, and no more."""

SURE_BEHIND: float = 2.5
"""Standard errors behind the best of several models from which a network is behind."""

UNDERFIT: frozenset[str] = frozenset(
    {"underfitting", "learning_rate_too_high", "learning_rate_too_low",
     "too_few_epochs"}
)  # fmt: skip
"""Findings that a penalty too strong may have brought about."""


def changes_of_asked(plan: TrainingPlan) -> list[Changes]:
    """Each setting that was asked for, as the recipe would choose it."""
    asked = asked_of(plan.options)
    found: list[Changes] = []
    for name, value in asked.items():
        others = {other: own for other, own in asked.items() if other != name}
        usual = getattr(recipe_for(plan, others), name)
        if usual is not None and _comparable(usual) != _comparable(value):
            found.append({name: usual})
    return found


def _comparable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def weaker_penalties(plan: TrainingPlan) -> list[Changes]:
    """Penalties and dropout lowered, down to none."""
    recipe = plan.recipe
    return [
        {name: rounded(factor * value)}
        for name, value in (
            ("l2", recipe.l2), ("l1", recipe.l1), ("dropout", recipe.dropout)
        )
        for factor in (0.1, 0.01, 0.0)
        if value
    ]  # fmt: skip


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
    out: str | None = None,
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
        Where the command is to save the better model; by default a file that is not
        there yet.
    seconds, tell
        As for :func:`neurona.table.trials.run_trials`.
    """
    proposed = [changes for finding in found.findings for changes in finding.tries]
    if UNDERFIT & set(found.codes()):
        proposed += weaker_penalties(plan)
    changes = different([*changes_of_asked(plan), *proposed, *usual_changes(plan)])
    trials = run_trials(plan, changes, seconds=seconds, tell=tell)
    findings = [advised(finding, trials) for finding in found.findings]
    if not UNDERFIT & set(found.codes()):
        findings += behind_simpler(trials.yardsticks, can_join=joins_several(plan))
    best, command = trials.best, None
    if best is not None:
        asked = {**plan.options.asked(), **best.options}
        command = train_command(data, asked, out or new_file())
        tries = [trials.of(changes) for f in findings for changes in f.tries]
        # What a finding proposes, and is as good within an error, is enough.
        enough = best.score - best.error
        if not any(t and trials.advises(t) and t.score >= enough for t in tries):
            findings.append(better_settings(best))
    findings.sort(key=rank)
    return replace(found, findings=tuple(findings), trials=trials, command=command)


def rank(finding: Finding) -> tuple[bool, bool, int]:
    """The surest remedy first, then the worst; what is good to know comes last."""
    is_hint = finding.severity == "hint"
    return is_hint, not finding.tried, SEVERITIES.index(finding.severity)


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
    if trials.advises(best):
        advice = _("Tried: {trial}.").format(trial=say_trial(best))
        severity = "hint" if best.lead < SMALL else finding.severity
        return replace(finding, advice=advice, severity=severity, tried=True)
    said = _(
        "Nothing that was tried for it is better on rows not seen ({changes}): keep "
        "the settings as they are."
    )
    if trials.best is not None:
        said = _(
            "Nothing that was tried for it is better on rows not seen ({changes}); "
            "another change is."
        )
    words = "; ".join(" ".join(option_words(trial.options)) for trial in own)
    advice = said.format(changes=words)
    return replace(finding, advice=advice, severity="hint", tried=True)


def new_file() -> str:
    """Name of a model file that overwrites none.

    Examples
    --------
    >>> new_file().startswith("better")
    True
    """
    later = (f"better-{number}.safetensors" for number in count(2))
    names = chain(["better.safetensors"], later)
    return next(name for name in names if not Path(name).exists())


def joins_several(plan: TrainingPlan) -> bool:
    """Whether ``--quality good`` would train several networks, where one was trained.

    Rows may be too few or too many for it, or what was asked for allow one alone.
    """
    asked = replace(plan.options, quality="good")
    more = plan.options.quality == "fast"
    return more and choose_quality(asked, len(plan.y)).name == "good"


def behind_simpler(
    found: Sequence[Yardstick], can_join: bool = False
) -> Iterator[Finding]:
    """A network surely behind a simpler model, on the folds of the trials."""
    network = next((e for e in found if e.kind == "network"), None)
    if network is None or network.behind_in_errors < SURE_BEHIND:
        return
    best = found[0]
    yield Finding(
        "behind_simpler_model",
        "hint" if network.behind < SMALL else "moderate",
        _(
            "On rows not seen, {best} reaches {score:.3f} and the network {own:.3f}: "
            "it is {count:.1f} standard errors behind."
        ).format(
            best=best.name,
            score=best.score,
            own=network.score,
            count=network.behind_in_errors,
        ),
        (
            _(
                "Try --quality good, which chooses among several networks, or take "
                "{best} for this table."
            )
            if can_join
            else _("Take {best} for this table.")
        ).format(best=best.name),
        {"model": best.kind, "behind": network.behind,
         "behind_error": network.behind_error},
    )  # fmt: skip


def better_settings(best: TriedChange) -> Finding:
    """A change that no finding named, and that proved better all the same."""
    return Finding(
        "better_settings",
        severity_of(best),
        _("Other settings do better on rows not seen."),
        _("Tried: {trial}.").format(trial=say_trial(best)),
        {"lead": best.lead, "lead_error": best.lead_error},
        (best.options,),
        tried=True,
    )


def severity_of(trial: TriedChange) -> Severity:
    """How much a change gains: of the score, and of what is missing to a perfect one.

    From an R² of 0.999 to 0.9999 nine tenths of the rest are gained, and yet little.
    """
    if trial.lead < SMALL:
        return "hint"
    missing = max(1 - trial.usual_score, 1e-9)
    return "serious" if trial.lead > LARGE * missing else "moderate"
