"""Drawings as SVG, built from a few shapes; every text and attribute is escaped."""

from __future__ import annotations

import math
from typing import Final, Literal, TypedDict, Unpack
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
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0", int(value == 0))


class Stroke(TypedDict, total=False):
    """How a line looks: its width, dashes, opacity and what it says when pointed at."""

    width: float
    dash: str
    opacity: float
    title: str


class Area(TypedDict, total=False):
    """How a rectangle looks: edge, round corners, and what it says when pointed at."""

    stroke: str
    radius: float
    opacity: float
    title: str


class Outline(TypedDict, total=False):
    """How a circle's edge looks, and what it says when pointed at."""

    stroke: str
    width: float
    title: str


class Type(TypedDict, total=False):
    """How a text looks; a halo keeps it clear of lines below, a turn is in degrees."""

    size: float
    anchor: Literal["start", "middle", "end"]
    colour: str
    weight: str
    style: str
    halo: bool
    turn: float


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

    def add(self, name: str, inside: str = "", **attributes: object) -> None:
        """Add one element; low lines in the names of attributes stand for hyphens."""
        given = "".join(
            f" {key.replace('_', '-')}={quoted(value)}"
            for key, value in attributes.items()
            if value not in (None, "")
        )
        self._parts.append(
            f"<{name}{given}>{inside}</{name}>" if inside else f"<{name}{given}/>"
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = INK,
        **stroke: Unpack[Stroke],
    ) -> None:  # fmt: skip
        """Draw a straight line."""
        self.add(
            "line", said(stroke), x1=x1, y1=y1, x2=x2, y2=y2, **stroked(colour, stroke)
        )

    def path(
        self, commands: list[tuple[str, tuple[float, ...]]], colour: str = INK,
        fill: str = "none", **stroke: Unpack[Stroke],
    ) -> None:  # fmt: skip
        """Draw a path: letters of SVG, each with its coordinates."""
        steps = [f"{c}{' '.join(number(v) for v in values)}" for c, values in commands]
        look = stroked(colour, {"width": 1.2, **stroke})
        self.add(
            "path", said(stroke), d="".join(steps), fill=fill, **look,
            stroke_linejoin="round",
        )  # fmt: skip

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str = "none",
        **look: Unpack[Area],
    ) -> None:  # fmt: skip
        """Draw a rectangle, with round corners where a radius is given."""
        self.add(
            "rect", said(look), x=x, y=y, width=max(width, 0), height=max(height, 0),
            rx=look.get("radius"), fill=fill, stroke=look.get("stroke"),
            fill_opacity=look.get("opacity"),
        )  # fmt: skip

    def circle(
        self, x: float, y: float, radius: float, fill: str = PAPER,
        **look: Unpack[Outline],
    ) -> None:  # fmt: skip
        """Draw a circle."""
        self.add(
            "circle", said(look), cx=x, cy=y, r=radius, fill=fill,
            stroke=look.get("stroke", INK), stroke_width=look.get("width", 1.2),
        )  # fmt: skip

    def text(self, x: float, y: float, text: str, **look: Unpack[Type]) -> None:
        """Write a text, its baseline at y."""
        size, anchor, turn = look.get("size"), look.get("anchor"), look.get("turn")
        halo = {
            "stroke": PAPER, "stroke_width": 3.5, "stroke_linejoin": "round",
            "paint_order": "stroke",
        }  # fmt: skip
        turned = turn is not None and f"rotate({number(turn)} {number(x)} {number(y)})"
        self.add(
            "text",
            escape(printable(text)),
            x=x,
            y=y,
            font_size=size if size != 12 else None,
            fill=look.get("colour", INK),
            text_anchor=anchor if anchor != "start" else None,
            font_weight=look.get("weight"),
            font_style=look.get("style"),
            **(halo if look.get("halo") else {}),
            transform=turned or None,
        )

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


def said(look: Stroke | Area | Outline) -> str:
    """What a shape says when pointed at."""
    title = look.get("title")
    return f"<title>{escape(printable(title))}</title>" if title else ""


def stroked(colour: str, stroke: Stroke) -> dict[str, object]:
    return {
        "stroke": colour,
        "stroke_width": stroke.get("width", 1),
        "stroke_dasharray": stroke.get("dash"),
        "stroke_opacity": stroke.get("opacity"),
    }


def quoted(value: object) -> str:
    if isinstance(value, int | float):
        return f'"{number(value)}"'
    return quoteattr(printable(str(value)))
