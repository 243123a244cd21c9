"""Why a network answers as it does, as pages."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurona.messages import _, ngettext
from neurona.show.notation.numbers import format_number
from neurona.show.page import Block, Note, Page, Paragraph, Picture, Section, Table
from neurona.show.pictures import bar_chart, heat_map, line_chart
from neurona.show.wording import Cell, tabulate
from neurona.study.prediction.dependence import Dependence
from neurona.study.prediction.numbers import Contribution, ExplainedRow, ExplainedTable

__all__ = ["write_prediction_page", "write_table_page"]

MOST_BARS: Final = 15
"""Columns that have a bar and a line of their own; the rest are added up."""

MOST_NAMED: Final = 3
"""Columns that a sentence names."""

COMPLETE: Final = 1e-6
"""Share of the difference by which the sum may miss it."""


def write_prediction_page(found: ExplainedRow) -> Page:
    """Page of one row."""
    shown, rest = found.contributions[:MOST_BARS], found.contributions[MOST_BARS:]
    blocks: list[Block] = [
        Paragraph((answer_sentence(found),)),
        Paragraph((baseline_sentence(found),)),
        *(Paragraph((text,)) for text in direction_sentences(found)),
    ]
    bars = {label_of(entry): entry.value for entry in shown}
    if rest:
        bars[rest_label(len(rest))] = sum(entry.value for entry in rest)
    if bars:
        blocks.append(bar_chart(bars, title=_("What each column adds")))
    blocks.append(contribution_table(found, shown, rest))
    blocks.append(completeness_note(found))
    title = _("Why this prediction: row {row}").format(row=found.row)
    return Page(title, tuple(blocks))


def answer_sentence(found: ExplainedRow) -> str:
    if not found.is_logit:
        return _("For row {row} the network answers {answer} for {name}.").format(
            row=found.row, answer=format_number(found.output, 5), name=found.explained
        )
    text = _(
        "For row {row} the network answers {answer}, with a probability of "
        "{probability:.1%}."
    ).format(
        row=found.row, answer=found.prediction, probability=found.probability or 0.0
    )
    if found.explained != str(found.prediction):
        text += " " + _("What follows explains {name} instead.").format(
            name=found.explained
        )
    return text


def baseline_sentence(found: ExplainedRow) -> str:
    numbers = {
        "output": format_number(found.output, 4),
        "start": format_number(found.baseline_output, 4),
        "name": found.explained,
    }
    if found.is_logit:
        text = _(
            "The logit of {name} is {output} here and {start} at the row it is "
            "compared with"
        )
    else:
        text = _("It is {output} here and {start} at the row it is compared with")
    if found.baseline == "zero":
        what = _(
            "every number at the mean of the training rows, words and flags at none"
        )
    else:
        what = _("the mean of all rows")
    return text.format(**numbers) + f" ({what})."


def direction_sentences(found: ExplainedRow) -> list[str]:
    """Columns that raise the answer most, and those that lower it."""
    sentences = []
    for raises in (True, False):
        named = [e for e in found.contributions if (e.value > 0) == raises and e.value]
        if not named:
            continue
        listed = ", ".join(
            _("{column} = {cell} ({value})").format(
                column=entry.column, cell=entry.cell, value=signed(entry.value)
            )
            for entry in named[:MOST_NAMED]
        )
        text = (
            _("It is raised most by {list}.")
            if raises
            else _("It is lowered most by {list}.")
        )
        sentences.append(text.format(list=listed))
    return sentences


def signed(value: float) -> str:
    text = format_number(value, 3)
    return f"+{text}" if value > 0 else text


def label_of(entry: Contribution) -> str:
    return f"{entry.column} = {entry.cell}"


def rest_label(count: int) -> str:
    return ngettext("{n} other column", "{n} other columns", count).format(n=count)


def contribution_table(
    found: ExplainedRow, shown: tuple[Contribution, ...], rest: tuple[Contribution, ...]
) -> Table:
    """Contributions and their sum."""
    rows: list[tuple[Cell, ...]] = [(e.column, e.cell, e.value) for e in shown]
    if rest:
        rows.append((rest_label(len(rest)), "", sum(entry.value for entry in rest)))
    return tabulate(
        [_("column"), _("value"), _("adds")],
        [*rows, (_("sum"), "", found.total)],
        _("Integrated gradients, summed over the numbers each column is encoded as."),
    )


def completeness_note(found: ExplainedRow) -> Note:
    difference = found.output - found.baseline_output
    whole = abs(found.gap) <= COMPLETE * max(abs(difference), abs(found.output), 1e-12)
    numbers = {
        "sum": format_number(found.total, 6),
        "output": format_number(found.output, 6),
        "start": format_number(found.baseline_output, 6),
        "difference": format_number(difference, 6),
    }
    if whole:
        text = _(
            "Check: the contributions add up to {sum}, which is the difference of the "
            "answers, {output} less {start}."
        )
        return Note((text.format(**numbers),), "good")
    text = _(
        "The contributions add up to {sum}, but the answers differ by {difference}: "
        "the network jumps somewhere on the way, as threshold units do, and gradients "
        "do not see jumps."
    )
    return Note((text.format(**numbers),), "warning")


def write_table_page(found: ExplainedTable) -> Page:
    """Page of a whole table."""
    names = {"accuracy": _("accuracy"), "r2": "R²"}
    metric = names[found.metric]
    shown = found.importances[:MOST_BARS]
    left = len(found.importances) - len(shown)
    said = _(
        "Over {rows} rows the {metric} is {score}. Each column was shuffled among the "
        "rows {repeats} times; what the {metric} loses then is what the network draws "
        "from that column alone."
    ).format(
        rows=found.rows,
        metric=metric,
        score=format_number(found.score, 4),
        repeats=found.repeats,
    )
    blocks: list[Block] = [
        Paragraph((said,)),
        *(Paragraph((text,)) for text in importance_sentences(found, metric)),
        bar_chart(
            {entry.column: entry.drop for entry in shown},
            errors={entry.column: entry.deviation for entry in shown},
            title=_("Permutation importance"),
            x_label=_("loss of {metric}").format(metric=metric),
            digits=3,
        ),
        tabulate(
            [_("column"), _("mean loss"), _("standard deviation")],
            ((e.column, e.drop, e.deviation) for e in shown),
            rest_label(left) + " …" if left else "",
        ),
    ]
    blocks += [
        Section(
            (_("How the answer depends on {column}").format(column=entry.column),),
            (Paragraph((dependence_sentence(entry, found.answer),)), curve(entry)),
        )
        for entry in found.dependences
    ]
    return Page(_("What the predictions depend on"), tuple(blocks))


def importance_sentences(found: ExplainedTable, metric: str) -> list[str]:
    """Columns that matter, and those that do not."""
    sentences = []
    sure = [e for e in found.importances if e.drop > 2 * e.deviation and e.drop > 0]
    if sure:
        listed = ", ".join(
            f"{e.column} ({format_number(e.drop, 3)})" for e in sure[:MOST_NAMED]
        )
        sentences.append(
            _("The {metric} loses most without {list}.").format(
                metric=metric, list=listed
            )
        )
    idle = len(found.importances) - len(sure)
    if idle:
        sentences.append(
            ngettext(
                "{n} column makes no difference that stands out from chance.",
                "{n} columns make no difference that stands out from chance.",
                idle,
            ).format(n=idle)
        )
    return sentences


def dependence_sentence(entry: Dependence, answer: str) -> str:
    """What the picture shows: where the mean answer is lowest and highest."""
    name, values = max(entry.means.items(), key=lambda item: float(np.ptp(item[1])))
    low, high = int(np.argmin(values)), int(np.argmax(values))
    if answer == "probability":
        text = _(
            "The mean probability of {name} goes from {low} (at {lowest}) to {high} "
            "(at {highest})."
        )
    else:
        text = _(
            "The mean answer for {name} goes from {low} (at {lowest}) to {high} (at "
            "{highest})."
        )
    return text.format(
        name=name,
        low=format_number(values[low], 3),
        high=format_number(values[high], 3),
        lowest=entry.values[low],
        highest=entry.values[high],
    )


def curve(entry: Dependence) -> Picture:
    """Lines over numbers, bars or a heat map over words."""
    if entry.places is not None and len(entry.places) > 1:
        return line_chart(
            {name: list(values) for name, values in entry.means.items()},
            x=list(entry.places),
            x_label=entry.column,
            height=240,
        )
    if len(entry.means) == 1:
        (values,) = entry.means.values()
        return bar_chart(dict(zip(entry.values, values, strict=True)))
    return heat_map(
        np.array(list(entry.means.values())).T,
        rows=entry.values,
        columns=list(entry.means),
    )
