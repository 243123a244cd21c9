"""Bar charts, with the numbers beside the bars."""

from __future__ import annotations

import math
from collections.abc import Mapping

from neurona.show.notation.numbers import format_number
from neurona.show.page.blocks import Picture
from neurona.show.pictures.axes import Axis, axis_for
from neurona.show.pictures.characters import bar_lines
from neurona.show.pictures.chart_frame import (
    BOTTOM,
    WIDTH,
    draw_axes,
    draw_title,
    shortened,
)
from neurona.show.pictures.svg import (
    INK,
    MINUS_COLOUR,
    PLUS_COLOUR,
    Drawing,
    text_length,
)

__all__ = ["bar_chart"]


def bar_chart(
    bars: Mapping[str, float],
    *,
    errors: Mapping[str, float] | None = None,
    title: str = "",
    x_label: str = "",
    description: str = "",
    digits: int = 4,
) -> Picture:
    """Draw horizontal bars, one below the other, from 0; below 0 in another colour.

    Parameters
    ----------
    bars : mapping of str to float
        Lengths by label, drawn in the order given.
    errors : mapping of str to float, optional
        Half the length of the mark of uncertainty on each bar.
    title, x_label, description : str
    digits : int
        Significant digits of the numbers beside the bars.

    Examples
    --------
    >>> picture = bar_chart({"age": 2.0, "income": -1.0})
    >>> picture.description
    'age: 2; income: −1.'
    """
    values = {name: float(value) for name, value in bars.items()}
    spread = {name: float((errors or {}).get(name, 0.0)) for name in values}
    row, top = 25, 30 if title else 8
    drawing = Drawing(WIDTH, top + row * len(values) + BOTTOM)
    left = max((text_length(name, 12) for name in values), default=0) + 16
    left = min(left, WIDTH * 0.42)
    ends = [
        v + s * d
        for v, d in zip(values.values(), spread.values(), strict=True)
        for s in (-1, 1)
    ]
    number_room = 58
    has_minus = any(end < 0 for end in ends)
    x_axis = axis_for(
        ends,
        left + (number_room if has_minus else 0),
        WIDTH - number_room,
        include=(0.0,),
    )
    draw_title(drawing, title)
    draw_axes(drawing, x_axis, None, x_label, "", top)
    zero = x_axis.place(0.0)
    for i, (name, value) in enumerate(values.items()):
        middle = top + row * i + row / 2
        drawing.text(left - 8, middle + 4, shortened(name, left - 12), anchor="end")
        shown = format_number(value, digits)
        draw_bar(drawing, x_axis, middle, value, spread[name], name, shown)
    drawing.line(zero, top, zero, drawing.height - BOTTOM, colour=INK, width=1.2)
    listed = "; ".join(f"{n}: {format_number(v, digits)}" for n, v in values.items())
    text = description or f"{listed}."

    def draw_text(columns: int | None = None) -> str:
        lines = bar_lines(
            list(values), list(values.values()), digits=digits, columns=columns
        )
        return "\n".join(lines)

    return Picture(drawing.to_svg(text), text, draw_text(), draw_text)


def draw_bar(
    drawing: Drawing,
    axis: Axis,
    middle: float,
    value: float,
    error: float,
    name: str,
    shown: str,
) -> None:
    """Draw one bar from 0, its mark of uncertainty and its number."""
    zero = axis.place(0.0)
    end = axis.place(value) if math.isfinite(value) else zero
    drawing.rect(
        min(zero, end),
        middle - 8,
        abs(end - zero),
        16,
        fill=MINUS_COLOUR if value < 0 else PLUS_COLOUR,
        radius=1.5,
        title=f"{name}: {shown}",
    )
    reach = [end]
    if error:
        marks = [axis.place(value + sign * error) for sign in (-1, 1)]
        drawing.line(marks[0], middle, marks[1], middle, width=1.4)
        for mark in marks:
            drawing.line(mark, middle - 4, mark, middle + 4, width=1.4)
        reach += marks
    if value < 0:
        drawing.text(min(reach) - 6, middle + 4, shown, size=11, anchor="end")
    else:
        drawing.text(max(reach) + 6, middle + 4, shown, size=11)
