"""Findings as a page."""

from __future__ import annotations

from neurona.messages import _, language, ngettext
from neurona.show.page import Block, Note, Page, Paragraph, Section
from neurona.show.wording import Cell, tabulate
from neurona.study.diagnosis.finding import Findings, part_names
from neurona.study.diagnosis.say_trial import measure_names, plus_minus
from neurona.table.command import option_words
from neurona.table.trials import Trials

__all__ = ["titles", "write_page"]


def severity_names() -> dict[str, str]:
    """Severities in the reader's language."""
    return {
        "serious": _("serious"),
        "moderate": _("moderate"),
        "hint": _("good to know"),
    }


def titles() -> dict[str, str]:
    """What each finding is called, by its code, in the reader's language."""
    return {
        "head_mismatch": _("Head that does not match the task"),
        "inputs_not_scaled": _("Inputs not scaled"),
        "target_not_scaled": _("Target not scaled"),
        "zero_slope": _("Threshold units"),
        "identical_units": _("Units that are all alike"),
        "diverged": _("Training that left the numbers"),
        "hidden_slope": _("Derivative lost in a choice"),
        "learning_rate_too_high": _("Learning rate too high"),
        "learning_rate_too_low": _("Learning rate too low"),
        "too_few_epochs": _("Too few epochs"),
        "better_settings": _("Settings that do better"),
        "dead_units": _("Dead units"),
        "saturated_units": _("Saturated units"),
        "vanishing_gradients": _("Vanishing gradients"),
        "exploding_gradients": _("Exploding gradients"),
        "leakage": _("Leakage between splits"),
        "imbalance": _("Uneven classes"),
        "underfitting": _("Underfitting"),
        "overfitting": _("Overfitting"),
        "overfit_to_validation": _("Good on validation, bad on test"),
        "validation_loss_rises": _("Validation loss that rises"),
        "nothing_learned": _("Nothing learned"),
        "behind_simpler_model": _("Behind a simpler model"),
        "target_in_column": _("Column that gives the target away"),
        "penalty_too_strong": _("Penalty too strong"),
        "far_target": _("Target far from all others"),
    }


def write_page(found: Findings) -> Page:
    """Page of a diagnosis: findings first, then what was looked at."""
    blocks: list[Block] = []
    count = len(found.findings)
    title = ngettext("Doctor: {n} finding", "Doctor: {n} findings", count)
    if found.is_healthy:
        title = _("Doctor: nothing found")
        said = _(
            "Nothing is wrong as far as {made} checks can tell: the head, the scales, "
            "the learning rate, the units, the gradients, the rows and the fit."
        ).format(made=len(found.checks))
        blocks.append(Note((said,), "good"))
    names, severities = titles(), severity_names()
    for number, finding in enumerate(found.findings, start=1):
        name = names.get(finding.code, finding.code)
        heading = f"{number}. {name} ({severities[finding.severity]})"
        note = Note((finding.counsel,), "note")
        blocks.append(Section((heading,), (Paragraph((finding.what,)), note)))
    if found.trials is not None:
        blocks.append(tried(found.trials, found.command))
    blocks.append(looked_at(found))
    return Page(title.format(n=count), tuple(blocks), language())


def tried(trials: Trials, command: str | None) -> Section:
    """What changes of settings gave, the best first, and the command of the best."""
    rows: list[tuple[Cell, ...]] = [
        (
            " ".join(option_words(trial.options)),
            measure_names()[trial.measure],
            plus_minus(trial.score, trial.error),
            plus_minus(trial.lead, trial.lead_error),
        )
        for trial in sorted(trials.trials, key=lambda trial: -trial.lead)
    ]
    said = _(
        "Each change trained {folds} times in full, beside the settings as they are; "
        "judged on {rows} rows, in pairs; ± one standard error."
    )
    if trials.folds == 0:
        said = _("Nothing was tried: rows are too few, or training takes too long.")
    elif trials.folds == 1:
        said = _(
            "Each change trained once in full, beside the settings as they are; judged "
            "on the {rows} rows that train, since they are every case there can be; "
            "± one standard error."
        )
    said = said.format(folds=trials.folds, rows=trials.rows)
    if trials.left_out and trials.folds:
        said += " " + ngettext(
            "{count} change was left out: it diverged, or would have taken too long.",
            "{count} changes were left out: they diverged, or would have taken too "
            "long.",
            trials.left_out,
        ).format(count=trials.left_out)
    if trials.joined is not None:
        said += " " + _(
            "The settings as they are train one network here, while the model joins "
            "several, which by folds score {score:.3f}: only what scores above that "
            "is advised."
        ).format(score=trials.joined)
    blocks: list[Block] = []
    if rows:
        heads = [_("change"), _("measure"), _("score"), _("lead")]
        blocks.append(tabulate(heads, rows, said))
    else:
        blocks.append(Paragraph((said,)))
    if command is not None:
        blocks.append(Note((_("The best: {command}").format(command=command),), "good"))
    elif rows and not any(trials.advises(trial) for trial in trials.trials):
        none = _("No change is better by more than two standard errors: keep them.")
        blocks.append(Note((none,)))
    return Section((_("What was tried"),), tuple(blocks))


def looked_at(found: Findings) -> Section:
    """What was measured, and on which rows."""
    rows: list[tuple[Cell, ...]] = []
    for name, count in found.rows.items():
        error = found.errors.get(name)
        measured = (error.error, error.standard_error) if error else (None, None)
        rows.append((part_names()[name], count, *measured))
    blocks: list[Block] = [
        tabulate(
            [_("rows"), _("count"), _("error"), _("standard error")],
            rows,
            _("Error 0: no mistake; error 1: no better than always the same answer."),
        )
    ]
    if "train" not in found.rows:
        said = _(
            "It is not known which of these rows trained the network, so leakage and "
            "overfitting cannot be judged."
        )
        blocks.append(Note((said,)))
    return Section((_("What was looked at"),), tuple(blocks))
