"""What charts share: title, axes with their numbers, legend."""

from __future__ import annotations

import math
from typing import Final

from neurona.show.notation.numbers import format_number
from neurona.show.notation.scripts import superscript
from neurona.show.pictures.axes import Axis
from neurona.show.pictures.svg import GRID, MUTED, SERIES, Drawing, text_length

__all__ = [
    "BOTTOM",
    "DASHES",
    "WIDTH",
    "axis_margin",
    "draw_axes",
    "draw_legend",
    "draw_title",
    "shortened",
]

WIDTH: Final = 600
"""Width of every chart, in pixels."""

BOTTOM: Final = 46
"""Room below the horizontal axis."""

DASHES: Final = ("", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2")
"""Kinds of lines, so that series stay apart without colours."""


def axis_margin(axis: Axis, label: str) -> float:
    """Room left of a vertical axis for its numbers and its name."""
    widest = max(text_length(tick_label(tick, axis), 11) for tick in axis.ticks)
    return widest + 16 + (18 if label else 0)


def draw_title(drawing: Drawing, title: str) -> None:
    """Write the title above the middle of a chart."""
    if title:
        drawing.text(drawing.width / 2, 17, title, anchor="middle", weight="600")


def draw_axes(
    drawing: Drawing,
    x_axis: Axis,
    y_axis: Axis | None,
    x_label: str,
    y_label: str,
    top: float = 0,
) -> None:
    """Draw a grid, numbers and names."""
    bottom = drawing.height - BOTTOM
    if y_axis:
        for tick in y_axis.ticks:
            y = y_axis.place(tick)
            drawing.line(x_axis.start, y, x_axis.end, y, colour=GRID)
            drawing.text(
                x_axis.start - 8,
                y + 4,
                tick_label(tick, y_axis),
                size=11,
                anchor="end",
                colour=MUTED,
            )
        if y_label:
            middle = (y_axis.start + y_axis.end) / 2
            drawing.text(14, middle, y_label, anchor="middle", turn=-90)
    drawing.line(x_axis.start, bottom, x_axis.end, bottom, colour=MUTED)
    last = -math.inf
    for tick in marked(x_axis):
        x = x_axis.place(tick)
        shown = tick_label(tick, x_axis)
        half = text_length(shown, 11) / 2
        if x - half < last + 6:
            continue
        last = x + half
        if y_axis is None:
            drawing.line(x, top, x, bottom, colour=GRID)
        drawing.line(x, bottom, x, bottom + 4, colour=MUTED)
        drawing.text(x, bottom + 17, shown, size=11, anchor="middle", colour=MUTED)
    if x_label:
        middle = (x_axis.start + x_axis.end) / 2
        drawing.text(middle, drawing.height - 8, x_label, anchor="middle")


def tick_label(tick: float, axis: Axis) -> str:
    """Return a mark's number; on a logarithmic axis far ones as powers of ten."""
    exponent = math.log10(abs(tick)) if tick else 0.0
    if axis.log and abs(exponent) >= 3 and exponent == round(exponent):
        return f"10{superscript(str(round(exponent)))}"
    return format_number(tick, 4)


def marked(axis: Axis) -> list[float]:
    """Ticks that are round numbers; the ends of a tight axis need not be."""
    if axis.log or len(axis.ticks) < 3:
        return list(axis.ticks)
    inner = axis.ticks[1:-1]
    step = inner[1] - inner[0] if len(inner) > 1 else inner[0] - axis.ticks[0]
    ends = [
        tick
        for tick in (axis.ticks[0], axis.ticks[-1])
        if abs(tick / step - round(tick / step)) < 1e-6
    ]
    return sorted([*inner, *ends])


def draw_legend(drawing: Drawing, names: list[str], left: float, y: float) -> None:
    """Write the names of the series beside their lines, as far as there is room."""
    x = left
    for i, name in enumerate(names):
        room = 30 + text_length(name, 11.5) + 14
        if x > left and x + room > drawing.width:
            break
        dash = DASHES[i % len(DASHES)]
        drawing.line(
            x,
            y - 4,
            x + 24,
            y - 4,
            colour=SERIES[i % len(SERIES)],
            width=2.2,
            dash=dash,
        )
        drawing.text(x + 30, y, name, size=11.5)
        x += room


def shortened(text: str, room: float, size: float = 12) -> str:
    """Text cut where its room ends."""
    most = max(int(room / (size * 0.6)), 4)
    return text if len(text) <= most else text[: most - 1] + "…"
