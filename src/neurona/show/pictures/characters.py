"""Drawings with characters, for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from neurona.show.notation.box import text_width
from neurona.show.notation.clean import printable
from neurona.show.notation.numbers import format_number

__all__ = ["bar_lines", "beside_names", "shade", "spark"]

_EIGHTHS: Final = "▁▂▃▄▅▆▇█"
_SHADES: Final = " ░▒▓█"
_SHORTEST_BAR: Final = 4
LONGEST_LABEL: Final = 44
"""Columns of a label beside a bar, where the width of the line is not known."""


def spark(values: Sequence[float], width: int = 48, log: bool | None = False) -> str:
    """Values as a row of blocks, the lowest one eighth high and the highest full.

    Parameters
    ----------
    values : sequence of float
        More than ``width`` of them are averaged in groups; what is not finite is left
        out, and what is not above 0 on a logarithmic scale.
    width : int
    log : bool or None
        ``None`` where every value is above 0, as of a loss, which falls by factors.

    Examples
    --------
    >>> spark([0.0, 1.0, 2.0, 7.0])
    '▁▂▃█'
    >>> spark([8.0, 4.0, 2.0, 1.0], log=None)
    '█▆▃▁'
    """
    if log is None:
        log = all(v > 0 for v in values if math.isfinite(v))
    shown = [v for v in values if math.isfinite(v) and (v > 0 or not log)]
    if not shown:
        return ""
    scaled = [math.log(v) for v in shown] if log else shown
    count = min(width, len(scaled))
    edges = [round(i * len(scaled) / count) for i in range(count + 1)]
    means = [sum(scaled[a:b]) / (b - a) for a, b in pairwise(edges)]
    low, high = min(means), max(means)
    spread = high - low or 1.0
    return "".join(_EIGHTHS[math.floor((m - low) / spread * 7 + 0.5)] for m in means)


def beside_names(names: Iterable[str]) -> list[str]:
    """Names as beginnings of lines, all equally wide; nothing where none has letters.

    Examples
    --------
    >>> beside_names(["age", "income"])
    ['age     ', 'income  ']
    """
    shown = [printable(name) for name in names]
    room = max(map(text_width, shown), default=0)
    return [f"{n}{' ' * (room - text_width(n) + 2)}" if room else "" for n in shown]


def cut(text: str, most: int) -> str:
    """Text of at most so many columns.

    Examples
    --------
    >>> cut("comment = it came late", 15)
    'comment = it c…'
    """
    if text_width(text) <= most:
        return text
    while text_width(text) >= most:
        text = text[:-1]
    return text.rstrip() + "…"


def bar_lines(
    labels: Sequence[str],
    values: Sequence[float],
    width: int = 32,
    digits: int = 4,
    columns: int | None = None,
) -> list[str]:
    r"""Values as bars of blocks; those below 0 are drawn hollow.

    Parameters
    ----------
    labels : sequence of str
    values : sequence of float
    width : int
        Blocks of the longest bar.
    digits : int
        Significant digits of the numbers beside the bars.
    columns : int, optional
        Of a whole line; bars are shorter where it would be longer.
        A label takes half of them at most, and is cut where it is longer.

    Examples
    --------
    >>> print("\n".join(bar_lines(["age", "income"], [2.0, -1.0], width=4)))
    age     ▇▇▇▇ 2
    income  ░░   −1
    """
    most = LONGEST_LABEL if columns is None else max(columns // 2, 8)
    names = beside_names(cut(printable(label), most) for label in labels)
    sizes = [abs(v) for v in values if math.isfinite(v)]
    largest = max(sizes, default=0.0) or 1.0
    if columns is not None:
        start = max(map(text_width, names), default=0)
        numbers = max((text_width(format_number(v, digits)) for v in values), default=0)
        width = min(width, max(columns - start - numbers - 1, _SHORTEST_BAR))
    lines = []
    for name, value in zip(names, values, strict=True):
        size = abs(value) / largest if math.isfinite(value) else 0.0
        bar = ("░" if value < 0 else "▇") * math.floor(size * width + 0.5)
        shown = format_number(value, digits)
        lines.append(f"{name}{bar:<{width}} {shown}".rstrip())
    return lines


def shade(share: float) -> str:
    """One character, the darker the nearer to 1.

    Examples
    --------
    >>> shade(0.0), shade(0.5), shade(1.0)
    (' ', '▒', '█')
    """
    if not math.isfinite(share):
        return "?"
    return _SHADES[min(max(math.floor(share * 4 + 0.5), 0), 4)]
