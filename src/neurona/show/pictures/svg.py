"""Drawings as SVG, built from a few shapes; every text and attribute is escaped."""

from __future__ import annotations

import math
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

from neurona.show.notation.box import text_width
from neurona.show.notation.clean import printable

__all__ = [
    "GRID",
    "INK",
    "MINUS_COLOUR",
    "MUTED",
    "PAPER",
    "PLUS_COLOUR",
    "SERIES",
    "TINT",
    "Drawing",
    "text_length",
]

INK: Final = "currentColor"
MUTED: Final = "var(--muted, #76726b)"
PAPER: Final = "var(--paper, #fff)"
TINT: Final = "var(--tint, rgba(128,128,128,.1))"
GRID: Final = "var(--grid, rgba(128,128,128,.25))"
PLUS_COLOUR: Final = "var(--plus, #0072b2)"
MINUS_COLOUR: Final = "var(--minus, #d55e00)"
SERIES: Final = tuple(
    f"var(--c{i}, {fallback})"
    for i, fallback in enumerate(
        ("#0072b2", "#d55e00", "#00875f", "#a4508b", "#b07d00", "#4b7f9e"), 1
    )
)
"""Colours that stay apart for the colour-blind, on light and on dark."""

_SMALLEST: Final = 0.72
"""Share of its size below which a drawing is scrolled instead of shrunk further."""

_FONT: Final = (
    "font-family:system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,"
    "'DejaVu Sans',sans-serif"
)


def text_length(text: str, size: float = 12) -> float:
    """Room that a text takes, in pixels, judged from its number of characters.

    Examples
    --------
    >>> text_length("12345", 10)
    30.0
    """
    return text_width(text) * size * 0.6


def number(value: float) -> str:
    """Coordinate with two decimals at most; what is not finite becomes 0."""
    if not math.isfinite(value):
        return "0"
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0", value == 0)


class Drawing:
    """Shapes on a sheet, in pixels from the top left.

    Parameters
    ----------
    width, height : float

    Examples
    --------
    >>> drawing = Drawing(40, 20)
    >>> drawing.text(20, 10, "a < b", anchor="middle")
    >>> drawing.to_svg("An inequality").endswith(">a &lt; b</text></svg>")
    True
    """

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self._parts: list[str] = []

    def add(self, name: str, title: str = "", **attributes: object) -> None:
        """Add one element; low lines in the names of attributes stand for hyphens."""
        given = " ".join(
            f"{key.rstrip('_').replace('_', '-')}={quoted(value)}"
            for key, value in attributes.items()
            if value not in (None, "")
        )
        if title:
            inside = f"<title>{escape(printable(title))}</title>"
            self._parts.append(f"<{name} {given}>{inside}</{name}>")
        else:
            self._parts.append(f"<{name} {given}/>")

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        colour: str = INK,
        width: float = 1,
        dash: str = "",
        opacity: float | None = None,
        title: str = "",
    ) -> None:
        """Draw a straight line."""
        self.add(
            "line",
            title,
            x1=x1,
            y1=y1,
            x2=x2,
            y2=y2,
            stroke=colour,
            stroke_width=width,
            stroke_dasharray=dash,
            stroke_opacity=opacity,
        )

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "",
        radius: float | None = None,
        opacity: float | None = None,
        title: str = "",
    ) -> None:
        """Draw a rectangle, with round corners where a radius is given."""
        self.add(
            "rect",
            title,
            x=x,
            y=y,
            width=max(width, 0),
            height=max(height, 0),
            rx=radius,
            fill=fill,
            stroke=stroke,
            fill_opacity=opacity,
        )

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = PAPER,
        stroke: str = INK,
        width: float = 1.2,
        title: str = "",
    ) -> None:
        """Draw a circle."""
        self.add(
            "circle",
            title,
            cx=x,
            cy=y,
            r=radius,
            fill=fill,
            stroke=stroke,
            stroke_width=width,
        )

    def path(
        self,
        commands: list[tuple[str, tuple[float, ...]]],
        *,
        colour: str = INK,
        width: float = 1.2,
        fill: str = "none",
        dash: str = "",
        opacity: float | None = None,
        title: str = "",
    ) -> None:
        """Draw a path: letters of SVG, each with its coordinates."""
        steps = [f"{c}{' '.join(number(v) for v in values)}" for c, values in commands]
        self.add(
            "path",
            title,
            d="".join(steps),
            fill=fill,
            stroke=colour,
            stroke_width=width,
            stroke_dasharray=dash,
            stroke_opacity=opacity,
            stroke_linejoin="round",
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        anchor: Literal["start", "middle", "end"] = "start",
        colour: str = INK,
        weight: str = "",
        style: str = "",
        halo: bool = False,
        turn: float | None = None,
    ) -> None:
        """Write a text, its baseline at y; a halo keeps it clear of lines below."""
        attributes: dict[str, object] = {
            "x": x,
            "y": y,
            "font_size": size if size != 12 else None,
            "fill": colour,
            "text_anchor": anchor if anchor != "start" else None,
            "font_weight": weight,
            "font_style": style,
        }
        if halo:
            attributes |= {
                "stroke": PAPER,
                "stroke_width": 3.5,
                "stroke_linejoin": "round",
                "paint_order": "stroke",
            }
        if turn is not None:
            attributes["transform"] = f"rotate({number(turn)} {number(x)} {number(y)})"
        given = " ".join(
            f"{key.replace('_', '-')}={quoted(value)}"
            for key, value in attributes.items()
            if value not in (None, "")
        )
        self._parts.append(f"<text {given}>{escape(printable(text))}</text>")

    def label(self, x: float, y: float, text: str, *, size: float = 12) -> None:
        """Write a text centred on a point, on ground of its own."""
        width = text_length(text, size) + 4
        self.rect(x - width / 2, y - size * 0.62, width, size * 1.24, fill=PAPER)
        self.text(x, y + size * 0.36, text, size=size, anchor="middle")

    def to_svg(self, description: str) -> str:
        """Return the whole ``<svg>`` element, described for those who do not see it."""
        size = f"{number(self.width)} {number(self.height)}"
        least = number(self.width * _SMALLEST)
        opening = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
            f'width="{number(self.width)}" height="{number(self.height)}" '
            f'role="img" aria-label={quoteattr(printable(description))} '
            f'font-size="12" style="{_FONT};min-width:{least}px">'
        )
        return f"{opening}{''.join(self._parts)}</svg>"


def quoted(value: object) -> str:
    if isinstance(value, int | float):
        return f'"{number(value)}"'
    return quoteattr(printable(str(value)))
