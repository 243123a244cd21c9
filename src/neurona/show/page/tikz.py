r"""Drawings for LaTeX: SVG of a few shapes as TikZ."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from neurona.show.notation import escape_latex

__all__ = ["svg_to_tikz"]

_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
_HEX: Final = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_RGBA: Final = re.compile(r"rgba\([^)]*,\s*([\d.]+)\)")
_STEP: Final = re.compile(r"([MLCZ])([^MLCZ]*)")
_ANCHORS: Final = {"start": "base west", "middle": "base", "end": "base east"}


def svg_to_tikz(svg: str) -> str | None:
    r"""Return a drawing as a ``tikzpicture``, no wider than the line.

    Parameters
    ----------
    svg : str
        Of lines, rectangles, circles, paths (M, L, C, Z) and texts, as
        :class:`neurona.show.pictures.Drawing` writes it.

    Returns
    -------
    str or None
        None for a drawing that holds anything else, or nothing.

    Examples
    --------
    >>> line = '<line x1="0" y1="0" x2="10" y2="5" stroke="#0072b2"/>'
    >>> svg = f'<svg xmlns="http://www.w3.org/2000/svg">{line}</svg>'
    >>> print(svg_to_tikz(svg).splitlines()[2])
    \draw[draw={rgb,255:red,0;green,114;blue,178}] (0,0) -- (10,5);
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return None
    commands = []
    for element in root:
        name = element.tag.removeprefix(_NAMESPACE)
        if name not in _SHAPES:
            return None
        commands.append(_SHAPES[name](element))
    if not commands:
        return None
    body = "\n".join(commands)
    return (
        "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n"
        "\\begin{tikzpicture}[x=0.75pt,y=-0.75pt,line width=0.75pt]\n"
        f"{body}\n\\end{{tikzpicture}}}}"
    )


def number(element: Element, name: str, default: float = 0.0) -> float:
    return float(element.get(name, default))


def point(x: float, y: float) -> str:
    return f"({x:g},{y:g})"


def colour(value: str) -> str:
    """Colour of TikZ; a variable of the page by the colour named after it."""
    found = _HEX.search(value)
    if found:
        digits = found[1] if len(found[1]) == 6 else "".join(2 * d for d in found[1])
        red, green, blue = (int(digits[i : i + 2], 16) for i in (0, 2, 4))
        return f"{{rgb,255:red,{red};green,{green};blue,{blue}}}"
    faint = _RGBA.search(value)
    return f"black!{round(float(faint[1]) * 100)}" if faint else "black"


def options(element: Element) -> str:
    """Line and fill of a shape."""
    parts = []
    for kind, key in (("stroke", "draw"), ("fill", "fill")):
        value = element.get(kind, "")
        if value and value != "none":
            parts.append(f"{key}={colour(value)}")
    if element.get("stroke-width"):
        parts.append(f"line width={number(element, 'stroke-width') * 0.75:g}pt")
    for kind, key in (("stroke-opacity", "draw"), ("fill-opacity", "fill")):
        if element.get(kind):
            parts.append(f"{key} opacity={number(element, kind):g}")
    dashes = element.get("stroke-dasharray", "").split()
    if dashes:
        names = ("on", "off") * len(dashes)
        pattern = [
            f"{n} {float(d) * 0.75:g}pt" for n, d in zip(names, dashes, strict=False)
        ]
        parts.append(f"dash pattern={' '.join(pattern)}")
    if element.get("rx"):
        parts.append(f"rounded corners={number(element, 'rx') * 0.75:g}pt")
    return ",".join(parts)


def line(element: Element) -> str:
    start = point(number(element, "x1"), number(element, "y1"))
    end = point(number(element, "x2"), number(element, "y2"))
    return rf"\draw[{options(element)}] {start} -- {end};"


def rectangle(element: Element) -> str:
    x, y = number(element, "x"), number(element, "y")
    corner = point(x + number(element, "width"), y + number(element, "height"))
    return rf"\path[{options(element)}] {point(x, y)} rectangle {corner};"


def circle(element: Element) -> str:
    centre = point(number(element, "cx"), number(element, "cy"))
    radius = number(element, "r") * 0.75
    return rf"\path[{options(element)}] {centre} circle[radius={radius:g}pt];"


def path(element: Element) -> str:
    steps = []
    for letter, rest in _STEP.findall(element.get("d", "")):
        values = [float(v) for v in rest.split()]
        points = [point(*pair) for pair in zip(values[::2], values[1::2], strict=True)]
        if letter == "C":
            steps.append(f".. controls {points[0]} and {points[1]} .. {points[2]}")
        else:
            start = {"M": "", "L": "-- ", "Z": "-- cycle"}[letter]
            steps.append(start + "".join(points))
    return rf"\path[{options(element)}] {' '.join(steps)};" if steps else ""


def text(element: Element) -> str:
    size = number(element, "font-size", 12.0) * 0.75
    parts = [
        f"anchor={_ANCHORS[element.get('text-anchor', 'start')]}",
        "inner sep=0pt",
        f"text={colour(element.get('fill', ''))}",
        rf"font=\sffamily\fontsize{{{size:g}}}{{{size * 1.2:g}}}\selectfont"
        + (r"\bfseries" if element.get("font-weight") else "")
        + (r"\itshape" if element.get("font-style") == "italic" else ""),
    ]
    turn = re.match(r"rotate\((-?[\d.]+)", element.get("transform", ""))
    if turn:
        parts.append(f"rotate={-float(turn[1]):g}")
    place = point(number(element, "x"), number(element, "y"))
    return (
        rf"\node[{','.join(parts)}] at {place} {{{escape_latex(element.text or '')}}};"
    )


_SHAPES: Final = {
    "line": line,
    "rect": rectangle,
    "circle": circle,
    "path": path,
    "text": text,
}
