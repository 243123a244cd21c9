"""Findings as a page."""

from __future__ import annotations

from neurona.messages import _, language, ngettext
from neurona.show.page import Block, Note, Page, Paragraph, Section
from neurona.show.wording import Cell, tabulate
from neurona.study.diagnosis.finding import Findings, part_names

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
        advice = _("What would help: {advice}").format(advice=finding.advice)
        blocks.append(
            Section((heading,), (Paragraph((finding.what,)), Note((advice,), "note")))
        )
    blocks.append(looked_at(found))
    return Page(title.format(n=count), tuple(blocks), language())


def looked_at(found: Findings) -> Section:
    """What was measured, and on which rows."""
    rows: list[tuple[Cell, ...]] = []
    for name, count in found.rows.items():
        error = found.errors.get(name)
        measured = (error.error, error.standard_error) if error else (None, None)
        rows.append((part_names()[name], count, *measured))
    blocks: list[Block] = [
        tabulate(
            [_("rows"), _("number"), _("error"), _("standard error")],
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
