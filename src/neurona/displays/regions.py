"""What a classifier answers all over a plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.displays.display import Display
from neurona.errors import OptionError
from neurona.messages import _
from neurona.show.page import Picture
from neurona.show.pictures.svg import INK, SERIES, Drawing

__all__ = ["DecisionRegionDisplay"]

SIZE: Final = 440.0
"""Of the drawing at most; places are whole pixels, so that none shines through."""

MARGIN: Final = 0.08
"""Of the range of the points, left free around them."""

COLOURS: Final = ("tab:blue", "tab:orange", "tab:green", "tab:purple", "tab:olive")


@dataclass(kw_only=True, eq=False)
class DecisionRegionDisplay(Display):
    """Class given at each place of a plane, with the rows that stand in it.

    Parameters
    ----------
    regions : int array (G, G)
        Place of a class in ``classes``; rows go up, columns to the right.
    low, high : array (2,)
        Corners of the plane.
    points : array (N, 2)
    labels : int array (N,)
        Place of each point's class.
    classes : sequence of str
    names : (str, str)
        Of the axes.
    """

    regions: Array
    low: Array
    high: Array
    points: Array
    labels: Array
    classes: Sequence[str]
    names: tuple[str, str] = ("x1", "x2")

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: Any, *, grid: int = 80
    ) -> DecisionRegionDisplay:
        """Of a fitted classifier of two numbers.

        Parameters
        ----------
        estimator : classifier
        X : array or table (N, 2)
        y : array (N,)
        grid : int
            Places looked at along each axis.

        Raises
        ------
        OptionError
            The rows have more or fewer than two numbers.
        """
        points = np.asarray(X, float)
        if points.ndim != 2 or points.shape[1] != 2:
            raise OptionError(
                _("regions are of a plane: rows of two numbers, not {shape}").format(
                    shape=points.shape
                )
            )
        room = (points.max(axis=0) - points.min(axis=0)) * MARGIN + 1e-12
        low, high = points.min(axis=0) - room, points.max(axis=0) + room
        across, up = (np.linspace(low[i], high[i], grid) for i in (0, 1))
        places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
        # Arrow calls its columns column_names, and makes tables by from_pydict.
        columns = getattr(X, "column_names", getattr(X, "columns", None))
        made = getattr(type(X), "from_pydict", type(X))
        rows = (
            places
            if columns is None
            else made(dict(zip(columns, places.T, strict=True)))
        )
        classes, found = np.unique(
            np.concatenate([np.asarray(estimator.predict(rows)), np.asarray(y)]),
            return_inverse=True,
        )
        return cls(
            regions=found[: len(places)].reshape(grid, grid),
            low=low,
            high=high,
            points=points,
            labels=found[len(places) :],
            classes=[str(name) for name in classes],
            names=("x1", "x2")
            if columns is None
            else (str(columns[0]), str(columns[1])),
        )

    def picture(self) -> Picture:
        """Regions in pale colours, with their points."""
        size = max(int(SIZE / len(self.regions)), 1)
        edge = float(size * len(self.regions))
        drawing = Drawing(edge, edge + 24)
        for row, line in enumerate(self.regions):
            # Places of one class side by side are one rectangle.
            ends = [*(np.flatnonzero(np.diff(line)) + 1), len(line)]
            start = 0
            for end in ends:
                drawing.rect(
                    start * size, edge - (row + 1) * size, (end - start) * size,
                    size, fill=SERIES[line[start] % len(SERIES)], opacity=0.22,
                )  # fmt: skip
                start = end
        scale = edge / (self.high - self.low)
        for point, label in zip(self.points, self.labels, strict=True):
            x, y = (point - self.low) * scale
            colour = SERIES[label % len(SERIES)]
            drawing.circle(x, edge - y, 3, fill=colour, stroke=INK, width=0.5)
        for number, name in enumerate(self.classes):
            x = 12 + number * edge / len(self.classes)
            colour = SERIES[number % len(SERIES)]
            drawing.circle(x, edge + 13, 4, fill=colour)
            drawing.text(x + 9, edge + 17, name)
        text = _("regions of the classes {names} over {x} and {y}").format(
            names=", ".join(self.classes), x=self.names[0], y=self.names[1]
        )
        return Picture(drawing.to_svg(text), text)

    def draw(self, ax: Any) -> None:
        """Draw regions and points."""
        from matplotlib.colors import ListedColormap

        count = len(self.classes)
        colours = [COLOURS[i % len(COLOURS)] for i in range(count)]
        ax.imshow(
            self.regions, origin="lower", aspect="auto", alpha=0.25,
            cmap=ListedColormap(colours), vmin=-0.5, vmax=count - 0.5,
            extent=(self.low[0], self.high[0], self.low[1], self.high[1]),
        )  # fmt: skip
        for number, name in enumerate(self.classes):
            x, y = self.points[self.labels == number].T
            ax.scatter(
                x, y, s=18, color=colours[number], label=name, edgecolors="black",
                linewidths=0.4,
            )  # fmt: skip
        ax.set(xlabel=self.names[0], ylabel=self.names[1])
        ax.legend()
