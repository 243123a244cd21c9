"""What a comparison of models means, in a few sentences."""

from __future__ import annotations

from collections.abc import Sequence

from neurona.messages import _, ngettext
from neurona.table.row_scores import SURE
from neurona.table.yardstick import SIMPLEST_FIRST, Yardstick

__all__ = ["verdict"]

DIGITS = 4
"""Digits after the point in which a lead is shown."""


def verdict(found: Sequence[Yardstick]) -> str:
    """Which model is best, how surely, and what follows.

    Parameters
    ----------
    found : sequence of Yardstick
        The best first.

    Notes
    -----
    A lead counts from two standard errors on, both models scored on the same rows.
    Where no model is so far ahead of the constant, nothing is known to be learned.
    Where simpler models are not so far behind the best, the simplest of them is named
    too: constant, line, network, forest. Scores that are shown equal are said to be.
    """
    if len(found) < 2:
        return _("There is nothing to compare the network with.")
    best, second = found[0], found[1]
    level = [entry for entry in found if round(entry.behind, DIGITS) == 0]
    near = [e for e in found if e in level or e.behind_in_errors < SURE]
    constant = next((e for e in near if e.kind == "constant"), None)
    if constant is not None:
        return nothing_learned(best, constant)
    ahead = _("The best is {best}: {lead:.4f} ahead of the next, {other} ({errors}).")
    if second in near:
        ahead = _(
            "The best is {best}, but too close to call: it is {lead:.4f} ahead of "
            "{other} ({errors})."
        )
    sentences = [lead(ahead, best, second)]
    if len(level) > 1:
        sentences = [
            _("Equally good: {names}.").format(
                names=", ".join(entry.name for entry in level)
            )
        ]
    simplest = min(near, key=lambda entry: SIMPLEST_FIRST.index(entry.kind))
    if simplest not in level:
        sentences.append(
            _("The simplest of those that are as good: {name}.").format(
                name=simplest.name
            )
        )
    network = next((e for e in found if e.kind == "network"), None)
    if network is not None and network not in (second, *near):
        sentences.append(
            lead(_("The network is {lead:.4f} behind ({errors})."), best, network)
        )
    return " ".join(sentences)


def nothing_learned(best: Yardstick, constant: Yardstick) -> str:
    """Where nothing is surely ahead of always giving the same answer."""
    rows = _("There is nothing to learn here that {rows:,} rows show:").format(
        rows=best.test_rows
    )
    if round(constant.behind, DIGITS) == 0:
        said = _("no model is better than the constant ({constant}).").format(
            constant=constant.name
        )
    else:
        said = lead(
            _(
                "the best, {best}, is only {lead:.4f} ahead of the constant ({other}; "
                "{errors})."
            ),
            best,
            constant,
        )
    return f"{rows} {said}"


def lead(sentence: str, best: Yardstick, other: Yardstick) -> str:
    """A sentence on how far the best is ahead of another."""
    count = round(other.behind_in_errors, 1)
    errors = ngettext(
        "{count:g} standard error", "{count:g} standard errors", 1 if count == 1 else 2
    )
    return sentence.format(
        best=best.name,
        other=other.name,
        lead=other.behind,
        errors=errors.format(count=count),
    )
