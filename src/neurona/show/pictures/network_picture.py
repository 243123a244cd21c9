"""A network as a picture: units as circles, weights as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurona.errors import OptionError
from neurona.messages import _
from neurona.show.notation.clean import printable
from neurona.show.notation.numbers import format_number
from neurona.show.page.blocks import Picture
from neurona.show.pictures.svg import (
    INK,
    MINUS_COLOUR,
    MUTED,
    PAPER,
    PLUS_COLOUR,
    Drawing,
    text_length,
)

__all__ = ["network_picture"]

MOST_UNITS: Final = 8
"""Above this many units a layer is drawn by its first and its last ones."""

MOST_NUMBERS: Final = 9
"""Above this many weights between two layers their numbers are left out."""

_WIDEST: Final = 5.0
_THINNEST: Final = 0.5


@dataclass(frozen=True)
class DrawnUnits:
    """The units of a layer that are drawn.

    Parameters
    ----------
    size : int
    shown : tuple of int
        Their numbers, from 0.
    gap : int or None
        After how many of them units are left out.
    """

    size: int
    shown: tuple[int, ...]
    gap: int | None

    @property
    def slots(self) -> int:
        """Places they take, that of the dots included."""
        return len(self.shown) + (self.gap is not None)

    def slot(self, i: int) -> int:
        """Place of the i-th unit that is drawn."""
        return i if self.gap is None or i < self.gap else i + 1


def column_of(size: int) -> DrawnUnits:
    if size <= MOST_UNITS:
        return DrawnUnits(size, tuple(range(size)), None)
    first = MOST_UNITS // 2
    last = MOST_UNITS - first - 1
    return DrawnUnits(size, (*range(first), *range(size - last, size)), first)


def network_picture(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike | None] | None = None,
    *,
    values: Sequence[ArrayLike] | None = None,
    layers: Sequence[str] = (),
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    digits: int = 3,
    description: str = "",
) -> Picture:
    """Draw a stack of dense layers: width is size, colour is sign.

    Parameters
    ----------
    weights : sequence of array (inputs, outputs)
        One for each layer.
    biases : sequence of array (outputs,) or None, optional
        Written below the units of small layers.
    values : sequence of array, optional
        Written into the units: one vector for each column, the inputs first.
    layers : sequence of str
        Names of the columns, the inputs first.
    inputs, outputs : sequence of str
        Names of the first and of the last units.
    digits : int
        Significant digits.
    description : str
        What is seen; by default the sizes of the layers.

    Raises
    ------
    OptionError
        The weights of two neighbouring layers do not fit.

    Examples
    --------
    >>> picture = network_picture([[[0.1, 0.3], [0.2, 0.4]], [[0.5], [-0.5]]])
    >>> picture.description
    'A network 2-2-1: width shows the size of a weight, colour its sign.'
    """
    tables = [np.atleast_2d(np.asarray(weight, float)) for weight in weights]
    sizes = check_sizes(tables)
    columns = [column_of(size) for size in sizes]
    text = description or _(
        "A network {sizes}: width shows the size of a weight, colour its sign."
    ).format(sizes="-".join(map(str, sizes)))
    drawing = _NetworkDrawing(tables, columns, inputs, outputs, digits)
    drawing.lines()
    drawing.units(values, biases)
    drawing.headings(layers)
    return Picture(drawing.sheet.to_svg(text), text, sizes_text(sizes, layers))


def check_sizes(tables: Sequence[NDArray[np.float64]]) -> list[int]:
    """Units of every column."""
    if not tables:
        raise OptionError(_("a network picture needs at least one table of weights"))
    sizes = [tables[0].shape[0]]
    for i, table in enumerate(tables):
        if table.ndim != 2 or table.shape[0] != sizes[-1]:
            raise OptionError(
                _(
                    "weights {number} have the shape {shape}, but {units} units come "
                    "before them"
                ).format(number=i + 1, shape=table.shape, units=sizes[-1])
            )
        sizes.append(table.shape[1])
    return sizes


def sizes_text(sizes: list[int], layers: Sequence[str]) -> str:
    """Return the columns in one line: x (2) → hidden 1 (2) → output (1)."""
    parts = [
        f"{printable(layers[i])} ({size})" if i < len(layers) else f"({size})"
        for i, size in enumerate(sizes)
    ]
    return " → ".join(parts)


class _NetworkDrawing:
    """Places of all units on one sheet."""

    def __init__(
        self,
        tables: Sequence[NDArray[np.float64]],
        columns: list[DrawnUnits],
        inputs: Sequence[str],
        outputs: Sequence[str],
        digits: int,
    ) -> None:
        self.tables = tables
        self.columns = columns
        self.digits = digits
        most = max(column.slots for column in columns)
        self.small = most <= 4
        self.radius = 23 if self.small else 15
        self.step = 92 if self.small else 42
        self.distance = 170 if len(columns) < 6 else 120
        self.names = (list(inputs), list(outputs))
        left = max((text_length(name) for name in inputs), default=0)
        right = max((text_length(name) for name in outputs), default=0)
        self.left = 24 + min(left, 160) + self.radius
        width = self.left + self.distance * (len(columns) - 1) + self.radius
        self.top = 44
        height = self.top + self.step * most + (22 if self.small else 26)
        self.sheet = Drawing(width + 24 + min(right, 160), height)
        self.most = most

    def place(self, layer: int, i: int) -> tuple[float, float]:
        """Middle of the i-th drawn unit of a column."""
        column = self.columns[layer]
        return self.slot_place(layer, column.slot(i))

    def slot_place(self, layer: int, slot: int) -> tuple[float, float]:
        free = (self.most - self.columns[layer].slots) / 2
        y = self.top + self.step * (free + slot + 0.5)
        return self.left + self.distance * layer, y

    def lines(self) -> None:
        for layer, table in enumerate(self.tables):
            before, after = self.columns[layer], self.columns[layer + 1]
            shown = table[np.ix_(before.shown, after.shown)]
            finite = np.abs(shown[np.isfinite(shown)])
            largest = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
            # Thick lines last, so that they are not hidden by thin ones.
            for at in np.argsort(np.abs(shown), axis=None, kind="stable").tolist():
                i, j = divmod(at, shown.shape[1])
                self.weight_line(layer, i, j, float(shown[i, j]), largest)
            if shown.size <= MOST_NUMBERS and self.small:
                self.weight_numbers(layer, shown)

    def weight_line(
        self, layer: int, i: int, j: int, weight: float, largest: float
    ) -> None:
        share = abs(weight) / largest if np.isfinite(weight) else 1.0
        x1, y1 = self.place(layer, i)
        x2, y2 = self.place(layer + 1, j)
        before, after = self.columns[layer].shown[i], self.columns[layer + 1].shown[j]
        self.sheet.line(
            x1 + self.radius,
            y1,
            x2 - self.radius,
            y2,
            colour=MINUS_COLOUR if weight < 0 else PLUS_COLOUR,
            width=_THINNEST + (_WIDEST - _THINNEST) * share,
            # A dashed line tells the sign without colour.
            dash="7 4" if weight < 0 else "",
            opacity=0.25 + 0.65 * share,
            title=f"{before + 1} → {after + 1}: {format_number(weight, 4)}",
        )

    def weight_numbers(self, layer: int, shown: NDArray[np.float64]) -> None:
        """Write each weight on its line, where lines of other units are far."""
        for i in range(shown.shape[0]):
            for j in range(shown.shape[1]):
                x1, y1 = self.place(layer, i)
                x2, y2 = self.place(layer + 1, j)
                share = 0.3 if shown.shape[1] > 1 else 0.42
                x = x1 + self.radius + (x2 - x1 - 2 * self.radius) * share
                y = y1 + (y2 - y1) * share
                weight = format_number(float(shown[i, j]), self.digits)
                self.sheet.label(x, y, weight, size=11.5)

    def units(
        self,
        values: Sequence[ArrayLike] | None,
        biases: Sequence[ArrayLike | None] | None,
    ) -> None:
        for layer, column in enumerate(self.columns):
            held = vector(values, layer)
            offsets = vector(biases, layer - 1) if layer else None
            for i, unit in enumerate(column.shown):
                x, y = self.place(layer, i)
                self.sheet.circle(x, y, self.radius, fill=PAPER, stroke=INK)
                if held is not None and unit < held.size:
                    value = format_number(float(held[unit]), self.digits)
                    size = 11.5 if self.small else 8.5
                    self.sheet.text(x, y + 4, value, size=size, anchor="middle")
                if offsets is not None and unit < offsets.size and self.small:
                    shown = format_number(float(offsets[unit]), self.digits)
                    self.sheet.text(
                        x,
                        y + self.radius + 14,
                        f"b = {shown}",
                        size=11,
                        anchor="middle",
                        colour=MUTED,
                        halo=True,
                    )
                self.name(layer, unit, x, y)
            if column.gap is not None:
                x, y = self.slot_place(layer, column.gap)
                self.sheet.text(x, y + 7, "⋮", size=22, anchor="middle", colour=MUTED)

    def name(self, layer: int, unit: int, x: float, y: float) -> None:
        inputs, outputs = self.names
        if layer == 0 and unit < len(inputs):
            self.sheet.text(x - self.radius - 8, y + 4, inputs[unit], anchor="end")
        if layer == len(self.columns) - 1 and unit < len(outputs):
            self.sheet.text(x + self.radius + 8, y + 4, outputs[unit])

    def headings(self, layers: Sequence[str]) -> None:
        for layer, column in enumerate(self.columns):
            x = self.left + self.distance * layer
            name = layers[layer] if layer < len(layers) else ""
            self.sheet.text(x, 18, name, anchor="middle", weight="600")
            self.sheet.text(
                x, 34, str(column.size), size=11, anchor="middle", colour=MUTED
            )


def vector(
    vectors: Sequence[ArrayLike | None] | None, i: int
) -> NDArray[np.float64] | None:
    if vectors is None or i >= len(vectors) or vectors[i] is None:
        return None
    return np.asarray(vectors[i], dtype=float).ravel()
