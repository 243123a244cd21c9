"""What every part of a worked step's page agrees on: headings, sums and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from neurona.arrays import Array
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.shown_step import ShownStep
from neurona.messages import _, ngettext
from neurona.show.notation import Number, Term
from neurona.show.page.blocks import Block, Formulas, Inline
from neurona.show.wording import Cell, Part, tabulate

__all__ = [
    "Column",
    "Line",
    "formulas",
    "layer_heading",
    "number",
    "place_of",
    "table_of_rows",
    "unit_column",
]

Line: TypeAlias = tuple[Term, str]
"""An equation, and its reason."""


def layer_heading(layer: UnitNumbers) -> Inline:
    """Number, name, units and activation of a layer."""
    stage, units = layer.stage, layer.stage.units
    if not stage.layer:
        said = _("Stage [{number}]: the {activation} that the loss applies")
    elif stage.has_activation:
        said = ngettext(
            "Layer [{number}]: {name}, {count} unit, {activation}",
            "Layer [{number}]: {name}, {count} units, {activation}",
            units,
        )
    else:
        said = ngettext(
            "Layer [{number}]: {name}, {count} unit",
            "Layer [{number}]: {name}, {count} units",
            units,
        )
    return (
        said.format(
            number=stage.number,
            name=stage.layer,
            count=units,
            activation=stage.activation.name,
        ),
    )


def number(value: float) -> Number:
    """A measured number, of an array's entry too."""
    return Number(float(value))


def formulas(lines: Iterable[Line]) -> list[Block]:
    """Lines under each other, if there are any."""
    found = tuple(lines)
    return [Formulas(found)] if found else []


Column: TypeAlias = tuple[Part, Sequence[Cell]]
"""A heading, and a cell for each row."""


def place_of(indices: tuple[str, ...]) -> int:
    """Place of the unit that indices mean, from 0."""
    return int(indices[-1]) - 1 if indices else 0


def unit_column(heading: Term, values: Array, indices: tuple[str, ...]) -> Column:
    """A column of the numbers of one unit."""
    return heading, values.reshape(len(values), -1)[:, place_of(indices)].tolist()


def table_of_rows(
    step: ShownStep, columns: Sequence[Column], said: str = ""
) -> list[Block]:
    """Table of the rows of a batch, the first of many, if it has a column."""
    most = step.budget.rows
    hidden, captions = step.numbers.rows - most, [said]
    if hidden > 0:
        shown = ngettext(
            "{count} more row is not shown.", "{count} more rows are not shown.", hidden
        )
        captions.append(shown.format(count=hidden))
    headings = [_("row"), *(heading for heading, _cells in columns)]
    labels = step.row_labels[:most]
    rows = zip(labels, *(cells[:most] for _heading, cells in columns), strict=True)
    caption = " ".join(filter(None, captions))
    return [tabulate(headings, rows, caption)] if columns else []
