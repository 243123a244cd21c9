"""Drawings in a plane: points of two classes, lines that turn, vectors and angles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.messages import _, ngettext
from neurona.show.notation import format_number
from neurona.show.page import Picture
from neurona.show.pictures.axes import linear_ticks
from neurona.show.pictures.svg import (
    GRID,
    INK,
    MINUS_COLOUR,
    MUTED,
    PLUS_COLOUR,
    Drawing,
)

__all__ = ["Plane", "draw_turn", "draw_turning_line", "lines_shown"]

SIZE: Final = 420.0
EDGE: Final = 34.0
SHOWN: Final = 12
"""Lines drawn of those that the perceptron had on its way."""

LABEL: Final = 20.0
"""Pixels between the numbers of two lines."""


@dataclass(frozen=True)
class Plane:
    """A square of the plane, both axes to one scale so that angles are true.

    Parameters
    ----------
    low_x, low_y, length : float
        Its lower left corner and its side.
    """

    low_x: float
    low_y: float
    length: float

    @classmethod
    def around(cls, points: Array, margin: float) -> Plane:
        """Smallest square that holds points with some room about them, (N, 2)."""
        low, high = points.min(axis=0), points.max(axis=0)
        length = float((high - low).max()) * (1 + 2 * margin) or 2.0
        middle = (low + high) / 2
        x, y = (middle - length / 2).tolist()
        return cls(x, y, length)

    @classmethod
    def of_rows(cls, points: Array) -> Plane:
        """That in which a perceptron's rows are drawn, the origin among them."""
        return cls.around(np.vstack([points, [[0.0, 0.0]]]), 0.25)

    def clip_line(self, weights: Array) -> list[Array]:
        """Ends of the line of weights (2,), or (3,) with the bias last."""
        return self.clip(weights[:2], bias_of(weights))

    def place(self, point: Sequence[float] | Array) -> tuple[float, float]:
        """Where a point lies on the sheet."""
        scale = (SIZE - 2 * EDGE) / self.length
        x = EDGE + (float(point[0]) - self.low_x) * scale
        return x, SIZE - EDGE - (float(point[1]) - self.low_y) * scale

    def clip(self, w: Array, bias: float) -> list[Array]:
        """Ends of the line w · x + b = 0 within the square; none where it is outside.

        Examples
        --------
        >>> [p.tolist() for p in Plane(0, 0, 2).clip(np.array([1.0, 0.0]), -1.0)]
        [[1.0, 0.0], [1.0, 2.0]]
        """
        low = np.array([self.low_x, self.low_y])
        ends: list[Array] = []
        for axis in (0, 1):
            if w[axis] == 0:
                continue
            other = 1 - axis
            for value in (low[other], low[other] + self.length):
                point = np.empty(2)
                point[other] = value
                point[axis] = -(bias + w[other] * value) / w[axis]
                inside = low[axis] <= point[axis] <= low[axis] + self.length
                if inside and not any(np.allclose(point, end) for end in ends):
                    ends.append(point)
        return ends if len(ends) == 2 else []

    def draw_axes(
        self, drawing: Drawing, names: tuple[str, str] = ("x₁", "x₂")
    ) -> None:
        """Draw a grid of round numbers and the names of the axes."""
        for axis, low in enumerate((self.low_x, self.low_y)):
            ticks = linear_ticks(low, low + self.length)
            for tick in ticks:
                if not low <= tick <= low + self.length:
                    continue
                x, y = self.place((tick, tick))
                shown = format_number(tick, 3)
                if axis == 0:
                    drawing.line(x, EDGE, x, SIZE - EDGE, colour=GRID)
                    drawing.text(
                        x, SIZE - EDGE + 15, shown, size=10.5, anchor="middle",
                        colour=MUTED,
                    )  # fmt: skip
                else:
                    drawing.line(EDGE, y, SIZE - EDGE, y, colour=GRID)
                    drawing.text(
                        EDGE - 5, y + 4, shown, size=10.5, anchor="end", colour=MUTED
                    )
        drawing.text(SIZE - EDGE + 8, SIZE - EDGE + 4, names[0])
        drawing.text(EDGE - 4, EDGE - 10, names[1])

    def draw_arrow(
        self, drawing: Drawing, start: Array, end: Array, colour: str = INK,
        label: str = "", width: float = 1.8, dash: str = "",
    ) -> None:  # fmt: skip
        """Draw a vector with its head, and its name beside the end."""
        x1, y1 = self.place(start)
        x2, y2 = self.place(end)
        length = math.hypot(x2 - x1, y2 - y1)
        if length < 1:
            return
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        head = min(9.0, length / 2)
        bx, by = x2 - ux * head, y2 - uy * head
        drawing.line(x1, y1, bx, by, colour=colour, width=width, dash=dash)
        sides = (bx - uy * head * 0.45, by + ux * head * 0.45), (
            bx + uy * head * 0.45, by - ux * head * 0.45,
        )  # fmt: skip
        drawing.path(
            [("M", (x2, y2)), ("L", sides[0]), ("L", sides[1]), ("Z", ())],
            colour=colour, fill=colour, width=0.5,
        )  # fmt: skip
        if label:
            drawing.text(
                x2 + ux * 13, y2 + uy * 13 + 4, label, anchor="middle",
                colour=colour, weight="600", halo=True,
            )  # fmt: skip

    def draw_point(
        self, drawing: Drawing, point: Array, fired: bool, title: str = ""
    ) -> None:
        """Draw a row: a disc where it should fire, a square where it should not."""
        x, y = self.place(point)
        if fired:
            drawing.circle(x, y, 5.5, fill=PLUS_COLOUR, stroke=INK, title=title)
        else:
            drawing.rect(
                x - 5, y - 5, 10, 10, fill=MINUS_COLOUR, stroke=INK, title=title
            )


