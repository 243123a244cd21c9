"""Histograms, one row for each group of values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from neurona.messages import _
from neurona.show.notation.box import text_width
from neurona.show.notation.numbers import format_number
from neurona.show.page.blocks import Picture
from neurona.show.pictures.axes import axis_for
from neurona.show.pictures.characters import beside_names, spark
from neurona.show.pictures.chart_frame import BOTTOM, WIDTH, draw_axes, draw_title
from neurona.show.pictures.svg import GRID, SERIES, Drawing, text_length

__all__ = ["histogram"]

FEWEST_BINS: Final = 8
"""Bins that a drawing with characters has however narrow the terminal is."""


def histogram(
    groups: Mapping[str, ArrayLike] | ArrayLike,
    *,
    bins: int = 40,
    moments: Mapping[str, tuple[float, float]] | None = None,
    title: str = "",
    x_label: str = "",
    description: str = "",
) -> Picture:
    """Draw how often values occur: one row for each group, all over one axis.

    Parameters
    ----------
    groups : mapping of str to array, or array
        Values by name, such as the activations of each layer.
    bins : int
        Number of intervals over the range of all groups together.
    moments : mapping of str to (float, float), optional
        Mean and deviation of each group, where the values only stand for others; by
        default those of the values.
    title, x_label, description : str
        The description is by default the mean and deviation of each group.

    Examples
    --------
    >>> picture = histogram({"hidden 1": [0.0, 0.0, 1.0], "hidden 2": [0.5]}, bins=4)
    >>> print(picture.text)
    hidden 1  █▁▁▅  0.3333 ± 0.4714
    hidden 2  ▁▁█▁  0.5 ± 0
    """
    given: Mapping[str, Any] = groups if isinstance(groups, Mapping) else {"": groups}
    data = {
        name: (flat := np.asarray(values, float).ravel())[np.isfinite(flat)]
        for name, values in given.items()
    }
    known = {name: (v.mean(), v.std()) for name, v in data.items() if v.size}
    known |= {name: m for name, m in (moments or {}).items() if name in known}
    filled = [values for values in data.values() if values.size]
    everything = np.concatenate(filled) if filled else np.zeros(1)
    low, high = float(everything.min()), float(everything.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts = {
        name: np.histogram(values, bins, (low, high))[0]
        for name, values in data.items()
    }
    row = 46 if len(data) > 1 else 180
    top = 30 if title else 10
    drawing = Drawing(WIDTH, top + row * len(data) + BOTTOM)
    names = [name for name in data if name]
    left = max((text_length(name, 11.5) for name in names), default=0) + 14
    left = min(left, WIDTH / 3)
    x_axis = axis_for([low, high], left, WIDTH - 16, tight=True)
    draw_title(drawing, title)
    draw_axes(drawing, x_axis, None, x_label, "", top)
    width = (x_axis.end - x_axis.start) / bins
    for i, (name, count) in enumerate(counts.items()):
        bottom = top + row * (i + 1)
        tallest = float(count.max()) or 1.0
        drawing.line(left, bottom, x_axis.end, bottom, colour=GRID)
        drawing.text(left - 8, bottom - 4, name, size=11.5, anchor="end")
        for j, amount in enumerate(count.tolist()):
            size = (row - 8) * amount / tallest
            if amount:
                drawing.rect(
                    left + j * width + 0.5,
                    bottom - size,
                    width - 1,
                    size,
                    fill=SERIES[0],
                    opacity=0.85,
                )
    text = description or groups_description(known)
    return Picture(
        drawing.to_svg(text),
        text,
        histogram_text(known, counts),
        lambda columns: histogram_text(known, counts, columns),
    )


def merged(counts: Any, bins: int) -> Any:
    """Counts of fewer bins: whole ones are put together, equally many in each."""
    size = math.ceil(len(counts) / min(bins, len(counts)))
    return np.add.reduceat(counts, np.arange(0, len(counts), size))


def groups_description(moments: Mapping[str, tuple[float, float]]) -> str:
    parts = []
    for name, (mean, deviation) in moments.items():
        numbers = {
            "mean": format_number(mean, 4),
            "deviation": format_number(deviation, 4),
        }
        if name:
            parts.append(
                _("{name}: mean {mean}, deviation {deviation}.").format(
                    name=name, **numbers
                )
            )
        else:
            parts.append(_("Mean {mean}, deviation {deviation}.").format(**numbers))
    return " ".join(parts)


def histogram_text(
    moments: Mapping[str, tuple[float, float]],
    counts: Mapping[str, Any],
    columns: int | None = None,
) -> str:
    """One line of blocks for each group, with fewer bins where columns are few."""
    starts = dict(zip(counts, beside_names(counts), strict=True))
    said = {
        name: " ± ".join(format_number(number, 4) for number in numbers)
        for name, numbers in moments.items()
    }
    widths = (
        text_width(f"{starts[name]}  {numbers}") for name, numbers in said.items()
    )
    beside = max(widths, default=0)
    lines = []
    for name, numbers in said.items():
        bars = counts[name]
        if columns is not None and columns - beside < len(bars):
            bars = merged(bars, max(columns - beside, FEWEST_BINS))
        blocks = spark([0.0, *bars.tolist()], len(bars) + 1)[1:]
        lines.append(f"{starts[name]}{blocks}  {numbers}")
    return "\n".join(lines)
