"""What every part of a worked step's page agrees on: how much of it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.worked_step import WorkedStep
from neurona.messages import ngettext
from neurona.show.notation import Sum, Term
from neurona.show.page.blocks import Inline

__all__ = [
    "MOST_ROWS",
    "MOST_TERMS",
    "MOST_UNITS",
    "added",
    "hidden_rows",
    "layer_heading",
    "row_labels",
    "shown_units",
]


MOST_UNITS: Final = 8
"""Units of a layer that are written out."""


MOST_TERMS: Final = 6
"""Terms of a sum that are written out."""


MOST_ROWS: Final = 8
"""Rows of a batch that are listed."""


def shown_units(step: WorkedStep, layer: UnitNumbers) -> list[int]:
    """Units of a layer that are written out: all of a few, else those asked about.

    Where none was asked about they are those of largest δ.
    """
    count = layer.z.shape[1]
    if count <= MOST_UNITS:
        return list(range(count))
    names = {str(layer.units.weight.name)}
    if layer.units.bias is not None:
        names.add(str(layer.units.bias.name))
    asked = [index[-1] for name, index in step.shown if name in names]
    if asked:
        return sorted(dict.fromkeys(asked))[:MOST_UNITS]
    steepest = np.argsort(-np.abs(layer.delta).max(axis=0), kind="stable")
    return sorted(steepest[: MOST_UNITS // 2].tolist())


def layer_heading(layer: UnitNumbers) -> Inline:
    """Number, name, units and activation of a layer."""
    units = layer.z.shape[1]
    said = ngettext(
        "Layer [{number}]: {name}, {count} unit, {activation}",
        "Layer [{number}]: {name}, {count} units, {activation}",
        units,
    )
    return (
        said.format(
            number=layer.units.number,
            name=layer.units.name,
            count=units,
            activation=layer.units.activation.name,
        ),
    )


def added(terms: Sequence[Term]) -> Term:
    """Sum of some terms, or the only one."""
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def row_labels(step: WorkedStep) -> list[str]:
    """What the rows of a batch are called."""
    count = step.numbers.rows
    return [str(row) for row in (step.rows or range(count))]


def hidden_rows(step: WorkedStep) -> str:
    """Sentence for the rows that are not listed."""
    count = step.numbers.rows - MOST_ROWS
    if count <= 0:
        return ""
    return ngettext(
        "{count} more row is not shown.", "{count} more rows are not shown.", count
    ).format(count=count)
