"""Line charts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from neurona.errors import OptionError
from neurona.messages import _
from neurona.show.notation.box import text_width
from neurona.show.notation.numbers import format_number
from neurona.show.page.blocks import Picture
from neurona.show.pictures.axes import Axis, axis_for
from neurona.show.pictures.characters import beside_names, spark
from neurona.show.pictures.chart_frame import (
    BOTTOM,
    DASHES,
    WIDTH,
    axis_margin,
    draw_axes,
    draw_legend,
    draw_title,
)
from neurona.show.pictures.svg import SERIES, Drawing

__all__ = ["line_chart"]

MOST_BLOCKS: Final = 48
"""Blocks of a line drawn with characters."""

FEWEST_BLOCKS: Final = 8


def line_chart(
    series: Mapping[str, Sequence[float]],
    *,
    x: Sequence[float] | None = None,
    title: str = "",
    x_label: str = "",
    y_label: str = "",
    log: bool = False,
    log_x: bool = False,
    description: str = "",
    height: float = 280,
) -> Picture:
    """Draw one line for each series; what is not finite leaves a gap.

    Parameters
    ----------
    series : mapping of str to sequence of float
        Values by name.
    x : sequence of float, optional
        Where they stand; by default 0, 1, 2, …
    title, x_label, y_label : str
    log, log_x : bool
        Whether the vertical or the horizontal axis is logarithmic; values at or below
        0 are left out.
    description : str
        What is seen; by default the first and the last value of each series.
    height : float
        In pixels.

    Examples
    --------
    >>> picture = line_chart({"loss": [1.0, 0.5, 0.25]}, x_label="epoch", log=True)
    >>> picture.description
    'loss: from 1 to 0.25.'
    >>> print(picture.text)
    loss  █▅▁  1 … 0.25
    """
    if not series:
        raise OptionError(_("a line chart needs at least one series"))
    data = {name: [float(v) for v in values] for name, values in series.items()}
    longest = max(map(len, data.values()))
    places = [float(i) for i in range(longest)] if x is None else [float(v) for v in x]
    if len(places) < longest:
        raise OptionError(
            _("{places} places on the axis for {values} values").format(
                places=len(places), values=longest
            )
        )
    top = (26 if title else 8) + (22 if len(data) > 1 else 4)
    drawing = Drawing(WIDTH, height)
    everything = [value for values in data.values() for value in values]
    y_axis = axis_for(everything, height - BOTTOM, top, log=log)
    left = axis_margin(y_axis, y_label)
    x_axis = axis_for(places[:longest], left, WIDTH - 16, log=log_x, tight=not log_x)
    draw_title(drawing, title)
    draw_axes(drawing, x_axis, y_axis, x_label, y_label)
    if len(data) > 1:
        draw_legend(drawing, list(data), left, 20 if not title else 40)
    for i, (name, values) in enumerate(data.items()):
        draw_series(drawing, i, name, places, values, x_axis, y_axis)
    text = description or series_description(data)
    return Picture(
        drawing.to_svg(text),
        text,
        series_text(data, log),
        lambda columns: series_text(data, log, columns),
    )


def draw_series(
    drawing: Drawing,
    i: int,
    name: str,
    places: list[float],
    values: list[float],
    x_axis: Axis,
    y_axis: Axis,
) -> None:
    colour = SERIES[i % len(SERIES)]
    commands: list[tuple[str, tuple[float, ...]]] = []
    points: list[tuple[float, float]] = []
    pen_down = False
    for place, value in zip(places, values, strict=False):
        if not (x_axis.shows(place) and y_axis.shows(value)):
            pen_down = False
            continue
        point = (x_axis.place(place), y_axis.place(value))
        commands.append(("L" if pen_down else "M", point))
        points.append(point)
        pen_down = True
    dash = DASHES[i % len(DASHES)]
    drawing.path(commands, colour=colour, width=1.9, dash=dash, title=name)
    if len(points) <= 24:
        for px, py in points:
            drawing.circle(px, py, 2.6, fill=colour, stroke="none")


def series_description(data: Mapping[str, Sequence[float]]) -> str:
    parts = []
    for name, values in data.items():
        finite = [v for v in values if math.isfinite(v)]
        if finite:
            parts.append(
                _("{name}: from {first} to {last}.").format(
                    name=name,
                    first=format_number(finite[0], 4),
                    last=format_number(finite[-1], 4),
                )
            )
    return " ".join(parts)


def series_text(
    data: Mapping[str, Sequence[float]], log: bool, columns: int | None = None
) -> str:
    """One line of blocks for each series, with its first and last value."""
    lines = []
    for start, values in zip(beside_names(data), data.values(), strict=True):
        finite = [v for v in values if math.isfinite(v)]
        if finite:
            ends = f"{format_number(finite[0], 4)} … {format_number(finite[-1], 4)}"
            width = MOST_BLOCKS
            if columns is not None:
                beside = text_width(f"{start}  {ends}")
                width = max(min(width, columns - beside), FEWEST_BLOCKS)
            blocks = spark(finite, width, log=log)
            lines.append(f"{start}{blocks}  {ends}")
    return "\n".join(lines)
