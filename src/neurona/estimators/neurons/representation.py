"""What one neuron of McCulloch and Pitts can be: every choice is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.errors import DataError
from neurona.estimators.neurons.binary_inputs import (
    Veto,
    binary_rows,
    choices_of_inhibition,
    count_inputs,
)
from neurona.estimators.readable import Readable
from neurona.messages import _, ngettext
from neurona.show.page import Block, Page
from neurona.show.wording import note, say, tabulate

__all__ = ["Refutation", "Representation", "look_for_unit"]

Row: TypeAlias = tuple[int, ...]
MOST_INPUTS: Final = 8
"""Inputs whose 2ᵈ⁺¹ choices of inhibition are still tried."""


@dataclass(frozen=True)
class Refutation:
    """Why no threshold serves a choice of inhibitory inputs.

    Parameters
    ----------
    inhibitory : tuple of int
    veto : {"absolute", "relative"}
    fires : tuple of int
        A row that must fire.
    fires_sum : int or None
        Its z; None where the choice forbids it to fire.
    silent : tuple of int or None
        A row that must not fire, whose z is as large at least.
    silent_sum : int or None
    """

    inhibitory: tuple[int, ...]
    veto: Veto
    fires: Row
    fires_sum: int | None
    silent: Row | None = None
    silent_sum: int | None = None

    def __str__(self) -> str:
        if self.silent is None:
            return _("{row} must fire, but a veto keeps it silent").format(
                row=shown(self.fires)
            )
        return _(
            "{row} must fire with z = {low}, {other} must not with z = {high}: "
            "no threshold parts them"
        ).format(
            row=shown(self.fires),
            low=minus_sign(self.fires_sum),
            other=shown(self.silent),
            high=minus_sign(self.silent_sum),
        )


@dataclass(frozen=True)
class Representation(Readable):
    """Whether one neuron can be a truth table; false where it cannot.

    Parameters
    ----------
    table : mapping of tuple of int to int
    unit : McCullochPitts or None
        One that is the table.
    refutations : tuple of Refutation
        One for every choice of inhibitory inputs, where none is: the proof.

    Laws: it is true exactly where ``unit`` answers every row as the table does.
    """

    table: Mapping[Row, int]
    unit: Any
    refutations: tuple[Refutation, ...] = ()

    def __bool__(self) -> bool:
        return self.unit is not None

    def page(self) -> Page:
        """The neuron found, or the proof that there is none."""
        title = _("Can one neuron be this table?")
        if self.unit is not None:
            blocks: tuple[Block, ...] = (
                note(_("Yes."), "good"),
                say(self.unit.in_words()),
            )
            return Page(title, blocks)
        count = len(self.refutations)
        said = ngettext(
            "No: of {count} choice of inhibitory inputs none has a threshold that "
            "serves.",
            "No: of {count} choices of inhibitory inputs none has a threshold that "
            "serves.",
            count,
        )
        rows = [
            (
                ", ".join(f"x{i + 1}" for i in each.inhibitory) or _("none"),
                {"absolute": _("absolute"), "relative": _("relative")}[each.veto]
                if each.inhibitory
                else "",
                str(each),
            )
            for each in self.refutations
        ]
        headings = (_("inhibitory"), _("veto"), _("why it fails"))
        return Page(
            title, (note(said, "warning", count=count), tabulate(headings, rows))
        )


def look_for_unit(table: Mapping[Any, int], make: Callable[..., Any]) -> Representation:
    """Find a neuron that is a truth table, or refute every choice of inhibition.

    Parameters
    ----------
    table : mapping of tuple of 0 and 1 to 0 or 1
        Rows that are missing may be answered either way.
    make : callable
        Makes the neuron from threshold, inhibitory inputs and veto.

    Raises
    ------
    DataError
        It is no truth table.

    Notes
    -----
    Every input is excitatory or inhibitory, by an absolute or a relative veto. For each
    choice a threshold serves exactly if no row that must fire is vetoed, and the least
    z of these is above the largest z of the others: all real thresholds are covered.

    Examples
    --------
    >>> xor = {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0}
    >>> print(look_for_unit(xor, tuple).refutations[0])
    (0, 1) must fire with z = 1, (1, 1) must not with z = 2: no threshold parts them
    """
    rows, wanted = read_table(table)
    refutations = []
    for inhibitory, veto in choices_of_inhibition(len(rows[0])):
        z, vetoed = count_inputs(np.asarray(rows), inhibitory, veto)
        found = judge(rows, wanted, z.tolist(), vetoed.tolist(), inhibitory, veto)
        if not isinstance(found, Refutation):
            return Representation(dict(table), make(found, inhibitory, veto))
        refutations.append(found)
    return Representation(dict(table), None, tuple(refutations))


def judge(
    rows: list[Row],
    wanted: list[bool],
    z: list[int],
    vetoed: list[bool],
    inhibitory: tuple[int, ...],
    veto: Veto,
) -> int | Refutation:
    """Threshold for one choice of inhibitory inputs, or why there is none."""
    firing = [i for i, wants in enumerate(wanted) if wants]
    for i in firing:
        if vetoed[i]:
            return Refutation(inhibitory, veto, rows[i], None)
    silent = [i for i in range(len(rows)) if not wanted[i] and not vetoed[i]]
    lowest = min(firing, key=z.__getitem__, default=None)
    highest = max(silent, key=z.__getitem__, default=None)
    if lowest is None:
        return 0 if highest is None else z[highest] + 1
    if highest is None or z[lowest] > z[highest]:
        return z[lowest]
    return Refutation(
        inhibitory, veto, rows[lowest], z[lowest], rows[highest], z[highest]
    )


def read_table(table: Any) -> tuple[list[Row], list[bool]]:
    """Rows and answers of a truth table that is one."""
    try:
        rows = binary_rows(list(table))
        answers = binary_rows([list(table.values())])[0]
    except (AttributeError, TypeError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        rows = answers = np.zeros((0, 0))
    if not rows.size or rows.shape[1] > MOST_INPUTS:
        raise DataError(
            _(
                "a truth table maps rows of zeros and ones, 1 to {most} of them, to 0 "
                "or 1, such as {example}"
            ).format(most=MOST_INPUTS, example="{(0, 0): 0, (0, 1): 1}")
        )
    return [tuple(row) for row in rows.tolist()], (answers == 1).tolist()


def shown(row: Row) -> str:
    return f"({', '.join(map(str, row))})"


def minus_sign(value: int | None) -> str:
    return str(value).replace("-", "−")
