"""Every update of a perceptron: the row it got wrong, and how the weights turned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.estimators.neurons.plane_picture import draw_turn
from neurona.estimators.readable import Readable
from neurona.lazy import settled_property
from neurona.messages import _, ngettext
from neurona.show.notation import Symbol, numbers_matrix
from neurona.show.notation.compose import difference
from neurona.show.page import Page, Picture
from neurona.show.wording import Cell, say, tabulate

__all__ = ["TurnOfWeights", "UpdateHistory", "degrees_between"]

SHOWN: Final = 20
"""Updates that a page shows."""
Y, Y_HAT = Symbol("y"), Symbol("y", accent="hat")
W, BETA, ALPHA = Symbol("w", bold=True), Symbol("β"), Symbol("α")


def degrees_between(a: Array, b: Array) -> float | None:
    """Angle between two vectors, in degrees; None where one of them is 0.

    Examples
    --------
    >>> degrees_between(np.array([1.0, 0.0]), np.array([0.0, 2.0]))
    90.0
    """
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    if not lengths:
        return None
    return math.degrees(math.acos(min(max(float(a @ b) / lengths, -1.0), 1.0)))


@dataclass(frozen=True, eq=False)
class TurnOfWeights:
    """Geometry of one update.

    Parameters
    ----------
    number : int
        From 1.
    epoch, row, output : int
        The epoch from 1; the row and the output from 0.
    x : array (D,)
        The row, its 1 for the bias included.
    y, answer : int
        0 or 1: what the unit should say, and said.
    before, after : array (D,)
        Weights, the bias last where there is one.
    alpha : float
    """

    number: int
    epoch: int
    row: int
    output: int
    x: Array
    y: int
    answer: int
    before: Array
    after: Array
    alpha: float

    @property
    def error(self) -> int:
        """What y − ŷ is: 1 adds the row to the weights, −1 takes it away."""
        return self.y - self.answer

    @property
    def beta_before(self) -> float | None:
        """β in degrees: from the weights to the row, before; None from w = 0.

        A row of class 1 should be at less than 90°, one of class 0 at more.
        """
        return degrees_between(self.before, self.x)

    @property
    def beta_after(self) -> float | None:
        """The same after: nearer to its own side, though perhaps not there yet."""
        return degrees_between(self.after, self.x)

    @property
    def turned(self) -> float | None:
        """Degrees by which the weights turned."""
        return degrees_between(self.before, self.after)

    def picture(self) -> Picture:
        """Draw the weights before and after, the row, and β beside its 90°.

        Raises
        ------
        OptionError
            There are not two inputs, so there is no plane to draw in.
        """
        if len(self.x) not in (2, 3):
            raise OptionError(
                _("only rows of two inputs are drawn; these have {count}").format(
                    count=len(self.x)
                )
            )
        has_bias = len(self.x) == 3
        return draw_turn(
            self.x[:2], self.before[:2], self.after[:2], fires=self.y == 1,
            name="" if has_bias else "β", said=self.in_words(),
        )  # fmt: skip

    def in_words(self) -> str:
        """What the rule did, and what became of β."""
        if self.y:
            said = _("Row {row} should fire and did not: it is added to w, times α.")
        else:
            said = _("Row {row} fired and should not: it is taken from w, times α.")
        said = said.format(row=self.row + 1)
        if self.beta_before is not None and self.beta_after is not None:
            turns = _("β goes from {before:.1f}° to {after:.1f}°.").format(
                before=self.beta_before, after=self.beta_after
            )
            said = f"{said} {turns}"
        if len(self.x) == 3:
            hidden = _(
                "The bias, at right angles to this plane, is not drawn; β has it in."
            )
            said = f"{said} {hidden}"
        return said


@dataclass(frozen=True, eq=False)
class UpdateHistory(Readable, Sequence[TurnOfWeights]):
    """All updates of a fit, in order; several outputs that erred on a row are several.

    Parameters
    ----------
    X : array (N, D)
        The rows, with a column of ones where there is a bias.
    start : array (D, K)
        Weights before the first.
    alpha : float
    rows, epochs, outputs, errors : int array (U,)
        Of each update: its row and output, from 0, its epoch, from 1, and y − ŷ.
    has_bias : bool
    """

    X: Array
    start: Array
    alpha: float
    rows: Array
    epochs: Array
    outputs: Array
    errors: Array
    has_bias: bool

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> TurnOfWeights:  # type: ignore[override]
        number = range(len(self))[index]
        output, place = int(self.outputs[number]), int(self.places[number])
        path = self.paths[output]
        error = int(self.errors[number])
        return TurnOfWeights(
            number + 1,
            int(self.epochs[number]),
            int(self.rows[number]),
            output,
            self.X[self.rows[number]],
            int(error > 0),
            int(error < 0),
            path[place],
            path[place + 1],
            self.alpha,
        )

    @settled_property
    def paths(self) -> list[Array]:
        """Weights at the start and after each update of its own, for every output."""
        return [self.path(output) for output in range(self.start.shape[1])]

    @settled_property
    def places(self) -> Array:
        """Which update of its output each update is, from 0."""
        found = np.zeros(len(self), np.int64)
        for output in range(self.start.shape[1]):
            own = np.flatnonzero(self.outputs == output)
            found[own] = np.arange(len(own))
        return found

    def path(self, output: int = 0) -> Array:
        """Weights of an output at the start and after each of its updates.

        Returns
        -------
        array (updates of this output + 1, D)
        """
        own = np.flatnonzero(self.outputs == output)
        steps = self.alpha * self.errors[own, None] * self.X[self.rows[own]]
        return np.cumsum(np.vstack([self.start[:, output], steps]), axis=0) + 0.0

    def page(self) -> Page:
        """One line for each update."""
        several = self.start.shape[1] > 1
        plain = ["", _("epoch"), _("row"), *([_("output")] if several else [])]
        bound = difference(Y, Y_HAT)
        headings = (*plain, Y, Y_HAT, bound, W, _("β before"), _("β after"))
        lines: list[tuple[Cell, ...]] = [
            (
                turn.number,
                turn.epoch,
                turn.row + 1,
                *([turn.output + 1] if several else []),
                turn.y,
                turn.answer,
                turn.error,
                numbers_matrix([turn.after.tolist()]),
                degrees(turn.beta_before),
                degrees(turn.beta_after),
            )
            for turn in (self[i] for i in range(min(SHOWN, len(self))))
        ]
        said = ngettext(
            "The rule made {count} update: w ← w + α (y − ŷ) x with α = {alpha}.",
            "The rule made {count} updates: w ← w + α (y − ŷ) x with α = {alpha}.",
            len(self),
        )
        notes = [_("The bias is the last number of w.")] if self.has_bias else []
        notes.append(_("β is the angle between w and the row: below 90° it fires."))
        if len(self) > SHOWN:
            notes.append(_("Shown are the first {count} updates.").format(count=SHOWN))
        start = say(said, count=len(self), alpha=self.alpha)
        title = _("Updates of the perceptron")
        return Page(title, (start, tabulate(headings, lines, " ".join(notes))))


def degrees(angle: float | None) -> str:
    return "—" if angle is None else f"{angle:.1f}°"