def draw_turning_line(points: Array, fired: Array, path: Array) -> Picture:
    """Draw rows of two classes and the line of a perceptron after each update.

    Parameters
    ----------
    points : array (N, 2)
    fired : bool array (N,)
    path : array (U + 1, 2 or 3)
        Weights at the start and after each update; the bias last, where there is one.
    """
    plane = Plane.of_rows(points)
    drawing = Drawing(SIZE, SIZE)
    plane.draw_axes(drawing)
    drawn = lines_shown(path)
    numbered: list[tuple[float, float]] = []
    # From the last on, whose number is written in any case.
    for number in reversed(drawn):
        ends = plane.clip_line(path[number])
        if not ends:
            continue
        last = number == len(path) - 1
        share = (drawn.index(number) + 1) / len(drawn)
        start, end = map(plane.place, ends)
        drawing.line(
            *start, *end, width=2.4 if last else 1.2, dash="" if last else "5 4",
            opacity=1.0 if last else 0.2 + 0.5 * share,
            title=_("after {count} updates").format(count=number),
        )  # fmt: skip
        place = inward(end)
        if min((math.dist(place, other) for other in numbered), default=99) < LABEL:
            continue
        numbered.append(place)
        drawing.text(
            *place, str(number), size=10.5, anchor="middle", halo=True,
            weight="600" if last else "400", colour=INK if last else MUTED,
        )  # fmt: skip
    final = path[-1, :2]
    if ends := plane.clip_line(path[-1]):
        foot = (ends[0] + ends[1]) / 2
        arrow = final / np.linalg.norm(final) * plane.length * 0.16
        plane.draw_arrow(drawing, foot, foot + arrow, label="w")
    for point, does in zip(points, fired, strict=True):
        where = ", ".join(format_number(v, 4) for v in point.tolist())
        plane.draw_point(drawing, point, bool(does), title=f"({where})")
    count = len(path) - 1
    said = ngettext(
        "The perceptron's line turned {count} time; numbers count the updates, the "
        "last line is solid, and w stands upright on it. Discs should fire, squares "
        "should not.",
        "The perceptron's line turned {count} times; numbers count the updates, the "
        "last line is solid, and w stands upright on it. Discs should fire, squares "
        "should not.",
        count,
    ).format(count=count)
    return Picture(drawing.to_svg(said), said)


def lines_shown(path: Array) -> list[int]:
    """Which of the lines (U + 1, D) are drawn, by their number of updates: few enough.

    Examples
    --------
    >>> lines_shown(np.zeros((3, 2)))
    [0, 1, 2]
    """
    steps = np.linspace(0, len(path) - 1, min(len(path), SHOWN))
    found: list[int] = np.unique(steps.round().astype(int)).tolist()
    return found


def bias_of(weights: Array) -> float:
    return float(weights[2]) if len(weights) == 3 else 0.0


def inward(place: tuple[float, float]) -> tuple[float, float]:
    """A place on the edge of the sheet, moved in so that a number is seen."""
    x, y = (min(max(v, EDGE + 12), SIZE - EDGE - 12) for v in place)
    return x, y + 4


def draw_turn(
    x: Array, before: Array, after: Array, *, fires: bool, name: str, said: str
) -> Picture:
    """Draw how a row turns the weights that got it wrong.

    Parameters
    ----------
    x, before, after : array (2,)
        The row, and the weights before and after.
    fires : bool
        Whether the row should fire: it is then added.
    name : str
        Of the angle from the weights to the row; empty for its number alone.
    said : str
        What is seen.
    """
    origin = np.zeros(2)
    plane = Plane.around(np.vstack([origin, before, after, x]), 0.25)
    drawing = Drawing(SIZE, SIZE)
    plane.draw_axes(drawing, ("w₁", "w₂"))
    if ends := plane.clip(before, 0.0):
        drawing.line(
            *plane.place(ends[0]), *plane.place(ends[1]), colour=MUTED, dash="5 4",
            title="90°",
        )  # fmt: skip
        drawing.text(
            *inward(plane.place(ends[1])), "90°", size=10.5, anchor="middle",
            colour=MUTED, halo=True,
        )  # fmt: skip
    colour = PLUS_COLOUR if fires else MINUS_COLOUR
    plane.draw_arrow(drawing, origin, x, colour, "x")
    plane.draw_arrow(drawing, before, after, colour, width=1.2, dash="3 3")
    plane.draw_arrow(drawing, origin, before, MUTED, "w")
    plane.draw_arrow(drawing, origin, after, INK, "w′", width=2.4)
    if before.any() and x.any():
        draw_arc(drawing, plane, before, x, name)
    return Picture(drawing.to_svg(said), said)


def draw_arc(drawing: Drawing, plane: Plane, a: Array, b: Array, name: str) -> None:
    """Arc from one vector to another, with its name and its degrees."""
    start = math.atan2(a[1], a[0])
    sweep = math.remainder(math.atan2(b[1], b[0]) - start, 2 * math.pi)
    angle = f"{abs(math.degrees(sweep)):.0f}°"
    radius = plane.length * 0.09
    steps = [start + sweep * k / 24 for k in range(25)]
    places = [plane.place((radius * math.cos(t), radius * math.sin(t))) for t in steps]
    drawing.path(
        [("M" if k == 0 else "L", place) for k, place in enumerate(places)], width=1.4
    )
    middle = steps[18]
    x, y = plane.place(
        (1.9 * radius * math.cos(middle), 1.9 * radius * math.sin(middle))
    )
    label = f"{name} = {angle}" if name else angle
    drawing.text(x, y + 4, label, size=11, anchor="middle", halo=True)
