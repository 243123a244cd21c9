"""How the line of a perceptron turned, update by update."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.displays.display import Display
from neurona.errors import OptionError
from neurona.estimators.neurons.plane_picture import (
    Plane,
    draw_turning_line,
    lines_shown,
)
from neurona.messages import _
from neurona.show.page import Picture

__all__ = ["PerceptronDisplay"]

LABEL: Final = 0.05
"""Of the plane's side, between the numbers of two lines."""


@dataclass(kw_only=True, eq=False)
class PerceptronDisplay(Display):
    """Rows of two classes, and the line of a perceptron after each update.

    Parameters
    ----------
    points : array (N, 2)
    fired : bool array (N,)
        Which of them should fire the unit.
    path : array (U + 1, 2 or 3)
        Weights at the start and after each update; the bias last, where there is one.
    """

    points: Array
    fired: Array
    path: Array

    @classmethod
    def from_estimator(cls, estimator: Any, output: int = 0) -> PerceptronDisplay:
        """Of a fitted ``Perceptron`` or ``ThresholdUnit``.

        Parameters
        ----------
        estimator : Perceptron or ThresholdUnit
        output : int
            Which unit, from 0, where there are several.

        Raises
        ------
        OptionError
            It has no updates: it is no perceptron, or not fitted.
        DataError
            The rows have more or fewer than two columns.

        Examples
        --------
        >>> from neurona import Perceptron
        >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]
        >>> unit = Perceptron(shuffle=False).fit(X, y)
        >>> PerceptronDisplay.from_estimator(unit).path[-1].tolist()
        [1.0, 1.0, -1.0]
        """
        unit = getattr(estimator, "perceptron_", estimator)
        if not hasattr(unit, "updates_"):
            raise OptionError(
                _("{name} has no updates of a perceptron: fit one first").format(
                    name=type(estimator).__name__
                )
            )
        points, fired, path = unit.turns(output)
        return cls(points=points, fired=fired, path=path)

    def picture(self) -> Picture:
        """The rows and the lines, the last of them solid."""
        return draw_turning_line(self.points, self.fired, self.path)

    def draw(self, ax: Any) -> None:
        """Draw rows, lines and their numbers of updates."""
        plane = Plane.of_rows(self.points)
        last = len(self.path) - 1
        numbered: list[Array] = []
        # From the last on, whose number is written in any case.
        for number in reversed(lines_shown(self.path)):
            ends = plane.clip_line(self.path[number])
            if not ends:
                continue
            style = "k-" if number == last else "k--"
            ax.plot(*np.transpose(ends), style, alpha=1.0 if number == last else 0.35)
            room = plane.length * LABEL
            if all(math.dist(ends[-1], other) > room for other in numbered):
                numbered.append(ends[-1])
                ax.annotate(str(number), ends[-1], annotation_clip=False)
        for fires, marker, colour in (
            (True, "o", "tab:blue"),
            (False, "s", "tab:orange"),
        ):
            x, y = self.points[self.fired == fires].T
            ax.scatter(x, y, marker=marker, color=colour, edgecolors="black", zorder=3)
        ax.set(
            xlabel="x₁", ylabel="x₂", aspect="equal",
            xlim=(plane.low_x, plane.low_x + plane.length),
            ylim=(plane.low_y, plane.low_y + plane.length),
        )  # fmt: skip
